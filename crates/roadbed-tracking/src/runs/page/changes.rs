//! `PATCH` and `DELETE /api/v1/runs/{run}`, and `POST …/restore`.

use super::read::RunPage;
use super::stand::RunPages;
use crate::experiments::Lifecycle;
use crate::mlflow::Call;
use crate::runs::model::{NAME_TAG, NOTE_TAG, RUN_WRITE};
use crate::runs::operations::{self, Edit};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Body, DryRun, IfMatch, PathOf};
use roadbed_capability::{Caller, Problem, Routes, delete, patch, post};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is left out stays.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunChange {
    /// 1 to 8000 characters.
    #[serde(default)]
    name: Option<String>,
    /// What people say about it, in Markdown, at most 8000 characters; an empty text takes it away.
    #[serde(default)]
    description: Option<String>,
    /// Tags to set, and with null to take away.
    #[serde(default)]
    tags: BTreeMap<String, Option<String>>,
}

pub(super) fn add(routes: Routes<RunPages>) -> Routes<RunPages> {
    routes
        .add(
            patch("/api/v1/runs/{run}", change)
                .summary("Rename, describe or tag a run")
                .body::<RunChange>()
                .answers::<RunPage>(StatusCode::OK)
                .allow(RUN_WRITE),
        )
        .add(
            delete("/api/v1/runs/{run}", remove)
                .summary("Delete a run; it can be restored")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(RUN_WRITE),
        )
        .add(
            post("/api/v1/runs/{run}/restore", restore)
                .summary("Restore a deleted run")
                .answers::<RunPage>(StatusCode::OK)
                .allow(RUN_WRITE),
        )
}

async fn change(
    State(pages): State<RunPages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    seen: IfMatch,
    PathOf(id): PathOf<String>,
    Body(change): Body<RunChange>,
) -> Result<(HeaderMap, Json<RunPage>), Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, RUN_WRITE).await?.rehearsing(dry_run);
    if change.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Problem::bad_request("request.body", "a run needs a name").with_field("name"));
    }
    let edit = Edit::new(change.name, change.description, change.tags)
        .map_err(|(field, error)| Problem::from(error).with_field(field))?;
    let edited = operations::edit(&pages.tracking, &call, &id, (edit, seen)).await?;
    let mut page = pages.page(&call, &id).await?;
    // After a rehearsal the stored run is still the old one.
    page.version = operations::version(&edited);
    page.run.tags = edited.into_iter().collect();
    page.description = page.run.tags.get(NOTE_TAG).cloned().unwrap_or_default();
    if let Some(name) = page.run.tags.get(NAME_TAG) {
        page.run.name.clone_from(name);
    }
    Ok(page.answer())
}

async fn remove(
    State(pages): State<RunPages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, RUN_WRITE).await?.rehearsing(dry_run);
    operations::move_to(&pages.tracking, &call, &id, Lifecycle::Deleted).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn restore(
    State(pages): State<RunPages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(id): PathOf<String>,
) -> Result<(HeaderMap, Json<RunPage>), Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, RUN_WRITE).await?.rehearsing(dry_run);
    operations::move_to(&pages.tracking, &call, &id, Lifecycle::Active).await?;
    let mut page = pages.page(&call, &id).await?;
    page.run.state = Lifecycle::Active.as_str();
    Ok(page.answer())
}
