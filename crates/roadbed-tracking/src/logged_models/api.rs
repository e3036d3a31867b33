//! Routes and wire types (`mlflow/protos/service.proto`: CreateLoggedModel and its neighbours).

use super::model::{LoggedModel, LoggedModelError, STATUSES};
use super::operations::{self, NewModel};
use super::plan::{DatasetFilter, Measured, OrderTerm, Plan};
use crate::artifacts::{ArtifactPath, FileView, send_file};
use crate::experiments::Lifecycle;
use crate::mlflow::{Call, Empty, Endpoints, Fields, MlflowError, PairView, Tracking, missing, mlflow_paths, refusal};
use crate::runs::{MetricView, ModelMetric, RUN_READ, RUN_WRITE};
use crate::search::PageToken;
use axum::extract::{Request, State};
use axum::response::Response;
use roadbed_capability::Capability;
use serde::Serialize;

/// Models per search: default and most.
const PAGE: i64 = 50;
const PAGE_LIMIT: i64 = 10_000;

/// Logged models of the MLflow API.
#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let endpoints = Endpoints::new(tracking)
        .post(mlflow_paths!("/logged-models"), RUN_WRITE, create)
        .post(mlflow_paths!("/logged-models/search"), RUN_READ, search)
        .get(mlflow_paths!("/logged-models/{model_id}"), RUN_READ, get)
        .patch(mlflow_paths!("/logged-models/{model_id}"), RUN_WRITE, finalize)
        .delete(mlflow_paths!("/logged-models/{model_id}"), RUN_WRITE, delete)
        .patch(mlflow_paths!("/logged-models/{model_id}/tags"), RUN_WRITE, set_tags)
        .delete(mlflow_paths!("/logged-models/{model_id}/tags/{*tag_key}"), RUN_WRITE, delete_tag)
        .post(mlflow_paths!("/logged-models/{model_id}/params"), RUN_WRITE, log_params)
        .get(mlflow_paths!("/logged-models/{model_id}/artifacts/directories"), RUN_READ, list_files);
    let mut endpoints = endpoints;
    for path in mlflow_paths!("/logged-models/{model_id}/artifacts/files") {
        endpoints =
            endpoints.route(roadbed_capability::get(path, download).undocumented().refuses_as(refusal).allow(RUN_READ));
    }
    Capability::new("logged_models").routes(endpoints.into_routes())
}

#[derive(Debug, Serialize)]
struct InfoView {
    model_id: String,
    experiment_id: String,
    name: String,
    creation_timestamp_ms: i64,
    last_updated_timestamp_ms: i64,
    artifact_uri: String,
    status: String,
    model_type: String,
    source_run_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<PairView>,
}

#[derive(Debug, Serialize)]
struct DataView {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    params: Vec<PairView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics: Vec<MetricView>,
}

#[derive(Debug, Serialize)]
struct ModelView {
    info: InfoView,
    data: DataView,
}

impl From<Measured> for ModelView {
    fn from((model, metrics): Measured) -> Self {
        let metric = |metric: ModelMetric| MetricView {
            dataset_name: metric.dataset_name,
            dataset_digest: metric.dataset_digest,
            model_id: Some(metric.model_id),
            run_id: Some(metric.run_id),
            ..MetricView::from(metric.point)
        };
        Self {
            info: InfoView {
                model_id: model.model_id,
                experiment_id: model.experiment_id.to_string(),
                name: model.name,
                creation_timestamp_ms: model.created_ms,
                last_updated_timestamp_ms: model.updated_ms,
                artifact_uri: model.artifact_uri,
                status: model.status,
                model_type: model.model_type,
                source_run_id: model.source_run_id,
                tags: PairView::list(model.tags),
            },
            data: DataView { params: PairView::list(model.params), metrics: metrics.into_iter().map(metric).collect() },
        }
    }
}

#[derive(Debug, Serialize)]
struct ModelAnswer {
    model: ModelView,
}

#[derive(Debug, Serialize)]
struct SearchAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    models: Vec<ModelView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

#[derive(Debug, Serialize)]
struct FilesAnswer {
    root_uri: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileView>,
}

async fn answer(tracking: &Tracking, call: &Call, model: LoggedModel) -> Result<ModelAnswer, MlflowError> {
    let measured = operations::measured(tracking, call, vec![model]).await?.pop();
    let gone = || MlflowError::internal(&"a logged model is gone");
    measured.map(|measured| ModelAnswer { model: measured.into() }).ok_or_else(gone)
}

async fn create(tracking: Tracking, call: Call) -> Result<ModelAnswer, MlflowError> {
    let new = NewModel {
        experiment_id: call.fields.required("experiment_id")?.to_owned(),
        name: call.fields.nonempty("name")?.map(str::to_owned),
        model_type: call.fields.text_or_empty("model_type")?.to_owned(),
        source_run_id: call.fields.text_or_empty("source_run_id")?.to_owned(),
        params: call.fields.pairs("params")?.into_iter().collect(),
        tags: call.fields.pairs("tags")?.into_iter().collect(),
    };
    let model = operations::create(&tracking, &call, new).await?;
    answer(&tracking, &call, model).await
}

async fn get(tracking: Tracking, call: Call) -> Result<ModelAnswer, MlflowError> {
    let also_deleted = call.fields.boolean("allow_deleted")?.unwrap_or(false);
    let model = operations::find(&tracking, &call, call.fields.required("model_id")?, also_deleted).await?;
    answer(&tracking, &call, model).await
}

async fn finalize(tracking: Tracking, call: Call) -> Result<ModelAnswer, MlflowError> {
    let status = call.fields.choice("status", STATUSES)?.ok_or_else(|| missing("status"))?;
    let model = operations::update(&tracking, &call, call.fields.required("model_id")?, move |model| {
        status.clone_into(&mut model.status);
        Ok(true)
    })
    .await?;
    answer(&tracking, &call, model).await
}

async fn delete(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let model_id = call.fields.required("model_id")?;
    if operations::find(&tracking, &call, model_id, true).await?.lifecycle == Lifecycle::Active {
        let change = |model: &mut LoggedModel| {
            model.lifecycle = Lifecycle::Deleted;
            Ok(true)
        };
        operations::update(&tracking, &call, model_id, change).await?;
    }
    Ok(Empty {})
}

async fn set_tags(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let tags = call.fields.pairs("tags")?;
    operations::update(&tracking, &call, call.fields.required("model_id")?, move |model| {
        model.tags.extend(tags.iter().cloned());
        Ok(false)
    })
    .await?;
    Ok(Empty {})
}

async fn delete_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let key = call.fields.required("tag_key")?.to_owned();
    operations::delete_tag(&tracking, &call, call.fields.required("model_id")?, key).await?;
    Ok(Empty {})
}

async fn log_params(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let params = call.fields.pairs("params")?;
    operations::update(&tracking, &call, call.fields.required("model_id")?, move |model| {
        for (key, value) in &params {
            let there = model.params.entry(key.clone()).or_insert_with(|| value.clone());
            if there != value {
                return Err(LoggedModelError::ParamTaken { key: key.clone(), value: there.clone() });
            }
        }
        Ok(false)
    })
    .await?;
    Ok(Empty {})
}

fn dataset(fields: &Fields) -> Result<Option<DatasetFilter>, MlflowError> {
    let digest = fields.nonempty("dataset_digest")?.map(str::to_owned);
    let name = fields.nonempty("dataset_name")?.map(str::to_owned);
    Ok((name.is_some() || digest.is_some()).then_some(DatasetFilter { name, digest }))
}

async fn search(tracking: Tracking, call: Call) -> Result<SearchAnswer, MlflowError> {
    let ids = call.fields.texts("experiment_ids")?;
    if ids.is_empty() {
        return Err(missing("experiment_ids"));
    }
    let limit = call.fields.integer("max_results")?.filter(|limit| *limit != 0).unwrap_or(PAGE);
    let limit = usize::try_from(limit).ok().filter(|_| limit <= PAGE_LIMIT);
    let limit = limit.ok_or_else(|| MlflowError::invalid(format!("max_results must be 1 to {PAGE_LIMIT}")))?;
    let mut datasets = Vec::new();
    for fields in call.fields.objects("datasets")? {
        let unnamed = || MlflowError::invalid("`dataset_name` in the `datasets` clause must be specified.");
        datasets.push(dataset(&fields)?.filter(|dataset| dataset.name.is_some()).ok_or_else(unnamed)?);
    }
    let mut orders = Vec::new();
    for fields in call.fields.objects("order_by")? {
        let field = fields.required("field_name")?.to_owned();
        let ascending = fields.boolean("ascending")?.unwrap_or(true);
        orders.push(OrderTerm { field, ascending, dataset: dataset(&fields)? });
    }
    let plan = Plan::parse(call.fields.text_or_empty("filter")?, datasets, orders)?;
    let start = PageToken::parse(call.fields.nonempty("page_token")?)?;
    let (found, next) = operations::search(&tracking, &call, &ids, &plan, (start, limit)).await?;
    Ok(SearchAnswer {
        models: found.into_iter().map(ModelView::from).collect(),
        next_page_token: next.map(|token| token.to_string()),
    })
}

async fn list_files(tracking: Tracking, call: Call) -> Result<FilesAnswer, MlflowError> {
    let folder = call.fields.text_or_empty("artifact_directory_path")?;
    let model_id = call.fields.required("model_id")?;
    let (root_uri, files) = operations::list_files(&tracking, &call, model_id, folder).await?;
    Ok(FilesAnswer { root_uri, files })
}

async fn download(State(tracking): State<Tracking>, request: Request) -> Result<Response, MlflowError> {
    let headers = request.headers().clone();
    let call = Call::read(&tracking, request, RUN_READ).await?;
    let below = ArtifactPath::parse(call.fields.required("artifact_file_path")?)?;
    let model = operations::find(&tracking, &call, call.fields.required("model_id")?, false).await?;
    let path = ArtifactPath::of_uri(&model.artifact_uri)?.join(&below);
    send_file(&tracking, call.team, &path, &headers).await
}
