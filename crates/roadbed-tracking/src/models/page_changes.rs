//! `/api/v1/models`: changes, by the same operations as those of MLflow clients.

use super::lookup;
use super::model::{MODEL_PROMOTE, MODEL_WRITE, ModelError};
use super::operations::{self, Move};
use super::pages::{ModelItem, VersionItem};
use super::source::Claim;
use super::versions::{self, NewVersion};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Body, DryRun, PathOf};
use roadbed_capability::{Caller, Problem, Routes, delete, patch, post, put};
use roadbed_store::{Execute, Reader};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewModel {
    /// 1 to 256 characters without `/` and `:`.
    name: String,
    /// What it is, for people.
    #[serde(default)]
    description: String,
}

/// Registers files that a run logged as the model's next version.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewModelVersion {
    /// The run that logged them.
    run: String,
    /// Folder among the run's artifacts, such as `model`; absent when `logged_model` is given.
    #[serde(default)]
    path: Option<String>,
    /// Id of a logged model of the run, such as `m-…`.
    #[serde(default)]
    logged_model: Option<String>,
    #[serde(default)]
    description: String,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ModelChange {
    description: String,
    /// The description that was seen; when another one is there by now, nothing is changed.
    #[serde(default)]
    previous_description: Option<String>,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct AliasTarget {
    version: i64,
}

pub(super) fn add(routes: Routes<Tracking>) -> Routes<Tracking> {
    routes
        .add(
            post("/api/v1/models", create)
                .summary("Register a model's name")
                .body::<NewModel>()
                .answers::<ModelItem>(StatusCode::CREATED)
                .allow(MODEL_WRITE),
        )
        .add(
            patch("/api/v1/models/{model}", describe)
                .summary("Describe a model")
                .body::<ModelChange>()
                .answers::<ModelItem>(StatusCode::OK)
                .allow(MODEL_WRITE),
        )
        .add(
            delete("/api/v1/models/{model}", remove)
                .summary("Delete a model with its versions")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(MODEL_WRITE),
        )
        .add(
            post("/api/v1/models/{model}/versions", register)
                .summary("Register files of a run as the next version; a new name makes the model")
                .body::<NewModelVersion>()
                .answers::<VersionItem>(StatusCode::CREATED)
                .allow(MODEL_WRITE),
        )
        .add(
            patch("/api/v1/models/{model}/versions/{version}", describe_version)
                .summary("Describe a model version")
                .body::<ModelChange>()
                .answers::<VersionItem>(StatusCode::OK)
                .allow(MODEL_WRITE),
        )
        .add(
            delete("/api/v1/models/{model}/versions/{version}", remove_version)
                .summary("Delete a model version with its files")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(MODEL_WRITE),
        )
        .add(
            put("/api/v1/models/{model}/aliases/{alias}", move_alias)
                .summary("Point an alias at a version")
                .body::<AliasTarget>()
                .answers::<ModelItem>(StatusCode::OK)
                .allow(MODEL_PROMOTE),
        )
        .add(
            delete("/api/v1/models/{model}/aliases/{alias}", remove_alias)
                .summary("Remove an alias")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(MODEL_PROMOTE),
        )
}

async fn seen(tracking: &Tracking, call: &Call, name: &str) -> Result<ModelItem, MlflowError> {
    let (team, name) = (call.team, name.to_owned());
    let read = move |r: &mut Reader<'_>| {
        let found = lookup::model(r, team, &name)?;
        ModelItem::read(r, found)
    };
    tracking.context.store.read(read).await
}

/// What the caller saw is gone: saving would undo what somebody else wrote.
fn check_seen(change: &ModelChange, now: &str) -> Result<(), MlflowError> {
    match &change.previous_description {
        Some(seen) if seen != now => Err(ModelError::DescribedMeanwhile.into()),
        _ => Ok(()),
    }
}

async fn create(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    Body(new): Body<NewModel>,
) -> Result<(StatusCode, Json<ModelItem>), Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_WRITE).await?.rehearsing(dry_run);
    let made = operations::create(&tracking, &call, &new.name, (new.description, BTreeMap::new())).await;
    let made = made.map_err(|error| Problem::from(error).with_field("name"))?;
    let item = ModelItem::new(made, None, Vec::new());
    Ok((StatusCode::CREATED, Json(item)))
}

async fn describe(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(name): PathOf<String>,
    Body(change): Body<ModelChange>,
) -> Result<Json<ModelItem>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_WRITE).await?.rehearsing(dry_run);
    let changed = operations::update(&tracking, &call, &name, move |tx, model| {
        check_seen(&change, &model.description)?;
        model.description.clone_from(&change.description);
        model.updated_ms = tx.now().as_millis();
        Ok(())
    });
    let full = changed.await.map_err(conflict)?;
    let newest = full.latest.iter().map(|version| version.version).max();
    Ok(Json(ModelItem::new(full.model, newest, full.aliases)))
}

async fn remove(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(name): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_WRITE).await?.rehearsing(dry_run);
    operations::delete(&tracking, &call, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn register(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    DryRun(dry_run): DryRun,
    PathOf(name): PathOf<String>,
    Body(new): Body<NewModelVersion>,
) -> Result<(StatusCode, Json<VersionItem>), Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_WRITE).await?.rehearsing(DryRun(dry_run));
    runs::find(&tracking, &call, &new.run).await.map_err(|error| Problem::from(error).with_field("run"))?;
    let source = match (&new.path, &new.logged_model) {
        (Some(path), None) => format!("runs:/{}/{}", new.run, path.trim_matches('/')),
        (None, Some(model)) => format!("models:/{model}"),
        _ => {
            let detail = "say which files: either path (a folder of the run's artifacts) or logged_model";
            return Err(Problem::bad_request("request.body", detail).with_field("path"));
        }
    };
    let claim = Claim { source, run_id: Some(new.run.clone()), model_id: new.logged_model.clone(), is_prompt: false };
    let version =
        NewVersion { name, claim, run_link: String::new(), description: new.description, tags: BTreeMap::new() };
    let made = versions::register(&tracking, &call, version).await;
    let made = made.map_err(|error| Problem::from(error).with_field("path"))?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

async fn describe_version(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf((name, number)): PathOf<(String, String)>,
    Body(change): Body<ModelChange>,
) -> Result<Json<VersionItem>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_WRITE).await?.rehearsing(dry_run);
    let number = versions::parse_version(&number).map_err(MlflowError::from)?;
    let changed = versions::update(&tracking, &call, (&name, number), move |tx, version| {
        check_seen(&change, version.description.as_deref().unwrap_or_default())?;
        version.description = Some(change.description.clone());
        version.updated_ms = tx.now().as_millis();
        Ok(())
    });
    Ok(Json(changed.await.map_err(conflict)?.into()))
}

/// On `/api/v1` a lost race is told as one.
fn conflict(error: MlflowError) -> Problem {
    let lost = error.message == ModelError::DescribedMeanwhile.to_string();
    let problem = Problem::from(error);
    if !lost {
        return problem;
    }
    Problem::conflict("models.described_meanwhile", problem.detail)
        .with_field("description")
        .with_fix("read it again, then save with the description that is there now")
}

async fn remove_version(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf((name, number)): PathOf<(String, String)>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_WRITE).await?.rehearsing(dry_run);
    let number = versions::parse_version(&number).map_err(MlflowError::from)?;
    versions::delete(&tracking, &call, &name, number).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn move_alias(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf((name, alias)): PathOf<(String, String)>,
    Body(target): Body<AliasTarget>,
) -> Result<Json<ModelItem>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_PROMOTE).await?.rehearsing(dry_run);
    let wanted = Move { name: name.clone(), alias, version: Some(target.version) };
    operations::set_alias(&tracking, &call, wanted).await?;
    Ok(Json(seen(&tracking, &call, &name).await?))
}

async fn remove_alias(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf((name, alias)): PathOf<(String, String)>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_PROMOTE).await?.rehearsing(dry_run);
    operations::set_alias(&tracking, &call, Move { name, alias, version: None }).await?;
    Ok(StatusCode::NO_CONTENT)
}
