//! A model and a version by their names.

use super::model::{ModelError, ModelVersion, RegisteredModel};
use super::store;
use crate::mlflow::{MlflowError, names};
use roadbed_core::TeamId;
use roadbed_store::{Query, StoreError};

/// # Errors
/// The text cannot be the name of a model.
pub(super) fn check_name(name: &str) -> Result<(), MlflowError> {
    if name.trim().is_empty() {
        return Err(ModelError::NoName.into());
    }
    let normal = names::normal_path(name) == name && !matches!(name, "." | "..");
    if !normal || name.parse::<roadbed_core::ModelName>().is_err() {
        return Err(ModelError::Name(name.chars().take(300).collect()).into());
    }
    Ok(())
}

/// The model of this name in the team.
pub(super) fn model(query: &mut impl Query, team: TeamId, name: &str) -> Result<RegisteredModel, MlflowError> {
    check_name(name)?;
    Ok(store::by_name(query, team, name)?.ok_or_else(|| ModelError::Unknown(name.to_owned()))?)
}

pub(super) fn version(
    query: &mut impl Query,
    model: &RegisteredModel,
    number: i64,
) -> Result<ModelVersion, MlflowError> {
    let found = store::find_version(query, model.number, number)?;
    Ok(found.ok_or_else(|| ModelError::UnknownVersion { name: model.name.clone(), version: number })?)
}

/// The model of this name and, when a number is given, its version, as they are now; none where they are gone.
///
/// # Errors
/// The store fails.
pub fn described(
    query: &mut impl Query,
    team: TeamId,
    name: &str,
    number: Option<i64>,
) -> Result<(Option<RegisteredModel>, Option<ModelVersion>), StoreError> {
    let Some(model) = store::by_name(query, team, name)? else { return Ok((None, None)) };
    let version = number.map(|number| store::find_version(query, model.number, number)).transpose()?;
    Ok((Some(model), version.flatten()))
}
