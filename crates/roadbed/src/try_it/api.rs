use super::passes::Passes;
use super::relay::{Answered, Relay};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{PathOf, RawBody};
use roadbed_capability::{Caller, Capability, Context, Problem, Routes, post};
use roadbed_projects::tokens::Tokens;
use roadbed_serving::services::{SERVICE_PREDICT, Services};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const BODY_LIMIT_BYTES: usize = 1 << 20;
/// Headers of an answer that are shown.
const SHOWN: [&str; 4] = ["x-roadbed-revision", "x-roadbed-prediction-id", "x-request-id", "retry-after"];

/// Relays requests of people. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TryIt {
    services: Services,
    passes: Arc<Passes>,
    relay: Relay,
}

/// What a service answered.
#[derive(Debug, Serialize, JsonSchema)]
struct TriedView {
    /// HTTP status of the gateway's answer.
    status: u16,
    /// `x-roadbed-revision`, `x-roadbed-prediction-id`, `x-request-id` and `retry-after`, as far as the answer has them.
    headers: BTreeMap<String, String>,
    /// Time from here to the gateway and back, in milliseconds.
    latency_ms: f64,
    /// The answer; a text when it is not JSON.
    body: serde_json::Value,
}

impl TryIt {
    pub(crate) fn new(context: &Context, services: Services, tokens: Arc<Tokens>, gateway_url: &str) -> Self {
        let passes = Arc::new(Passes::new(tokens, context.clock.clone()));
        Self { services, passes, relay: Relay::new(gateway_url) }
    }
}

/// One request to a service for somebody in the portal.
pub(crate) fn capability(try_it: TryIt) -> Capability {
    let routes = Routes::new(try_it).add(
        post("/api/v1/services/{service}/try", relay)
            .without_rehearsal()
            .summary("Send one request to a service and show the answer")
            .body::<serde_json::Value>()
            .body_limit(BODY_LIMIT_BYTES)
            .answers::<TriedView>(StatusCode::OK)
            .allow(SERVICE_PREDICT),
    );
    Capability::new("try_it").routes(routes)
}

async fn relay(
    State(try_it): State<TryIt>,
    caller: Caller,
    PathOf(name): PathOf<String>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Json<TriedView>, Problem> {
    let path = try_it.services.path_for(&caller, &name).await?;
    let credentials = try_it.passes.credentials(&caller, &headers).await?;
    Ok(Json(try_it.relay.ask(&path, &credentials, &body).await?.into()))
}

impl From<Answered> for TriedView {
    fn from(answered: Answered) -> Self {
        let shown = SHOWN.into_iter().filter_map(|name| {
            let value = answered.headers.get(name)?.to_str().ok()?;
            Some((name.to_owned(), value.to_owned()))
        });
        Self {
            status: answered.status.as_u16(),
            headers: shown.collect(),
            latency_ms: answered.took.as_secs_f64() * 1000.0,
            body: serde_json::from_slice(&answered.body)
                .unwrap_or_else(|_| String::from_utf8_lossy(&answered.body).into_owned().into()),
        }
    }
}
