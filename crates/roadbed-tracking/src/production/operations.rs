//! What was in force at a moment, with what stands behind it.

use super::model::{Served, ServedRevision, standing};
use super::store;
use crate::approvals::{self, Candidate};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::models;
use crate::runs::{self, Origin};
use roadbed_core::{TeamId, Timestamp};
use roadbed_store::Reader;
use std::collections::HashSet;

/// Moves of aliases looked at for one answer: more than that lie too far back to be in force with reason.
const MOVES: usize = 10_000;
/// Revisions looked at for one answer.
const REVISIONS: usize = 1000;

/// A version in force, with where it comes from as far as that is still there.
#[derive(Debug, Clone)]
pub(super) struct InForce {
    pub alias: String,
    pub version: i64,
    pub since_ms: i64,
    pub actor: String,
    pub approved_by: Vec<String>,
    /// None when the version was deleted since.
    pub candidate: Option<Candidate>,
    pub origin: Option<Origin>,
}

/// What a service served.
#[derive(Debug, Clone)]
pub(super) struct Serving {
    pub revision: ServedRevision,
    pub served: Served,
}

async fn version(tracking: &Tracking, team: TeamId, name: &str, number: i64) -> Result<Option<Candidate>, MlflowError> {
    let name = name.to_owned();
    let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(models::find_candidate(r, team, &name, number));
    match tracking.context.store.read(read).await? {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code == crate::mlflow::ErrorCode::ResourceDoesNotExist => Ok(None),
        Err(error) => Err(error),
    }
}

/// The versions that the aliases of a model named at a moment.
pub(super) async fn aliases_at(
    tracking: &Tracking,
    call: &Call,
    name: &str,
    at: Timestamp,
) -> Result<Vec<InForce>, MlflowError> {
    let (team, model, at_ms) = (call.team, name.to_owned(), at.as_millis());
    let moves = tracking.context.store.read(move |r| store::moves_until(r, team, &model, at_ms, MOVES)).await?;
    let mut found = Vec::new();
    for one in standing(moves) {
        let Some(number) = one.version else { continue };
        let candidate = version(tracking, team, name, number).await?;
        let (mut approved_by, mut origin) = (Vec::new(), None);
        if let Some(candidate) = &candidate {
            let (key, alias) = ((candidate.model, number), one.alias.clone());
            // Who agreed when it moved: what was revoked later had been good then.
            let moved_ms = one.at_ms;
            let read = move |r: &mut Reader<'_>| approvals::approvers_at(r, key, &alias, moved_ms);
            approved_by = tracking.context.store.read(read).await?;
            origin = runs::origin(&tracking.context.store, team, &candidate.run_id).await?;
        }
        let (alias, since_ms, actor) = (one.alias, one.at_ms, one.actor);
        found.push(InForce { alias, version: number, since_ms, actor, approved_by, candidate, origin });
    }
    Ok(found)
}

fn serving(
    reader: &mut Reader<'_>,
    revisions: &[ServedRevision],
    at_ms: i64,
) -> Result<Vec<Serving>, roadbed_store::StoreError> {
    let services: HashSet<String> = revisions.iter().map(|revision| revision.service_id.clone()).collect();
    let mut found = Vec::new();
    for service in services {
        let Some(served) = store::served_at(reader, &service, at_ms)? else { continue };
        let known = revisions.iter().find(|known| Some(&known.revision) == served.revision.as_ref());
        found.extend(known.map(|revision| Serving { revision: revision.clone(), served }));
    }
    found.sort_by(|a, b| a.revision.service.cmp(&b.revision.service));
    Ok(found)
}

/// The services that served a model at a moment.
pub(super) async fn services_at(
    tracking: &Tracking,
    call: &Call,
    name: &str,
    at: Timestamp,
) -> Result<Vec<Serving>, MlflowError> {
    let (team, model, at_ms) = (call.team, name.to_owned(), at.as_millis());
    let read = move |r: &mut Reader<'_>| {
        let revisions = store::revisions_of_model(r, team, (&model, None), REVISIONS)?;
        Ok::<_, MlflowError>(serving(r, &revisions, at_ms)?)
    };
    tracking.context.store.read(read).await
}

/// What the service of this name served at a moment.
pub(super) async fn service_at(
    tracking: &Tracking,
    call: &Call,
    service: &str,
    at: Timestamp,
) -> Result<Option<(Serving, Option<Candidate>, Option<Origin>)>, MlflowError> {
    let (team, name, at_ms) = (call.team, service.to_owned(), at.as_millis());
    let unknown = MlflowError::missing(format!("no service {service:?} of this team has had a revision"));
    let read = move |r: &mut Reader<'_>| {
        let revisions = store::revisions_of_service(r, team, &name, REVISIONS)?;
        if revisions.is_empty() {
            return Err(unknown);
        }
        Ok::<_, MlflowError>(serving(r, &revisions, at_ms)?)
    };
    let Some(found) = tracking.context.store.read(read).await?.into_iter().next() else { return Ok(None) };
    let candidate = version(tracking, team, &found.revision.model, found.revision.version).await?;
    let origin = match &candidate {
        Some(candidate) => runs::origin(&tracking.context.store, team, &candidate.run_id).await?,
        None => None,
    };
    Ok(Some((found, candidate, origin)))
}

/// Revisions of one version.
pub(super) async fn revisions_of(
    tracking: &Tracking,
    candidate: &Candidate,
    limit: usize,
) -> Result<Vec<ServedRevision>, MlflowError> {
    let (team, model, version) = (candidate.team, candidate.name.clone(), candidate.version);
    let read = move |r: &mut Reader<'_>| store::revisions_of_model(r, team, (&model, Some(version)), limit);
    Ok(tracking.context.store.read(read).await?)
}
