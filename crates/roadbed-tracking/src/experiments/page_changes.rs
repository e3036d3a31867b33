//! `/api/v1/experiments`: changes, by the same operations as those of MLflow clients.

use super::model::{EXPERIMENT_WRITE, Lifecycle};
use super::operations;
use super::pages::{ExperimentItem, Pages};
use crate::mlflow::{Call, ErrorCode, MlflowError};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Body, DryRun, IfMatch, PathOf};
use roadbed_capability::{Caller, Problem, Routes, delete, patch, post};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewExperiment {
    /// 1 to 500 characters, unique in the team.
    name: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExperimentChange {
    /// 1 to 500 characters, unique in the team.
    name: String,
}

pub(super) fn add(routes: Routes<Pages>) -> Routes<Pages> {
    routes
        .add(
            post("/api/v1/experiments", create)
                .summary("Create an experiment")
                .body::<NewExperiment>()
                .answers::<ExperimentItem>(StatusCode::CREATED)
                .allow(EXPERIMENT_WRITE),
        )
        .add(
            patch("/api/v1/experiments/{experiment}", rename)
                .summary("Rename an experiment")
                .body::<ExperimentChange>()
                .answers::<ExperimentItem>(StatusCode::OK)
                .allow(EXPERIMENT_WRITE),
        )
        .add(
            delete("/api/v1/experiments/{experiment}", remove)
                .summary("Delete an experiment with its runs; both can be restored")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(EXPERIMENT_WRITE),
        )
        .add(
            post("/api/v1/experiments/{experiment}/restore", restore)
                .summary("Restore a deleted experiment with its runs")
                .answers::<ExperimentItem>(StatusCode::OK)
                .allow(EXPERIMENT_WRITE),
        )
}

fn named(name: String) -> Result<String, Problem> {
    if name.trim().is_empty() {
        return Err(Problem::bad_request("request.body", "an experiment needs a name").with_field("name"));
    }
    Ok(name)
}

/// What is wrong with an experiment that is written is its name, unless it is not there or was changed.
fn about_name(error: MlflowError) -> Problem {
    let is_name = matches!(error.code, ErrorCode::InvalidParameterValue | ErrorCode::ResourceAlreadyExists);
    let problem = Problem::from(error);
    if is_name { problem.with_field("name") } else { problem }
}

async fn create(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    Body(new): Body<NewExperiment>,
) -> Result<(StatusCode, HeaderMap, Json<ExperimentItem>), Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, EXPERIMENT_WRITE).await?.rehearsing(dry_run);
    let name = named(new.name)?;
    let made = operations::create(&pages.tracking, &call, &name, None, new.tags).await.map_err(about_name)?;
    let (headers, item) = pages.item(made).await?.answer();
    Ok((StatusCode::CREATED, headers, item))
}

async fn rename(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    seen: IfMatch,
    PathOf(id): PathOf<String>,
    Body(change): Body<ExperimentChange>,
) -> Result<(HeaderMap, Json<ExperimentItem>), Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, EXPERIMENT_WRITE).await?.rehearsing(dry_run);
    let name = named(change.name)?;
    let renamed = operations::rename(&pages.tracking, &call, &id, (&name, seen)).await.map_err(about_name)?;
    Ok(pages.item(renamed).await?.answer())
}

async fn remove(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, EXPERIMENT_WRITE).await?.rehearsing(dry_run);
    let to = (Lifecycle::Deleted, pages.of_runs.move_all);
    operations::move_to(&pages.tracking, &call, &id, to).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn restore(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(id): PathOf<String>,
) -> Result<(HeaderMap, Json<ExperimentItem>), Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, EXPERIMENT_WRITE).await?.rehearsing(dry_run);
    let to = (Lifecycle::Active, pages.of_runs.move_all);
    let restored = operations::move_to(&pages.tracking, &call, &id, to).await?;
    Ok(pages.item(restored).await?.answer())
}
