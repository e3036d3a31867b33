//! A request id on every answer: the client's when it is clean, else a new one. Problems carry it in their body.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use roadbed_core::IdSource;
use std::sync::Arc;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 128;
/// Problems are small; anything larger is another kind of JSON.
const PROBLEM_LIMIT_BYTES: usize = 64 << 10;

/// Accepts letters, digits, `-`, `_`, `.` and `:` up to 128 characters.
fn clean(value: &HeaderValue) -> Option<HeaderValue> {
    let text = value.to_str().ok()?;
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    (!text.is_empty() && text.len() <= LONGEST && text.chars().all(fine)).then(|| value.clone())
}

/// Names the request, and puts the name into problem answers.
pub async fn name_request(State(ids): State<Arc<dyn IdSource>>, mut request: Request, next: Next) -> Response {
    let given = request.headers().get(&REQUEST_ID).and_then(clean);
    let fresh = || HeaderValue::from_str(&format!("{:032x}", ids.next())).unwrap_or(HeaderValue::from_static("none"));
    let id = given.unwrap_or_else(fresh);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, id.clone());
    response.headers_mut().entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    let is_problem =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json");
    if is_problem { named_problem(response, &id).await } else { response }
}

async fn named_problem(response: Response, id: &HeaderValue) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, PROBLEM_LIMIT_BYTES).await.unwrap_or_default();
    let with_id =
        serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes).ok().and_then(|mut map| {
            map.insert("request_id".into(), id.to_str().unwrap_or_default().into());
            serde_json::to_vec(&map).ok()
        });
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(with_id.unwrap_or_else(|| bytes.to_vec())))
}
