//! What can be done with logged models.

use super::model::{
    LoggedModel, LoggedModelCreated, LoggedModelDeleted, LoggedModelError, LoggedModelUpdated, PENDING,
};
use super::plan::{Measured, Plan};
use super::store;
use crate::artifacts::{self, ArtifactPath, FileView};
use crate::experiments::{self, Lifecycle};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs;
use crate::search::{PageToken, page};
use roadbed_contracts::events::Subject;
use roadbed_store::Execute;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a client says about a new model.
pub(super) struct NewModel {
    pub experiment_id: String,
    pub name: Option<String>,
    pub model_type: String,
    pub source_run_id: String,
    pub params: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
}

pub(super) fn subject(model_id: &str) -> Subject {
    Subject::new("logged_model", model_id)
}

/// The model a request names, in the team of the call. Deleted ones only when `also_deleted`.
///
/// # Errors
/// There is none for this team.
pub async fn find(
    tracking: &Tracking,
    call: &Call,
    model_id: &str,
    also_deleted: bool,
) -> Result<LoggedModel, MlflowError> {
    let (team, wanted) = (call.team, model_id.to_owned());
    let found = tracking.context.store.read(move |r| Ok::<_, MlflowError>(store::by_id(r, team, &wanted)?)).await?;
    found
        .filter(|model| also_deleted || model.lifecycle == Lifecycle::Active)
        .ok_or_else(|| LoggedModelError::Unknown(model_id.chars().take(100).collect()).into())
}

/// The newest model of this name that the run made: what `runs:/<run>/<name>` means since MLflow 3.
///
/// # Errors
/// The store fails.
pub async fn named_in_run(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    name: &str,
) -> Result<Option<LoggedModel>, MlflowError> {
    let (team, run_id, name) = (call.team, run_id.to_owned(), name.to_owned());
    let newest =
        move |r: &mut roadbed_store::Reader<'_>| Ok::<_, MlflowError>(store::newest_of_run(r, team, &run_id, &name)?);
    tracking.context.store.read(newest).await
}

/// The model with the metrics about it.
pub(super) async fn measured(
    tracking: &Tracking,
    call: &Call,
    models: Vec<LoggedModel>,
) -> Result<Vec<Measured>, MlflowError> {
    let (team, ids) = (call.team, models.iter().map(|model| model.model_id.clone()).collect::<HashSet<_>>());
    let metrics =
        tracking.context.store.read_records(move |r| Ok::<_, MlflowError>(runs::model_metrics(r, team, &ids)?)).await?;
    let mut by_model: HashMap<String, Vec<runs::ModelMetric>> = HashMap::new();
    for metric in metrics {
        by_model.entry(metric.model_id.clone()).or_default().push(metric);
    }
    let with = |model: LoggedModel| {
        let metrics = by_model.remove(&model.model_id).unwrap_or_default();
        (model, metrics)
    };
    Ok(models.into_iter().map(with).collect())
}

pub(super) async fn create(tracking: &Tracking, call: &Call, new: NewModel) -> Result<LoggedModel, MlflowError> {
    if let Some(name) = new.name.as_ref().filter(|name| name.contains(['/', ':', '.', '%', '"', '\''])) {
        return Err(LoggedModelError::Name(name.chars().take(100).collect()).into());
    }
    let experiment = experiments::active(tracking, call, &new.experiment_id).await?;
    if !new.source_run_id.is_empty() {
        runs::find(tracking, call, &new.source_run_id).await?;
    }
    let model_id = format!("m-{}", tracking.next_hex());
    let now = tracking.context.clock.now().as_millis();
    let model = LoggedModel {
        artifact_uri: format!("{}/models/{model_id}/artifacts", experiment.artifact_location),
        name: new.name.unwrap_or_else(|| runs::invented_name(tracking.context.ids.next())),
        model_id,
        experiment: experiment.number,
        experiment_id: experiment.experiment_id,
        model_type: new.model_type,
        status: PENDING.to_owned(),
        source_run_id: new.source_run_id,
        lifecycle: Lifecycle::Active,
        tags: new.tags,
        params: new.params,
        created_ms: now,
        updated_ms: now,
    };
    let call = call.clone();
    tracking
        .context
        .store
        .write(move |tx| {
            store::insert(tx, call.team, &model)?;
            let LoggedModel { model_id, name, status, .. } = model.clone();
            tx.emit(&call.event(subject(&model.model_id)), &LoggedModelCreated { model_id, name, status })?;
            Ok::<_, MlflowError>(model.clone())
        })
        .await
}

/// Changes a model by `change`, which returns whether the time of its last update moves.
pub(super) async fn update<F>(
    tracking: &Tracking,
    call: &Call,
    model_id: &str,
    change: F,
) -> Result<LoggedModel, MlflowError>
where
    F: Fn(&mut LoggedModel) -> Result<bool, LoggedModelError> + Send + 'static,
{
    let (call, model_id) = (call.clone(), model_id.to_owned());
    tracking
        .context
        .store
        .write(move |tx| {
            let found = store::by_id(tx, call.team, &model_id)?.filter(|model| model.lifecycle == Lifecycle::Active);
            let mut model = found.ok_or_else(|| LoggedModelError::Unknown(model_id.clone()))?;
            if change(&mut model)? {
                model.updated_ms = tx.now().as_millis();
            }
            store::update(tx, &model)?;
            let LoggedModel { model_id, name, status, .. } = model.clone();
            let header = call.event(subject(&model_id));
            match model.lifecycle {
                Lifecycle::Active => tx.emit(&header, &LoggedModelUpdated { model_id, name, status })?,
                Lifecycle::Deleted => tx.emit(&header, &LoggedModelDeleted { model_id, name, status })?,
            };
            Ok::<_, MlflowError>(model)
        })
        .await
}

pub(super) async fn delete_tag(
    tracking: &Tracking,
    call: &Call,
    model_id: &str,
    key: String,
) -> Result<(), MlflowError> {
    let change = move |model: &mut LoggedModel| match model.tags.remove(&key) {
        Some(_) => Ok(false),
        None => Err(LoggedModelError::UnknownTag { model_id: model.model_id.clone(), key: key.clone() }),
    };
    update(tracking, call, model_id, change).await.map(drop)
}

/// A page of the models of these experiments that the plan finds.
pub(super) async fn search(
    tracking: &Tracking,
    call: &Call,
    experiment_ids: &[String],
    plan: &Plan,
    (start, limit): (PageToken, usize),
) -> Result<(Vec<Measured>, Option<PageToken>), MlflowError> {
    let experiments = experiments::reachable(tracking, call, experiment_ids).await?;
    let of: Vec<i64> = experiments.iter().map(|experiment| experiment.number).collect();
    let models = tracking.context.store.read(move |r| Ok::<_, MlflowError>(store::of_experiments(r, &of)?)).await?;
    let found = plan.decide(measured(tracking, call, models).await?);
    Ok(page(found, start, limit))
}

/// Files of a model below a folder, with the root they are relative to.
pub(super) async fn list_files(
    tracking: &Tracking,
    call: &Call,
    model_id: &str,
    folder: &str,
) -> Result<(String, Vec<FileView>), MlflowError> {
    let model = find(tracking, call, model_id, false).await?;
    let below = ArtifactPath::parse_folder(folder)?;
    let path = ArtifactPath::of_uri(&model.artifact_uri)?.join(&below);
    let entries = artifacts::list(tracking, call.team, path).await?;
    Ok((model.artifact_uri, FileView::list(entries, &below)))
}
