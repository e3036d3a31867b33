//! Routes of model versions (`mlflow/protos/model_registry.proto`).

use super::model::{MODEL_PROMOTE, MODEL_READ, MODEL_WRITE, ModelVersion, PROMPT_TAG, RegisteredModel, TagChange};
use super::operations::check_tag;
use super::plan::Plan;
use super::source::Claim;
use super::store;
use super::versions::{self, FullVersion, NewVersion, Wanted, parse_version};
use super::views::VersionView;
use crate::artifacts::{ArtifactPath, send_file};
use crate::mlflow::{Call, Empty, Endpoints, MlflowError, Tracking, mlflow_paths, refusal};
use crate::search::{PageToken, page};
use axum::extract::{Request, State};
use axum::response::Response;
use roadbed_store::{Execute, Reader, Transaction};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Versions per search: default and most.
const PAGE: i64 = 10_000;
const PAGE_LIMIT: i64 = 200_000;

pub(super) fn add(endpoints: Endpoints) -> Endpoints {
    let download = roadbed_capability::get("/model-versions/get-artifact", download).undocumented();
    endpoints
        .route(download.refuses_as(refusal).allow(MODEL_READ))
        .post(mlflow_paths!("/model-versions/create"), MODEL_WRITE, create)
        .get(mlflow_paths!("/model-versions/get"), MODEL_READ, get)
        .get(mlflow_paths!("/model-versions/search"), MODEL_READ, search)
        .get(mlflow_paths!("/model-versions/get-download-uri"), MODEL_READ, download_uri)
        .patch(mlflow_paths!("/model-versions/update"), MODEL_WRITE, update)
        .delete(mlflow_paths!("/model-versions/delete"), MODEL_WRITE, delete)
        .post(mlflow_paths!("/model-versions/transition-stage"), MODEL_PROMOTE, transition)
        .post(mlflow_paths!("/model-versions/set-tag"), MODEL_WRITE, set_tag)
        .delete(mlflow_paths!("/model-versions/delete-tag"), MODEL_WRITE, delete_tag)
        .post(mlflow_paths!("/registered-models/get-latest-versions"), MODEL_READ, latest)
        .get(mlflow_paths!("/registered-models/get-latest-versions"), MODEL_READ, latest)
}

#[derive(Debug, Serialize)]
struct VersionAnswer {
    model_version: VersionView,
}

#[derive(Debug, Serialize)]
struct VersionsAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    model_versions: Vec<VersionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

#[derive(Debug, Serialize)]
struct UriAnswer {
    artifact_uri: String,
}

fn answer(found: FullVersion) -> VersionAnswer {
    VersionAnswer { model_version: found.into() }
}

/// Name and number of the version a request is about.
fn at(call: &Call) -> Result<(&str, i64), MlflowError> {
    Ok((call.fields.required("name")?, parse_version(call.fields.required("version")?)?))
}

async fn create(tracking: Tracking, call: Call) -> Result<VersionAnswer, MlflowError> {
    let tags: BTreeMap<String, String> = call.fields.pairs("tags")?.into_iter().collect();
    let claim = Claim {
        source: call.fields.required("source")?.to_owned(),
        run_id: call.fields.text("run_id")?.map(str::to_owned),
        model_id: call.fields.text("model_id")?.map(str::to_owned),
        is_prompt: tags.get(PROMPT_TAG).is_some_and(|value| value.eq_ignore_ascii_case("true")),
    };
    let new = NewVersion {
        name: call.fields.required("name")?.to_owned(),
        claim,
        run_link: call.fields.text_or_empty("run_link")?.to_owned(),
        description: call.fields.text_or_empty("description")?.to_owned(),
        tags,
    };
    Ok(answer(versions::create(&tracking, &call, new).await?))
}

async fn get(tracking: Tracking, call: Call) -> Result<VersionAnswer, MlflowError> {
    let (name, number) = at(&call)?;
    Ok(answer(versions::get(&tracking, &call, name, Wanted::Number(number)).await?))
}

async fn search(tracking: Tracking, call: Call) -> Result<VersionsAnswer, MlflowError> {
    let limit = call.fields.integer("max_results")?.unwrap_or(PAGE);
    let limit = usize::try_from(limit).ok().filter(|wanted| *wanted > 0 && limit <= PAGE_LIMIT);
    let limit = limit.ok_or_else(|| {
        MlflowError::invalid(format!("Invalid value for max_results. It must be at least 1 and at most {PAGE_LIMIT}"))
    })?;
    let plan = Plan::of_versions(call.fields.text_or_empty("filter")?, &call.fields.texts("order_by")?)?;
    let start = PageToken::parse(call.fields.nonempty("page_token")?)?;
    let team = call.team;
    let read = move |r: &mut Reader<'_>| {
        let models = match plan.only_name() {
            Some(name) => store::by_name(r, team, name)?.into_iter().collect(),
            None => store::all(r, team)?,
        };
        let by_number: HashMap<i64, _> = models.iter().map(|model| (model.number, model)).collect();
        let numbers: Vec<i64> = models.iter().map(|model| model.number).collect();
        let versions = store::versions_of(r, &numbers)?;
        let owned = versions.into_iter().filter_map(|version| Some((*by_number.get(&version.model)?, version)));
        let (found, next) = page(plan.versions(owned.collect()), start, limit);
        // As in MLflow, versions of a search carry no aliases.
        let full = |(model, version): (&RegisteredModel, ModelVersion)| FullVersion {
            name: model.name.clone(),
            version,
            aliases: Vec::new(),
        };
        Ok::<_, MlflowError>((found.into_iter().map(full).collect::<Vec<_>>(), next))
    };
    let (found, next) = tracking.context.store.read(read).await?;
    Ok(VersionsAnswer {
        model_versions: found.into_iter().map(VersionView::from).collect(),
        next_page_token: next.map(|token| token.to_string()),
    })
}

/// The frozen files, so that what is loaded is what was registered.
async fn download_uri(tracking: Tracking, call: Call) -> Result<UriAnswer, MlflowError> {
    let (name, number) = at(&call)?;
    let version = versions::get(&tracking, &call, name, Wanted::Number(number)).await?.version;
    let frozen = version.snapshot.as_deref().map(|snapshot| ArtifactPath::of_snapshot(snapshot).uri());
    Ok(UriAnswer { artifact_uri: frozen.unwrap_or(version.source) })
}

async fn update(tracking: Tracking, call: Call) -> Result<VersionAnswer, MlflowError> {
    let description = call.fields.text("description")?.map(str::to_owned);
    let change = move |tx: &mut Transaction<'_>, version: &mut ModelVersion| {
        version.description.clone_from(&description);
        version.updated_ms = tx.now().as_millis();
        Ok(())
    };
    Ok(answer(versions::update(&tracking, &call, at(&call)?, change).await?))
}

async fn delete(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let (name, number) = at(&call)?;
    versions::delete(&tracking, &call, name, number).await?;
    Ok(Empty {})
}

async fn transition(tracking: Tracking, call: Call) -> Result<VersionAnswer, MlflowError> {
    let archive = call.fields.boolean("archive_existing_versions")?.unwrap_or(false);
    let to = (call.fields.required("stage")?, archive);
    Ok(answer(versions::move_to_stage(&tracking, &call, at(&call)?, to).await?))
}

async fn set_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let (key, value) = (call.fields.required("key")?.to_owned(), call.fields.text_or_empty("value")?.to_owned());
    check_tag(&key, &value)?;
    versions::tag(&tracking, &call, at(&call)?, TagChange { key, value: Some(value) }).await?;
    Ok(Empty {})
}

async fn delete_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let tag = TagChange { key: call.fields.required("key")?.to_owned(), value: None };
    versions::tag(&tracking, &call, at(&call)?, tag).await?;
    Ok(Empty {})
}

async fn latest(tracking: Tracking, call: Call) -> Result<VersionsAnswer, MlflowError> {
    let stages = call.fields.texts("stages")?;
    let found = versions::latest(&tracking, &call, call.fields.required("name")?, &stages).await?;
    Ok(VersionsAnswer { model_versions: found.into_iter().map(VersionView::from).collect(), next_page_token: None })
}

async fn download(State(tracking): State<Tracking>, request: Request) -> Result<Response, MlflowError> {
    let headers = request.headers().clone();
    let call = Call::read(&tracking, request, MODEL_READ).await?;
    let below = ArtifactPath::parse(call.fields.required("path")?)?;
    let (name, number) = at(&call)?;
    let found = versions::get(&tracking, &call, name, Wanted::Number(number)).await?;
    let elsewhere = || MlflowError::missing(format!("the files of {name}/{number} do not lie on this server"));
    let snapshot = found.version.snapshot.ok_or_else(elsewhere)?;
    send_file(&tracking, call.team, &ArtifactPath::of_snapshot(&snapshot).join(&below), &headers).await
}
