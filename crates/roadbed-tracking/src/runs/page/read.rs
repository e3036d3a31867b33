//! `GET /api/v1/runs/{run}`.

use super::stand::RunPages;
use crate::experiments;
use crate::inputs::DatasetInput;
use crate::mlflow::{Call, MlflowError};
use crate::runs::model::{FullRun, MadeModel, MadeVersion, NOTE_TAG, RUN_READ, Run};
use crate::runs::operations;
use crate::runs::pages::RunItem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use roadbed_capability::extract::PathOf;
use roadbed_capability::{Caller, Problem, Routes, get};
use roadbed_store::Reader;
use serde::Serialize;
use std::collections::BTreeMap;

/// A dataset that a run used.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct RunDataset {
    pub name: String,
    pub digest: String,
    /// What for, such as `training`.
    pub context: Option<String>,
    /// Such as `local`, `s3` or `code`.
    pub source_type: String,
    /// As the client says it: an address or JSON.
    pub source: String,
}

/// A logged model that a run made.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct RunLoggedModel {
    /// Such as `m-…`.
    pub id: String,
    /// Empty when the model is no longer there.
    pub name: String,
    /// What kind of model, as the client says it; empty when it says nothing.
    pub model_type: String,
    /// `LOGGED_MODEL_PENDING`, `LOGGED_MODEL_READY` or `LOGGED_MODEL_UPLOAD_FAILED`; empty when the model is no longer there.
    pub status: String,
    /// Folder among the run's artifacts; none when its files lie apart from those of the run.
    pub path: Option<String>,
    /// The step it was made at; none when the client did not say.
    pub step: Option<i64>,
}

/// A version of a registered model that was made from a run.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct RunVersion {
    pub model: String,
    pub version: i64,
    /// Aliases that name it.
    pub aliases: Vec<String>,
}

/// A run with everything about it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct RunPage {
    #[serde(flatten)]
    pub run: RunItem,
    /// What people say about it.
    pub description: String,
    /// Another one after each change that people make; for If-Match.
    pub version: String,
    /// Datasets it used.
    pub inputs: Vec<RunDataset>,
    /// Ids of logged models it read.
    pub input_models: Vec<String>,
    /// Models it logged.
    pub logged_models: Vec<RunLoggedModel>,
    /// Model versions registered from it.
    pub versions: Vec<RunVersion>,
}

impl RunPage {
    /// With its version as ETag.
    pub(super) fn answer(self) -> (HeaderMap, Json<Self>) {
        let mut headers = HeaderMap::new();
        if let Ok(tag) = HeaderValue::try_from(format!("\"{}\"", self.version)) {
            headers.insert(header::ETAG, tag);
        }
        (headers, Json(self))
    }
}

impl From<DatasetInput> for RunDataset {
    fn from(input: DatasetInput) -> Self {
        let context = input.context().map(str::to_owned);
        let dataset = input.dataset;
        Self {
            name: dataset.name,
            digest: dataset.digest,
            context,
            source_type: dataset.source_type,
            source: dataset.source,
        }
    }
}

impl From<MadeVersion> for RunVersion {
    fn from(made: MadeVersion) -> Self {
        Self { model: made.name, version: made.version, aliases: made.aliases }
    }
}

/// What the run says it made, and the models that say they are from it.
pub(super) fn logged_models(full: &FullRun, made: Vec<MadeModel>) -> Vec<RunLoggedModel> {
    let mut known: BTreeMap<String, MadeModel> =
        made.into_iter().map(|model| (model.model_id.clone(), model)).collect();
    let below = |uri: &str| Some(uri.strip_prefix(&full.run.artifact_uri)?.strip_prefix('/')?.to_owned());
    let listed = |id: String, model: Option<MadeModel>, step: Option<i64>| {
        let path = model.as_ref().and_then(|model| below(&model.artifact_uri));
        let known = model.map(|model| (model.name, model.model_type, model.status));
        let (name, model_type, status) = known.unwrap_or_default();
        RunLoggedModel { id, name, model_type, status, path, step }
    };
    let mut all = Vec::new();
    for output in &full.inputs.model_outputs {
        let model = known.remove(&output.model_id);
        all.push(listed(output.model_id.clone(), model, Some(output.step)));
    }
    all.extend(known.into_iter().map(|(id, model)| listed(id, Some(model), None)));
    all
}

impl RunPages {
    /// Everything logged models and the registry know of the run.
    pub(super) async fn made(&self, call: &Call, run: &Run) -> Result<(Vec<MadeModel>, Vec<MadeVersion>), MlflowError> {
        let (made, team, run_id) = (self.made, call.team, run.run_id.clone());
        let read = move |r: &mut Reader<'_>| {
            Ok::<_, MlflowError>(((made.models)(r, team, &run_id)?, (made.versions)(r, team, &run_id)?))
        };
        self.tracking.context.store.read(read).await
    }

    pub(super) async fn full(&self, run: Run) -> Result<FullRun, MlflowError> {
        let full = operations::full(&self.tracking, vec![run]).await?.pop();
        full.ok_or_else(|| MlflowError::internal(&"a run is gone"))
    }

    pub(super) async fn page(&self, call: &Call, id: &str) -> Result<RunPage, MlflowError> {
        let run = operations::find(&self.tracking, call, id).await?;
        let experiment = experiments::find(&self.tracking, call, &run.experiment_id.to_string()).await?;
        let (models, versions) = self.made(call, &run).await?;
        let mut full = self.full(run).await?;
        let logged_models = logged_models(&full, models);
        let inputs = std::mem::take(&mut full.inputs);
        let description = full.tags.iter().find(|(key, _)| key == NOTE_TAG).map(|(_, text)| text.clone());
        Ok(RunPage {
            description: description.unwrap_or_default(),
            version: operations::version(&full.tags),
            run: RunItem::new(full, experiment.name),
            inputs: inputs.datasets.into_iter().map(RunDataset::from).collect(),
            input_models: inputs.model_inputs,
            logged_models,
            versions: versions.into_iter().map(RunVersion::from).collect(),
        })
    }
}

pub(super) fn add(routes: Routes<RunPages>) -> Routes<RunPages> {
    routes.add(
        get("/api/v1/runs/{run}", show)
            .summary("Show a run with everything about it")
            .answers::<RunPage>(StatusCode::OK)
            .allow(RUN_READ),
    )
}

async fn show(
    State(pages): State<RunPages>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
) -> Result<(HeaderMap, Json<RunPage>), Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, RUN_READ).await?;
    Ok(pages.page(&call, &id).await?.answer())
}
