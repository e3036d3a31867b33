//! Routes of registered models and aliases (`mlflow/protos/model_registry.proto`).

use super::model::{MODEL_PROMOTE, MODEL_READ, MODEL_WRITE, RegisteredModel, TagChange};
use super::operations::{self, FullModel, Move};
use super::plan::Plan;
use super::store;
use super::version_api;
use super::versions::{self, Wanted, parse_version};
use super::views::{ModelView, VersionView};
use super::{files, history, page_changes, pages};
use crate::mlflow::{Call, Empty, Endpoints, MlflowError, Tracking, mlflow_paths};
use crate::search::{PageToken, page};
use roadbed_capability::Capability;
use roadbed_store::{Execute, Reader};
use serde::Serialize;

/// Models per search: default and most.
const PAGE: i64 = 100;
const PAGE_LIMIT: i64 = 1000;

/// The registry of the MLflow API.
#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let pages = files::add(page_changes::add(history::add(pages::routes(tracking.clone()))));
    let endpoints = Endpoints::new(tracking)
        .post(mlflow_paths!("/registered-models/create"), MODEL_WRITE, create)
        .get(mlflow_paths!("/registered-models/get"), MODEL_READ, get)
        .get(mlflow_paths!("/registered-models/search"), MODEL_READ, search)
        .patch(mlflow_paths!("/registered-models/update"), MODEL_WRITE, update)
        .post(mlflow_paths!("/registered-models/rename"), MODEL_WRITE, rename)
        .delete(mlflow_paths!("/registered-models/delete"), MODEL_WRITE, delete)
        .post(mlflow_paths!("/registered-models/set-tag"), MODEL_WRITE, set_tag)
        .delete(mlflow_paths!("/registered-models/delete-tag"), MODEL_WRITE, delete_tag)
        .post(mlflow_paths!("/registered-models/alias"), MODEL_PROMOTE, set_alias)
        .delete(mlflow_paths!("/registered-models/alias"), MODEL_PROMOTE, delete_alias)
        .get(mlflow_paths!("/registered-models/alias"), MODEL_READ, get_alias);
    Capability::new("models").routes(version_api::add(endpoints).into_routes()).routes(pages)
}

#[derive(Debug, Serialize)]
struct ModelAnswer {
    registered_model: ModelView,
}

#[derive(Debug, Serialize)]
struct SearchAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    registered_models: Vec<ModelView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

#[derive(Debug, Serialize)]
struct VersionAnswer {
    model_version: VersionView,
}

fn answer(full: FullModel) -> ModelAnswer {
    ModelAnswer { registered_model: full.into() }
}

async fn create(tracking: Tracking, call: Call) -> Result<ModelAnswer, MlflowError> {
    let about =
        (call.fields.text_or_empty("description")?.to_owned(), call.fields.pairs("tags")?.into_iter().collect());
    let model = operations::create(&tracking, &call, call.fields.required("name")?, about).await?;
    Ok(answer(FullModel { model, latest: Vec::new(), aliases: Vec::new() }))
}

async fn get(tracking: Tracking, call: Call) -> Result<ModelAnswer, MlflowError> {
    Ok(answer(operations::get(&tracking, call.team, call.fields.required("name")?).await?))
}

async fn search(tracking: Tracking, call: Call) -> Result<SearchAnswer, MlflowError> {
    let limit = call.fields.integer("max_results")?.unwrap_or(PAGE);
    let limit = usize::try_from(limit).ok().filter(|wanted| *wanted > 0 && limit <= PAGE_LIMIT);
    let limit = limit.ok_or_else(|| {
        MlflowError::invalid(format!("Invalid value for max_results. It must be at least 1 and at most {PAGE_LIMIT}"))
    })?;
    let plan = Plan::of_models(call.fields.text_or_empty("filter")?, &call.fields.texts("order_by")?)?;
    let start = PageToken::parse(call.fields.nonempty("page_token")?)?;
    let team = call.team;
    let read = move |r: &mut Reader<'_>| {
        let models = match plan.only_name() {
            Some(name) => store::by_name(r, team, name)?.into_iter().collect(),
            None => store::all(r, team)?,
        };
        let (models, next): (Vec<RegisteredModel>, _) = page(plan.models(models), start, limit);
        let full = models.into_iter().map(|model| operations::full(r, model)).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, MlflowError>((full, next))
    };
    let (found, next) = tracking.context.store.read(read).await?;
    Ok(SearchAnswer {
        registered_models: found.into_iter().map(ModelView::from).collect(),
        next_page_token: next.map(|token| token.to_string()),
    })
}

async fn update(tracking: Tracking, call: Call) -> Result<ModelAnswer, MlflowError> {
    let description = call.fields.text_or_empty("description")?.to_owned();
    let changed = operations::update(&tracking, &call, call.fields.required("name")?, move |tx, model| {
        model.description.clone_from(&description);
        model.updated_ms = tx.now().as_millis();
        Ok(())
    });
    Ok(answer(changed.await?))
}

async fn rename(tracking: Tracking, call: Call) -> Result<ModelAnswer, MlflowError> {
    let (name, new_name) = (call.fields.required("name")?, call.fields.required("new_name")?);
    Ok(answer(operations::rename(&tracking, &call, name, new_name).await?))
}

async fn delete(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    operations::delete(&tracking, &call, call.fields.required("name")?).await?;
    Ok(Empty {})
}

async fn set_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let (key, value) = (call.fields.required("key")?.to_owned(), call.fields.text_or_empty("value")?.to_owned());
    operations::check_tag(&key, &value)?;
    let tag = TagChange { key, value: Some(value) };
    operations::tag(&tracking, &call, call.fields.required("name")?, tag).await?;
    Ok(Empty {})
}

async fn delete_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let tag = TagChange { key: call.fields.required("key")?.to_owned(), value: None };
    operations::tag(&tracking, &call, call.fields.required("name")?, tag).await?;
    Ok(Empty {})
}

async fn set_alias(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let wanted = Move {
        name: call.fields.required("name")?.to_owned(),
        alias: call.fields.required("alias")?.to_owned(),
        version: Some(parse_version(call.fields.required("version")?)?),
    };
    operations::set_alias(&tracking, &call, wanted).await?;
    Ok(Empty {})
}

async fn delete_alias(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let (name, alias) = (call.fields.required("name")?.to_owned(), call.fields.required("alias")?.to_owned());
    operations::set_alias(&tracking, &call, Move { name, alias, version: None }).await?;
    Ok(Empty {})
}

async fn get_alias(tracking: Tracking, call: Call) -> Result<VersionAnswer, MlflowError> {
    let alias = call.fields.required("alias")?;
    operations::check_alias(alias)?;
    let wanted = Wanted::Alias(alias.to_owned());
    let found = versions::get(&tracking, &call, call.fields.required("name")?, wanted).await?;
    Ok(VersionAnswer { model_version: found.into() })
}
