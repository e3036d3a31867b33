//! A version as approval rules look at it.

use super::lookup;
use super::store;
use crate::approvals::{self, Candidate, Measured, OfModels};
use crate::artifacts::{self, ArtifactPath};
use crate::mlflow::{ErrorCode, MlflowError};
use crate::signatures::{self, Frozen};
use roadbed_core::TeamId;
use roadbed_store::{Query, Reader, Store};

/// How approvals look versions up.
pub const OF_APPROVALS: OfModels = OfModels {
    read: |reader, team, name, version| find(reader, team, name, version),
    find: |tx, team, name, version| find(tx, team, name, version),
    number: |reader, team, name| Ok(lookup::model(reader, team, name)?.number),
    find_number: |tx, team, name| Ok(lookup::model(tx, team, name)?.number),
};

/// How signatures look versions up.
pub const OF_SIGNATURES: signatures::OfModels = signatures::OfModels {
    read: |reader, team, name, version| frozen(reader, team, name, version),
    find: |tx, team, name, version| frozen(tx, team, name, version),
};

fn frozen(query: &mut impl Query, team: TeamId, name: &str, number: i64) -> Result<Frozen, MlflowError> {
    let model = lookup::model(query, team, name)?;
    let version = lookup::version(query, &model, number)?;
    let files = match &version.snapshot {
        Some(snapshot) => artifacts::files_below(query, team, &ArtifactPath::of_snapshot(snapshot))?,
        None => Vec::new(),
    };
    Ok(Frozen { model: model.number, name: model.name, version: version.version, digest: version.digest, files })
}

/// # Errors
/// There is no such version for the team.
pub fn find(query: &mut impl Query, team: TeamId, name: &str, number: i64) -> Result<Candidate, MlflowError> {
    let model = lookup::model(query, team, name)?;
    let version = lookup::version(query, &model, number)?;
    Ok(Candidate {
        team,
        model: model.number,
        name: model.name,
        version: version.version,
        digest: version.digest,
        run_id: version.run_id,
        model_id: version.model_id,
        author: version.created_by,
    })
}

/// The aliases that name a version now.
///
/// # Errors
/// The store fails.
pub fn aliases_of(query: &mut impl Query, candidate: &Candidate) -> Result<Vec<String>, MlflowError> {
    let all = store::aliases(query, candidate.model)?;
    Ok(all.into_iter().filter(|alias| alias.version == candidate.version).map(|alias| alias.alias).collect())
}

/// What was measured on the version an alias is to name; nothing when there is no such version, which the move itself tells.
pub(super) async fn measured(
    store: &Store,
    team: TeamId,
    (name, version): (&str, Option<i64>),
) -> Result<Measured, MlflowError> {
    let Some(version) = version else { return Ok(Measured::new()) };
    let name = name.to_owned();
    match store.read(move |r: &mut Reader<'_>| find(r, team, &name, version)).await {
        Ok(candidate) => approvals::measured(store, &candidate).await,
        Err(error) if error.code == ErrorCode::InternalError => Err(error),
        Err(_) => Ok(Measured::new()),
    }
}
