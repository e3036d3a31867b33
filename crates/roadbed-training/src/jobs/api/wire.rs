//! How jobs look on the wire.

use crate::jobs::command::Parameters;
use crate::jobs::model::{Attempt, Job};
use crate::jobs::state::{Finish, JobState};
use crate::jobs::store::definitions::Stored;
use crate::jobs::view::JobDetail;
use roadbed_contracts::workload::{ExitKind, Resources};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A job.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JobView {
    pub id: String,
    /// `queued`, `starting`, `running`, `succeeded`, `failed`, `cancelled` or `lost`.
    pub state: String,
    /// How user code ended; absent until it did.
    pub exit: Option<ExitView>,
    /// MLflow runs the job made, oldest first. Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_ids: Option<Vec<String>>,
    /// Cost so far, of all attempts.
    pub cost: Option<JobCostView>,
    pub name: String,
    pub project: String,
    pub team: String,
    /// What happens or how it ended, for people.
    pub message: Option<String>,
    /// As the user wrote it.
    pub run: String,
    pub parameters: BTreeMap<String, serde_json::Value>,
    pub resources: ResourcesView,
    /// Digest of the code snapshot.
    pub snapshot: Option<String>,
    /// Such as `1h`.
    pub timeout: Option<String>,
    pub retries: u32,
    /// Number of the current attempt, from 1.
    pub attempt: u32,
    pub attempts: Vec<AttemptView>,
    /// Place in the queue, while the job is queued.
    pub waiting: Option<WaitingView>,
    pub cancel_requested: bool,
    /// Who submitted it, as in events.
    pub actor: String,
    /// Name of the person or program who did.
    pub actor_name: Option<String>,
    /// Id of the job that this one runs again.
    pub rerun_of: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    pub started_at: Option<String>,
    pub ended_at: Option<String>,
    /// Notes and warnings about a submit. Absent elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JobList {
    pub items: Vec<JobView>,
    pub next_cursor: Option<String>,
}

/// How user code ended.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ExitView {
    /// `code`, `signal`, `out_of_memory`, `timeout`, `cancelled` or `not_started`.
    pub kind: String,
    /// Exit code or signal number.
    pub value: Option<i32>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JobCostView {
    /// Millionths of the currency's unit.
    pub micros: i64,
    /// ISO 4217.
    pub currency: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ResourcesView {
    /// Such as `2` or `500m`.
    pub cpu: String,
    /// Such as `4GiB`.
    pub memory: String,
    pub gpu: u32,
}

/// One start of a job's code.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AttemptView {
    /// From 1.
    pub number: u32,
    pub workload: String,
    /// `waiting`, `launched` or `ended`.
    pub phase: String,
    pub exit: Option<ExitView>,
    pub message: Option<String>,
    pub started_at: Option<String>,
    pub ended_at: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WaitingView {
    /// From 1.
    pub position: u64,
    /// Why the job waits, in a sentence.
    pub reason: String,
}

/// A job of a manifest.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DefinitionView {
    pub name: String,
    pub run: String,
    pub shell: bool,
    /// Parameters with their defaults.
    pub parameters: BTreeMap<String, serde_json::Value>,
    pub resources: ResourcesView,
    pub timeout: Option<String>,
    pub retries: u32,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    /// RFC 3339.
    pub updated_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DefinitionList {
    pub project: String,
    pub team: String,
    pub items: Vec<DefinitionView>,
}

impl From<&ExitKind> for ExitView {
    fn from(exit: &ExitKind) -> Self {
        let (kind, value) = match exit {
            ExitKind::Code(code) => ("code", Some(*code)),
            ExitKind::Signal(signal) => ("signal", Some(*signal)),
            ExitKind::OutOfMemory => ("out_of_memory", None),
            ExitKind::Timeout => ("timeout", None),
            ExitKind::Cancelled => ("cancelled", None),
            ExitKind::NotStarted => ("not_started", None),
        };
        Self { kind: kind.to_owned(), value }
    }
}

impl From<Resources> for ResourcesView {
    fn from(resources: Resources) -> Self {
        Self { cpu: resources.cpu.to_string(), memory: resources.memory.to_string(), gpu: resources.gpu }
    }
}

impl From<&Attempt> for AttemptView {
    fn from(attempt: &Attempt) -> Self {
        Self {
            number: attempt.number,
            workload: attempt.workload.to_string(),
            phase: attempt.phase.as_str().to_owned(),
            exit: attempt.exit.as_ref().map(ExitView::from),
            message: attempt.message.clone(),
            started_at: attempt.started_at.map(|at| at.to_string()),
            ended_at: attempt.ended_at.map(|at| at.to_string()),
        }
    }
}

impl From<&Stored> for DefinitionView {
    fn from(stored: &Stored) -> Self {
        let definition = &stored.definition;
        Self {
            name: stored.name.to_string(),
            run: definition.run.clone(),
            shell: definition.shell,
            parameters: definition.parameters.clone(),
            resources: definition.resources.granted().into(),
            timeout: definition.timeout.map(|span| span.to_string()),
            retries: definition.retries,
            inputs: definition.inputs.clone(),
            outputs: definition.outputs.clone(),
            updated_at: stored.updated_at.to_string(),
        }
    }
}

fn finish_of(job: &Job) -> Option<&Finish> {
    match &job.progress.state {
        JobState::Finished(finish) => Some(finish),
        _ => None,
    }
}

impl From<JobDetail> for JobView {
    fn from(detail: JobDetail) -> Self {
        let JobDetail { job, attempts, run_ids, cost, waiting, step } = detail;
        let finish = finish_of(&job);
        let parameters: Parameters = job.spec.parameters.clone();
        Self {
            id: job.id.to_string(),
            state: job.progress.state.as_str().to_owned(),
            exit: finish.and_then(|finish| finish.exit.as_ref()).map(ExitView::from),
            run_ids,
            cost: cost.map(|cost| JobCostView { micros: cost.micros.0, currency: cost.currency.to_string() }),
            name: job.name.to_string(),
            project: job.project.to_string(),
            team: job.team_name.to_string(),
            message: finish.map(|finish| finish.message.clone()).or(step),
            run: job.spec.run.clone(),
            parameters,
            resources: job.resources.into(),
            snapshot: job.spec.code.as_ref().map(|code| code.digest.to_string()),
            timeout: job.spec.timeout.map(|span| span.to_string()),
            retries: job.retries,
            attempt: job.progress.attempt,
            attempts: attempts.iter().map(AttemptView::from).collect(),
            waiting: waiting.map(|waiting| WaitingView { position: waiting.position, reason: waiting.reason }),
            cancel_requested: job.progress.cancel_reason.is_some(),
            actor: job.actor.clone(),
            actor_name: job.actor_name.clone(),
            rerun_of: job.rerun_of.map(|id| id.to_string()),
            created_at: job.created_at.to_string(),
            started_at: job.progress.started_at.map(|at| at.to_string()),
            ended_at: finish.map(|finish| finish.ended_at.to_string()),
            warnings: Vec::new(),
        }
    }
}
