use super::permission::PLATFORM_READ;
use crate::capability::Capability;
use crate::context::Context;
use crate::driver::{LoopStatus, LoopStatuses};
use crate::route::{Routes, get};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Asks every role whether it answers; given by the roof, which knows the roles.
#[async_trait::async_trait]
pub trait Readiness: Send + Sync + 'static {
    /// Role → what is missing; empty text: ready.
    async fn roles(&self) -> BTreeMap<String, String>;
}

#[derive(Clone)]
struct PlatformState {
    readiness: Arc<dyn Readiness>,
    loops: LoopStatuses,
}

/// Whether every role answers.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(super) struct ReadyView {
    pub ready: bool,
    /// Role → what is missing; empty text: ready.
    pub roles: BTreeMap<String, String>,
}

/// The platform's own loops.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(super) struct LoopList {
    pub loops: BTreeMap<String, LoopStatus>,
}

/// Health, readiness, the status of controllers and reactors, measurements, and blobs for machines.
#[must_use]
pub fn capability(context: &Context, readiness: Arc<dyn Readiness>, loops: LoopStatuses) -> Capability {
    let measurements = super::measurements::routes(context, loops.clone());
    let routes = Routes::new(PlatformState { readiness, loops })
        .add(get("/healthz", || async { "ok\n" }).undocumented().public())
        .add(get("/readyz", ready).undocumented().public())
        .add(
            get("/api/v1/controllers", controllers)
                .summary("What the platform's own loops are doing")
                .answers::<LoopList>(StatusCode::OK)
                .allow(PLATFORM_READ),
        );
    let mut platform = Capability::new("platform").routes(routes);
    platform.routes.extend(measurements);
    platform.routes.extend(super::blobs_capability(context).routes);
    platform
}

async fn ready(State(state): State<PlatformState>) -> (StatusCode, Json<ReadyView>) {
    let roles = state.readiness.roles().await;
    let ready = roles.values().all(String::is_empty);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(ReadyView { ready, roles }))
}

async fn controllers(State(state): State<PlatformState>) -> Json<LoopList> {
    Json(LoopList { loops: state.loops.all() })
}
