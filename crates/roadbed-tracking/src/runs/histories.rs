//! Routes of metric histories (`mlflow/protos/service.proto`: GetMetricHistory; `mlflow/server/handlers.py` for those of the pages).

use super::model::RUN_READ;
use super::operations;
use super::views::MetricView;
use crate::mlflow::{Call, Endpoints, MlflowError, Tracking, missing, mlflow_paths};
use serde::Serialize;

/// Most runs of one bulk history, as MLflow allows.
const BULK_RUNS: usize = 100;
/// Points per run of a sampled history: default and most.
const SAMPLED_POINTS: i64 = 2500;
/// Points of all runs of a whole history: default and most.
const BULK_POINTS: i64 = 25_000;

pub(super) fn add(endpoints: Endpoints) -> Endpoints {
    endpoints
        .get(mlflow_paths!("/metrics/get-history"), RUN_READ, history)
        .get(mlflow_paths!("/metrics/get-history-bulk"), RUN_READ, whole)
        .get(mlflow_paths!("/metrics/get-history-bulk-interval"), RUN_READ, sampled)
}

#[derive(Debug, Serialize)]
struct MetricsAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics: Vec<MetricView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

/// As the pages expect it: the list is there even when it is empty.
#[derive(Debug, Serialize)]
struct WholeAnswer {
    metrics: Vec<MetricView>,
}

async fn history(tracking: Tracking, call: Call) -> Result<MetricsAnswer, MlflowError> {
    let part = (call.fields.integer("max_results")?, call.fields.nonempty("page_token")?);
    let (run_id, key) = (call.fields.run_id()?, call.fields.required("metric_key")?);
    let (points, next) = operations::history(&tracking, &call, run_id, key, part).await?;
    Ok(MetricsAnswer {
        metrics: points.into_iter().map(MetricView::from).collect(),
        next_page_token: next.map(|token| token.to_string()),
    })
}

fn some_runs(run_ids: Vec<String>) -> Result<Vec<String>, MlflowError> {
    if (1..=BULK_RUNS).contains(&run_ids.len()) {
        return Ok(run_ids);
    }
    let found = run_ids.len();
    Err(MlflowError::invalid(format!("a bulk history takes 1 to {BULK_RUNS} runs, received {found}")))
}

/// The first points of several runs, by run and time.
async fn whole(tracking: Tracking, call: Call) -> Result<WholeAnswer, MlflowError> {
    let mut run_ids = some_runs(call.fields.texts("run_id")?)?;
    run_ids.sort();
    run_ids.dedup();
    let key = call.fields.text("metric_key")?.ok_or_else(|| missing("metric_key"))?;
    let limit = call.fields.integer("max_results")?.unwrap_or(BULK_POINTS).clamp(0, BULK_POINTS);
    let limit = usize::try_from(limit).unwrap_or(0);
    let found = operations::whole_histories(&tracking, &call, run_ids, key, limit).await?;
    Ok(WholeAnswer { metrics: found.into_iter().map(of_run).collect() })
}

/// Evenly spread points of several runs, by run and step.
async fn sampled(tracking: Tracking, call: Call) -> Result<MetricsAnswer, MlflowError> {
    let run_ids = some_runs(call.fields.texts("run_ids")?)?;
    let points = call.fields.integer("max_results")?.unwrap_or(SAMPLED_POINTS);
    if !(1..=SAMPLED_POINTS).contains(&points) {
        return Err(MlflowError::invalid(format!("max_results must be between 1 and {SAMPLED_POINTS}.")));
    }
    let steps = match (call.fields.integer("start_step")?, call.fields.integer("end_step")?) {
        (None, None) => (i64::MIN, i64::MAX),
        (Some(start), Some(end)) if start <= end => (start, end),
        (Some(start), Some(end)) => {
            return Err(MlflowError::invalid(format!(
                "end_step must be greater than start_step. Found start_step={start} and end_step={end}."
            )));
        }
        _ => {
            let message = "If either start step or end step are specified, both must be specified.";
            return Err(MlflowError::invalid(message));
        }
    };
    let key = call.fields.required("metric_key")?;
    let points = usize::try_from(points).unwrap_or(1);
    let found = operations::sampled_histories(&tracking, &call, run_ids, key, (steps, points)).await?;
    Ok(MetricsAnswer { metrics: found.into_iter().map(of_run).collect(), next_page_token: None })
}

fn of_run((run_id, point): (String, super::model::MetricPoint)) -> MetricView {
    MetricView { run_id: Some(run_id), ..MetricView::from(point) }
}
