//! Registered models that come from another store with their version numbers.

use super::lookup::check_name;
use super::model::{Alias, ModelCreated, ModelVersion, ModelVersionCreated, RegisteredModel, STAGES};
use super::operations::{Move, move_alias, subject};
use super::store;
use super::versions::digest_of;
use crate::approvals::Measured;
use crate::arrival::Arrival;
use crate::artifacts::{self, ArtifactPath};
use crate::mlflow::{Call, ErrorCode, MlflowError, Tracking};
use roadbed_contracts::transfer::{AliasLine, ModelLine, VersionLine};
use roadbed_store::Transaction;

/// Folder of the team's artifacts to which an import writes files that lie neither with a run nor with a logged model. What is frozen from
/// there is taken away again.
const LANDING: &str = "imports";

/// Brings a registered model in, without versions.
///
/// # Errors
/// The store fails.
pub fn arrive_model(tx: &mut Transaction<'_>, call: &Call, line: &ModelLine) -> Result<Arrival, MlflowError> {
    if let Err(error) = check_name(&line.name) {
        return Ok(Arrival::Refused(error.message));
    }
    if let Some(there) = store::by_name(tx, call.team, &line.name)? {
        let is_same = there.created_ms == line.created_ms;
        let other = || "the name belongs to another model: rename that one and run the import again".to_owned();
        return Ok(Arrival::same(is_same, other));
    }
    let new = RegisteredModel {
        number: 0,
        name: line.name.clone(),
        description: line.description.clone(),
        tags: line.tags.clone(),
        last_version: line.last_version.max(0),
        created_ms: line.created_ms,
        updated_ms: line.updated_ms,
    };
    store::insert(tx, call.team, &new)?;
    tx.emit(&call.event(subject(&line.name)), &ModelCreated { model: line.name.clone() })?;
    Ok(Arrival::Made)
}

/// Brings a version in under its number and freezes its files.
///
/// # Errors
/// The store fails.
pub fn arrive_version(
    tx: &mut Transaction<'_>,
    (tracking, call): (&Tracking, &Call),
    line: &VersionLine,
) -> Result<Arrival, MlflowError> {
    let Some(mut model) = store::by_name(tx, call.team, &line.model)? else {
        return Ok(Arrival::refused("its model is not here"));
    };
    if line.version < 1 || !STAGES.contains(&line.stage.as_str()) {
        return Ok(Arrival::refused("its number or its stage cannot be one of a version"));
    }
    if let Some(there) = store::find_version(tx, model.number, line.version)? {
        let is_same = there.created_ms == line.created_ms;
        return Ok(Arrival::same(is_same, || "the number belongs to another version".to_owned()));
    }
    let files_at = line.files_at.as_deref().map(ArtifactPath::parse).transpose();
    let Ok(files_at) = files_at else { return Ok(Arrival::refused("files_at is no path of an artifact")) };
    let snapshot = tracking.next_hex();
    let files = match &files_at {
        Some(folder) => artifacts::copy_tree(tx, call.team, folder, &ArtifactPath::of_snapshot(&snapshot))?,
        None => Vec::new(),
    };
    if let Some(landed) = files_at.filter(|path| path.as_str().split('/').next() == Some(LANDING)) {
        artifacts::delete_tree(tx, call.team, &landed)?;
    }
    model.last_version = model.last_version.max(line.version);
    store::update(tx, &model)?;
    let version = ModelVersion {
        model: model.number,
        version: line.version,
        source: line.source.clone(),
        snapshot: (!files.is_empty()).then_some(snapshot),
        digest: (!files.is_empty()).then(|| digest_of(&files)),
        run_id: line.run.clone(),
        run_link: line.run_link.clone(),
        model_id: line.logged_model.clone(),
        description: line.description.clone(),
        stage: line.stage.clone(),
        tags: line.tags.clone(),
        created_ms: line.created_ms,
        updated_ms: line.updated_ms,
        // Who made it was somebody elsewhere.
        created_by: None,
    };
    store::insert_version(tx, &version)?;
    let ModelVersion { digest, run_id, source, .. } = version;
    let body = ModelVersionCreated { model: line.model.clone(), version: line.version, digest, run_id, source };
    tx.emit(&call.event(subject(&line.model)), &body)?;
    Ok(Arrival::Made)
}

/// Brings an alias in; one that names another version here stays.
///
/// # Errors
/// The store fails.
pub fn arrive_alias(tx: &mut Transaction<'_>, call: &Call, line: &AliasLine) -> Result<Arrival, MlflowError> {
    let Some(model) = store::by_name(tx, call.team, &line.model)? else {
        return Ok(Arrival::refused("its model is not here"));
    };
    if store::find_version(tx, model.number, line.version)?.is_none() {
        return Ok(Arrival::Refused(format!("version {} is not here", line.version)));
    }
    let there: Vec<Alias> = store::aliases(tx, model.number)?;
    if let Some(there) = there.iter().find(|there| there.alias == line.alias) {
        let other = || format!("the alias names version {} here", there.version);
        return Ok(Arrival::same(there.version == line.version, other));
    }
    let wanted = Move { name: line.model.clone(), alias: line.alias.clone(), version: Some(line.version) };
    // A rule on measurements holds for what arrives too: the alias is then moved here, by people, after the move.
    match move_alias(tx, call.team, &wanted, &Measured::new(), &call.event(subject(&line.model))) {
        Ok(()) => Ok(Arrival::Made),
        Err(error) if matches!(error.code, ErrorCode::InvalidParameterValue | ErrorCode::RuleNotMet) => {
            Ok(Arrival::Refused(error.message))
        }
        Err(error) => Err(error),
    }
}
