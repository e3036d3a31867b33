//! A receiver of webhooks on loopback, for tests: it keeps what arrives and answers what it is told to.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

/// What arrived.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    pub headers: HeaderMap,
    pub body: String,
}

impl Arrival {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Status, headers and body.
type Answer = (u16, Vec<(&'static str, String)>, String);

#[derive(Clone)]
struct Desk {
    arrivals: UnboundedSender<Arrival>,
    answer: Arc<Mutex<Answer>>,
}

pub(super) struct Receiver {
    address: SocketAddr,
    arrivals: UnboundedReceiver<Arrival>,
    answer: Arc<Mutex<Answer>>,
    /// Ends with it.
    _serving: JoinSet<()>,
}

impl Receiver {
    pub(super) async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, arrivals) = unbounded_channel();
        let answer = Arc::new(Mutex::new((200, Vec::new(), "thanks".to_owned())));
        let desk = Desk { arrivals: sender, answer: answer.clone() };
        let router = Router::new().fallback(take).with_state(desk);
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, arrivals, answer, _serving: serving }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook?key=k", self.address)
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(super) fn answers(&self, status: u16, headers: &[(&'static str, &str)], body: &str) {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        *self.answer.lock().unwrap() = (status, headers, body.to_owned());
    }

    /// What arrived since the last call.
    pub(super) fn arrived(&mut self) -> Vec<Arrival> {
        std::iter::from_fn(|| self.arrivals.try_recv().ok()).collect()
    }
}

async fn take(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    desk.arrivals.send(Arrival { headers, body: String::from_utf8(body.to_vec()).unwrap() }).unwrap();
    let (status, headers, body) = desk.answer.lock().unwrap().clone();
    let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
