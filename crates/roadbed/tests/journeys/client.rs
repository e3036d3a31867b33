//! A plain HTTP client of one server, and a socket for what no well-behaved client sends.

use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use ureq::http::{HeaderMap, Method, Request};

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn with_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

/// One server as one caller.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    pub(crate) url: String,
    token: Option<String>,
}

impl Client {
    pub(crate) fn new(url: &str, token: Option<&str>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            // A connection to a server that was killed meanwhile is worth nothing.
            .max_idle_connections(0);
        Self { agent: config.build().new_agent(), url: url.to_owned(), token: token.map(str::to_owned) }
    }

    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub(crate) fn without_token(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// An answer, or why there was none.
    pub(crate) fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = match body {
            [] => self.agent.run(request.body(()).unwrap())?,
            _ => self.agent.run(request.body(body.to_vec()).unwrap())?,
        };
        let (parts, mut body) = response.into_parts();
        let body = body.with_config().limit(64 << 20).read_to_vec()?;
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.try_send(Method::GET, path, &[], &[]).unwrap_or_else(|error| panic!("GET {path}: {error}"))
    }

    pub(crate) fn try_post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Result<Answer, ureq::Error> {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.try_send(Method::POST, path, &headers, body.to_string().as_bytes())
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.try_post(path, &[], body).unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    #[track_caller]
    pub(crate) fn put(&self, path: &str, body: &[u8]) -> Answer {
        self.try_send(Method::PUT, path, &[], body).unwrap_or_else(|error| panic!("PUT {path}: {error}"))
    }

    #[track_caller]
    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.try_send(Method::DELETE, path, &[], &[]).unwrap_or_else(|error| panic!("DELETE {path}: {error}"))
    }

    /// Every item of a list, over all its pages.
    #[track_caller]
    pub(crate) fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("{path}?limit=1000{cursor}")).with_status(200).json();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    #[track_caller]
    pub(crate) fn create_project(&self, name: &str) -> Value {
        self.post("/api/v1/projects", &json!({ "name": name })).with_status(201).json()
    }

    /// Sends exactly these bytes with the client's token and reads until the server closes. The head must ask it to.
    pub(crate) fn raw(&self, method: &str, path: &str, more: &str, body: &[u8]) -> Answer {
        let mut stream = self.socket();
        let host = self.url.strip_prefix("http://").unwrap();
        let token = self.token.as_ref().map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let host = if more.contains("host:") { String::new() } else { format!("host: {host}\r\n") };
        let head = format!("{method} {path} HTTP/1.1\r\n{host}{token}connection: close\r\n{more}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        // A server that has seen enough closes while we still send.
        let _ = stream.write_all(body);
        read_answer(&mut stream)
    }

    pub(crate) fn socket(&self) -> TcpStream {
        let stream = TcpStream::connect(self.url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }
}

fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut piece = [0_u8; 16 << 10];
    // A reset after the answer keeps what was read before it.
    while let Ok(length @ 1..) = stream.read(&mut piece) {
        bytes.extend_from_slice(&piece[..length]);
    }
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    Answer {
        status: status.unwrap_or_else(|| panic!("no answer: {text:?}")),
        headers: HeaderMap::new(),
        body: body.as_bytes().to_vec(),
    }
}
