//! Our own API, called in process with a visitor's credentials.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use std::sync::{Arc, OnceLock};
use tower::ServiceExt as _;

/// Largest answer of our own API that a page takes in.
const ANSWER_LIMIT_BYTES: usize = 4 << 20;

/// Our own API, called in process with a visitor's credentials. Filled once the router exists.
#[derive(Clone, Default)]
pub(crate) struct OwnApi(Arc<OnceLock<Router>>);

impl OwnApi {
    pub(crate) fn connect(&self, router: Router) {
        let _ = self.0.set(router);
    }

    /// The JSON answer to a GET; `Err` is the status when it is not a success.
    pub(super) async fn get(&self, path: &str, visitor: &HeaderMap) -> Result<Value, StatusCode> {
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        let router = self.0.get().cloned().ok_or(unavailable)?;
        let mut request = Request::get(path);
        for name in [header::HOST, header::AUTHORIZATION, header::COOKIE] {
            if let Some(value) = visitor.get(&name) {
                request = request.header(name, value);
            }
        }
        let request = request.body(Body::empty()).map_err(|_| unavailable)?;
        let answer = router.oneshot(request).await.map_err(|_| unavailable)?;
        if !answer.status().is_success() {
            return Err(answer.status());
        }
        let bytes = axum::body::to_bytes(answer.into_body(), ANSWER_LIMIT_BYTES).await.map_err(|_| unavailable)?;
        serde_json::from_slice(&bytes).map_err(|_| unavailable)
    }
}
