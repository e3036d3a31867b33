//! A server that gives prepared answers and remembers what it was asked.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Asked {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) location: Option<&'static str>,
}

#[derive(Default)]
struct Script {
    /// By method and path without query; the last answer of each is given for ever.
    answers: BTreeMap<String, VecDeque<Answer>>,
    asked: Vec<Asked>,
}

pub(crate) struct Server {
    pub(crate) url: String,
    script: Arc<Mutex<Script>>,
    /// Dropping it ends the server.
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let script = Arc::new(Mutex::new(Script::default()));
        let router = Router::new().fallback(answer).with_state(script.clone());
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, script, _runtime: runtime }
    }

    fn push(self, call: &str, answer: Answer) -> Self {
        self.script.lock().unwrap().answers.entry(call.to_owned()).or_default().push_back(answer);
        self
    }

    /// `call` is such as `GET /api/v1/teams`.
    pub(crate) fn on(self, call: &str, status: u16, body: &Value) -> Self {
        self.push(call, Answer { status, body: body.to_string().into_bytes(), location: None })
    }

    pub(crate) fn on_text(self, call: &str, status: u16, body: &str) -> Self {
        self.push(call, Answer { status, body: body.as_bytes().to_vec(), location: None })
    }

    pub(crate) fn on_redirect(self, call: &str, location: &'static str) -> Self {
        self.push(call, Answer { status: 302, body: Vec::new(), location: Some(location) })
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.script.lock().unwrap().asked.clone()
    }

    /// Calls of one kind, such as `POST /api/v1/jobs`.
    pub(crate) fn calls(&self, call: &str) -> Vec<Asked> {
        let is_wanted = |asked: &Asked| format!("{} {}", asked.method, asked.path.split('?').next().unwrap()) == call;
        self.asked().into_iter().filter(is_wanted).collect()
    }
}

async fn answer(
    State(script): State<Arc<Mutex<Script>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut script = script.lock().unwrap();
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let call = format!("{method} {}", uri.path());
    script.asked.push(Asked { method: method.to_string(), path, headers, body });
    let unknown = || {
        let body =
            format!(r#"{{"code":"test.unknown","title":"Not Found","status":404,"detail":"no answer for {call}"}}"#);
        Answer { status: 404, body: body.into_bytes(), location: None }
    };
    let answer = match script.answers.get_mut(&call) {
        Some(answers) if answers.len() > 1 => answers.pop_front().unwrap(),
        Some(answers) => answers.front().cloned().unwrap_or_else(unknown),
        None => unknown(),
    };
    let mut response = Response::builder().status(StatusCode::from_u16(answer.status).unwrap());
    if let Some(location) = answer.location {
        response = response.header("location", location);
    }
    response.body(Body::from(answer.body)).unwrap()
}
