//! Host and Origin allow-lists on every verb: a page on another site, or a rebound name, reaches nothing.

use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Host names this server answers to, besides loopback ones.
#[derive(Debug, Clone, Default)]
pub struct AllowedHosts(Arc<Vec<String>>);

impl AllowedHosts {
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self(Arc::new(names.into_iter().map(|name| name.to_ascii_lowercase()).collect()))
    }

    /// `authority` is `name`, `name:port`, `[::1]:port`.
    #[must_use]
    pub fn allows(&self, authority: &str) -> bool {
        let name = name_of(authority).to_ascii_lowercase();
        is_loopback_name(&name) || self.0.contains(&name)
    }
}

fn name_of(authority: &str) -> &str {
    if let Some(end) = authority.strip_prefix('[').and_then(|rest| rest.find(']')) {
        return &authority[..end + 2];
    }
    authority.rsplit_once(':').map_or(authority, |(name, _)| name)
}

fn is_loopback_name(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Is the request's Host a loopback name? Required of callers without a token under `--insecure-local`.
#[must_use]
pub fn has_loopback_host(headers: &axum::http::HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    host.is_some_and(|host| is_loopback_name(&name_of(host).to_ascii_lowercase()))
}

/// Refuses foreign hosts and origins before anything else looks at the request.
pub async fn check_host(State(allowed): State<AllowedHosts>, request: Request, next: Next) -> Response {
    match refusal(&allowed, &request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(allowed: &AllowedHosts, request: &Request) -> Option<Problem> {
    let text = |name| request.headers().get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let host = text(header::HOST).or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    if !host.is_some_and(|host| allowed.allows(host)) {
        let shown: String = host.unwrap_or("(none)").chars().take(100).collect();
        let detail = format!("this server does not answer to the host {shown}");
        let problem = Problem::new(StatusCode::MISDIRECTED_REQUEST, "access.foreign_host", detail);
        return Some(problem.with_fix("call it by a loopback name, or start it with --host NAME"));
    }
    if !request.headers().contains_key(header::ORIGIN) {
        return None;
    }
    let ours = text(header::ORIGIN)
        .and_then(|origin| origin.split_once("://"))
        .is_some_and(|(_, authority)| allowed.allows(authority));
    let detail = "requests from pages of other sites are refused";
    (!ours).then(|| Problem::new(StatusCode::FORBIDDEN, "access.foreign_origin", detail))
}
