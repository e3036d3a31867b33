//! `/api/v1/models`: the registry for the command line and the portal. Reads are here, changes in `page_changes`, history in `history`.

use super::lookup;
use super::model::{Alias, MODEL_READ, ModelVersion, RegisteredModel};
use super::plan::Plan;
use super::versions::{self, FullVersion, Wanted};
use super::{files, history, store};
use crate::artifacts::ModelDescription;
use crate::mlflow::{Call, MlflowError, Tracking, rfc3339};
use crate::search::{PageToken, page};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Page, PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get};
use roadbed_store::Reader;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Versions that a model's page shows; the rest is asked for by number.
const VERSIONS_SHOWN: usize = 500;

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ModelQuery {
    /// Only models whose name contains this text, in any case.
    #[serde(default)]
    q: Option<String>,
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

/// A registered model.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct ModelItem {
    pub name: String,
    pub description: String,
    /// The newest version; none before the first.
    pub latest_version: Option<i64>,
    /// Alias → version.
    pub aliases: BTreeMap<String, i64>,
    pub tags: BTreeMap<String, String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// A version of a model.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct VersionItem {
    pub version: i64,
    pub run: Option<String>,
    /// Logged model that the files come from.
    pub logged_model: Option<String>,
    pub source: String,
    /// Over the files; none when they lie outside this server, and then the version cannot be served.
    pub digest: Option<String>,
    pub description: String,
    /// Aliases that name it.
    pub aliases: Vec<String>,
    pub tags: BTreeMap<String, String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ModelPage {
    #[serde(flatten)]
    model: ModelItem,
    /// Newest first, at most 500.
    versions: Vec<VersionItem>,
    /// How many there are.
    version_count: usize,
}

/// A version with what its files say.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct VersionPage {
    model: String,
    #[serde(flatten)]
    version: VersionItem,
    /// Who registered it, as in events, such as `user:…` or `token:…`; none when that was too long ago to be looked for.
    created_by: Option<String>,
    file_count: usize,
    /// What its `MLmodel` file says.
    #[serde(flatten)]
    described: ModelDescription,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct VersionList {
    /// Newest first.
    items: Vec<VersionItem>,
    next_cursor: Option<String>,
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
                .query::<ModelQuery>()
                .answers::<ModelList>(StatusCode::OK)
                .allow(MODEL_READ),
        )
        .add(
            get("/api/v1/models/{model}", show)
                .summary("Show a registered model with its versions")
                .answers::<ModelPage>(StatusCode::OK)
                .allow(MODEL_READ),
        )
        .add(
            get("/api/v1/models/{model}/versions", list_versions)
                .summary("List the versions of a model")
                .query::<Page>()
                .answers::<VersionList>(StatusCode::OK)
                .allow(MODEL_READ),
        )
        .add(
            get("/api/v1/models/{model}/versions/{version}", show_version)
                .summary("Show a model version with what its files say")
                .answers::<VersionPage>(StatusCode::OK)
                .allow(MODEL_READ),
        )
}

impl ModelItem {
    pub(super) fn read(reader: &mut impl roadbed_store::Query, model: RegisteredModel) -> Result<Self, MlflowError> {
        let newest = store::versions_of(reader, &[model.number])?.first().map(|newest| newest.version);
        let aliases = store::aliases(reader, model.number)?;
        Ok(Self::new(model, newest, aliases))
    }

    pub(super) fn new(model: RegisteredModel, newest: Option<i64>, aliases: Vec<Alias>) -> Self {
        Self {
            name: model.name,
            description: model.description,
            latest_version: newest,
            aliases: aliases.into_iter().map(|alias| (alias.alias, alias.version)).collect(),
            tags: model.tags,
            created_at: rfc3339(model.created_ms),
            updated_at: rfc3339(model.updated_ms),
        }
    }
}

impl VersionItem {
    pub(super) fn new(version: ModelVersion, aliases: Vec<String>) -> Self {
        let told = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            version: version.version,
            run: told(version.run_id),
            logged_model: told(version.model_id),
            source: version.source,
            digest: version.digest.map(|digest| digest.to_string()),
            description: version.description.unwrap_or_default(),
            aliases,
            tags: version.tags,
            created_at: rfc3339(version.created_ms),
            updated_at: rfc3339(version.updated_ms),
        }
    }
}

impl VersionItem {
    /// With the aliases that name each.
    fn list(versions: impl IntoIterator<Item = ModelVersion>, aliases: &[Alias]) -> Vec<Self> {
        let item = |version: ModelVersion| {
            let naming = aliases.iter().filter(|alias| alias.version == version.version);
            let naming = naming.map(|alias| alias.alias.clone()).collect();
            Self::new(version, naming)
        };
        versions.into_iter().map(item).collect()
    }
}

impl From<FullVersion> for VersionItem {
    fn from(full: FullVersion) -> Self {
        Self::new(full.version, full.aliases)
    }
}

async fn list(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<ModelQuery>,
) -> Result<Json<ModelList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let (plan, start) = (Plan::of_models("", &[])?, PageToken::parse(query.cursor.as_deref())?);
    let limit = query.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        return Err(Problem::bad_request("request.query", "limit must be 1 to 1000").with_field("limit"));
    }
    let wanted = query.q.unwrap_or_default().to_lowercase();
    let read = move |r: &mut Reader<'_>| {
        let mut known = store::all(r, call.team)?;
        known.retain(|model| model.name.to_lowercase().contains(&wanted));
        let (models, next) = page(plan.models(known), start, limit as usize);
        let items = models.into_iter().map(|model| ModelItem::read(r, model)).collect::<Result<Vec<_>, _>>()?;
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
        let found = lookup::model(r, call.team, &name)?;
        let (versions, aliases) = (store::versions_of(r, &[found.number])?, store::aliases(r, found.number)?);
        Ok::<_, MlflowError>((ModelItem::read(r, found)?, versions, aliases))
    };
    let (model, versions, aliases) = tracking.context.store.read(read).await?;
    let version_count = versions.len();
    let versions = versions.into_iter().take(VERSIONS_SHOWN);
    Ok(Json(ModelPage { model, versions: VersionItem::list(versions, &aliases), version_count }))
}

async fn list_versions(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(name): PathOf<String>,
    Query(query): Query<Page>,
) -> Result<Json<VersionList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let start = PageToken::parse(query.cursor.as_deref());
    let start = start.map_err(|error| Problem::from(error).with_field("cursor"))?;
    let limit = query.limit()? as usize;
    let read = move |r: &mut Reader<'_>| {
        let found = lookup::model(r, call.team, &name)?;
        Ok::<_, MlflowError>((store::versions_of(r, &[found.number])?, store::aliases(r, found.number)?))
    };
    let (versions, aliases) = tracking.context.store.read(read).await?;
    let (versions, next) = page(versions, start, limit);
    let items = VersionItem::list(versions, &aliases);
    Ok(Json(VersionList { items, next_cursor: next.map(|token| token.to_string()) }))
}

async fn show_version(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number)): PathOf<(String, String)>,
) -> Result<Json<VersionPage>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let wanted = Wanted::Number(versions::parse_version(&number).map_err(MlflowError::from)?);
    let (found, files) = files::of_version(&tracking, call.team, &name, wanted).await?;
    let described = ModelDescription::of_files(&tracking, &files).await?;
    let created_by = history::registrant(&tracking, call.team, &name, found.version.version).await?;
    Ok(Json(VersionPage { model: name, version: found.into(), created_by, file_count: files.len(), described }))
}
