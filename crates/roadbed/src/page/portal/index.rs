//! The one page of the portal, with a fresh nonce in it.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use roadbed_capability::Problem;

/// What the build leaves where a nonce belongs.
const PLACEHOLDER: &str = "__ROADBED_NONCE__";
const NONCE_BYTES: usize = 16;

/// Scripts and styles come from this server, or carry the nonce of this very answer. Styles that React sets on elements go through the
/// object model, which no policy limits.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

const FIXED: [(HeaderName, &str); 5] = [
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    // The page names the files of this build, and its nonce is good once.
    (header::CACHE_CONTROL, "no-cache"),
];

/// The page as an answer.
///
/// # Errors
/// The system gives no random bits.
pub(crate) fn answer(page: &str) -> Result<Response, Problem> {
    let mut bits = [0_u8; NONCE_BYTES];
    getrandom::fill(&mut bits).map_err(|error| Problem::internal(&error))?;
    let nonce = base64::engine::general_purpose::STANDARD.encode(bits);
    let mut response = Html(page.replace(PLACEHOLDER, &nonce)).into_response();
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = HeaderValue::from_str(&policy(&nonce)).map_err(|error| Problem::internal(&error))?;
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
