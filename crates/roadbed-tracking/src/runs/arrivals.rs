//! Runs that come from another store with their ids, and what they logged there.

use super::model::{Batch, MetricPoint, ModelMetric, NAME_TAG, Run, RunCreated, STATUSES};
use super::operations::subject;
use super::store;
use crate::arrival::{Arrival, is_id};
use crate::experiments;
use crate::inputs::{self, Dataset, DatasetInput, ModelOutput};
use crate::mlflow::{Call, Measure, MlflowError};
use roadbed_contracts::transfer::{DatasetUse, MetricLine, ModelMetricLine, Number, RunLine};
use roadbed_core::TeamId;
use roadbed_store::{Appender, Reader, StoreError, Transaction};
use std::collections::HashMap;

/// Brings the row of a run in; what it logged comes with [`arrive_logged`].
///
/// # Errors
/// The store fails.
pub fn arrive(tx: &mut Transaction<'_>, call: &Call, line: &RunLine) -> Result<Arrival, MlflowError> {
    if !is_id(&line.id) || !STATUSES.iter().any(|(_, _, status)| *status == line.status) {
        return Ok(Arrival::refused("its id or its status cannot be one of a run"));
    }
    let Some(experiment) = experiments::of_id(tx, call.team, line.experiment)? else {
        return Ok(Arrival::Refused(format!("its experiment {} is not here", line.experiment)));
    };
    if let Some(there) = store::by_run_id(tx, call.team, &line.id)? {
        let is_same = there.experiment == experiment.number && there.start_time_ms == line.started_ms;
        return Ok(Arrival::same(is_same, || format!("the id belongs to another run, {:?}", there.run_name)));
    }
    if store::is_taken(tx, &line.id)? {
        return Ok(Arrival::refused("the id is taken on this platform"));
    }
    let run = Run {
        number: store::next_number(tx)?,
        run_id: line.id.clone(),
        experiment: experiment.number,
        experiment_id: experiment.experiment_id,
        run_name: line.name.clone(),
        user_id: line.user.clone(),
        status: line.status.clone(),
        start_time_ms: line.started_ms,
        end_time_ms: line.ended_ms,
        artifact_uri: format!("{}/{}/artifacts", experiment.artifact_location, line.id),
        lifecycle: line.state.into(),
        job: None,
    };
    store::insert(tx, call.team, &run)?;
    let (run_id, run_name) = (run.run_id.clone(), run.run_name.clone());
    let body = RunCreated { run_id, experiment_id: run.experiment_id, run_name, job: None };
    tx.emit(&call.event(subject(&run.run_id)), &body)?;
    Ok(Arrival::Made)
}

/// The runs of the team among those named, by id.
///
/// # Errors
/// The store fails.
pub fn of_ids(reader: &mut Reader<'_>, team: TeamId, ids: &[String]) -> Result<HashMap<String, Run>, StoreError> {
    let found = store::by_run_ids(reader, team, ids)?;
    Ok(found.into_iter().map(|run| (run.run_id.clone(), run)).collect())
}

/// Notes params, tags and both ends of a run. What is there already stays as it is; params that have another value are named.
///
/// # Errors
/// The store fails.
pub fn arrive_logged(
    append: &mut Appender<'_>,
    run: &Run,
    team: TeamId,
    line: &RunLine,
) -> Result<Vec<String>, MlflowError> {
    let there: HashMap<String, String> = store::params(append, run.number)?.into_iter().collect();
    let (same, new): (Vec<_>, Vec<_>) = line.params.iter().partition(|(key, _)| there.contains_key(*key));
    let other = same.iter().filter(|(key, value)| there.get(*key) != Some(*value)).map(|(key, _)| (*key).clone());
    let tagged: HashMap<String, String> = store::tags(append, run.number)?.into_iter().collect();
    let named = (!line.name.is_empty()).then(|| (NAME_TAG.to_owned(), line.name.clone()));
    let owned = |(key, value): (&String, &String)| (key.clone(), value.clone());
    let mut tags: Vec<_> = line.tags.iter().map(owned).chain(named).collect();
    tags.retain(|(key, _)| !tagged.contains_key(key));
    // The name of the run is one of its tags, and must be there once.
    tags.sort_by(|a, b| a.0.cmp(&b.0));
    tags.dedup_by(|a, b| a.0 == b.0);
    let params = new.into_iter().map(owned).collect();
    store::log::<MlflowError>(append, run, team, &Batch { params, tags, ..Batch::default() })?;
    let datasets: Vec<DatasetInput> = line.datasets.iter().map(dataset).collect();
    inputs::log_datasets(append, run.number, run.experiment, &datasets)?;
    inputs::log_model_inputs(append, run.number, &line.model_inputs)?;
    let output =
        |one: &roadbed_contracts::transfer::ModelOutput| ModelOutput { model_id: one.model.clone(), step: one.step };
    let outputs: Vec<ModelOutput> = line.model_outputs.iter().map(output).collect();
    inputs::log_model_outputs(append, run.number, &outputs)?;
    Ok(other.collect())
}

fn dataset(line: &DatasetUse) -> DatasetInput {
    DatasetInput {
        dataset: Dataset {
            name: line.name.clone(),
            digest: line.digest.clone(),
            source_type: line.source_type.clone(),
            source: line.source.clone(),
            schema: line.schema.clone(),
            profile: line.profile.clone(),
        },
        tags: line.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
    }
}

fn point(key: &str, (timestamp_ms, step, Number(value)): (i64, i64, Number)) -> MetricPoint {
    MetricPoint { key: key.to_owned(), value: Measure::new(value), timestamp_ms, step }
}

/// Adds points to a run; those it has stay once.
///
/// # Errors
/// The store fails.
pub fn arrive_points(
    append: &mut Appender<'_>,
    run: &Run,
    team: TeamId,
    lines: &[MetricLine],
) -> Result<(), MlflowError> {
    let points = lines.iter().flat_map(|line| line.points.iter().map(|one| point(&line.key, *one))).collect();
    store::log(append, run, team, &Batch { points, ..Batch::default() })
}

/// Adds points about a logged model; those it has stay once. The run is the one that measured.
///
/// # Errors
/// The store fails.
pub fn arrive_model_points(
    append: &mut Appender<'_>,
    run: &Run,
    team: TeamId,
    line: &ModelMetricLine,
) -> Result<(), MlflowError> {
    let about = |one: &(i64, i64, Number)| ModelMetric {
        point: point(&line.key, *one),
        model_id: line.model.clone(),
        run_id: line.run.clone(),
        dataset_name: line.dataset_name.clone(),
        dataset_digest: line.dataset_digest.clone(),
    };
    let model_metrics = line.points.iter().map(about).collect();
    store::log::<MlflowError>(append, run, team, &Batch { model_metrics, ..Batch::default() })
}
