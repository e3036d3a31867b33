//! Routes and wire types (`mlflow/protos/service.proto`: CreateExperiment and its neighbours).

use super::model::{EXPERIMENT_READ, EXPERIMENT_WRITE, Experiment, Lifecycle, ViewType};
use super::operations::{self, MoveRuns, RunsOfExperiments};
use crate::mlflow::{Call, Empty, Endpoints, MlflowError, PairView, Tracking, mlflow_paths};
use roadbed_capability::Capability;
use roadbed_capability::extract::IfMatch;
use serde::Serialize;

/// Experiments of the MLflow API and of `/api/v1`.
#[must_use]
pub fn capability(tracking: Tracking, of_runs: RunsOfExperiments) -> Capability {
    let move_runs = of_runs.move_all;
    let delete = move |tracking, call| move_to(tracking, call, Lifecycle::Deleted, move_runs);
    let restore = move |tracking, call| move_to(tracking, call, Lifecycle::Active, move_runs);
    let pages = super::page_changes::add(super::pages::routes(tracking.clone(), of_runs));
    let endpoints = Endpoints::new(tracking)
        .post(mlflow_paths!("/experiments/create"), EXPERIMENT_WRITE, create)
        .get(mlflow_paths!("/experiments/get"), EXPERIMENT_READ, get)
        .get(mlflow_paths!("/experiments/get-by-name"), EXPERIMENT_READ, get_by_name)
        .post(mlflow_paths!("/experiments/search"), EXPERIMENT_READ, search)
        .get(mlflow_paths!("/experiments/search"), EXPERIMENT_READ, search)
        .post(mlflow_paths!("/experiments/update"), EXPERIMENT_WRITE, update)
        .post(mlflow_paths!("/experiments/delete"), EXPERIMENT_WRITE, delete)
        .post(mlflow_paths!("/experiments/restore"), EXPERIMENT_WRITE, restore)
        .post(mlflow_paths!("/experiments/set-experiment-tag"), EXPERIMENT_WRITE, set_tag)
        .post(mlflow_paths!("/experiments/delete-experiment-tag"), EXPERIMENT_WRITE, delete_tag);
    Capability::new("experiments").routes(endpoints.into_routes()).routes(pages)
}

#[derive(Debug, Serialize)]
struct ExperimentView {
    experiment_id: String,
    name: String,
    artifact_location: String,
    lifecycle_stage: &'static str,
    last_update_time: i64,
    creation_time: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<PairView>,
}

impl From<Experiment> for ExperimentView {
    fn from(experiment: Experiment) -> Self {
        Self {
            experiment_id: experiment.experiment_id.to_string(),
            name: experiment.name,
            artifact_location: experiment.artifact_location,
            lifecycle_stage: experiment.lifecycle.as_str(),
            last_update_time: experiment.updated_ms,
            creation_time: experiment.created_ms,
            tags: PairView::list(experiment.tags),
        }
    }
}

#[derive(Debug, Serialize)]
struct ExperimentAnswer {
    experiment: ExperimentView,
}

#[derive(Debug, Serialize)]
struct CreatedAnswer {
    experiment_id: String,
}

#[derive(Debug, Serialize)]
struct SearchAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    experiments: Vec<ExperimentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

async fn create(tracking: Tracking, call: Call) -> Result<CreatedAnswer, MlflowError> {
    let tags = call.fields.pairs("tags")?.into_iter().collect();
    let (name, location) = (call.fields.required("name")?, call.fields.nonempty("artifact_location")?);
    let experiment = operations::create(&tracking, &call, name, location, tags).await?;
    Ok(CreatedAnswer { experiment_id: experiment.experiment_id.to_string() })
}

async fn get(tracking: Tracking, call: Call) -> Result<ExperimentAnswer, MlflowError> {
    let experiment = operations::find(&tracking, &call, call.fields.required("experiment_id")?).await?;
    Ok(ExperimentAnswer { experiment: experiment.into() })
}

async fn get_by_name(tracking: Tracking, call: Call) -> Result<ExperimentAnswer, MlflowError> {
    let experiment = operations::by_name(&tracking, &call, call.fields.required("experiment_name")?).await?;
    Ok(ExperimentAnswer { experiment: experiment.into() })
}

async fn search(tracking: Tracking, call: Call) -> Result<SearchAnswer, MlflowError> {
    let wanted = operations::Search {
        view: call.fields.choice("view_type", ViewType::CHOICES)?.unwrap_or(ViewType::ActiveOnly),
        limit: call.fields.integer("max_results")?.unwrap_or(0),
        filter: call.fields.text_or_empty("filter")?.to_owned(),
        order_by: call.fields.texts("order_by")?,
        token: call.fields.nonempty("page_token")?.map(str::to_owned),
    };
    let (found, next) = operations::search(&tracking, &call, wanted).await?;
    Ok(SearchAnswer {
        experiments: found.into_iter().map(ExperimentView::from).collect(),
        next_page_token: next.map(|token| token.to_string()),
    })
}

async fn update(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let (id, name) = (call.fields.required("experiment_id")?, call.fields.required("new_name")?);
    operations::rename(&tracking, &call, id, (name, IfMatch::default())).await?;
    Ok(Empty {})
}

async fn move_to(tracking: Tracking, call: Call, to: Lifecycle, move_runs: MoveRuns) -> Result<Empty, MlflowError> {
    operations::move_to(&tracking, &call, call.fields.required("experiment_id")?, (to, move_runs)).await?;
    Ok(Empty {})
}

async fn set_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let tag = (call.fields.required("key")?.to_owned(), call.fields.text_or_empty("value")?.to_owned());
    operations::set_tag(&tracking, &call, call.fields.required("experiment_id")?, tag).await?;
    Ok(Empty {})
}

async fn delete_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let key = call.fields.required("key")?.to_owned();
    operations::delete_tag(&tracking, &call, call.fields.required("experiment_id")?, key).await?;
    Ok(Empty {})
}
