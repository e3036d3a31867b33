//! HTTP to control. The gateway dials, control never does.

use crate::error::GatewayError;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use roadbed_contracts::entries::GatewayIdentity;
use std::time::Duration;

/// Largest answer that is read whole (the list of entries).
const ANSWER_LIMIT_BYTES: usize = 256 << 20;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Why an exchange with control failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ControlError {
    #[error("control cannot be reached: {0}")]
    Unreachable(String),
    #[error("control did not answer within {0:?}")]
    Silent(Duration),
    #[error("control answered {status} to {path}: {detail}")]
    Refused { status: StatusCode, path: String, detail: String },
    #[error("control's answer to {path} cannot be read: {detail}")]
    Unreadable { path: String, detail: String },
}

/// Talks to one control plane with the gateway's token.
pub(crate) struct ControlClient {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    host: HeaderValue,
    authorization: HeaderValue,
}

impl ControlClient {
    pub(crate) fn new(identity: &GatewayIdentity) -> Result<Self, GatewayError> {
        let bad = |detail: &str| GatewayError::ControlAddress {
            url: identity.control_url.chars().take(200).collect(),
            detail: detail.to_owned(),
        };
        let uri: Uri = identity.control_url.parse().map_err(|_| bad("it is not a URL"))?;
        let authority = uri.authority().ok_or_else(|| bad("it names no host"))?;
        if uri.scheme_str() != Some("http") {
            return Err(bad("only plain http is spoken, on a trusted network or behind a tunnel"));
        }
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| bad("the host name is not valid"))?;
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", identity.token.expose()))
            .map_err(|_| bad("the token has characters that a header cannot carry"))?;
        authorization.set_sensitive(true);
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(4)
            .build(connector);
        let base = identity.control_url.trim_end_matches('/').to_owned();
        Ok(Self { client, base, host, authorization })
    }

    /// Sends a request and gives the answer once its head is there and says 2xx.
    pub(crate) async fn open(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        timeout: Duration,
    ) -> Result<Incoming, ControlError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(HOST, &self.host)
            .header(AUTHORIZATION, &self.authorization);
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request =
            request.body(Full::new(Bytes::from(body))).map_err(|error| ControlError::Unreachable(error.to_string()))?;
        let answer = tokio::time::timeout(timeout, self.client.request(request))
            .await
            .map_err(|_| ControlError::Silent(timeout))?
            .map_err(|error| ControlError::Unreachable(cause(&error)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer.into_body());
        }
        let detail = Self::read(answer.into_body(), path, 4096, timeout).await.unwrap_or_default();
        let detail = String::from_utf8_lossy(&detail).chars().take(300).collect();
        Err(ControlError::Refused { status, path: path.to_owned(), detail })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        timeout: Duration,
    ) -> Result<Bytes, ControlError> {
        let answer = self.open(method, path, body, timeout).await?;
        Self::read(answer, path, ANSWER_LIMIT_BYTES, timeout).await
    }

    async fn read(body: Incoming, path: &str, limit: usize, timeout: Duration) -> Result<Bytes, ControlError> {
        let unreadable = |detail: String| ControlError::Unreadable { path: path.to_owned(), detail };
        match tokio::time::timeout(timeout, Limited::new(body, limit).collect()).await {
            Err(_) => Err(ControlError::Silent(timeout)),
            Ok(Err(error)) => Err(unreadable(error.to_string())),
            Ok(Ok(collected)) => Ok(collected.to_bytes()),
        }
    }
}

/// The innermost reason, which is the one that helps: "connection refused" and not "client error".
fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
