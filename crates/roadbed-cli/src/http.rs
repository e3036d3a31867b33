//! Calls to the server: JSON in and out, problems as failures, a bound on every wait and every answer.

use crate::failure::Failure;
use crate::problem::{bare_problem, read_problem};
use roadbed_core::Secret;
pub(crate) use roadbed_transfer::encoded;
use roadbed_transfer::{agent_for, is_loopback};
use serde_json::Value;
use std::io::{ErrorKind, Read};
use std::time::Duration;
use ureq::http::{Method, Request, Response, StatusCode};
use ureq::{Agent, Body, SendBody};

/// Until an answer begins: a server under load may think for a while.
const ANSWER_PATIENCE: Duration = Duration::from_secs(60);
/// Certificates are checked by those this machine trusts.
const CERTIFICATE: &str =
    "have this machine trust the server's certificate authority (SSL_CERT_FILE names one), or use the right address";
const ANSWER_LIMIT_BYTES: u64 = 64 << 20;

/// One part of a path, with everything that could be read as another part encoded.
#[must_use]
pub(crate) fn segment(text: &str) -> String {
    encoded(text)
}

/// A call to make.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// From `/`, parts encoded.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
}

impl Call {
    #[must_use]
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), headers: Vec::new(), body: None }
    }

    #[must_use]
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    #[must_use]
    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::POST, path) }
    }

    #[must_use]
    pub(crate) fn query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Only checks, when asked to.
    #[must_use]
    pub(crate) fn dry_run(self, dry_run: bool) -> Self {
        if dry_run { self.query("dry_run", "true") } else { self }
    }

    fn address(&self, base: &str) -> String {
        let pairs: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        format!("{base}{}{mark}{}", self.path, pairs.join("&"))
    }
}

/// Speaks to one server.
pub(crate) struct Client {
    agent: Agent,
    base: String,
    token: Option<Secret>,
}

impl Client {
    /// `base` is the server's address without a slash at its end.
    #[must_use]
    pub(crate) fn new(base: &str, token: Option<Secret>) -> Self {
        Self { agent: agent_for(base, ANSWER_PATIENCE), base: base.to_owned(), token }
    }

    #[must_use]
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// # Errors
    /// As [`Self::send`].
    pub(crate) fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(&Call::get(path))
    }

    /// The JSON of the answer; null when it has none.
    ///
    /// # Errors
    /// The server cannot be reached, is none of ours, or answers with a problem.
    pub(crate) fn send(&self, call: &Call) -> Result<Value, Failure> {
        let body = call.body.as_ref().map(Value::to_string);
        let body = body
            .as_deref()
            .map_or_else(SendBody::none, |text| SendBody::from_owned_reader(std::io::Cursor::new(text.to_owned())));
        let length = call.body.as_ref().map(|value| value.to_string().len() as u64);
        let response = self.exchange(call, body, length, "application/json")?;
        self.json(response)
    }

    /// Sends bytes of a known length.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(crate) fn upload(&self, call: &Call, content: impl Read + 'static, bytes: u64) -> Result<Value, Failure> {
        let response =
            self.exchange(call, SendBody::from_owned_reader(content), Some(bytes), "application/octet-stream")?;
        self.json(response)
    }

    /// Whether the object at an address exists.
    ///
    /// # Errors
    /// As [`Self::send`], except that 404 is an answer.
    pub(crate) fn exists(&self, path: &str) -> Result<bool, Failure> {
        let response = self.exchange(&Call::new(Method::HEAD, path), SendBody::none(), None, "")?;
        match response.status() {
            status if status.is_success() => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            // An answer to HEAD has no body that would say more.
            status => Err(Failure::Problem(Box::new(bare_problem(status)))),
        }
    }

    /// The bytes of an answer as they come, with its headers.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(crate) fn stream(&self, call: &Call) -> Result<Response<Body>, Failure> {
        let response = self.exchange(call, SendBody::none(), None, "")?;
        if response.status().is_success() { Ok(response) } else { Err(self.failure(response)) }
    }

    /// The text of an answer.
    ///
    /// # Errors
    /// As [`Self::send`]; also when it is no text, or too long.
    pub(crate) fn text(&self, call: &Call) -> Result<String, Failure> {
        let mut body = self.stream(call)?.into_body();
        let bytes = body.with_config().limit(ANSWER_LIMIT_BYTES).read_to_vec();
        let bytes = bytes.map_err(|error| self.unreachable(&error))?;
        String::from_utf8(bytes).map_err(|_| self.not_ours("answers with something that is no text".to_owned()))
    }

    fn exchange(
        &self,
        call: &Call,
        body: SendBody<'_>,
        length: Option<u64>,
        kind: &str,
    ) -> Result<Response<Body>, Failure> {
        let mut request = Request::builder().method(call.method.clone()).uri(call.address(&self.base));
        request = request.header("accept", "application/json, application/problem+json, */*");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {}", token.expose()));
        }
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        if let Some(length) = length {
            request = request.header("content-type", kind).header("content-length", length);
        }
        let not_sent = |error: ureq::http::Error| {
            Failure::usage(format!("the call cannot be made: {error}"), "check --url and the token")
        };
        let request = request.body(body).map_err(not_sent)?;
        let response = self.agent.run(request).map_err(|error| self.unreachable(&error))?;
        if response.status().is_redirection() {
            let target =
                response.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or("elsewhere");
            return Err(self.not_ours(format!("redirects to {target}; that address is not followed with your token")));
        }
        Ok(response)
    }

    fn json(&self, response: Response<Body>) -> Result<Value, Failure> {
        if !response.status().is_success() {
            return Err(self.failure(response));
        }
        let mut body = response.into_body();
        let bytes =
            body.with_config().limit(ANSWER_LIMIT_BYTES).read_to_vec().map_err(|error| self.unreachable(&error))?;
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|_| self.not_ours("answers with something that is not JSON".to_owned()))
    }

    fn failure(&self, response: Response<Body>) -> Failure {
        let status = response.status();
        let bytes = response.into_body().with_config().limit(1 << 20).read_to_vec().unwrap_or_default();
        Failure::Problem(Box::new(read_problem(status, &bytes)))
    }

    fn not_ours(&self, what: String) -> Failure {
        Failure::NotOurs { url: self.base.clone(), what }
    }

    pub(crate) fn unreachable(&self, error: &ureq::Error) -> Failure {
        const NETWORK: &str = "check the address and the network, or log in elsewhere with: roadbed login URL";
        let refused = "the connection is refused".to_owned();
        let (cause, fix) = match error {
            ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused && is_loopback(&self.base) => {
                (refused, "start one with: roadbed up")
            }
            ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => (refused, NETWORK),
            ureq::Error::Io(error) if error.kind() == ErrorKind::InvalidData => (error.to_string(), CERTIFICATE),
            ureq::Error::Rustls(error) => (error.to_string(), CERTIFICATE),
            ureq::Error::Io(error) => (error.to_string(), NETWORK),
            ureq::Error::Timeout(_) => ("it did not answer in time".to_owned(), NETWORK),
            ureq::Error::HostNotFound => ("there is no host of that name".to_owned(), NETWORK),
            other => (other.to_string(), NETWORK),
        };
        Failure::Unreachable { url: self.base.clone(), cause, fix }
    }
}
