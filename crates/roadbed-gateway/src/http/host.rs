//! Which host names a request may carry. A page on a foreign name that resolves to this machine (DNS rebinding) is refused here.

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Uri};
use std::net::IpAddr;

/// Loopback names and the configured ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct HostList {
    allowed: Vec<String>,
}

/// Why a request's names are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ForeignName {
    #[error("the request has no Host header; send one")]
    NoHost,
    #[error("the host name {0:?} is not served here; use localhost, or add it to the gateway's allowed hosts")]
    Host(String),
    #[error("requests from pages of {0:?} are not allowed; add its host name to the gateway's allowed hosts")]
    Origin(String),
}

impl HostList {
    pub(crate) fn new(allowed: &[String]) -> Self {
        Self { allowed: allowed.iter().map(|name| name.to_ascii_lowercase()).collect() }
    }

    /// Checks the Host header (or the authority of an absolute URI) and the Origin header, where a browser sends one.
    /// Gives whether the host is a loopback name.
    pub(crate) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<bool, ForeignName> {
        let host = match uri.authority() {
            Some(authority) => authority.as_str(),
            None => headers.get(HOST).and_then(|value| value.to_str().ok()).ok_or(ForeignName::NoHost)?,
        };
        let is_loopback = is_loopback_name(without_port(host));
        if !is_loopback && !self.is_allowed(host) {
            return Err(ForeignName::Host(shown(host)));
        }
        if let Some(origin) = headers.get(ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            let name = origin.split_once("://").map_or("", |(_, name)| name);
            if !is_loopback_name(without_port(name)) && !self.is_allowed(name) {
                return Err(ForeignName::Origin(shown(origin)));
            }
        }
        Ok(is_loopback)
    }

    fn is_allowed(&self, host: &str) -> bool {
        let name = without_port(host);
        self.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}

fn without_port(host: &str) -> &str {
    if let Some(end) = host.strip_prefix('[').and_then(|rest| rest.find(']')) {
        return &host[1..=end];
    }
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn is_loopback_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    name.eq_ignore_ascii_case("localhost")
        || (bytes.len() > 10 && bytes[bytes.len() - 10..].eq_ignore_ascii_case(b".localhost"))
        || (bytes.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b':')
            && name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()))
}
