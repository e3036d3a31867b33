//! Routes of retention.

use super::acting::Acting;
use super::controller::Retention;
use super::model::{Policy, RETENTION_GOVERN, RETENTION_READ, TEAM_SCOPE, Toll, WHOLE_TEAM};
use super::operations::Sweep;
use super::policies;
use crate::experiments::Lifecycle;
use crate::mlflow::{Call, Tracking, rfc3339};
use crate::runs::Former;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Body, DryRun, IfMatch, PathOf};
use roadbed_capability::{Caller, Capability, Problem, Routes, delete, get, post, put};
use roadbed_contracts::events::Subject;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;

#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let controller = Retention { tracking: tracking.clone() };
    let routes = Routes::new(tracking)
        .add(
            get("/api/v1/retention", list)
                .summary("List how long runs are kept")
                .answers::<PolicyList>(StatusCode::OK)
                .allow(RETENTION_READ),
        )
        .add(
            get("/api/v1/retention/{scope}", show)
                .summary("Show how long runs of an experiment, or of the team, are kept, and what goes next")
                .answers::<PolicyPage>(StatusCode::OK)
                .allow(RETENTION_READ),
        )
        .add(
            put("/api/v1/retention/{scope}", set)
                .summary("Set how long runs of an experiment, or of the team, are kept; a rehearsal says what would go")
                .body::<PolicyBody>()
                .answers::<PolicyPage>(StatusCode::OK)
                .allow(RETENTION_GOVERN),
        )
        .add(
            delete("/api/v1/retention/{scope}", remove)
                .summary("Remove a retention policy")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(RETENTION_GOVERN),
        )
        .add(
            post("/api/v1/purge", purge)
                .summary("Remove deleted runs for good, with their points, traces and files")
                .body::<PurgeBody>()
                .answers::<TollItem>(StatusCode::OK)
                .allow(RETENTION_GOVERN),
        );
    Capability::new("retention").routes(routes).controller(Arc::new(controller))
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct PolicyBody {
    /// Runs that ended so many days ago are deleted; they can be restored until they are purged.
    #[serde(default)]
    delete_after_days: Option<i64>,
    /// Runs that have been deleted for so many days go for good.
    #[serde(default)]
    purge_after_days: Option<i64>,
}

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct PurgeBody {
    /// Only runs of this experiment, by id.
    #[serde(default)]
    experiment: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct PolicyItem {
    /// Id of an experiment, or `team`.
    scope: String,
    delete_after_days: Option<i64>,
    purge_after_days: Option<i64>,
    /// For If-Match.
    version: String,
    /// RFC 3339.
    updated_at: String,
}

/// What goes, or would go.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct TollItem {
    runs: u64,
    logged_models: u64,
    /// Traces that were made in these runs.
    traces: u64,
    files: u64,
    /// In these files, each content once.
    bytes: u64,
    /// Of these, bytes that nothing else holds; 0 in a rehearsal. The disk has them back a day later.
    bytes_freed: u64,
    /// Runs that stay: registered, or tagged `roadbed.keep`.
    kept: u64,
    /// There are more: call again.
    more: bool,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct PolicyPage {
    #[serde(flatten)]
    policy: PolicyItem,
    /// What is deleted at the next pass.
    next_deleted: TollItem,
    /// What is purged at the next pass.
    next_purged: TollItem,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct PolicyList {
    items: Vec<PolicyItem>,
}

impl From<Policy> for PolicyItem {
    fn from(policy: Policy) -> Self {
        Self {
            scope: policy.scope,
            delete_after_days: policy.delete_after_days,
            purge_after_days: policy.purge_after_days,
            version: policy.version.to_string(),
            updated_at: rfc3339(policy.updated_ms),
        }
    }
}

impl From<Toll> for TollItem {
    fn from(Toll { runs, logged_models, traces, files, bytes, bytes_freed, kept, more }: Toll) -> Self {
        Self { runs, logged_models, traces, files, bytes, bytes_freed, kept, more }
    }
}

/// A policy with what it does next.
async fn page(tracking: &Tracking, call: &Call, policy: Policy) -> Result<Json<PolicyPage>, Problem> {
    let all = policies::of_team(tracking, call.team).await?;
    let header = call.event(Subject::new("retention", &policy.scope));
    let acting = Acting { header, lease: None, dry_run: true };
    let now = tracking.context.clock.now();
    let (deleted, purged) = policies::apply(tracking, &policy, (&all, now), &acting).await?;
    Ok(Json(PolicyPage { policy: policy.into(), next_deleted: deleted.into(), next_purged: purged.into() }))
}

async fn list(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<PolicyList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, RETENTION_READ).await?;
    let found = policies::of_team(&tracking, call.team).await?;
    Ok(Json(PolicyList { items: found.into_iter().map(PolicyItem::from).collect() }))
}

async fn show(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(scope): PathOf<String>,
) -> Result<Json<PolicyPage>, Problem> {
    let call = Call::of(&tracking, caller, &headers, RETENTION_READ).await?;
    let policy = policies::find(&tracking, &call, &scope).await?;
    page(&tracking, &call, policy).await
}

async fn set(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    seen: IfMatch,
    PathOf(scope): PathOf<String>,
    Body(body): Body<PolicyBody>,
) -> Result<Json<PolicyPage>, Problem> {
    let call = Call::of(&tracking, caller, &headers, RETENTION_GOVERN).await?.rehearsing(dry_run);
    let days = (body.delete_after_days, body.purge_after_days);
    let policy = policies::set(&tracking, &call, &scope, days, seen).await?;
    page(&tracking, &call, policy).await
}

async fn remove(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(scope): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&tracking, caller, &headers, RETENTION_GOVERN).await?.rehearsing(dry_run);
    policies::delete(&tracking, &call, &scope).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn purge(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    DryRun(dry_run): DryRun,
    Body(body): Body<PurgeBody>,
) -> Result<Json<TollItem>, Problem> {
    let call = Call::of(&tracking, caller, &headers, RETENTION_GOVERN).await?;
    let scope = body.experiment.as_deref().unwrap_or(TEAM_SCOPE);
    let experiment = policies::experiment_of(&tracking, &call, scope).await?;
    let experiment = Some(experiment).filter(|key| *key != WHOLE_TEAM);
    let former = Former { team: call.team, experiment, stage: Lifecycle::Deleted, ended_before_ms: None };
    let sweep = Sweep { former, without: HashSet::new(), deleted_before_ms: None };
    let acting = Acting { header: call.event(Subject::new("retention", scope)), lease: None, dry_run };
    Ok(Json(sweep.purge(&tracking, &acting).await?.into()))
}
