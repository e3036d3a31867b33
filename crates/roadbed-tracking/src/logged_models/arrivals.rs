//! Logged models that come from another store with their ids.

use super::model::{LoggedModel, LoggedModelCreated, STATUSES};
use super::operations::subject;
use super::store;
use crate::arrival::{Arrival, is_id};
use crate::experiments;
use crate::mlflow::{Call, MlflowError};
use roadbed_contracts::transfer::LoggedModelLine;
use roadbed_store::Transaction;

/// Brings a logged model in; its files come with the routes of artifacts.
///
/// # Errors
/// The store fails.
pub fn arrive(tx: &mut Transaction<'_>, call: &Call, line: &LoggedModelLine) -> Result<Arrival, MlflowError> {
    if !is_id(&line.id) || !STATUSES.iter().any(|(_, _, status)| *status == line.status) {
        return Ok(Arrival::refused("its id or its status cannot be one of a logged model"));
    }
    let Some(experiment) = experiments::of_id(tx, call.team, line.experiment)? else {
        return Ok(Arrival::Refused(format!("its experiment {} is not here", line.experiment)));
    };
    if let Some(there) = store::by_id(tx, call.team, &line.id)? {
        let is_same = there.experiment == experiment.number && there.created_ms == line.created_ms;
        return Ok(Arrival::same(is_same, || format!("the id belongs to another logged model, {:?}", there.name)));
    }
    if store::is_taken(tx, &line.id)? {
        return Ok(Arrival::refused("the id is taken on this platform"));
    }
    let new = LoggedModel {
        model_id: line.id.clone(),
        experiment: experiment.number,
        experiment_id: experiment.experiment_id,
        name: line.name.clone(),
        model_type: line.model_type.clone(),
        status: line.status.clone(),
        source_run_id: line.run.clone(),
        artifact_uri: format!("{}/models/{}/artifacts", experiment.artifact_location, line.id),
        lifecycle: line.state.into(),
        tags: line.tags.clone(),
        params: line.params.clone(),
        created_ms: line.created_ms,
        updated_ms: line.updated_ms,
    };
    store::insert(tx, call.team, &new)?;
    let LoggedModel { model_id, name, status, .. } = new;
    tx.emit(&call.event(subject(&line.id)), &LoggedModelCreated { model_id, name, status })?;
    Ok(Arrival::Made)
}
