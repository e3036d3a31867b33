//! For tests: the routes of a whole control process, called in process on a folder that goes with it.

use crate::request::ControlRequest;
use crate::wiring::{House, build};
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) struct TestServer {
    pub(crate) house: House,
    _folder: TempDir,
    /// Of the first administrator.
    token: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        self
    }
}

/// What a control process is started with when nobody says anything.
pub(crate) fn request(data: &Path) -> ControlRequest {
    ControlRequest {
        data: data.to_path_buf(),
        url: "http://127.0.0.1:7070".to_owned(),
        gateway_url: "http://127.0.0.1:7071".to_owned(),
        hosts: Vec::new(),
        insecure_local: false,
        database: None,
        seal_key: None,
        private_webhooks: false,
        s3: None,
        ui_dir: None,
        uv: None,
        stop_jobs: false,
        launched: false,
    }
}

impl TestServer {
    /// A server with the portal's files from `portal`.
    pub(crate) async fn with_portal(portal: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let house = build(&ControlRequest { ui_dir: Some(portal.to_path_buf()), ..request(folder.path()) }).unwrap();
        house.tokens.first_start().await.unwrap();
        let token = house.tokens.issue_local().await.unwrap().expose().to_owned();
        Self { house, _folder: folder, token }
    }

    pub(crate) async fn close(self) {
        close(self.house).await;
    }

    /// Without a token.
    pub(crate) async fn anyone(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let token = format!("Bearer {}", self.token);
        self.anyone(Method::GET, path, &[("authorization", &token)]).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_as(&self.token, path, body).await
    }

    pub(crate) async fn post_as(&self, token: &str, path: &str, body: &Value) -> Answer {
        let request =
            Request::post(path).header("host", "localhost").header("authorization", format!("Bearer {token}"));
        let request = request.header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn put(&self, path: &str, body: Vec<u8>) -> Answer {
        let request = Request::put(path).header("host", "localhost");
        let request = request.header("authorization", format!("Bearer {}", self.token));
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// A token that may do only this.
    pub(crate) async fn token_for(&self, action: &str) -> String {
        let made = self.post("/api/v1/tokens", &json!({ "name": action, "actions": [action] })).await.expect(201);
        made.json()["token"].as_str().unwrap().to_owned()
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.house.server.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, 16 << 20).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

pub(crate) async fn close(house: House) {
    let House { context, driver, server, .. } = house;
    drop(server);
    driver.stop().await;
    tokio::task::spawn_blocking(move || context.store.close()).await.unwrap();
}
