//! Calls the real router without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

/// A router to call.
#[derive(Clone)]
pub struct TestServer {
    router: Router,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct TestAnswer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl TestAnswer {
    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The answer itself, after checking its status; shows the body when it differs.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// Code of a problem.
    #[must_use]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl TestServer {
    #[must_use]
    pub const fn new(router: Router) -> Self {
        Self { router }
    }

    /// The router, to serve it on a socket for a real client.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub async fn get(&self, path: &str, token: &str) -> TestAnswer {
        self.call(Method::GET, path, token, &[], Vec::new()).await
    }

    pub async fn delete(&self, path: &str, token: &str) -> TestAnswer {
        self.call(Method::DELETE, path, token, &[], Vec::new()).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> TestAnswer {
        self.json(Method::POST, path, token, &body).await
    }

    pub async fn put(&self, path: &str, token: &str, body: Value) -> TestAnswer {
        self.json(Method::PUT, path, token, &body).await
    }

    pub async fn patch(&self, path: &str, token: &str, body: Value) -> TestAnswer {
        self.json(Method::PATCH, path, token, &body).await
    }

    async fn json(&self, method: Method, path: &str, token: &str, body: &Value) -> TestAnswer {
        let body = serde_json::to_vec(body).unwrap();
        self.call(method, path, token, &[("content-type", "application/json")], body).await
    }

    /// Any call. An empty token sends none.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> TestAnswer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request = request.header("host", "localhost");
        }
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        TestAnswer { status: parts.status, headers: parts.headers, body }
    }
}
