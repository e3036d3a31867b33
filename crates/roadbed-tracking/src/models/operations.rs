//! What can be done with registered models and aliases.

use super::candidate;
use super::lookup::{check_name, model, version};
use super::model::{
    Alias, MODEL_PROMOTE, ModelAliasMoved, ModelCreated, ModelDeleted, ModelError, ModelUpdated, ModelVersion,
    RegisteredModel, TagChange,
};
use super::store;
use crate::approvals::{self, Measured};
use crate::artifacts::{self, ArtifactPath};
use crate::mlflow::{Call, MlflowError, Tracking, names};
use crate::signatures;
use roadbed_capability::caller::Resource;
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::TeamId;
use roadbed_store::{Execute, Query, Reader, Transaction};
use std::collections::BTreeMap;

const TAG_VALUE_LIMIT: usize = 100_000;
const ALIAS_LIMIT: usize = 255;

pub(super) fn subject(name: &str) -> Subject {
    Subject::new("model", name)
}

pub(super) fn check_tag(key: &str, value: &str) -> Result<(), MlflowError> {
    names::check_key("key", "key", key)?;
    names::check_length("value", TAG_VALUE_LIMIT, value)
}

/// # Errors
/// The text cannot be an alias, or is reserved.
pub(super) fn check_alias(alias: &str) -> Result<(), MlflowError> {
    if !approvals::is_alias(alias) {
        return Err(ModelError::Alias(alias.chars().take(300).collect()).into());
    }
    names::check_length("Registered model alias name", ALIAS_LIMIT, alias)
}

fn check_not_reserved(alias: &str) -> Result<(), ModelError> {
    if alias.eq_ignore_ascii_case("latest") {
        return Err(ModelError::LatestReserved);
    }
    let number = alias.strip_prefix(['v', 'V']).unwrap_or_default();
    if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) {
        return Err(ModelError::VersionReserved(alias.to_owned()));
    }
    Ok(())
}

/// A model with everything a page about it shows.
#[derive(Debug, Clone)]
pub(super) struct FullModel {
    pub model: RegisteredModel,
    /// The newest version of each stage.
    pub latest: Vec<ModelVersion>,
    pub aliases: Vec<Alias>,
}

pub(super) fn full(reader: &mut impl Query, model: RegisteredModel) -> Result<FullModel, MlflowError> {
    let mut latest: Vec<ModelVersion> = Vec::new();
    for version in store::versions_of(reader, &[model.number])? {
        if !latest.iter().any(|newer| newer.stage == version.stage) {
            latest.push(version);
        }
    }
    latest.sort_by_key(|version| version.version);
    let aliases = store::aliases(reader, model.number)?;
    Ok(FullModel { model, latest, aliases })
}

pub(super) async fn create(
    tracking: &Tracking,
    call: &Call,
    name: &str,
    (description, tags): (String, BTreeMap<String, String>),
) -> Result<RegisteredModel, MlflowError> {
    check_name(name)?;
    tags.iter().try_for_each(|(key, value)| check_tag(key, value))?;
    let (acting, name) = (call.clone(), name.to_owned());
    call.write(tracking, move |tx| {
        if store::by_name(tx, acting.team, &name)?.is_some() {
            return Err(ModelError::NameTaken(name.clone()).into());
        }
        insert_model(tx, &acting, &name, &(description.clone(), tags.clone()))
    })
    .await
}

/// Makes a model whose name is free.
pub(super) fn insert_model(
    tx: &mut Transaction<'_>,
    call: &Call,
    name: &str,
    (description, tags): &(String, BTreeMap<String, String>),
) -> Result<RegisteredModel, MlflowError> {
    let now = tx.now().as_millis();
    let new = RegisteredModel {
        number: 0,
        name: name.to_owned(),
        description: description.clone(),
        tags: tags.clone(),
        last_version: 0,
        created_ms: now,
        updated_ms: now,
    };
    let new = store::insert(tx, call.team, &new)?;
    tx.emit(&call.event(subject(name)), &ModelCreated { model: name.to_owned() })?;
    Ok(new)
}

pub(super) async fn get(tracking: &Tracking, team: TeamId, name: &str) -> Result<FullModel, MlflowError> {
    let name = name.to_owned();
    let read = move |r: &mut Reader<'_>| {
        let found = model(r, team, &name)?;
        full(r, found)
    };
    tracking.context.store.read(read).await
}

/// Changes a model by `change` and says so in an event.
pub(super) async fn update<F>(tracking: &Tracking, call: &Call, name: &str, change: F) -> Result<FullModel, MlflowError>
where
    F: Fn(&mut Transaction<'_>, &mut RegisteredModel) -> Result<(), MlflowError> + Send + 'static,
{
    update_telling(tracking, call, name, (None, change)).await
}

/// Sets or removes a tag.
pub(super) async fn tag(tracking: &Tracking, call: &Call, name: &str, tag: TagChange) -> Result<(), MlflowError> {
    let told = Some(tag.clone());
    let change = move |_: &mut Transaction<'_>, model: &mut RegisteredModel| {
        tag.apply(&mut model.tags);
        Ok(())
    };
    update_telling(tracking, call, name, (told, change)).await?;
    Ok(())
}

async fn update_telling<F>(
    tracking: &Tracking,
    call: &Call,
    name: &str,
    (tag, change): (Option<TagChange>, F),
) -> Result<FullModel, MlflowError>
where
    F: Fn(&mut Transaction<'_>, &mut RegisteredModel) -> Result<(), MlflowError> + Send + 'static,
{
    let (acting, name) = (call.clone(), name.to_owned());
    call.write(tracking, move |tx| {
        let mut changed = model(tx, acting.team, &name)?;
        change(tx, &mut changed)?;
        store::update(tx, &changed)?;
        let body = ModelUpdated { model: changed.name.clone(), previous_name: name.clone(), tag: tag.clone() };
        tx.emit(&acting.event(subject(&changed.name)), &body)?;
        full(tx, changed)
    })
    .await
}

/// Aliases decide what is served, so only those who may promote can take one away by renaming or deleting what it names.
pub(super) fn protect_aliases(call: &Call, aliased: bool) -> Result<(), MlflowError> {
    if aliased {
        let resource = call
            .caller
            .principal()
            .instance
            .map_or(Resource::Team(call.team), |only| Resource::Instance(call.team, only));
        call.caller.require(MODEL_PROMOTE, resource)?;
    }
    Ok(())
}

pub(super) async fn rename(
    tracking: &Tracking,
    call: &Call,
    name: &str,
    new_name: &str,
) -> Result<FullModel, MlflowError> {
    check_name(new_name)?;
    let (caller, new_name) = (call.clone(), new_name.to_owned());
    update(tracking, call, name, move |tx, model| {
        protect_aliases(&caller, !store::aliases(tx, model.number)?.is_empty())?;
        if store::by_name(tx, caller.team, &new_name)?.is_some_and(|other| other.number != model.number) {
            return Err(ModelError::NameTaken(new_name.clone()).into());
        }
        model.name.clone_from(&new_name);
        model.updated_ms = tx.now().as_millis();
        Ok(())
    })
    .await
}

pub(super) async fn delete(tracking: &Tracking, call: &Call, name: &str) -> Result<(), MlflowError> {
    let (acting, name) = (call.clone(), name.to_owned());
    call.write(tracking, move |tx| {
        let model = model(tx, acting.team, &name)?;
        protect_aliases(&acting, !store::aliases(tx, model.number)?.is_empty())?;
        let versions = store::versions_of(tx, &[model.number])?;
        for snapshot in versions.iter().filter_map(|version| version.snapshot.as_ref()) {
            artifacts::delete_tree(tx, acting.team, &ArtifactPath::of_snapshot(snapshot))?;
        }
        store::delete(tx, model.number)?;
        approvals::forget_model(tx, acting.team, model.number)?;
        signatures::forget_model(tx, model.number)?;
        let body = ModelDeleted { model: name.clone(), versions: versions.len() as u64 };
        tx.emit(&acting.event(subject(&name)), &body)?;
        Ok::<_, MlflowError>(())
    })
    .await
}

/// Where an alias is to point.
pub(super) struct Move {
    pub name: String,
    pub alias: String,
    /// None: the alias goes away.
    pub version: Option<i64>,
}

/// Moves an alias in a transaction of the caller; an alias that is there already changes nothing. `measured` is what rules look at.
pub(super) fn move_alias(
    tx: &mut Transaction<'_>,
    team: TeamId,
    wanted: &Move,
    measured: &Measured,
    header: &EventHeader,
) -> Result<(), MlflowError> {
    let Move { name, alias, version: to } = wanted;
    check_alias(alias)?;
    let model = model(tx, team, name)?;
    if let Some(to) = to {
        check_not_reserved(alias)?;
        version(tx, &model, *to)?;
    }
    let there = store::aliases(tx, model.number)?;
    let previous = there.iter().find(|known| known.alias == *alias).map(|known| known.version);
    if previous == *to {
        return Ok(());
    }
    if let Some(to) = to {
        let candidate = candidate::find(tx, team, name, *to)?;
        approvals::check_move(tx, &candidate, alias, measured)?;
    }
    store::set_alias(tx, model.number, alias, *to)?;
    let body = ModelAliasMoved { model: name.clone(), alias: alias.clone(), version: *to, previous };
    tx.emit(header, &body)?;
    Ok(())
}

pub(super) async fn set_alias(tracking: &Tracking, call: &Call, wanted: Move) -> Result<(), MlflowError> {
    let acting = call.clone();
    let measured = candidate::measured(&tracking.context.store, call.team, (&wanted.name, wanted.version)).await?;
    call.write(tracking, move |tx| {
        move_alias(tx, acting.team, &wanted, &measured, &acting.event(subject(&wanted.name)))
    })
    .await
}

/// The version an alias names; `latest` is the highest there is.
pub(super) fn by_alias(
    query: &mut impl Query,
    model: &RegisteredModel,
    alias: &str,
) -> Result<ModelVersion, MlflowError> {
    if alias.eq_ignore_ascii_case("latest") {
        let newest = store::versions_of(query, &[model.number])?.into_iter().next();
        return Ok(newest.ok_or_else(|| ModelError::NoVersions(model.name.clone()))?);
    }
    let aliases = store::aliases(query, model.number)?;
    let known = aliases.iter().find(|known| known.alias == alias);
    let number = known.ok_or_else(|| ModelError::UnknownAlias(alias.to_owned()))?.version;
    version(query, model, number)
}
