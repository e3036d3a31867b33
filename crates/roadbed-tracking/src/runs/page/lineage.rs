//! `GET /api/v1/runs/{run}/lineage`.

use super::read::{self, RunDataset, RunLoggedModel, RunVersion};
use super::stand::RunPages;
use crate::mlflow::Call;
use crate::runs::model::{RUN_READ, SOURCE_TAG};
use crate::runs::operations;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::PathOf;
use roadbed_capability::{Caller, Problem, Routes, get};
use serde::Serialize;

/// The code that made a run, as the client found it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RunCode {
    /// File or notebook.
    source: Option<String>,
    /// Such as `LOCAL`, `NOTEBOOK` or `PROJECT`.
    source_type: Option<String>,
    /// Of Git.
    commit: Option<String>,
    /// Of Git.
    branch: Option<String>,
    /// Address of the Git repository.
    repository: Option<String>,
    /// What was run of an MLflow project.
    entry_point: Option<String>,
}

/// Where a run comes from and what came of it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RunLineage {
    run: String,
    experiment: String,
    /// The job whose code made the run.
    job: Option<String>,
    code: RunCode,
    /// What it used.
    datasets: Vec<RunDataset>,
    /// Ids of logged models it read.
    input_models: Vec<String>,
    /// Logged models it made.
    logged_models: Vec<RunLoggedModel>,
    /// Model versions registered from it.
    versions: Vec<RunVersion>,
}

pub(super) fn add(routes: Routes<RunPages>) -> Routes<RunPages> {
    routes.add(
        get("/api/v1/runs/{run}/lineage", show)
            .summary("Show where a run comes from and what came of it")
            .answers::<RunLineage>(StatusCode::OK)
            .allow(RUN_READ),
    )
}

async fn show(
    State(pages): State<RunPages>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
) -> Result<Json<RunLineage>, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, RUN_READ).await?;
    let run = operations::find(&pages.tracking, &call, &id).await?;
    let (models, versions) = pages.made(&call, &run).await?;
    let full = pages.full(run).await?;
    let tag = |key: &str| full.tags.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
    let code = RunCode {
        source: tag(SOURCE_TAG),
        source_type: tag("mlflow.source.type"),
        commit: tag("mlflow.source.git.commit"),
        branch: tag("mlflow.source.git.branch"),
        repository: tag("mlflow.source.git.repoURL"),
        entry_point: tag("mlflow.project.entryPoint"),
    };
    let logged_models = read::logged_models(&full, models);
    Ok(Json(RunLineage {
        run: full.run.run_id,
        experiment: full.run.experiment_id.to_string(),
        job: full.run.job.map(|job| job.to_string()),
        code,
        datasets: full.inputs.datasets.into_iter().map(RunDataset::from).collect(),
        input_models: full.inputs.model_inputs,
        logged_models,
        versions: versions.into_iter().map(RunVersion::from).collect(),
    }))
}
