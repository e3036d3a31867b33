//! A prediction, from the name of a service to the model's answer.

use crate::admission::Refusal;
use crate::counting::Outcome;
use crate::endpoints::question::{Written, check_encoding, read, write};
use crate::endpoints::recorder::Recorder;
use crate::endpoints::server::{find_service, no_such_revision};
use crate::grants::Caller;
use crate::http::{AnswerBody, BodyError, Dialect, Failure, Reply, collect_body};
use crate::models::{InFlight, LoadPhase};
use crate::plane::DataPlane;
use crate::routing::{ServiceRoute, Target, Unit};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Response};
use hyper::body::Incoming;
use roadbed_contracts::backend::{BackendError, InferenceRequest, InferenceResponse};
use std::sync::Arc;

const ROUTING_KEY: HeaderName = HeaderName::from_static("x-roadbed-routing-key");
/// A route can change under a request; more often than this in a row it cannot.
const ROUTING_ATTEMPTS: usize = 8;

/// What the path asks for.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'p> {
    pub(crate) service: &'p str,
    /// Number of a revision, when the caller names one.
    pub(crate) version: Option<&'p str>,
    pub(crate) dialect: Dialect,
}

/// A request on its way into one revision.
struct Routed {
    route: Arc<ServiceRoute>,
    target: Target,
    key_hash: Option<u64>,
    _place: InFlight,
}

/// Answers a prediction request.
pub(crate) async fn predict(
    plane: &DataPlane,
    caller: &Caller,
    asked: Asked<'_>,
    parts: &Parts,
    body: Incoming,
    mut reply: Reply,
) -> Response<AnswerBody> {
    let routed = match route(plane, caller, asked, parts, &reply) {
        Ok(routed) => routed,
        Err(failure) => return reply.fail(&failure, asked.dialect),
    };
    let Routed { route, target, key_hash, _place } = &routed;
    reply.revision = HeaderValue::from_str(&target.handle.number).ok();
    let mut recorder = Recorder::new(plane, route, target, *key_hash);
    match ask(plane, &mut recorder, &routed, asked.dialect, parts, body).await {
        Ok(written) => {
            recorder.finish(Outcome::Answered);
            written.into_response(reply)
        }
        Err(failure) => {
            recorder.finish(failure.outcome());
            if failure.outcome() == Outcome::Failed {
                tracing::debug!(service = route.entry.name, %failure, "a prediction failed");
            }
            reply.fail(&failure, asked.dialect)
        }
    }
}

/// Picks the revision and takes a place in it.
fn route(
    plane: &DataPlane,
    caller: &Caller,
    asked: Asked<'_>,
    parts: &Parts,
    reply: &Reply,
) -> Result<Routed, Failure> {
    let key = parts.headers.get(ROUTING_KEY).map(HeaderValue::as_bytes).filter(|key| !key.is_empty());
    let unit = key.map_or(Unit::Request(reply.request_id.0.as_bytes()), Unit::Key);
    for _ in 0..ROUTING_ATTEMPTS {
        let route = find_service(plane, caller, asked.service)?;
        let (target, key_hash) = match asked.version {
            Some(version) => {
                let target = version.parse().ok().and_then(|number| route.addressed(number));
                (target.ok_or_else(|| no_such_revision(&route, version))?.clone(), None)
            }
            None => {
                let silence = || plane.silence.silence(plane.clocks.monotonic.elapsed());
                let choice = route.choose(unit, silence);
                let choice = choice.ok_or_else(|| Failure::NoTraffic(route.entry.name.clone()))?;
                (choice.target.clone(), choice.key_hash)
            }
        };
        // `None`: routing has just moved away from this revision.
        if let Some(place) = target.handle.enter() {
            return Ok(Routed { route, target, key_hash, _place: place });
        }
    }
    Err(Failure::NoTraffic(asked.service.to_owned()))
}

async fn ask(
    plane: &DataPlane,
    recorder: &mut Recorder<'_>,
    routed: &Routed,
    dialect: Dialect,
    parts: &Parts,
    body: Incoming,
) -> Result<Written, Failure> {
    let Routed { route, target, .. } = routed;
    check_encoding(&parts.headers)?;
    let limit_bytes = route.entry.limits.body_bytes;
    let timeout = plane.settings.body_timeout;
    let body = collect_body(body, limit_bytes, timeout, &plane.bodies).await.map_err(|error| match error {
        BodyError::TooLarge => Failure::BodyTooLarge { limit_bytes },
        BodyError::TooSlow => Failure::BodyTooSlow(timeout),
        BodyError::MemoryFull => Failure::BodyMemoryFull,
        BodyError::Broken(detail) => Failure::BodyBroken(detail),
    })?;
    recorder.start();
    wait_until_ready(recorder, route, target).await?;
    let (request, form) = read(dialect, &parts.headers, &body.bytes, target)?;
    drop(body);
    recorder.set_rows(request.rows);
    let response = infer(plane, recorder, route, target, request).await?;
    write(&form, route, target, &response)
}

fn not_ready(route: &ServiceRoute, target: &Target, detail: String) -> Failure {
    Failure::NotReady { service: route.entry.name.clone(), revision: target.handle.number.clone(), detail }
}

/// A revision that traffic goes to is loaded, but for a gateway that has just started: then requests wait, within their time.
async fn wait_until_ready(recorder: &Recorder<'_>, route: &ServiceRoute, target: &Target) -> Result<(), Failure> {
    if target.handle.is_ready() {
        return Ok(());
    }
    let settled = tokio::time::timeout(recorder.left(), target.handle.settled()).await;
    match settled.unwrap_or_else(|_| target.handle.phase()) {
        LoadPhase::Ready(_) => Ok(()),
        LoadPhase::Loading(detail) | LoadPhase::Failed(detail) => Err(not_ready(route, target, detail)),
        LoadPhase::Gone => Err(not_ready(route, target, "it was taken away".into())),
    }
}

async fn infer(
    plane: &DataPlane,
    recorder: &mut Recorder<'_>,
    route: &ServiceRoute,
    target: &Target,
    mut request: InferenceRequest,
) -> Result<InferenceResponse, Failure> {
    let service = || route.entry.name.clone();
    let revision = || target.handle.number.clone();
    let waited = recorder.left();
    let _place = route.admission.enter(waited).await.map_err(|refusal| match refusal {
        Refusal::QueueFull { queue } => Failure::QueueFull { service: service(), queue },
        Refusal::WaitedTooLong => Failure::WaitedTooLong { service: service(), waited },
    })?;
    let timed_out = || Failure::TimedOut { service: service(), revision: revision(), timeout: route.timeout() };
    let left = recorder.left();
    request.timeout = left;
    let entered = plane.clocks.monotonic.elapsed();
    let answered = tokio::time::timeout(left, plane.backend.infer(target.handle.entry.id, request)).await;
    recorder.set_compute(plane.clocks.monotonic.elapsed().saturating_sub(entered));
    answered.map_err(|_| timed_out())?.map_err(|error| match error {
        BackendError::BadInput(detail) => Failure::ModelInput(detail),
        BackendError::TimedOut(_) => timed_out(),
        BackendError::CannotLoad(detail) | BackendError::Unavailable(detail) => not_ready(route, target, detail),
        BackendError::Model(_) => {
            Failure::Model { service: service(), revision: revision(), detail: error.to_string() }
        }
    })
}
