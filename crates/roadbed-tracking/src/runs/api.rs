//! Routes and requests (`mlflow/protos/service.proto`: CreateRun and its neighbours).

use super::model::{Batch, MadeByRuns, MetricPoint, ModelMetric, RUN_READ, RUN_WRITE, STATUSES};
use super::operations::{self, Among, NewRun, Search};
use super::views::{RunInfoView, RunView};
use crate::experiments::{Lifecycle, ViewType};
use crate::inputs::{Dataset, DatasetInput, ModelOutput};
use crate::mlflow::{Call, Empty, Endpoints, Fields, Measure, MlflowError, Tracking, missing, mlflow_paths, names};
use roadbed_capability::Capability;
use serde::Serialize;

/// Runs per search without `max_results`.
const SEARCH_DEFAULT: i64 = 1000;

/// Runs of the MLflow API and of `/api/v1`.
#[must_use]
pub fn capability(tracking: Tracking, made: MadeByRuns) -> Capability {
    let page = super::page::routes(tracking.clone(), made);
    let pages = super::pages::routes(tracking.clone());
    let endpoints = Endpoints::new(tracking)
        .post(mlflow_paths!("/runs/create"), RUN_WRITE, create)
        .post(mlflow_paths!("/runs/update"), RUN_WRITE, update)
        .post(mlflow_paths!("/runs/delete"), RUN_WRITE, |t, call| move_to(t, call, Lifecycle::Deleted))
        .post(mlflow_paths!("/runs/restore"), RUN_WRITE, |t, call| move_to(t, call, Lifecycle::Active))
        .get(mlflow_paths!("/runs/get"), RUN_READ, get)
        .post(mlflow_paths!("/runs/search"), RUN_READ, search)
        .post(mlflow_paths!("/runs/log-metric"), RUN_WRITE, log_metric)
        .post(mlflow_paths!("/runs/log-parameter"), RUN_WRITE, log_param)
        .post(mlflow_paths!("/runs/set-tag"), RUN_WRITE, set_tag)
        .post(mlflow_paths!("/runs/delete-tag"), RUN_WRITE, delete_tag)
        .post(mlflow_paths!("/runs/log-batch"), RUN_WRITE, log_batch)
        .post(mlflow_paths!("/runs/log-model"), RUN_WRITE, log_model)
        .post(mlflow_paths!("/runs/log-inputs"), RUN_WRITE, log_inputs)
        .post(mlflow_paths!("/runs/outputs"), RUN_WRITE, log_outputs)
        .post(mlflow_paths!("/experiments/search-datasets"), RUN_READ, search_datasets);
    Capability::new("runs").routes(super::histories::add(endpoints).into_routes()).routes(pages).routes(page)
}

#[derive(Debug, Serialize)]
struct RunAnswer {
    run: RunView,
}

#[derive(Debug, Serialize)]
struct RunInfoAnswer {
    run_info: RunInfoView,
}

#[derive(Debug, Serialize)]
struct SearchAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<RunView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

async fn create(tracking: Tracking, call: Call) -> Result<RunAnswer, MlflowError> {
    let new = NewRun {
        experiment_id: call.fields.text_or_empty("experiment_id")?.to_owned(),
        user_id: call.fields.text_or_empty("user_id")?.to_owned(),
        start_time_ms: call.fields.integer("start_time")?.unwrap_or(0),
        run_name: call.fields.nonempty("run_name")?.map(str::to_owned),
        tags: call.fields.pairs("tags")?,
    };
    let run = operations::create(&tracking, &call, new).await?;
    let full = operations::full(&tracking, vec![run]).await?.pop();
    full.map(|full| RunAnswer { run: RunView::created(full) })
        .ok_or_else(|| MlflowError::internal(&"a new run is gone"))
}

async fn update(tracking: Tracking, call: Call) -> Result<RunInfoAnswer, MlflowError> {
    let status = call.fields.choice("status", STATUSES)?;
    let change = (status, call.fields.integer("end_time")?, call.fields.nonempty("run_name")?.map(str::to_owned));
    let run = operations::update(&tracking, &call, call.fields.run_id()?, change).await?;
    Ok(RunInfoAnswer { run_info: run.into() })
}

async fn move_to(tracking: Tracking, call: Call, to: Lifecycle) -> Result<Empty, MlflowError> {
    operations::move_to(&tracking, &call, call.fields.run_id()?, to).await?;
    Ok(Empty {})
}

async fn get(tracking: Tracking, call: Call) -> Result<RunAnswer, MlflowError> {
    let run = operations::find(&tracking, &call, call.fields.run_id()?).await?;
    let full = operations::full(&tracking, vec![run]).await?.pop();
    full.map(|full| RunAnswer { run: full.into() }).ok_or_else(|| MlflowError::internal(&"a run is gone"))
}

async fn search(tracking: Tracking, call: Call) -> Result<SearchAnswer, MlflowError> {
    let wanted = Search {
        among: Among::Experiments(call.fields.texts("experiment_ids")?),
        filter: call.fields.text_or_empty("filter")?.to_owned(),
        view: call.fields.choice("run_view_type", ViewType::CHOICES)?.unwrap_or(ViewType::ActiveOnly),
        limit: call.fields.integer("max_results")?.unwrap_or(SEARCH_DEFAULT),
        order_by: call.fields.texts("order_by")?,
        token: call.fields.nonempty("page_token")?.map(str::to_owned),
        columns: None,
        count: false,
    };
    let found = operations::search(&tracking, &call, wanted).await?;
    Ok(SearchAnswer {
        runs: found.runs.into_iter().map(RunView::from).collect(),
        next_page_token: found.next.map(|token| token.to_string()),
    })
}

/// A metric of a request. `place` is empty, or names the place in a list.
fn point(fields: &Fields, place: &str) -> Result<MetricPoint, MlflowError> {
    let gone = |field: &str| missing(&format!("{place}{field}"));
    Ok(MetricPoint {
        key: fields.nonempty("key")?.ok_or_else(|| gone("key"))?.to_owned(),
        value: Measure::new(fields.double("value")?.ok_or_else(|| gone("value"))?),
        timestamp_ms: fields.integer("timestamp")?.ok_or_else(|| gone("timestamp"))?,
        step: fields.integer("step")?.unwrap_or(0),
    })
}

/// The same metric as one about a model, when it names one.
fn model_metric(fields: &Fields, run_id: &str, point: &MetricPoint) -> Result<Option<ModelMetric>, MlflowError> {
    let dataset = (fields.nonempty("dataset_name")?, fields.nonempty("dataset_digest")?);
    if dataset.0.is_some() != dataset.1.is_some() {
        return Err(MlflowError::invalid("Both dataset_name and dataset_digest must be provided if one is provided"));
    }
    let Some(model_id) = fields.nonempty("model_id")? else { return Ok(None) };
    Ok(Some(ModelMetric {
        point: point.clone(),
        model_id: model_id.to_owned(),
        run_id: run_id.to_owned(),
        dataset_name: dataset.0.map(str::to_owned),
        dataset_digest: dataset.1.map(str::to_owned),
    }))
}

async fn log_metric(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let run_id = call.fields.run_id()?;
    let point = point(&call.fields, "")?;
    let model_metrics = model_metric(&call.fields, run_id, &point)?.into_iter().collect();
    let batch = Batch { points: vec![point], model_metrics, ..Batch::default() };
    operations::log(&tracking, &call, run_id, batch, false).await?;
    Ok(Empty {})
}

async fn log_param(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let param = (call.fields.required("key")?.to_owned(), call.fields.text_or_empty("value")?.to_owned());
    let batch = Batch { params: vec![param], ..Batch::default() };
    operations::log(&tracking, &call, call.fields.run_id()?, batch, false).await?;
    Ok(Empty {})
}

async fn set_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let tag = (call.fields.required("key")?.to_owned(), call.fields.text_or_empty("value")?.to_owned());
    let batch = Batch { tags: vec![tag], ..Batch::default() };
    operations::log(&tracking, &call, call.fields.run_id()?, batch, false).await?;
    Ok(Empty {})
}

async fn delete_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    operations::delete_tag(&tracking, &call, call.fields.run_id()?, call.fields.required("key")?).await?;
    Ok(Empty {})
}

async fn log_batch(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let run_id = call.fields.run_id()?;
    let mut batch =
        Batch { params: call.fields.pairs("params")?, tags: call.fields.pairs("tags")?, ..Batch::default() };
    for (index, fields) in call.fields.objects("metrics")?.iter().enumerate() {
        let point = point(fields, &format!("metrics[{index}]."))?;
        batch.model_metrics.extend(model_metric(fields, run_id, &point)?);
        batch.points.push(point);
    }
    operations::log(&tracking, &call, run_id, batch, true).await?;
    Ok(Empty {})
}

async fn log_model(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let text = call.fields.required("model_json")?;
    let description: serde_json::Value = serde_json::from_str(text)
        .map_err(|_| MlflowError::invalid(format!("Malformed model info. \n {text} \n is not a valid JSON.")))?;
    let gone: Vec<&str> = ["artifact_path", "flavors", "utc_time_created", "run_id"]
        .into_iter()
        .filter(|field| description.get(field).is_none())
        .collect();
    if !gone.is_empty() {
        let gone = gone.join("', '");
        return Err(MlflowError::invalid(format!("Model json is missing mandatory fields: {{'{gone}'}}")));
    }
    operations::log_model(&tracking, &call, call.fields.run_id()?, description).await?;
    Ok(Empty {})
}

fn dataset_input(fields: &Fields) -> Result<DatasetInput, MlflowError> {
    let dataset = fields.object("dataset")?.ok_or_else(|| MlflowError::invalid("Dataset cannot be None"))?;
    let text = |name: &str, limit: usize| {
        let value = dataset.text_or_empty(name)?;
        names::check_length(name, limit, value)?;
        Ok::<_, MlflowError>(value.to_owned())
    };
    let optional = |name: &str, limit: usize| text(name, limit).map(|value| (!value.is_empty()).then_some(value));
    let tags = fields.pairs("tags")?;
    for (key, value) in &tags {
        names::check_length("key", 255, key)?;
        names::check_length("value", 500, value)?;
    }
    let dataset = Dataset {
        name: text("name", 500)?,
        digest: text("digest", 36)?,
        source_type: text("source_type", 500)?,
        source: text("source", 65_535)?,
        schema: optional("schema", 1_048_575)?,
        profile: optional("profile", 16_777_215)?,
    };
    Ok(DatasetInput { dataset, tags })
}

fn model_ids(fields: &[Fields]) -> Result<Vec<String>, MlflowError> {
    fields.iter().map(|model| model.required("model_id").map(str::to_owned)).collect()
}

async fn log_inputs(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let datasets = call.fields.objects("datasets")?.iter().map(dataset_input).collect::<Result<_, _>>()?;
    let models = model_ids(&call.fields.objects("models")?)?;
    operations::log_sources(&tracking, &call, call.fields.run_id()?, (datasets, models, Vec::new())).await?;
    Ok(Empty {})
}

async fn log_outputs(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let output = |model: &Fields| {
        let step = model.integer("step")?.unwrap_or(0);
        Ok::<_, MlflowError>(ModelOutput { model_id: model.required("model_id")?.to_owned(), step })
    };
    if !call.fields.has("models") {
        return Err(missing("models"));
    }
    let outputs = call.fields.objects("models")?.iter().map(output).collect::<Result<Vec<_>, _>>()?;
    operations::log_sources(&tracking, &call, call.fields.run_id()?, (Vec::new(), Vec::new(), outputs)).await?;
    Ok(Empty {})
}

#[derive(Debug, Serialize)]
struct SummaryView {
    experiment_id: String,
    name: String,
    digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<String>,
}

#[derive(Debug, Serialize)]
struct SummariesAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dataset_summaries: Vec<SummaryView>,
}

async fn search_datasets(tracking: Tracking, call: Call) -> Result<SummariesAnswer, MlflowError> {
    let ids = call.fields.texts("experiment_ids")?;
    if ids.is_empty() || ids.len() > 20 {
        let message = format!("SearchDatasets takes 1 to 20 experiment_ids, received {}.", ids.len());
        return Err(MlflowError::invalid(message));
    }
    let found = operations::summaries(&tracking, &call, &ids).await?;
    let view = |(id, summary): (i64, crate::inputs::DatasetSummary)| SummaryView {
        experiment_id: id.to_string(),
        name: summary.name,
        digest: summary.digest,
        context: summary.context,
    };
    Ok(SummariesAnswer { dataset_summaries: found.into_iter().map(view).collect() })
}
