//! Experiments that come from another store with their ids.

use super::model::{DEFAULT_EXPERIMENT_ID, Experiment, ExperimentCreated, ExperimentUpdated, Lifecycle};
use super::operations::{NAME_LIMIT, subject};
use super::store;
use crate::arrival::Arrival;
use crate::mlflow::{Call, MlflowError, names};
use roadbed_contracts::transfer::{ExperimentLine, Stage};
use roadbed_core::TeamId;
use roadbed_store::{Query, StoreError, Transaction};

impl From<Stage> for Lifecycle {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Active => Self::Active,
            Stage::Deleted => Self::Deleted,
        }
    }
}

/// The experiment of this id in the team.
///
/// # Errors
/// The store fails.
pub fn of_id(query: &mut impl Query, team: TeamId, id: i64) -> Result<Option<Experiment>, StoreError> {
    store::by_id(query, team, id)
}

/// Brings an experiment in. The default one, which every team has, takes the tags it lacks.
///
/// # Errors
/// The store fails.
pub fn arrive(tx: &mut Transaction<'_>, call: &Call, line: &ExperimentLine) -> Result<Arrival, MlflowError> {
    if line.id < 0 || names::check_length("name", NAME_LIMIT, &line.name).is_err() || line.name.is_empty() {
        return Ok(Arrival::refused("its id or its name cannot be one of an experiment"));
    }
    if let Some(there) = store::by_id(tx, call.team, line.id)? {
        if line.id == DEFAULT_EXPERIMENT_ID {
            return merge_default(tx, call, there, line).map(|()| Arrival::Present);
        }
        let is_same = there.created_ms == line.created_ms;
        return Ok(Arrival::same(is_same, || format!("the id belongs to another experiment, {:?}", there.name)));
    }
    if let Some(other) = store::by_name(tx, call.team, &line.name)? {
        return Ok(Arrival::Refused(format!(
            "the name belongs to experiment {}: rename that one and run the import again",
            other.experiment_id
        )));
    }
    let (number, _) = store::next_keys(tx)?;
    let new = Experiment {
        number,
        experiment_id: line.id,
        name: line.name.clone(),
        artifact_location: format!("mlflow-artifacts:/{}", line.id),
        lifecycle: line.state.into(),
        tags: line.tags.clone(),
        created_ms: line.created_ms,
        updated_ms: line.updated_ms,
    };
    store::insert(tx, call.team, &new)?;
    tx.emit(&call.event(subject(line.id)), &ExperimentCreated { experiment_id: line.id, name: new.name })?;
    Ok(Arrival::Made)
}

fn merge_default(
    tx: &mut Transaction<'_>,
    call: &Call,
    mut there: Experiment,
    line: &ExperimentLine,
) -> Result<(), MlflowError> {
    let before = there.tags.len();
    for (key, value) in &line.tags {
        there.tags.entry(key.clone()).or_insert_with(|| value.clone());
    }
    if there.tags.len() > before {
        store::update(tx, &there)?;
        let body = ExperimentUpdated { experiment_id: there.experiment_id, name: there.name };
        tx.emit(&call.event(subject(DEFAULT_EXPERIMENT_ID)), &body)?;
    }
    Ok(())
}
