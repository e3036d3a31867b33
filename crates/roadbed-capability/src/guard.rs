//! What happens to a request before its handler: who calls, and may they.

use crate::caller::{Authenticator, Authorizer, Caller, Credential, forbidden};
use crate::host::has_loopback_host;
use crate::problem::Problem;
use crate::route::Access;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use roadbed_core::Secret;
use std::net::SocketAddr;
use std::sync::Arc;

/// Address of the caller, put into every request by the server.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub SocketAddr);

/// What the guard of one route needs.
#[derive(Clone)]
pub struct Guard {
    pub authenticator: Arc<dyn Authenticator>,
    pub authorizer: Arc<dyn Authorizer>,
    pub access: Access,
    pub refusal: fn(Problem) -> Response,
}

/// Authenticates, checks the route's permission and hands the [`Caller`] to the handler.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let Access::Allow(permission) = guard.access else { return next.run(request).await };
    let credential = match credential(request.headers()) {
        Ok(credential) => credential,
        Err(problem) => return (guard.refusal)(problem),
    };
    if matches!(credential, Credential::None) && !is_local(&request) {
        return (guard.refusal)(needs_token());
    }
    let principal = match guard.authenticator.authenticate(&credential).await {
        Ok(principal) => principal,
        Err(problem) => return (guard.refusal)(problem),
    };
    let caller = Caller::new(principal, guard.authorizer.clone());
    if !caller.holds(permission) {
        return (guard.refusal)(forbidden(permission));
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Without a token only callers on loopback that name a loopback host are listened to at all, and only where the server says so.
fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<PeerAddress>();
    peer.is_none_or(|peer| peer.0.ip().is_loopback()) && has_loopback_host(request.headers())
}

/// The answer to a caller who sent no token.
#[must_use]
pub fn needs_token() -> Problem {
    unauthorized("this needs a token").with_fix("send 'Authorization: Bearer rb_…'; 'roadbed env' prints the local one")
}

/// Name of the portal's session cookie.
pub const SESSION_COOKIE: &str = "roadbed_session";

/// Reads Bearer, the password of Basic, or the session cookie, in this order.
///
/// # Errors
/// 401 when an `Authorization` header is there and cannot be read.
pub fn credential(headers: &HeaderMap) -> Result<Credential, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(token_of_authorization);
        return token.map(|token| Credential::Token(Secret::new(token))).ok_or_else(|| {
            unauthorized("the Authorization header cannot be read")
                .with_fix("send 'Authorization: Bearer rb_…', or the token as the password of Basic")
        });
    }
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let session = cookies.flat_map(|text| text.split(';')).find_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == SESSION_COOKIE && !value.is_empty()).then(|| value.to_owned())
    });
    Ok(session.map_or(Credential::None, |value| Credential::Session(Secret::new(value))))
}

fn token_of_authorization(text: &str) -> Option<String> {
    let (scheme, value) = text.split_once(' ')?;
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !value.is_empty() {
        return Some(value.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(value).ok()?;
    let pair = String::from_utf8(decoded).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned()).filter(|password| !password.is_empty())
}

/// A 401 answer.
#[must_use]
pub fn unauthorized(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "access.unauthenticated", detail)
}
