//! Routes of approval rules: those of a model, and those of the team for every model without its own.

use super::model::{APPROVAL_GOVERN, APPROVAL_READ, Rule, WHOLE_TEAM};
use super::operations::{self, NewRule};
use super::stand::Pages;
use super::store;
use crate::mlflow::{Call, MlflowError, rfc3339};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Body, DryRun, PathOf};
use roadbed_capability::{Caller, Problem, Routes, delete, get, put};
use serde::{Deserialize, Serialize};

/// What an alias asks for.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleBody {
    /// Such as `metrics.auc >= 0.9`, of the version's logged model, else of its run. All must hold.
    #[serde(default)]
    conditions: Vec<String>,
    /// How many people who did not register the version must approve. With 0 and no condition, a model is free of its team's rule.
    #[serde(default)]
    approvers: i64,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RuleItem {
    alias: String,
    conditions: Vec<String>,
    approvers: i64,
    /// `model` or `team`.
    from: &'static str,
    /// RFC 3339.
    updated_at: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RuleList {
    items: Vec<RuleItem>,
}

impl From<Rule> for RuleItem {
    fn from(rule: Rule) -> Self {
        Self {
            conditions: rule.conditions.iter().map(ToString::to_string).collect(),
            alias: rule.alias,
            approvers: rule.approvers,
            from: if rule.model == WHOLE_TEAM { "team" } else { "model" },
            updated_at: rfc3339(rule.updated_ms),
        }
    }
}

pub(super) fn add(routes: Routes<Pages>) -> Routes<Pages> {
    routes
        .add(
            get("/api/v1/approval-rules", of_team)
                .summary("List what aliases of the team's models ask for")
                .answers::<RuleList>(StatusCode::OK)
                .allow(APPROVAL_READ),
        )
        .add(
            put("/api/v1/approval-rules/{alias}", set_of_team)
                .summary("Set what an alias asks for, on every model of the team without its own rule")
                .body::<RuleBody>()
                .answers::<RuleItem>(StatusCode::OK)
                .allow(APPROVAL_GOVERN),
        )
        .add(
            delete("/api/v1/approval-rules/{alias}", delete_of_team)
                .summary("Remove the team's rule for an alias")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(APPROVAL_GOVERN),
        )
        .add(
            get("/api/v1/models/{model}/approval-rules", of_model)
                .summary("List what the aliases of a model ask for")
                .answers::<RuleList>(StatusCode::OK)
                .allow(APPROVAL_READ),
        )
        .add(
            put("/api/v1/models/{model}/approval-rules/{alias}", set_of_model)
                .summary("Set what an alias of a model asks for")
                .body::<RuleBody>()
                .answers::<RuleItem>(StatusCode::OK)
                .allow(APPROVAL_GOVERN),
        )
        .add(
            delete("/api/v1/models/{model}/approval-rules/{alias}", delete_of_model)
                .summary("Remove a model's own rule for an alias; the team's holds again")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(APPROVAL_GOVERN),
        )
}

async fn of_team(State(pages): State<Pages>, caller: Caller, headers: HeaderMap) -> Result<Json<RuleList>, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_READ).await?;
    let rules = pages.tracking.context.store.read(move |r| store::rules(r, call.team, WHOLE_TEAM)).await?;
    Ok(Json(RuleList { items: rules.into_iter().map(RuleItem::from).collect() }))
}

async fn of_model(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(model): PathOf<String>,
) -> Result<Json<RuleList>, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_READ).await?;
    let of = pages.of;
    let read = move |r: &mut roadbed_store::Reader<'_>| {
        let number = (of.number)(r, call.team, &model)?;
        Ok::<_, MlflowError>(store::rules(r, call.team, number)?)
    };
    let rules = operations::in_force(pages.tracking.context.store.read(read).await?);
    Ok(Json(RuleList { items: rules.into_iter().map(RuleItem::from).collect() }))
}

async fn set(
    pages: &Pages,
    call: Call,
    (model, alias): (Option<String>, String),
    body: RuleBody,
) -> Result<Json<RuleItem>, Problem> {
    let new = NewRule { model, alias, conditions: body.conditions, approvers: body.approvers };
    Ok(Json(operations::set_rule(&pages.tracking, &call, pages.of, new).await?.into()))
}

async fn set_of_team(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(alias): PathOf<String>,
    Body(body): Body<RuleBody>,
) -> Result<Json<RuleItem>, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_GOVERN).await?.rehearsing(dry_run);
    set(&pages, call, (None, alias), body).await
}

async fn set_of_model(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf((model, alias)): PathOf<(String, String)>,
    Body(body): Body<RuleBody>,
) -> Result<Json<RuleItem>, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_GOVERN).await?.rehearsing(dry_run);
    set(&pages, call, (Some(model), alias), body).await
}

async fn delete_of_team(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(alias): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_GOVERN).await?.rehearsing(dry_run);
    operations::delete_rule(&pages.tracking, &call, pages.of, (None, alias)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_of_model(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf((model, alias)): PathOf<(String, String)>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_GOVERN).await?.rehearsing(dry_run);
    operations::delete_rule(&pages.tracking, &call, pages.of, (Some(model), alias)).await?;
    Ok(StatusCode::NO_CONTENT)
}
