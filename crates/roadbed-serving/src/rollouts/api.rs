use super::controller::RolloutsController;
use super::deploy::DeployRequest;
use super::manifest::ServicesSection;
use super::model::{Rollout, RolloutsError};
use super::operations::{Rollouts, Search};
use super::views::{ExplanationView, RolloutList, RolloutView};
use crate::services::{SERVICE_DEPLOY, SERVICE_READ, Strategy};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Body, DryRun, IdempotencyKey, Page, PathOf, Query};
use roadbed_capability::{Caller, Capability, Problem, Routes, get, post};
use roadbed_core::{Percent, RolloutId};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// What to serve, and how to get there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDeploy {
    /// `name/version` or `name@alias`.
    pub model: String,
    /// That of the service's settings when absent.
    pub strategy: Option<Strategy>,
    /// Rising shares such as `["5%", "25%", "50%"]`.
    pub steps: Option<Vec<String>>,
    /// Project of a new service: the token's home project, else `default`, when absent.
    pub project: Option<String>,
    /// Deploy it although it serves already.
    #[serde(default)]
    pub again: bool,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RolloutQuery {
    /// `open` (pending, running or paused) or one state; all when absent.
    #[serde(default)]
    pub state: Option<String>,
    /// Name of a service.
    #[serde(default)]
    pub service: Option<String>,
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

impl TryFrom<NewDeploy> for DeployRequest {
    type Error = RolloutsError;
    fn try_from(new: NewDeploy) -> Result<Self, RolloutsError> {
        let parse = |step: &String| step.parse::<Percent>().map_err(|error| RolloutsError::Steps(error.to_string()));
        let steps = new.steps.map(|steps| steps.iter().map(parse).collect::<Result<Vec<_>, _>>()).transpose()?;
        Ok(Self { model: new.model, strategy: new.strategy, steps, project: new.project, again: new.again })
    }
}

#[must_use]
pub fn capability(rollouts: &Rollouts) -> Capability {
    let routes = actions(Routes::new(rollouts.clone()))
        .add(
            post("/api/v1/services/{service}/deploy", deploy)
                .summary("Serve a model: create a revision and roll it out")
                .body::<NewDeploy>()
                .answers::<RolloutView>(StatusCode::CREATED)
                .allow(SERVICE_DEPLOY),
        )
        .add(
            get("/api/v1/services/{service}/rollouts", list)
                .summary("List the rollouts of a service, newest first")
                .query::<Page>()
                .answers::<RolloutList>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            get("/api/v1/services/{service}/rollouts/latest", latest)
                .summary("Show the newest rollout of a service")
                .answers::<RolloutView>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            get("/api/v1/rollouts", list_all)
                .summary("List the rollouts of all services, newest first")
                .query::<RolloutQuery>()
                .answers::<RolloutList>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            get("/api/v1/rollouts/{id}", show)
                .summary("Show a rollout")
                .answers::<RolloutView>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            get("/api/v1/rollouts/{id}/explain", explain)
                .summary("Show the evidence of a rollout and compute it once more")
                .answers::<ExplanationView>(StatusCode::OK)
                .allow(SERVICE_READ),
        );
    Capability::new("rollouts")
        .routes(routes)
        .controller(Arc::new(RolloutsController::new(rollouts.clone())))
        .section(Arc::new(ServicesSection::new(rollouts.clone())))
}

fn actions(routes: Routes<Rollouts>) -> Routes<Rollouts> {
    routes
        .add(
            post("/api/v1/rollouts/{id}/promote", promote)
                .summary("Give the new revision all traffic now")
                .answers::<RolloutView>(StatusCode::OK)
                .allow(SERVICE_DEPLOY),
        )
        .add(
            post("/api/v1/rollouts/{id}/rollback", roll_back)
                .summary("Give the old revision all traffic now")
                .answers::<RolloutView>(StatusCode::OK)
                .allow(SERVICE_DEPLOY),
        )
        .add(
            post("/api/v1/rollouts/{id}/pause", pause)
                .summary("Take no step until it is resumed")
                .answers::<RolloutView>(StatusCode::OK)
                .allow(SERVICE_DEPLOY),
        )
        .add(
            post("/api/v1/rollouts/{id}/resume", resume)
                .summary("Let a paused rollout go on")
                .answers::<RolloutView>(StatusCode::OK)
                .allow(SERVICE_DEPLOY),
        )
        .add(
            post("/api/v1/services/{service}/rollback", roll_back_service)
                .summary("End the rollout under way, or return to the previous revision")
                .answers::<RolloutView>(StatusCode::OK)
                .allow(SERVICE_DEPLOY),
        )
}

async fn view(rollouts: &Rollouts, rollout: &Rollout) -> Result<Json<RolloutView>, Problem> {
    let stages = rollouts.stages(rollout.id).await?;
    Ok(Json(RolloutView::new(rollout, stages.last())))
}

async fn deploy(
    State(rollouts): State<Rollouts>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    IdempotencyKey(key): IdempotencyKey,
    PathOf(service): PathOf<String>,
    Body(new): Body<NewDeploy>,
) -> Result<(StatusCode, Json<RolloutView>), Problem> {
    let deployed = rollouts.deploy(&caller, &service, new.try_into()?, key.as_deref(), dry_run).await?;
    Ok((StatusCode::CREATED, Json(deployed.into())))
}

async fn list(
    State(rollouts): State<Rollouts>,
    caller: Caller,
    PathOf(service): PathOf<String>,
    Query(page): Query<Page>,
) -> Result<Json<RolloutList>, Problem> {
    let limit = page.limit()?;
    let found = rollouts.of_service(&caller, &service, before(page.cursor)?, limit).await?;
    views(&rollouts, &found, limit).await
}

async fn list_all(
    State(rollouts): State<Rollouts>,
    caller: Caller,
    Query(query): Query<RolloutQuery>,
) -> Result<Json<RolloutList>, Problem> {
    let limit = Page { limit: query.limit, cursor: None }.limit()?;
    let search = Search { state: query.state, service: query.service, before: before(query.cursor)? };
    let found = rollouts.list(&caller, search, limit).await?;
    views(&rollouts, &found, limit).await
}

fn before(cursor: Option<String>) -> Result<Option<RolloutId>, Problem> {
    cursor.map(|cursor| cursor.parse::<RolloutId>()).transpose().map_err(|_| {
        Problem::bad_request("request.query", "cursor is none that a list gave: start again without it")
            .with_field("cursor")
    })
}

/// A page of rollouts.
async fn views(rollouts: &Rollouts, found: &[Rollout], limit: u32) -> Result<Json<RolloutList>, Problem> {
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| full).map(|rollout| rollout.id.to_string());
    let mut items = Vec::with_capacity(found.len());
    for rollout in found {
        let stages = if rollout.state.is_open() { rollouts.stages(rollout.id).await? } else { Vec::new() };
        items.push(RolloutView::new(rollout, stages.last()));
    }
    Ok(Json(RolloutList { items, next_cursor }))
}

async fn latest(
    State(rollouts): State<Rollouts>,
    caller: Caller,
    PathOf(service): PathOf<String>,
) -> Result<Json<RolloutView>, Problem> {
    let rollout = rollouts.latest(&caller, &service).await?;
    view(&rollouts, &rollout).await
}

async fn show(
    State(rollouts): State<Rollouts>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<RolloutView>, Problem> {
    let rollout = rollouts.find(&caller, SERVICE_READ, &id).await?;
    view(&rollouts, &rollout).await
}

async fn explain(
    State(rollouts): State<Rollouts>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<ExplanationView>, Problem> {
    Ok(Json(rollouts.explain(&caller, &id).await?.into()))
}

macro_rules! handlers {
    ($($name:ident),*) => {$(
        async fn $name(
            State(rollouts): State<Rollouts>,
            caller: Caller,
            DryRun(dry_run): DryRun,
            PathOf(name): PathOf<String>,
        ) -> Result<Json<RolloutView>, Problem> {
            let rollout = rollouts.$name(&caller, &name, dry_run).await?;
            view(&rollouts, &rollout).await
        }
    )*};
}
handlers!(promote, roll_back, pause, resume, roll_back_service);
