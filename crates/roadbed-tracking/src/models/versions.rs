//! What can be done with model versions.

use super::lookup::{check_name, model, version};
use super::model::{
    ModelError, ModelVersion, ModelVersionCreated, ModelVersionDeleted, ModelVersionUpdated, STAGES, TagChange,
};
use super::operations::{by_alias, check_tag, protect_aliases, subject};
use super::source::{Claim, Source, resolve};
use super::store;
use crate::artifacts::{self, ArtifactPath, StoredFile};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::signatures;
use roadbed_core::{Digest, TeamId};
use roadbed_store::{Execute, Query, Reader, Transaction};
use std::collections::BTreeMap;

/// A version with the name it is under and the aliases that name it.
#[derive(Debug, Clone)]
pub(super) struct FullVersion {
    pub name: String,
    pub version: ModelVersion,
    pub aliases: Vec<String>,
}

/// Which version a request means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Number(i64),
    Alias(String),
}

/// # Errors
/// The text is no whole number.
pub(super) fn parse_version(text: &str) -> Result<i64, ModelError> {
    text.trim().parse().map_err(|_| ModelError::Version(text.chars().take(100).collect()))
}

fn with_aliases(query: &mut impl Query, name: String, version: ModelVersion) -> Result<FullVersion, MlflowError> {
    let aliases = store::aliases(query, version.model)?;
    let naming = aliases.into_iter().filter(|alias| alias.version == version.version).map(|alias| alias.alias);
    Ok(FullVersion { name, aliases: naming.collect(), version })
}

pub(super) fn find(
    query: &mut impl Query,
    team: TeamId,
    name: &str,
    wanted: &Wanted,
) -> Result<FullVersion, MlflowError> {
    let model = model(query, team, name)?;
    let found = match wanted {
        Wanted::Number(number) => version(query, &model, *number)?,
        Wanted::Alias(alias) => by_alias(query, &model, alias)?,
    };
    with_aliases(query, model.name, found)
}

pub(super) async fn get(
    tracking: &Tracking,
    call: &Call,
    name: &str,
    wanted: Wanted,
) -> Result<FullVersion, MlflowError> {
    let (team, name) = (call.team, name.to_owned());
    tracking.context.store.read(move |r| find(r, team, &name, &wanted)).await
}

/// What a client says about a new version.
pub(super) struct NewVersion {
    pub name: String,
    pub claim: Claim,
    pub run_link: String,
    pub description: String,
    pub tags: BTreeMap<String, String>,
}

/// As [`create`], for people: a name that is not there becomes a model in the same transaction, and a source without files is refused
/// (clients may register such ones; nobody who presses a button means to).
pub(super) async fn register(tracking: &Tracking, call: &Call, new: NewVersion) -> Result<FullVersion, MlflowError> {
    insert(tracking, call, new, true).await
}

/// Registers a version and freezes its files in the same transaction.
pub(super) async fn create(tracking: &Tracking, call: &Call, new: NewVersion) -> Result<FullVersion, MlflowError> {
    insert(tracking, call, new, false).await
}

async fn insert(
    tracking: &Tracking,
    call: &Call,
    new: NewVersion,
    for_people: bool,
) -> Result<FullVersion, MlflowError> {
    check_name(&new.name)?;
    new.tags.iter().try_for_each(|(key, value)| check_tag(key, value))?;
    let source = resolve(tracking, call, &new.claim).await?;
    let (acting, snapshot) = (call.clone(), tracking.next_hex());
    call.write(tracking, move |tx| {
        if for_people && store::by_name(tx, acting.team, &new.name)?.is_none() {
            super::operations::insert_model(tx, &acting, &new.name, &(String::new(), BTreeMap::new()))?;
        }
        let mut model = model(tx, acting.team, &new.name)?;
        let now = tx.now().as_millis();
        model.last_version += 1;
        model.updated_ms = now;
        store::update(tx, &model)?;
        let files = freeze(tx, acting.team, &source, &snapshot)?;
        if for_people && files.is_empty() {
            return Err(ModelError::NoFiles(source.uri.clone()).into());
        }
        let version = ModelVersion {
            model: model.number,
            version: model.last_version,
            source: source.uri.clone(),
            snapshot: (!files.is_empty()).then(|| snapshot.clone()),
            digest: (!files.is_empty()).then(|| digest_of(&files)),
            run_id: source.run_id.clone(),
            run_link: new.run_link.clone(),
            model_id: source.model_id.clone(),
            description: Some(new.description.clone()),
            stage: "None".to_owned(),
            tags: new.tags.clone(),
            created_ms: now,
            updated_ms: now,
            created_by: Some(acting.caller.principal().name.clone()),
        };
        store::insert_version(tx, &version)?;
        let body = ModelVersionCreated {
            model: model.name.clone(),
            version: version.version,
            digest: version.digest,
            run_id: version.run_id.clone(),
            source: version.source.clone(),
        };
        let header = acting.event_in(tx, subject(&model.name))?;
        tx.emit(&header, &body)?;
        with_aliases(tx, model.name, version)
    })
    .await
}

fn freeze(
    tx: &mut Transaction<'_>,
    team: TeamId,
    source: &Source,
    snapshot: &str,
) -> Result<Vec<StoredFile>, MlflowError> {
    match &source.files {
        Some(folder) => Ok(artifacts::copy_tree(tx, team, folder, &ArtifactPath::of_snapshot(snapshot))?),
        None => Ok(Vec::new()),
    }
}

/// BLAKE3 over the sorted files, each as path, NUL, digest in hex, newline.
pub(super) fn digest_of(files: &[StoredFile]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(file.path.as_bytes());
        hasher.update(b"\0");
        hasher.update(file.digest.to_string().as_bytes());
        hasher.update(b"\n");
    }
    Digest::from_bytes(*hasher.finalize().as_bytes())
}

/// Changes a version by `change` and says so in an event.
pub(super) async fn update<F>(
    tracking: &Tracking,
    call: &Call,
    at: (&str, i64),
    change: F,
) -> Result<FullVersion, MlflowError>
where
    F: Fn(&mut Transaction<'_>, &mut ModelVersion) -> Result<(), MlflowError> + Send + 'static,
{
    update_telling(tracking, call, at, (None, change)).await
}

/// Sets or removes a tag.
pub(super) async fn tag(tracking: &Tracking, call: &Call, at: (&str, i64), tag: TagChange) -> Result<(), MlflowError> {
    let told = Some(tag.clone());
    let change = move |_: &mut Transaction<'_>, version: &mut ModelVersion| {
        tag.apply(&mut version.tags);
        Ok(())
    };
    update_telling(tracking, call, at, (told, change)).await?;
    Ok(())
}

async fn update_telling<F>(
    tracking: &Tracking,
    call: &Call,
    (name, number): (&str, i64),
    (tag, change): (Option<TagChange>, F),
) -> Result<FullVersion, MlflowError>
where
    F: Fn(&mut Transaction<'_>, &mut ModelVersion) -> Result<(), MlflowError> + Send + 'static,
{
    let (acting, name) = (call.clone(), name.to_owned());
    call.write(tracking, move |tx| {
        let model = model(tx, acting.team, &name)?;
        let mut changed = version(tx, &model, number)?;
        change(tx, &mut changed)?;
        store::update_version(tx, &changed)?;
        let (stage, tag) = (changed.stage.clone(), tag.clone());
        let body = ModelVersionUpdated { model: name.clone(), version: number, stage, tag };
        tx.emit(&acting.event(subject(&name)), &body)?;
        with_aliases(tx, model.name, changed)
    })
    .await
}

/// The stage as it is written, whatever its case.
fn canonical_stage(stage: &str) -> Result<&'static str, ModelError> {
    let found = STAGES.into_iter().find(|known| known.eq_ignore_ascii_case(stage));
    found.ok_or_else(|| ModelError::Stage(stage.chars().take(100).collect()))
}

/// Moves a version to a stage; with `archive_others` what was in the stage is archived.
pub(super) async fn move_to_stage(
    tracking: &Tracking,
    call: &Call,
    at: (&str, i64),
    (stage, archive_others): (&str, bool),
) -> Result<FullVersion, MlflowError> {
    let stage = canonical_stage(stage)?;
    if archive_others && !matches!(stage, "Staging" | "Production") {
        return Err(MlflowError::invalid(format!(
            "Model version transition cannot archive existing model versions because '{stage}' is not an Active stage. \
             Valid stages are ['Staging', 'Production']"
        )));
    }
    let team = call.team;
    let name = at.0.to_owned();
    update(tracking, call, at, move |tx, version| {
        let now = tx.now().as_millis();
        let mut model = model(tx, team, &name)?;
        model.updated_ms = now;
        store::update(tx, &model)?;
        if archive_others {
            for mut other in store::versions_of(tx, &[model.number])? {
                if other.stage == stage && other.version != version.version {
                    "Archived".clone_into(&mut other.stage);
                    other.updated_ms = now;
                    store::update_version(tx, &other)?;
                }
            }
        }
        stage.clone_into(&mut version.stage);
        version.updated_ms = now;
        Ok(())
    })
    .await
}

pub(super) async fn delete(tracking: &Tracking, call: &Call, name: &str, number: i64) -> Result<(), MlflowError> {
    let (acting, name) = (call.clone(), name.to_owned());
    call.write(tracking, move |tx| {
        let found = find(tx, acting.team, &name, &Wanted::Number(number))?;
        protect_aliases(&acting, !found.aliases.is_empty())?;
        if let Some(snapshot) = &found.version.snapshot {
            artifacts::delete_tree(tx, acting.team, &ArtifactPath::of_snapshot(snapshot))?;
        }
        store::delete_version(tx, found.version.model, number)?;
        signatures::forget_version(tx, found.version.model, number)?;
        let mut model = model(tx, acting.team, &name)?;
        model.updated_ms = tx.now().as_millis();
        store::update(tx, &model)?;
        let body = ModelVersionDeleted { model: name.clone(), version: number };
        tx.emit(&acting.event(subject(&name)), &body)?;
        Ok::<_, MlflowError>(())
    })
    .await
}

/// The newest version of each of these stages, all stages when none is named, with their aliases.
pub(super) async fn latest(
    tracking: &Tracking,
    call: &Call,
    name: &str,
    stages: &[String],
) -> Result<Vec<FullVersion>, MlflowError> {
    let stages = stages.iter().map(|stage| canonical_stage(stage)).collect::<Result<Vec<_>, _>>()?;
    let (team, name) = (call.team, name.to_owned());
    let read = move |r: &mut Reader<'_>| {
        let found = model(r, team, &name)?;
        let full = super::operations::full(r, found)?;
        let mut latest: Vec<ModelVersion> = full.latest;
        latest.retain(|version| stages.is_empty() || stages.contains(&version.stage.as_str()));
        latest.into_iter().map(|version| with_aliases(r, name.clone(), version)).collect::<Result<Vec<_>, _>>()
    };
    tracking.context.store.read(read).await
}
