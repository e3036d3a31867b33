//! How the command line speaks HTTP, to Roadbed and to other servers: bounded waits, no redirects, no proxy on this machine.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use ureq::Agent;

const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// Until a body has gone out or come in; uploads of code may be large.
const BODY_PATIENCE: Duration = Duration::from_secs(3600);
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An agent for a server at `base`. `answer_patience` is until an answer begins; statuses are no errors.
#[must_use]
pub fn agent_for(base: &str, answer_patience: Duration) -> Agent {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        // A token must not follow a redirect to somewhere else.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(CONNECT_PATIENCE))
        .timeout_recv_response(Some(answer_patience))
        .timeout_send_body(Some(BODY_PATIENCE))
        .timeout_recv_body(Some(BODY_PATIENCE))
        .tls_config(ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build())
        .user_agent(concat!("roadbed/", env!("CARGO_PKG_VERSION")));
    if is_loopback(base) {
        config = config.proxy(None);
    }
    config.build().new_agent()
}

/// Whether an address leads to this machine.
#[must_use]
pub fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]"
}

/// A value of a query or a part of a path, with everything that could end it encoded.
#[must_use]
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A path of a file, part by part.
pub(crate) fn encoded_path(path: &str) -> String {
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}
