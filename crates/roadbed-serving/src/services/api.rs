use super::operations::{SERVICE_DEPLOY, SERVICE_READ, Services};
use super::usage::UsageController;
use super::views::{ServiceList, ServiceView};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Body, DryRun, IfMatch, Page, PathOf, Query};
use roadbed_capability::{Caller, Capability, Problem, Routes, delete, get, patch};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// A change of settings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceChange {
    /// A merge patch (RFC 7396) over `settings_as_written`, such as `{"concurrency": 16, "batching": null}`.
    pub settings: serde_json::Map<String, serde_json::Value>,
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
            patch("/api/v1/services/{service}", change)
                .summary("Change some settings of a service; null returns one to its default")
                .body::<ServiceChange>()
                .answers::<ServiceView>(StatusCode::OK)
                .allow(SERVICE_DEPLOY),
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

async fn change(
    State(services): State<Services>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    seen: IfMatch,
    PathOf(name): PathOf<String>,
    Body(change): Body<ServiceChange>,
) -> Result<Json<ServiceView>, Problem> {
    let service = services.change_settings(&caller, &name, change.settings, seen, dry_run).await?;
    let detail = services.detail(service).await?;
    Ok(Json(ServiceView::new(&services, &detail)))
}
