//! What can be done with experiments.

use super::model::{
    DEFAULT_EXPERIMENT_ID, DEFAULT_NAME, Experiment, ExperimentCreated, ExperimentDeleted, ExperimentError,
    ExperimentRestored, ExperimentUpdated, Lifecycle, Tally, ViewType,
};
use super::plan::Plan;
use super::store;
use crate::mlflow::{Call, MlflowError, Tracking, names};
use crate::search::{PageToken, page, page_limit};
use roadbed_capability::extract::IfMatch;
use roadbed_contracts::events::Subject;
use roadbed_core::TeamId;
use roadbed_store::{Execute, Reader, StoreError, Transaction};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) const NAME_LIMIT: usize = 500;
const TAG_VALUE_LIMIT: usize = 20_000;
/// Most experiments per page.
const PAGE_LIMIT: i64 = 50_000;

/// Reads an experiment id of a request; empty is the default experiment.
pub(super) fn parse_id(text: &str) -> Result<i64, ExperimentError> {
    if text.is_empty() {
        return Ok(DEFAULT_EXPERIMENT_ID);
    }
    text.trim().parse().map_err(|_| ExperimentError::InvalidId(text.chars().take(100).collect()))
}

pub(super) fn subject(id: i64) -> Subject {
    Subject::new("experiment", id)
}

/// The experiment a request names, in the team of the call; the default one is made when it is asked for first.
///
/// # Errors
/// There is none for this team.
pub async fn find(tracking: &Tracking, call: &Call, id_text: &str) -> Result<Experiment, MlflowError> {
    let id = parse_id(id_text)?;
    let team = call.team;
    let found = tracking.context.store.read(move |r| Ok::<_, MlflowError>(store::by_id(r, team, id)?)).await?;
    match found {
        Some(experiment) => Ok(experiment),
        None if id == DEFAULT_EXPERIMENT_ID => ensure_default(tracking, call).await,
        None => Err(ExperimentError::Unknown(id).into()),
    }
}

/// As [`find`], refusing a deleted one.
///
/// # Errors
/// There is none for this team, or it is deleted.
pub async fn active(tracking: &Tracking, call: &Call, id_text: &str) -> Result<Experiment, MlflowError> {
    let experiment = find(tracking, call, id_text).await?;
    check_active(&experiment)?;
    Ok(experiment)
}

/// The experiments of the team among those named, each once; others are as if they were not there.
///
/// # Errors
/// A text that is no id, or the store fails.
pub async fn reachable(tracking: &Tracking, call: &Call, ids: &[String]) -> Result<Vec<Experiment>, MlflowError> {
    let wanted = ids.iter().map(|id| parse_id(id)).collect::<Result<BTreeSet<i64>, _>>()?;
    let team = call.team;
    let found = move |r: &mut Reader<'_>| {
        let each = wanted.iter().map(|id| store::by_id(r, team, *id)).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, MlflowError>(each.into_iter().flatten().collect())
    };
    tracking.context.store.read(found).await
}

/// Every experiment of the team, deleted ones too.
///
/// # Errors
/// The store fails.
pub async fn of_team(tracking: &Tracking, call: &Call) -> Result<Vec<Experiment>, MlflowError> {
    let team = call.team;
    tracking.context.store.read(move |r| Ok::<_, MlflowError>(store::all(r, team)?)).await
}

fn check_active(experiment: &Experiment) -> Result<(), ExperimentError> {
    match experiment.lifecycle {
        Lifecycle::Active => Ok(()),
        stage @ Lifecycle::Deleted => Err(ExperimentError::NotActive { id: experiment.experiment_id, stage }),
    }
}

/// Makes the team's default experiment when it does not exist.
pub(super) async fn ensure_default(tracking: &Tracking, call: &Call) -> Result<Experiment, MlflowError> {
    let (team, header) = (call.team, call.event(subject(DEFAULT_EXPERIMENT_ID)));
    tracking
        .context
        .store
        .write(move |tx| {
            if let Some(there) = store::by_id(tx, team, DEFAULT_EXPERIMENT_ID)? {
                return Ok(there);
            }
            let (number, _) = store::next_keys(tx)?;
            let new = new_experiment(tx, number, DEFAULT_EXPERIMENT_ID, DEFAULT_NAME.to_owned(), None, BTreeMap::new());
            store::insert(tx, team, &new)?;
            tx.emit(&header, &ExperimentCreated { experiment_id: new.experiment_id, name: new.name.clone() })?;
            Ok::<_, MlflowError>(new)
        })
        .await
}

fn new_experiment(
    tx: &Transaction<'_>,
    number: i64,
    experiment_id: i64,
    name: String,
    location: Option<String>,
    tags: BTreeMap<String, String>,
) -> Experiment {
    let now = tx.now().as_millis();
    Experiment {
        number,
        experiment_id,
        name,
        artifact_location: location.unwrap_or_else(|| format!("mlflow-artifacts:/{experiment_id}")),
        lifecycle: Lifecycle::Active,
        tags,
        created_ms: now,
        updated_ms: now,
    }
}

fn check_name(name: &str) -> Result<(), MlflowError> {
    names::check_length("name", NAME_LIMIT, name)
}

fn check_tag(key: &str, value: &str) -> Result<(), MlflowError> {
    names::check_key("key", "key", key)?;
    names::check_length("value", TAG_VALUE_LIMIT, value)
}

/// A location inside this server; nothing else is taken.
fn own_location(location: Option<&str>) -> Result<Option<String>, ExperimentError> {
    let Some(location) = location else { return Ok(None) };
    let path = location.strip_prefix("mlflow-artifacts:/").filter(|path| !path.starts_with('/'));
    let plain = |path: &&str| {
        names::normal_path(path) == path.trim_end_matches('/')
            && !path.starts_with("..")
            && path.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'))
    };
    match path.filter(plain) {
        Some(path) => Ok(Some(format!("mlflow-artifacts:/{}", path.trim_end_matches('/')))),
        None => Err(ExperimentError::ForeignLocation(location.chars().take(200).collect())),
    }
}

pub(super) async fn create(
    tracking: &Tracking,
    call: &Call,
    name: &str,
    location: Option<&str>,
    tags: BTreeMap<String, String>,
) -> Result<Experiment, MlflowError> {
    check_name(name)?;
    tags.iter().try_for_each(|(key, value)| check_tag(key, value))?;
    let location = own_location(location)?;
    ensure_default(tracking, call).await?;
    let (called, name) = (call.clone(), name.to_owned());
    let inserting = move |tx: &mut Transaction<'_>| {
        if store::by_name(tx, called.team, &name)?.is_some() {
            return Err(ExperimentError::NameTaken(name.clone()).into());
        }
        let (number, id) = store::next_keys(tx)?;
        let new = new_experiment(tx, number, id, name.clone(), location.clone(), tags.clone());
        store::insert(tx, called.team, &new)?;
        tx.emit(&called.event(subject(id)), &ExperimentCreated { experiment_id: id, name: new.name.clone() })?;
        Ok(new)
    };
    call.write(tracking, inserting).await
}

pub(super) async fn by_name(tracking: &Tracking, call: &Call, name: &str) -> Result<Experiment, MlflowError> {
    if name == DEFAULT_NAME {
        ensure_default(tracking, call).await?;
    }
    let (team, wanted) = (call.team, name.to_owned());
    let found = tracking.context.store.read(move |r| Ok::<_, MlflowError>(store::by_name(r, team, &wanted)?)).await?;
    found.ok_or_else(|| ExperimentError::UnknownName(name.to_owned()).into())
}

/// Changes an active experiment by `change` and says so in an event. Gives the experiment as it is then.
pub(super) async fn update<F>(
    tracking: &Tracking,
    call: &Call,
    id_text: &str,
    change: F,
) -> Result<Experiment, MlflowError>
where
    F: Fn(&mut Transaction<'_>, TeamId, &mut Experiment) -> Result<(), MlflowError> + Send + 'static,
{
    let id = find(tracking, call, id_text).await?.experiment_id;
    let called = call.clone();
    let changing = move |tx: &mut Transaction<'_>| {
        let mut experiment = store::by_id(tx, called.team, id)?.ok_or(ExperimentError::Unknown(id))?;
        check_active(&experiment)?;
        change(tx, called.team, &mut experiment)?;
        store::update(tx, &experiment)?;
        let body = ExperimentUpdated { experiment_id: id, name: experiment.name.clone() };
        tx.emit(&called.event(subject(id)), &body)?;
        Ok(experiment)
    };
    call.write(tracking, changing).await
}

/// Renames; `seen` is what the caller saw, and another version is not overwritten.
pub(super) async fn rename(
    tracking: &Tracking,
    call: &Call,
    id_text: &str,
    (name, seen): (&str, IfMatch),
) -> Result<Experiment, MlflowError> {
    check_name(name)?;
    let name = name.to_owned();
    update(tracking, call, id_text, move |tx, team, experiment| {
        seen.check(experiment.version())?;
        if store::by_name(tx, team, &name)?.is_some_and(|other| other.number != experiment.number) {
            return Err(ExperimentError::NameTaken(name.clone()).into());
        }
        experiment.name.clone_from(&name);
        experiment.updated_ms = tx.now().as_millis();
        Ok(())
    })
    .await
}

pub(super) async fn set_tag(
    tracking: &Tracking,
    call: &Call,
    id_text: &str,
    (key, value): (String, String),
) -> Result<(), MlflowError> {
    check_tag(&key, &value)?;
    update(tracking, call, id_text, move |_, _, experiment| {
        experiment.tags.insert(key.clone(), value.clone());
        Ok(())
    })
    .await
    .map(drop)
}

pub(super) async fn delete_tag(
    tracking: &Tracking,
    call: &Call,
    id_text: &str,
    key: String,
) -> Result<(), MlflowError> {
    update(tracking, call, id_text, move |_, _, experiment| match experiment.tags.remove(&key) {
        Some(_) => Ok(()),
        None => Err(ExperimentError::UnknownTag { id: experiment.experiment_id, key: key.clone() }.into()),
    })
    .await
    .map(drop)
}

/// Takes the runs of an experiment (by its number) along when it is deleted or restored, in the same transaction.
pub type MoveRuns = fn(&mut Transaction<'_>, i64, Lifecycle) -> Result<(), StoreError>;

/// Counts the runs of experiments (by their numbers), each in the stage its experiment is in.
pub type TallyRuns = fn(&mut Reader<'_>, &[Experiment]) -> Result<HashMap<i64, Tally>, StoreError>;

/// What the capability of runs, which comes later, does for experiments.
#[derive(Debug, Clone, Copy)]
pub struct RunsOfExperiments {
    pub move_all: MoveRuns,
    pub tally: TallyRuns,
}

/// Deletes or restores an experiment with its runs. Gives the experiment as it is then.
pub(super) async fn move_to(
    tracking: &Tracking,
    call: &Call,
    id_text: &str,
    (to, move_runs): (Lifecycle, MoveRuns),
) -> Result<Experiment, MlflowError> {
    let id = find(tracking, call, id_text).await?.experiment_id;
    let called = call.clone();
    let moving = move |tx: &mut Transaction<'_>| {
        let found = store::by_id(tx, called.team, id)?.filter(|experiment| experiment.lifecycle != to);
        let mut experiment = found.ok_or(ExperimentError::Unknown(id))?;
        experiment.lifecycle = to;
        experiment.updated_ms = tx.now().as_millis();
        store::update(tx, &experiment)?;
        move_runs(tx, experiment.number, to)?;
        let (header, name) = (called.event(subject(id)), experiment.name.clone());
        match to {
            Lifecycle::Deleted => tx.emit(&header, &ExperimentDeleted { experiment_id: id, name })?,
            Lifecycle::Active => tx.emit(&header, &ExperimentRestored { experiment_id: id, name })?,
        };
        Ok(experiment)
    };
    call.write(tracking, moving).await
}

/// What a list for pages asks for.
pub(super) struct Listing {
    /// A part of the name, in any case.
    pub name_part: String,
    pub view: ViewType,
    pub limit: usize,
    pub start: PageToken,
}

pub(super) async fn list(
    tracking: &Tracking,
    call: &Call,
    wanted: Listing,
) -> Result<(Vec<Experiment>, Option<PageToken>), MlflowError> {
    ensure_default(tracking, call).await?;
    let mut found = of_team(tracking, call).await?;
    let part = wanted.name_part.to_lowercase();
    found.retain(|experiment| experiment.name.to_lowercase().contains(&part));
    Ok(page(Plan::parse("", &[])?.decide(found, wanted.view), wanted.start, wanted.limit))
}

/// What a search asks for.
pub(super) struct Search {
    pub view: ViewType,
    pub limit: i64,
    pub filter: String,
    pub order_by: Vec<String>,
    pub token: Option<String>,
}

pub(super) async fn search(
    tracking: &Tracking,
    call: &Call,
    search: Search,
) -> Result<(Vec<Experiment>, Option<PageToken>), MlflowError> {
    let limit = page_limit(search.limit, PAGE_LIMIT)?;
    let plan = Plan::parse(&search.filter, &search.order_by)?;
    let start = PageToken::parse(search.token.as_deref())?;
    ensure_default(tracking, call).await?;
    let found = of_team(tracking, call).await?;
    Ok(page(plan.decide(found, search.view), start, limit))
}
