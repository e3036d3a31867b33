//! Submit, list, show, cancel.

use super::wire::{DefinitionList, DefinitionView, JobList, JobView};
use crate::jobs::command::Parameters;
use crate::jobs::definition::ResourceRequest;
use crate::jobs::model::JobsError;
use crate::jobs::operations::Jobs;
use crate::jobs::state::STATE_WORDS;
use crate::jobs::store::JobFilter;
use crate::jobs::submission::{EnvironmentRequest, Submission};
use crate::permissions::JOB_READ;
use crate::project_of_call::ProjectOfCall;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Body, IdempotencyKey, Page, PathOf, Query, nearest_name};
use roadbed_capability::{Caller, Problem};
use roadbed_core::{JobId, Span, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::str::FromStr;

/// What to run: `name` of a job in the project's manifest, or `run` with a command.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewJob {
    /// The token's home project, else `default`, when absent.
    pub project: Option<String>,
    /// Settles which project when several teams have one of that name.
    pub team: Option<String>,
    /// A job of the manifest; with `run` just a name.
    pub name: Option<String>,
    /// Program and arguments by shell-word rules, `{{name}}` for parameters.
    pub run: Option<String>,
    /// Give `run` to `/bin/sh`; parameters then arrive as variables only.
    #[serde(default)]
    pub shell: bool,
    #[serde(default)]
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Digest of an uploaded code snapshot.
    pub snapshot: Option<String>,
    pub environment: Option<NewJobEnvironment>,
    pub resources: Option<NewJobResources>,
    /// Such as `1h`.
    pub timeout: Option<String>,
    /// Attempts after a failed first one.
    pub retries: Option<u32>,
    /// Patterns of files to keep.
    pub outputs: Option<Vec<String>>,
}

/// What the code runs with; what is absent comes from the manifest's environment.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewJobEnvironment {
    /// Such as `3.11`.
    pub python: Option<String>,
    /// Text of a requirements file, not its path.
    pub requirements: Option<String>,
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewJobResources {
    /// `2`, `"0.5"` or `"500m"`.
    pub cpu: Option<Quantity>,
    /// Such as `4GiB`.
    pub memory: Option<Quantity>,
    pub gpu: Option<u32>,
}

/// A number or a text with a unit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Quantity {
    Number(serde_json::Number),
    Text(String),
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubmitQuery {
    /// Check only.
    pub dry_run: Option<bool>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelRequest {
    /// Shown with the job.
    pub reason: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JobQuery {
    pub team: Option<String>,
    pub project: Option<String>,
    /// Exactly this name.
    pub name: Option<String>,
    /// Part of the name; upper and lower case are the same.
    pub q: Option<String>,
    /// `queued`, `starting`, `running`, `succeeded`, `failed`, `cancelled` or `lost`; several with commas between them.
    pub state: Option<String>,
    /// Submitted at or after; RFC 3339.
    pub from: Option<String>,
    /// Submitted before; RFC 3339.
    pub to: Option<String>,
    /// Part of who submitted it, by name or as in events.
    pub actor: Option<String>,
    /// 1 to 1000; 100 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DefinitionQuery {
    /// The token's home project, else `default`, when absent.
    pub project: Option<String>,
    pub team: Option<String>,
}

pub(super) fn quantity<T>(field: &'static str, value: Option<Quantity>) -> Result<Option<T>, JobsError>
where
    T: FromStr<Err = roadbed_core::InvalidQuantity>,
{
    let Some(value) = value else { return Ok(None) };
    let text = match value {
        Quantity::Number(number) => number.to_string(),
        Quantity::Text(text) => text,
    };
    text.parse().map(Some).map_err(|source| JobsError::Quantity { field, source })
}

impl TryFrom<NewJob> for Submission {
    type Error = Problem;

    fn try_from(new: NewJob) -> Result<Self, Problem> {
        let snapshot = new.snapshot.map(|text| text.parse()).transpose().map_err(
            |error: roadbed_core::digest::InvalidDigest| {
                Problem::bad_request("jobs.invalid_snapshot", error.to_string()).with_field("snapshot")
            },
        )?;
        let resources = new.resources.unwrap_or_default();
        let environment = new.environment.unwrap_or_default();
        let timeout = new.timeout.map(Quantity::Text);
        let parameters: Parameters = new.parameters;
        Ok(Self {
            project: new.project,
            team: new.team,
            name: new.name,
            run: new.run,
            shell: new.shell,
            parameters,
            snapshot,
            environment: EnvironmentRequest {
                python: environment.python,
                requirements: environment.requirements,
                variables: environment.variables,
            },
            resources: ResourceRequest {
                cpu: quantity("resources.cpu", resources.cpu)?,
                memory: quantity("resources.memory", resources.memory)?,
                gpu: resources.gpu,
            },
            timeout: quantity::<Span>("timeout", timeout)?,
            retries: new.retries,
            outputs: new.outputs,
        })
    }
}

/// Job ids in paths: what is no id is no job.
pub(super) fn job_id(text: &str) -> Result<JobId, Problem> {
    text.parse().map_err(|error: roadbed_core::id::InvalidId| Problem::not_found("jobs.unknown", error.to_string()))
}

pub(super) async fn submit(
    State(jobs): State<Jobs>,
    caller: Caller,
    Query(query): Query<SubmitQuery>,
    IdempotencyKey(key): IdempotencyKey,
    Body(new): Body<NewJob>,
) -> Result<(StatusCode, Json<JobView>), Problem> {
    let dry_run = query.dry_run.unwrap_or(false);
    let (accepted, findings) = jobs.submit(&caller, new.try_into()?, key.as_deref(), dry_run).await?;
    let mut view = JobView::from(crate::jobs::view::JobDetail::new(accepted.0, accepted.1));
    view.warnings = findings.into_iter().map(|finding| finding.detail).collect();
    Ok((StatusCode::CREATED, Json(view)))
}

fn check_state(state: &str) -> Result<(), Problem> {
    if STATE_WORDS.contains(&state) {
        return Ok(());
    }
    let detail = format!("{state:?} is no state of a job; there are {}", STATE_WORDS.join(", "));
    let problem = Problem::bad_request("request.query", detail).with_field("state");
    Err(match nearest_name(state, STATE_WORDS.into_iter()) {
        Some(near) => problem.with_fix(format!("did you mean {near}?")),
        None => problem,
    })
}

fn time(text: Option<String>, field: &str) -> Result<Option<Timestamp>, Problem> {
    let parsed = text.map(|text| text.parse::<Timestamp>()).transpose();
    parsed.map_err(|error| Problem::bad_request("request.query", format!("{field}: {error}")).with_field(field))
}

impl TryFrom<JobQuery> for (JobFilter, u32) {
    type Error = Problem;

    fn try_from(query: JobQuery) -> Result<Self, Problem> {
        let page = Page { limit: query.limit, cursor: query.cursor };
        let limit = page.limit()?;
        let states = query.state.iter().flat_map(|states| states.split(',')).map(str::trim);
        let states: Vec<String> = states.filter(|state| !state.is_empty()).map(str::to_owned).collect();
        states.iter().try_for_each(|state| check_state(state))?;
        let before = page.cursor.map(|cursor| cursor.parse::<JobId>()).transpose().map_err(|_| {
            Problem::bad_request("request.query", "cursor is none that a list gave: start again without it")
                .with_field("cursor")
        })?;
        let words = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let filter = JobFilter {
            team: query.team,
            project: query.project,
            name: query.name,
            text: words(query.q),
            states,
            from: time(query.from, "from")?,
            to: time(query.to, "to")?,
            actor: words(query.actor),
            before,
        };
        Ok((filter, limit))
    }
}

pub(super) async fn list(
    State(jobs): State<Jobs>,
    caller: Caller,
    Query(query): Query<JobQuery>,
) -> Result<Json<JobList>, Problem> {
    let (filter, limit) = query.try_into()?;
    let found = jobs.list(&caller, filter, limit).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| full).map(|detail| detail.job.id.to_string());
    Ok(Json(JobList { items: found.into_iter().map(JobView::from).collect(), next_cursor }))
}

pub(super) async fn show(
    State(jobs): State<Jobs>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<JobView>, Problem> {
    let found = jobs.find(&caller, JOB_READ, job_id(&id)?).await?;
    Ok(Json(jobs.detail(found).await?.into()))
}

pub(super) async fn cancel(
    State(jobs): State<Jobs>,
    caller: Caller,
    Query(query): Query<SubmitQuery>,
    PathOf(id): PathOf<String>,
    Body(request): Body<CancelRequest>,
) -> Result<Json<JobView>, Problem> {
    const REASON_LIMIT: usize = 500;
    let reason = request.reason.filter(|reason| !reason.trim().is_empty());
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > REASON_LIMIT || reason.contains('\0')) {
        let detail = format!("the reason must be a text of at most {REASON_LIMIT} characters");
        return Err(Problem::bad_request("jobs.invalid_reason", detail).with_field("reason"));
    }
    let ended = jobs.cancel(&caller, job_id(&id)?, reason, query.dry_run.unwrap_or(false)).await?;
    Ok(Json(jobs.detail(ended).await?.into()))
}

pub(super) async fn definitions(
    State(jobs): State<Jobs>,
    caller: Caller,
    Query(query): Query<DefinitionQuery>,
) -> Result<Json<DefinitionList>, Problem> {
    let call = ProjectOfCall { project: query.project.as_deref(), team: query.team.as_deref() };
    let (info, all) = jobs.definitions(&caller, call).await?;
    Ok(Json(DefinitionList {
        project: info.project_name.to_string(),
        team: info.team_name.to_string(),
        items: all.iter().map(DefinitionView::from).collect(),
    }))
}
