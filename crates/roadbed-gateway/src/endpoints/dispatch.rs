//! From a request to its endpoint.

use crate::endpoints::measurements::measurements;
use crate::endpoints::predict::{Asked, predict};
use crate::endpoints::server;
use crate::grants::Caller;
use crate::http::{Address, AnswerBody, Dialect, Failure, ModelAction, Reply, RequestId, not_a_prediction};
use crate::plane::DataPlane;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Answers one request.
pub(crate) async fn answer(
    plane: Arc<DataPlane>,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    let (parts, body) = request.into_parts();
    let request_id = RequestId::of(&parts.headers, || plane.ids.next());
    let dialect = if parts.uri.path().starts_with("/services/") { Dialect::Mlflow } else { Dialect::OpenInference };
    let (caller, address) = match admit(&plane, peer, &parts) {
        Ok(admitted) => admitted,
        Err(failure) => return not_a_prediction(request_id).fail(&failure, dialect),
    };
    let asked = match address {
        Address::Invocations { service } => Asked { service, version: None, dialect },
        Address::Model { service, version, action: ModelAction::Infer } => Asked { service, version, dialect },
        _ => return simple(&plane, &caller, address, not_a_prediction(request_id)),
    };
    let reply = Reply { request_id, prediction_id: Some(plane.ids.next()), revision: None };
    predict(&plane, &caller, asked, &parts, body, reply).await
}

/// Host names, then the path's shape (which says whether a token is needed), then the token; nothing is looked up by name yet.
fn admit<'p>(plane: &DataPlane, peer: SocketAddr, parts: &'p Parts) -> Result<(Caller, Address<'p>), Failure> {
    let loopback_host = plane.hosts.check(&parts.uri, &parts.headers)?;
    let is_local = loopback_host && peer.ip().is_loopback();
    let path = parts.uri.path();
    let address = Address::read(path);
    let is_open = match address {
        Some(Address::Metrics) => is_local,
        Some(address) => address.is_public(),
        None => false,
    };
    let caller = if is_open || (is_local && plane.settings.insecure_local) {
        Caller::Everything
    } else {
        let grants = plane.snapshot.load();
        grants.grants.authenticate(parts.headers.get(AUTHORIZATION), || plane.clocks.wall.now()).inspect_err(|_| {
            plane.unauthenticated.fetch_add(1, Ordering::Relaxed);
        })?
    };
    let shown = || path.chars().take(200).collect::<String>();
    let address = address.ok_or_else(|| Failure::NoSuchPath(shown()))?;
    let allowed = address.method();
    if parts.method.as_str() != allowed {
        return Err(Failure::Method { path: shown(), allowed });
    }
    Ok((caller, address))
}

/// Endpoints that need no body and no model.
fn simple(plane: &DataPlane, caller: &Caller, address: Address<'_>, reply: Reply) -> Response<AnswerBody> {
    const JSON: &str = "application/json";
    let (dialect, answered) = match address {
        Address::Metrics => return reply.with("text/plain; version=0.0.4", measurements(plane, caller)),
        Address::Health => (Dialect::OpenInference, Ok(server::health())),
        Address::ServerMetadata => (Dialect::OpenInference, Ok(server::metadata())),
        Address::ServerLive => (Dialect::OpenInference, Ok(server::live())),
        Address::ServerReady => (Dialect::OpenInference, server::ready(plane)),
        Address::Ping { service } => (Dialect::Mlflow, server::ping(plane, caller, service)),
        Address::Model { service, version, action: ModelAction::Ready } => {
            (Dialect::OpenInference, server::model_ready(plane, caller, service, version))
        }
        Address::Model { service, version, .. } => {
            (Dialect::OpenInference, server::model_metadata(plane, caller, service, version))
        }
        Address::Invocations { .. } => return reply.fail(&Failure::NoSuchPath(String::new()), Dialect::Mlflow),
    };
    match answered {
        Ok(body) => reply.with(JSON, body),
        Err(failure) => reply.fail(&failure, dialect),
    }
}
