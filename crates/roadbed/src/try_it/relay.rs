//! One request to the gateway.

use super::model::TryItError;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::time::Duration;
use tokio::time::Instant;

const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(35);
const ANSWER_LIMIT_BYTES: usize = 4 << 20;
/// A new token is known to gateways within this time.
const PASS_PATIENCE: Duration = Duration::from_secs(5);
const PASS_PAUSE: Duration = Duration::from_millis(50);

/// Dials the gateway.
#[derive(Clone)]
pub(super) struct Relay {
    client: Client<HttpConnector, Body>,
    url: String,
}

/// What the gateway said.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// From the first byte sent to the last one read.
    pub(super) took: Duration,
    pub(super) body: Bytes,
}

/// What shows the gateway who asks.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub(super) authorization: Option<HeaderValue>,
    /// Made just now: gateways may not have heard of it.
    pub(super) is_new: bool,
}

/// An address that means every address of this machine is dialed on loopback.
fn dialed(url: &str) -> String {
    let url = url.trim_end_matches('/');
    url.replacen("://0.0.0.0", "://127.0.0.1", 1).replacen("://[::]", "://[::1]", 1)
}

impl Relay {
    pub(super) fn new(gateway_url: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_PATIENCE));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(2)
            .build(connector);
        Self { client, url: dialed(gateway_url) }
    }

    /// Sends a JSON body and reads the answer, whatever its status.
    pub(super) async fn ask(&self, path: &str, asking: &Credentials, body: &Bytes) -> Result<Answered, TryItError> {
        let until = Instant::now() + PASS_PATIENCE;
        loop {
            let answered = self.ask_once(path, asking, body).await?;
            let unheard_of = asking.is_new && answered.status == StatusCode::UNAUTHORIZED;
            if !unheard_of || Instant::now() >= until {
                return Ok(answered);
            }
            tokio::time::sleep(PASS_PAUSE).await;
        }
    }

    async fn ask_once(&self, path: &str, asking: &Credentials, body: &Bytes) -> Result<Answered, TryItError> {
        let away = |detail: String| TryItError::GatewayAway { url: self.url.clone(), detail };
        let uri: Uri = format!("{}{path}", self.url).parse().map_err(|_| away("it is no address".to_owned()))?;
        let mut request = Request::post(uri).header(header::CONTENT_TYPE, "application/json");
        if let Some(authorization) = &asking.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let request = request.body(Body::from(body.clone())).map_err(|error| away(error.to_string()))?;
        let started = Instant::now();
        let exchange = async {
            let answer = self.client.request(request).await.map_err(|error| away(cause(&error)))?;
            let (head, body) = answer.into_parts();
            let body = axum::body::to_bytes(Body::new(body), ANSWER_LIMIT_BYTES).await;
            let body = body.map_err(|error| TryItError::Unreadable(cause(&error)))?;
            Ok(Answered { status: head.status, headers: head.headers, took: started.elapsed(), body })
        };
        tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| TryItError::NoAnswer(PATIENCE))?
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
