//! Routes of approvals.

use super::controller::Sweep;
use super::model::{APPROVAL_GIVE, APPROVAL_READ, Approval, OfModels};
use super::operations::{self, OfVersion};
use super::stand::Pages;
use super::store;
use crate::mlflow::{Call, MlflowError, Tracking, rfc3339};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Body, DryRun, Page, PathOf, Query};
use roadbed_capability::{Caller, Capability, Problem, Routes, delete, get, post};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Approvals, with `of` to look versions up by.
#[must_use]
pub fn capability(tracking: Tracking, of: OfModels) -> Capability {
    let sweep = Sweep { tracking: tracking.clone(), of };
    let routes = super::rules_api::add(Routes::new(Pages { tracking, of }));
    let routes = routes
        .add(
            get("/api/v1/approvals", list)
                .summary("List the approvals of the team, newest first")
                .query::<Page>()
                .answers::<ApprovalList>(StatusCode::OK)
                .allow(APPROVAL_READ),
        )
        .add(
            get("/api/v1/models/{model}/versions/{version}/approvals", show)
                .summary("Show who approved a model version and what its aliases still ask for")
                .answers::<VersionApprovals>(StatusCode::OK)
                .allow(APPROVAL_READ),
        )
        .add(
            post("/api/v1/models/{model}/versions/{version}/approvals", approve)
                .summary("Approve that an alias names a model version")
                .body::<NewApproval>()
                .answers::<ApprovalItem>(StatusCode::CREATED)
                .allow(APPROVAL_GIVE),
        )
        .add(
            delete("/api/v1/models/{model}/versions/{version}/approvals/{approval}", revoke)
                .summary("Take an approval back")
                .query::<RevokeQuery>()
                .answers_other(StatusCode::NO_CONTENT)
                .allow(APPROVAL_GIVE),
        );
    Capability::new("approvals").routes(routes).controller(Arc::new(sweep))
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewApproval {
    /// The alias that may name the version.
    alias: String,
    /// What was looked at, for those who ask later.
    #[serde(default)]
    comment: String,
}

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RevokeQuery {
    /// Why, for those who ask later; stands in `revoked_because`.
    #[serde(default)]
    because: Option<String>,
    /// Read by [`DryRun`]; here so that it is known.
    #[serde(default, rename = "dry_run")]
    #[schemars(skip)]
    _dry_run: Option<bool>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ApprovalItem {
    id: String,
    model: String,
    version: i64,
    alias: String,
    /// Who gave it.
    person: String,
    comment: String,
    /// `given` or `revoked`.
    state: &'static str,
    /// Fingerprint of the files and measurements it rests on.
    evidence: String,
    /// RFC 3339.
    given_at: String,
    /// RFC 3339.
    revoked_at: Option<String>,
    revoked_because: Option<String>,
}

impl From<Approval> for ApprovalItem {
    fn from(approval: Approval) -> Self {
        Self {
            id: approval.number.to_string(),
            model: approval.model_name,
            version: approval.version,
            alias: approval.alias,
            person: approval.person,
            comment: approval.comment,
            state: if approval.revoked_ms.is_some() { "revoked" } else { "given" },
            evidence: approval.evidence,
            given_at: rfc3339(approval.given_ms),
            revoked_at: approval.revoked_ms.map(rfc3339),
            revoked_because: approval.revoked_because,
        }
    }
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ApprovalList {
    items: Vec<ApprovalItem>,
    next_cursor: Option<String>,
}

/// A condition and how the version stands to it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ConditionState {
    condition: String,
    /// None when it was not measured, or is no number.
    measured: Option<f64>,
    holds: bool,
}

/// How a version stands to the rule of an alias.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct AliasState {
    alias: String,
    conditions: Vec<ConditionState>,
    /// People who must approve.
    approvers: i64,
    /// Who did, of exactly these files and measurements.
    approved_by: Vec<String>,
    /// May the alias name the version?
    met: bool,
    /// What is missing; empty when nothing is.
    missing: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct VersionApprovals {
    /// In the order given, revoked ones too.
    items: Vec<ApprovalItem>,
    /// One per alias that has a rule.
    aliases: Vec<AliasState>,
}

impl From<OfVersion> for VersionApprovals {
    fn from(of: OfVersion) -> Self {
        let aliases = of.standings.into_iter().map(|(rule, standing)| AliasState {
            alias: rule.alias,
            approvers: rule.approvers,
            met: standing.is_met(),
            missing: standing.missing(),
            approved_by: standing.approved_by,
            conditions: standing.conditions.into_iter().map(ConditionState::from).collect(),
        });
        Self { aliases: aliases.collect(), items: of.approvals.into_iter().map(ApprovalItem::from).collect() }
    }
}

impl From<(super::model::Condition, Option<f64>, bool)> for ConditionState {
    fn from((condition, measured, holds): (super::model::Condition, Option<f64>, bool)) -> Self {
        Self { condition: condition.to_string(), measured: measured.filter(|value| value.is_finite()), holds }
    }
}

/// The version a path names.
fn named((name, number): (String, String)) -> Result<(String, i64), MlflowError> {
    let parsed = number.parse();
    let version = parsed.map_err(|_| MlflowError::invalid(format!("a version is a number, not {number:.100}")))?;
    Ok((name, version))
}

async fn list(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    Query(page): Query<Page>,
) -> Result<Json<ApprovalList>, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_READ).await?;
    let limit = page.limit()?;
    let before = page.cursor.as_deref().map_or(Ok(i64::MAX), str::parse).map_err(|_| {
        Problem::bad_request("request.query", "cursor is none that a list gave: start again without it")
            .with_field("cursor")
    })?;
    let found = pages.tracking.context.store.read(move |r| store::of_team(r, call.team, before, limit)).await?;
    let is_full = found.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| is_full).map(|last| last.number.to_string());
    Ok(Json(ApprovalList { items: found.into_iter().map(ApprovalItem::from).collect(), next_cursor }))
}

async fn show(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(path): PathOf<(String, String)>,
) -> Result<Json<VersionApprovals>, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_READ).await?;
    Ok(Json(operations::of_version(&pages.tracking, &call, pages.of, named(path)?).await?.into()))
}

async fn approve(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(path): PathOf<(String, String)>,
    Body(new): Body<NewApproval>,
) -> Result<(StatusCode, Json<ApprovalItem>), Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_GIVE).await?.rehearsing(dry_run);
    let given = operations::approve(&pages.tracking, &call, pages.of, named(path)?, (new.alias, new.comment)).await?;
    Ok((StatusCode::CREATED, Json(given.into())))
}

async fn revoke(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf((name, version, number)): PathOf<(String, String, String)>,
    Query(query): Query<RevokeQuery>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, APPROVAL_GIVE).await?.rehearsing(dry_run);
    let why = query.because.unwrap_or_default();
    operations::revoke(&pages.tracking, &call, pages.of, named((name, version))?, (&number, why.trim())).await?;
    Ok(StatusCode::NO_CONTENT)
}
