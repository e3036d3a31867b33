use super::model::Revision;
use super::operations::{SERVICE_DEPLOY, SERVICE_READ, ServiceDetail, Services};
use super::usage::UsageController;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{DryRun, Page, PathOf, Query};
use roadbed_capability::{Caller, Capability, Problem, Routes, delete, get};
use roadbed_core::RevisionId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A service.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ServiceView {
    pub id: String,
    pub name: String,
    pub project: String,
    pub team: String,
    /// `empty`, `deploying`, `serving` or `failed`.
    pub state: String,
    /// Number of the revision in charge.
    pub revision: Option<i64>,
    /// Registered name and version of its model.
    pub model: Option<String>,
    /// Number of the revision a rollback returns to.
    pub previous_revision: Option<i64>,
    pub traffic: Vec<TrafficView>,
    /// Id of the rollout under way.
    pub rollout: Option<String>,
    /// Where to send predictions.
    pub url: String,
    /// Model digests that were rolled back: nothing but a person tries them again.
    pub held: Vec<String>,
    pub settings: serde_json::Value,
    /// `manifest` or `api`.
    pub made_by: String,
    pub version: i64,
    /// RFC 3339.
    pub created_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TrafficView {
    /// Number of the revision.
    pub revision: Option<i64>,
    pub weight_percent: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ServiceList {
    pub items: Vec<ServiceView>,
    pub next_cursor: Option<String>,
}

/// One immutable step of a service.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RevisionView {
    pub id: String,
    pub number: i64,
    /// Registered name and version.
    pub model: String,
    pub model_digest: String,
    /// `stable`, `previous`, `loaded` (a rollout has it) or `retired`.
    pub state: String,
    /// RFC 3339.
    pub created_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RevisionList {
    pub items: Vec<RevisionView>,
    pub next_cursor: Option<String>,
}

impl ServiceView {
    pub(crate) fn new(services: &Services, detail: &ServiceDetail) -> Self {
        let service = &detail.service;
        let number = |revision: Option<RevisionId>| revision.and_then(|revision| detail.number(revision));
        let stable = detail.revisions.iter().find(|revision| Some(revision.id()) == service.stable);
        let routes = detail.entry.iter().flat_map(|entry| entry.routes.iter());
        Self {
            id: service.id.to_string(),
            name: service.name.to_string(),
            project: service.project.to_string(),
            team: service.team_name.to_string(),
            state: service.state().as_str().to_owned(),
            revision: number(service.stable),
            model: stable.map(model_of),
            previous_revision: number(service.previous),
            traffic: routes
                .map(|route| TrafficView {
                    revision: detail.number(route.revision),
                    weight_percent: f64::from(route.weight.basis_points()) / 100.0,
                })
                .collect(),
            rollout: service.open_rollout.map(|id| id.to_string()),
            url: services.url(&service.name),
            held: detail.held.clone(),
            settings: serde_json::to_value(&service.settings).unwrap_or_default(),
            made_by: service.made_by.clone(),
            version: service.version,
            created_at: service.created_at.to_string(),
        }
    }
}

fn model_of(revision: &Revision) -> String {
    format!("{}/{}", revision.entry.model_name, revision.entry.model_version)
}

#[must_use]
pub fn capability(services: &Services) -> Capability {
    let routes = Routes::new(services.clone())
        .add(
            get("/api/v1/services", list)
                .summary("List services")
                .query::<Page>()
                .answers::<ServiceList>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            get("/api/v1/services/{service}", show)
                .summary("Show a service")
                .answers::<ServiceView>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            delete("/api/v1/services/{service}", remove)
                .summary("Delete a service with its revisions")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(SERVICE_DEPLOY),
        )
        .add(
            get("/api/v1/services/{service}/revisions", revisions)
                .summary("List the revisions of a service, newest first")
                .query::<Page>()
                .answers::<RevisionList>(StatusCode::OK)
                .allow(SERVICE_READ),
        );
    Capability::new("services").routes(routes).controller(Arc::new(UsageController::new(services)))
}

/// Is this page full, so that another may follow?
fn is_full(found: usize, limit: u32) -> bool {
    found >= usize::try_from(limit).unwrap_or(usize::MAX)
}

async fn list(
    State(services): State<Services>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<ServiceList>, Problem> {
    let limit = page.limit()?;
    let found = services.list(&caller, page.cursor.unwrap_or_default(), limit).await?;
    let next_cursor =
        found.last().filter(|_| is_full(found.len(), limit)).map(|detail| detail.service.name.to_string());
    Ok(Json(ServiceList {
        items: found.iter().map(|detail| ServiceView::new(&services, detail)).collect(),
        next_cursor,
    }))
}

async fn show(
    State(services): State<Services>,
    caller: Caller,
    PathOf(name): PathOf<String>,
) -> Result<Json<ServiceView>, Problem> {
    let service = services.find(&caller, SERVICE_READ, &name).await?;
    let detail = services.detail(service).await?;
    Ok(Json(ServiceView::new(&services, &detail)))
}

async fn remove(
    State(services): State<Services>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    PathOf(name): PathOf<String>,
) -> Result<StatusCode, Problem> {
    services.delete(&caller, &name, dry_run).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn revisions(
    State(services): State<Services>,
    caller: Caller,
    PathOf(name): PathOf<String>,
    Query(page): Query<Page>,
) -> Result<Json<RevisionList>, Problem> {
    let limit = page.limit()?;
    let before = page.cursor.as_deref().map_or(Ok(i64::MAX), str::parse).map_err(|_| {
        Problem::bad_request("request.query", "cursor is none that a list gave: start again without it")
            .with_field("cursor")
    })?;
    let (service, found) = services.revisions(&caller, &name, before, limit).await?;
    let state = |revision: &Revision| match revision.id() {
        id if Some(id) == service.stable => "stable",
        id if Some(id) == service.previous => "previous",
        _ if revision.published => "loaded",
        _ => "retired",
    };
    let view = |revision: &Revision| RevisionView {
        id: revision.id().to_string(),
        number: revision.entry.number,
        model: model_of(revision),
        model_digest: revision.digest().to_string(),
        state: state(revision).to_owned(),
        created_at: revision.created_at.to_string(),
    };
    let next_cursor =
        found.last().filter(|_| is_full(found.len(), limit)).map(|revision| revision.entry.number.to_string());
    Ok(Json(RevisionList { items: found.iter().map(view).collect(), next_cursor }))
}
