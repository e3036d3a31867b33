use super::model::GatewaySeen;
use super::operations::Gateways;
use super::reactor::{GrantsReactor, GrantsSource};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::caller::Identity;
use roadbed_capability::extract::{Query, RawBody, parse_json};
use roadbed_capability::{Caller, Capability, Grantee, Permission, Problem, Routes, get, post};
use roadbed_contracts::entries::{EntryFeed, Heartbeat, RevisionLoad};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

pub const ENTRY_READ: Permission = Permission::new("entry:read", Grantee::Gateway);
pub const HEARTBEAT_WRITE: Permission = Permission::new("heartbeat:write", Grantee::Gateway);
pub const GATEWAY_READ: Permission = Permission::new("gateway:read", Grantee::Viewer);

/// A heartbeat carries up to a megabyte of counters, and the states of all revisions.
const HEARTBEAT_LIMIT_BYTES: usize = 8 << 20;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FeedQuery {
    /// Changes after this version; 0 for everything.
    #[serde(default)]
    pub after: i64,
    /// Wait this long for a change, up to 60.
    #[serde(default)]
    pub wait_seconds: u64,
}

/// A data plane.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GatewayView {
    pub name: String,
    /// It sent a heartbeat in the last 5 seconds.
    pub live: bool,
    /// RFC 3339.
    pub heard_at: String,
    /// Version of the entries it has applied.
    pub applied: i64,
    /// Applied everything there is.
    pub current: bool,
    pub revisions_ready: usize,
    pub revisions_loading: usize,
    pub revisions_failed: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GatewayList {
    pub items: Vec<GatewayView>,
}

#[must_use]
pub fn capability(gateways: &Gateways, grants: GrantsSource) -> Capability {
    let routes = Routes::new(gateways.clone())
        .add(get("/internal/v1/entries", feed).query::<FeedQuery>().undocumented().allow(ENTRY_READ))
        .add(
            post("/internal/v1/heartbeat", heartbeat)
                .body_limit(HEARTBEAT_LIMIT_BYTES)
                .undocumented()
                .allow(HEARTBEAT_WRITE),
        )
        .add(
            get("/api/v1/gateways", list)
                .summary("List gateways and what they have applied")
                .answers::<GatewayList>(StatusCode::OK)
                .allow(GATEWAY_READ),
        );
    Capability::new("gateways").routes(routes).reactor(Arc::new(GrantsReactor::new(gateways.clone(), grants)))
}

async fn feed(State(gateways): State<Gateways>, Query(query): Query<FeedQuery>) -> Result<Json<EntryFeed>, Problem> {
    let wait = Duration::from_secs(query.wait_seconds);
    Ok(Json(gateways.feed(query.after.max(0), wait).await?))
}

async fn heartbeat(
    State(gateways): State<Gateways>,
    caller: Caller,
    RawBody(body): RawBody,
) -> Result<StatusCode, Problem> {
    let Identity::Gateway(name) = &caller.principal().identity else {
        return Err(Problem::forbidden("heartbeats are for gateways"));
    };
    let heartbeat: Heartbeat = parse_json(&body)?;
    gateways.heartbeat(name.clone(), heartbeat).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list(State(gateways): State<Gateways>) -> Result<Json<GatewayList>, Problem> {
    let head = gateways.head().await?;
    let liveness = gateways.liveness();
    let view = |gateway: GatewaySeen| {
        let count = |state| gateway.revisions.values().filter(|status| status.state == state).count();
        GatewayView {
            live: liveness.is_live(&gateway),
            heard_at: gateway.heard_at.to_string(),
            applied: gateway.applied,
            current: gateway.applied >= head,
            revisions_ready: count(RevisionLoad::Ready),
            revisions_loading: count(RevisionLoad::Loading),
            revisions_failed: count(RevisionLoad::Failed),
            name: gateway.name,
        }
    };
    Ok(Json(GatewayList { items: liveness.all().into_iter().map(view).collect() }))
}
