//! `/api/v1/models`: reads for the command line and the portal.

use super::model::{MODEL_READ, ModelVersion, RegisteredModel};
use super::plan::Plan;
use super::{operations, store};
use crate::mlflow::{Call, MlflowError, Tracking, rfc3339};
use crate::search::{PageToken, page};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Page, PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get};
use roadbed_store::Reader;
use serde::Serialize;
use std::collections::BTreeMap;

/// A registered model.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ModelItem {
    name: String,
    description: String,
    /// The newest version; none before the first.
    latest_version: Option<i64>,
    /// Alias → version.
    aliases: BTreeMap<String, i64>,
    tags: BTreeMap<String, String>,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    updated_at: String,
}

/// A version of a model.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct VersionItem {
    version: i64,
    run: Option<String>,
    source: String,
    /// Over the files; none when they lie outside this server, and then the version cannot be served.
    digest: Option<String>,
    tags: BTreeMap<String, String>,
    /// RFC 3339.
    created_at: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ModelPage {
    #[serde(flatten)]
    model: ModelItem,
    /// Newest first.
    versions: Vec<VersionItem>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ModelList {
    items: Vec<ModelItem>,
    next_cursor: Option<String>,
}

pub(super) fn routes(tracking: Tracking) -> Routes<Tracking> {
    Routes::new(tracking)
        .add(
            get("/api/v1/models", list)
                .summary("List the registered models of the team")
                .query::<Page>()
                .answers::<ModelList>(StatusCode::OK)
                .allow(MODEL_READ),
        )
        .add(
            get("/api/v1/models/{model}", show)
                .summary("Show a registered model with its versions")
                .answers::<ModelPage>(StatusCode::OK)
                .allow(MODEL_READ),
        )
}

fn item(reader: &mut Reader<'_>, model: RegisteredModel) -> Result<(ModelItem, Vec<ModelVersion>), MlflowError> {
    let versions = store::versions_of(reader, &[model.number])?;
    let aliases = store::aliases(reader, model.number)?;
    let item = ModelItem {
        name: model.name,
        description: model.description,
        latest_version: versions.first().map(|newest| newest.version),
        aliases: aliases.into_iter().map(|alias| (alias.alias, alias.version)).collect(),
        tags: model.tags,
        created_at: rfc3339(model.created_ms),
        updated_at: rfc3339(model.updated_ms),
    };
    Ok((item, versions))
}

async fn list(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<Page>,
) -> Result<Json<ModelList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let (plan, start) = (Plan::of_models("", &[])?, PageToken::parse(query.cursor.as_deref())?);
    let limit = usize::try_from(query.limit()?).unwrap_or(usize::MAX);
    let read = move |r: &mut Reader<'_>| {
        let (models, next) = page(plan.models(store::all(r, call.team)?), start, limit);
        let items = models.into_iter().map(|model| Ok(item(r, model)?.0)).collect::<Result<Vec<_>, MlflowError>>()?;
        Ok::<_, MlflowError>((items, next))
    };
    let (items, next) = tracking.context.store.read(read).await?;
    Ok(Json(ModelList { items, next_cursor: next.map(|token| token.to_string()) }))
}

async fn show(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(name): PathOf<String>,
) -> Result<Json<ModelPage>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let read = move |r: &mut Reader<'_>| {
        let found = operations::model(r, call.team, &name)?;
        item(r, found)
    };
    let (model, versions) = tracking.context.store.read(read).await?;
    let version = |version: ModelVersion| VersionItem {
        version: version.version,
        run: Some(version.run_id).filter(|id| !id.is_empty()),
        source: version.source,
        digest: version.digest.map(|digest| digest.to_string()),
        tags: version.tags,
        created_at: rfc3339(version.created_ms),
    };
    Ok(Json(ModelPage { model, versions: versions.into_iter().map(version).collect() }))
}
