//! The login page. It works before the portal does and holds no data, so it is one file; its policy names the hashes of its own style
//! and script, so that nothing else runs under our name.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse};
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

const PAGE: &str = include_str!("login.html");

/// Pages are not framed, loaded parts come from here, forms go nowhere.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        hash_of_element("style"),
        hash_of_element("script")
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// The source expression of the page's only element of this name.
fn hash_of_element(name: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let content = PAGE.split_once(&open).and_then(|(_, rest)| rest.split_once(&close)).map_or("", |(text, _)| text);
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(content.as_bytes()));
    format!("'sha256-{hash}'")
}

pub(super) async fn page() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, Html(PAGE))
}
