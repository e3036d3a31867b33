//! `/api/v1/runs`: reads for the command line and the portal.

use super::model::{FullRun, RUN_READ};
use super::operations::{self, Search};
use crate::experiments::ViewType;
use crate::mlflow::{Call, Measure, Tracking, rfc3339};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunQuery {
    /// Id of the experiment; the default one when absent.
    #[serde(default)]
    experiment: Option<String>,
    /// As MLflow clients write it, such as `metrics.auc > 0.9`.
    #[serde(default)]
    filter: Option<String>,
    /// Such as `metrics.auc DESC`; the newest first when absent.
    #[serde(default)]
    order_by: Option<String>,
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

/// A run with what it logged.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RunItem {
    id: String,
    name: String,
    experiment: String,
    /// `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.
    status: String,
    /// `active` or `deleted`.
    state: &'static str,
    /// The job whose code made the run.
    job: Option<String>,
    /// RFC 3339.
    started_at: String,
    /// RFC 3339.
    ended_at: Option<String>,
    /// Latest values; the text `NaN` for what is no number.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    metrics: BTreeMap<String, Measure>,
    params: BTreeMap<String, String>,
    tags: BTreeMap<String, String>,
}

impl From<FullRun> for RunItem {
    fn from(full: FullRun) -> Self {
        let run = full.run;
        Self {
            id: run.run_id,
            name: run.run_name,
            experiment: run.experiment_id.to_string(),
            status: run.status,
            state: run.lifecycle.as_str(),
            job: run.job.map(|job| job.to_string()),
            started_at: rfc3339(run.start_time_ms),
            ended_at: run.end_time_ms.map(rfc3339),
            metrics: full.metrics.into_iter().map(|point| (point.key, point.value)).collect(),
            params: full.params.into_iter().collect(),
            tags: full.tags.into_iter().collect(),
        }
    }
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RunList {
    items: Vec<RunItem>,
    next_cursor: Option<String>,
}

pub(super) fn routes(tracking: Tracking) -> Routes<Tracking> {
    let routes = Routes::new(tracking)
        .add(
            get("/api/v1/runs", list)
                .summary("List the runs of an experiment")
                .query::<RunQuery>()
                .answers::<RunList>(StatusCode::OK)
                .allow(RUN_READ),
        )
        .add(
            get("/api/v1/runs/{run}", show)
                .summary("Show a run with what it logged")
                .answers::<RunItem>(StatusCode::OK)
                .allow(RUN_READ),
        );
    super::series::add(routes)
}

async fn list(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<RunQuery>,
) -> Result<Json<RunList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, RUN_READ).await?;
    let limit = query.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        let detail = format!("limit is {limit}; write 1 to 1000");
        return Err(Problem::bad_request("request.query", detail).with_field("limit"));
    }
    let search = Search {
        experiment_ids: vec![query.experiment.unwrap_or_default()],
        filter: query.filter.unwrap_or_default(),
        view: ViewType::ActiveOnly,
        limit: i64::from(limit),
        order_by: query.order_by.into_iter().collect(),
        token: query.cursor,
    };
    let (found, next) = operations::search(&tracking, &call, search).await?;
    let items = found.into_iter().map(RunItem::from).collect();
    Ok(Json(RunList { items, next_cursor: next.map(|token| token.to_string()) }))
}

async fn show(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
) -> Result<Json<RunItem>, Problem> {
    let call = Call::of(&tracking, caller, &headers, RUN_READ).await?;
    let run = operations::find(&tracking, &call, &id).await?;
    let full = operations::full(&tracking, vec![run]).await?.pop();
    full.map(|full| Json(full.into())).ok_or_else(|| Problem::internal(&"a run is gone"))
}
