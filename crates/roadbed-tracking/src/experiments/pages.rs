//! `/api/v1/experiments`: reads for the command line and the portal.

use super::model::{EXPERIMENT_READ, Experiment, ViewType};
use super::operations::{self, Search};
use crate::mlflow::{Call, Tracking, rfc3339};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Page, PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get};
use serde::Serialize;
use std::collections::BTreeMap;

/// A set of runs.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ExperimentItem {
    id: String,
    name: String,
    /// `active` or `deleted`.
    state: &'static str,
    tags: BTreeMap<String, String>,
    /// RFC 3339.
    created_at: String,
}

impl From<Experiment> for ExperimentItem {
    fn from(experiment: Experiment) -> Self {
        Self {
            id: experiment.experiment_id.to_string(),
            name: experiment.name,
            state: experiment.lifecycle.as_str(),
            tags: experiment.tags,
            created_at: rfc3339(experiment.created_ms),
        }
    }
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ExperimentList {
    items: Vec<ExperimentItem>,
    next_cursor: Option<String>,
}

pub(super) fn routes(tracking: Tracking) -> Routes<Tracking> {
    Routes::new(tracking)
        .add(
            get("/api/v1/experiments", list)
                .summary("List the experiments of the team")
                .query::<Page>()
                .answers::<ExperimentList>(StatusCode::OK)
                .allow(EXPERIMENT_READ),
        )
        .add(
            get("/api/v1/experiments/{experiment}", show)
                .summary("Show an experiment")
                .answers::<ExperimentItem>(StatusCode::OK)
                .allow(EXPERIMENT_READ),
        )
}

async fn list(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<Page>,
) -> Result<Json<ExperimentList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, EXPERIMENT_READ).await?;
    let search = Search {
        view: ViewType::ActiveOnly,
        limit: i64::from(query.limit()?),
        filter: String::new(),
        order_by: Vec::new(),
        token: query.cursor,
    };
    let (found, next) = operations::search(&tracking, &call, search).await?;
    let items = found.into_iter().map(ExperimentItem::from).collect();
    Ok(Json(ExperimentList { items, next_cursor: next.map(|token| token.to_string()) }))
}

async fn show(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
) -> Result<Json<ExperimentItem>, Problem> {
    let call = Call::of(&tracking, caller, &headers, EXPERIMENT_READ).await?;
    Ok(Json(operations::find(&tracking, &call, &id).await?.into()))
}
