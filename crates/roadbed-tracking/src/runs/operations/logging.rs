//! Params, metrics, tags, inputs and outputs of a run.

use super::lifecycle::set_name;
use super::reading::find;
use crate::inputs::{self, DatasetInput, ModelOutput};
use crate::mlflow::{Call, MlflowError, Tracking, names};
use crate::runs::model::{Batch, MetricPoint, NAME_TAG, Run, RunError};
use crate::runs::store;
use std::collections::HashSet;

const PARAM_VALUE_LIMIT: usize = 6000;
const TAG_VALUE_LIMIT: usize = 8000;
const METRICS_LIMIT: usize = 1000;
const PARAMS_LIMIT: usize = 100;
const TAGS_LIMIT: usize = 100;
const ENTITIES_LIMIT: usize = 1000;
/// The tag under which old clients keep the models a run logged.
const LOGGED_MODELS_TAG: &str = "mlflow.log-model.history";

/// The run of a write: known and active.
async fn writable(tracking: &Tracking, call: &Call, run_id: &str) -> Result<Run, MlflowError> {
    let run = find(tracking, call, run_id).await?;
    run.check_active()?;
    Ok(run)
}

/// Logs everything in one step: all of it or nothing. `in_batch` makes messages name the place in the lists.
pub(in crate::runs) async fn log(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    batch: Batch,
    in_batch: bool,
) -> Result<(), MlflowError> {
    let batch = checked(batch, in_batch)?;
    let run = writable(tracking, call, run_id).await?;
    let name = batch.tags.iter().rev().find(|(key, _)| key == NAME_TAG).map(|(_, value)| value.clone());
    let team = call.team;
    tracking.context.store.append(move |append| store::log::<MlflowError>(append, &run, team, &batch)).await?;
    match name {
        Some(name) => set_name(tracking, call, run_id, name).await,
        None => Ok(()),
    }
}

/// Logs points of metrics, as many as there are. A rehearsal only looks whether they could be logged.
pub(in crate::runs) async fn log_points(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    (points, dry_run): (Vec<MetricPoint>, bool),
) -> Result<(), MlflowError> {
    check_points(&points, |index, field| format!("metrics[{index}].{field}"))?;
    let run = writable(tracking, call, run_id).await?;
    if dry_run {
        return Ok(());
    }
    let (team, batch) = (call.team, Batch { points, ..Batch::default() });
    tracking.context.store.append(move |append| store::log::<MlflowError>(append, &run, team, &batch)).await
}

fn check_points(points: &[MetricPoint], place: impl Fn(usize, &str) -> String) -> Result<(), MlflowError> {
    // Points of one metric follow each other, so its key is looked at once.
    let mut before: Option<&str> = None;
    for (index, point) in points.iter().enumerate() {
        if before != Some(&point.key) {
            names::check_key("Metric name", &place(index, "name"), &point.key)?;
            before = Some(&point.key);
        }
        if point.timestamp_ms < 0 {
            return Err(MlflowError::invalid(format!(
                "Invalid value {} for parameter '{}' supplied: metric '{}' (value={}). Timestamp must be a nonnegative long \
                 (64-bit integer) ",
                point.timestamp_ms,
                place(index, "timestamp"),
                point.key,
                point.value.get()
            )));
        }
    }
    Ok(())
}

fn checked(mut batch: Batch, in_batch: bool) -> Result<Batch, MlflowError> {
    let place = |list: &str, index: usize, field: &str| {
        if in_batch { format!("{list}[{index}].{field}") } else { field.to_owned() }
    };
    check_points(&batch.points, |index, field| place("metrics", index, field))?;
    for (index, (key, value)) in batch.params.iter_mut().enumerate() {
        names::check_key("Param key", &place("params", index, "key"), key)?;
        *value = names::truncated(std::mem::take(value), PARAM_VALUE_LIMIT);
    }
    for (index, (key, value)) in batch.tags.iter_mut().enumerate() {
        names::check_key("key", &place("tags", index, "key"), key)?;
        *value = names::truncated(std::mem::take(value), TAG_VALUE_LIMIT);
    }
    check_limits(&batch)?;
    check_unique(&batch.params)?;
    Ok(batch)
}

fn check_limits(batch: &Batch) -> Result<(), MlflowError> {
    let (metrics, params, tags) = (batch.points.len(), batch.params.len(), batch.tags.len());
    let limits = [
        ("metrics", METRICS_LIMIT, metrics),
        ("params", PARAMS_LIMIT, params),
        ("tags", TAGS_LIMIT, tags),
        ("metrics, params, and tags", ENTITIES_LIMIT, metrics + params + tags),
    ];
    match limits.into_iter().find(|(_, limit, count)| count > limit) {
        None => Ok(()),
        Some((what, limit, count)) => Err(MlflowError::invalid(format!(
            "A batch logging request can contain at most {limit} {what}. Got {count} {what}. Please split up {what} across multiple \
             requests and try again."
        ))),
    }
}

fn check_unique(params: &[(String, String)]) -> Result<(), MlflowError> {
    let mut seen = HashSet::new();
    let twice: Vec<String> =
        params.iter().filter(|(key, _)| !seen.insert(key)).map(|(key, _)| format!("'{key}'")).collect();
    if twice.is_empty() {
        return Ok(());
    }
    Err(MlflowError::invalid(format!(
        "Duplicate parameter keys have been submitted: [{}]. Please ensure the request contains only one param value per param key.",
        twice.join(", ")
    )))
}

pub(in crate::runs) async fn delete_tag(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    key: &str,
) -> Result<(), MlflowError> {
    let run = writable(tracking, call, run_id).await?;
    let key = key.to_owned();
    tracking
        .context
        .store
        .append(move |append| {
            if store::delete_tag(append, run.number, &key)? {
                return Ok(());
            }
            Err(MlflowError::from(RunError::UnknownTag { run_id: run.run_id.clone(), key: key.clone() }))
        })
        .await
}

/// Notes a model as clients before MLflow 3 do: its description is added to a list in a tag.
pub(in crate::runs) async fn log_model(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    description: serde_json::Value,
) -> Result<(), MlflowError> {
    let run = writable(tracking, call, run_id).await?;
    let team = call.team;
    tracking
        .context
        .store
        .append(move |append| {
            let there = store::tag(append, run.number, LOGGED_MODELS_TAG)?;
            let mut models: Vec<serde_json::Value> =
                there.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
            models.push(description.clone());
            let text = serde_json::Value::from(models).to_string();
            let batch = Batch { tags: vec![(LOGGED_MODELS_TAG.to_owned(), text)], ..Batch::default() };
            store::log::<MlflowError>(append, &run, team, &batch)
        })
        .await
}

/// What a run read and made.
pub(in crate::runs) async fn log_sources(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    (datasets, model_inputs, model_outputs): (Vec<DatasetInput>, Vec<String>, Vec<ModelOutput>),
) -> Result<(), MlflowError> {
    let run = writable(tracking, call, run_id).await?;
    tracking
        .context
        .store
        .append(move |append| {
            inputs::log_datasets(append, run.number, run.experiment, &datasets)?;
            inputs::log_model_inputs(append, run.number, &model_inputs)?;
            inputs::log_model_outputs(append, run.number, &model_outputs)?;
            Ok::<_, MlflowError>(())
        })
        .await
}
