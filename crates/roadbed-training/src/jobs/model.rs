//! Types, errors and events of jobs.

use super::command::{CommandError, Parameters};
use super::state::{Progress, Refusal};
use roadbed_capability::Problem;
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_contracts::workload::{CodeSnapshot, EnvironmentSpec, ExitKind, Resources};
use roadbed_core::{
    Digest, EventSeq, InstanceId, InvalidName, InvalidQuantity, JobId, Name, Span, TeamId, Timestamp, WorkloadId,
};
use roadbed_store::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name of the controller, its lease and its wake-up.
pub(super) const CONTROLLER: &str = "jobs";

/// One execution of user code to completion.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: JobId,
    pub team: TeamId,
    pub team_name: Name,
    pub instance: InstanceId,
    pub project: Name,
    pub name: Name,
    pub progress: Progress,
    pub retries: u32,
    pub resources: Resources,
    pub spec: JobSpec,
    /// For the event log: who submitted it.
    pub actor: String,
    /// Name of the person or program behind the actor.
    pub actor_name: Option<String>,
    /// The job whose code, environment and command this one has again.
    pub rerun_of: Option<JobId>,
    /// The event that led here, when another object submitted it.
    pub cause: Option<EventSeq>,
    pub created_at: Timestamp,
}

/// What a job runs. Never changes; kept as one JSON document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobSpec {
    /// As the user wrote it.
    pub run: String,
    pub argv: Vec<String>,
    pub parameters: Parameters,
    pub variables: BTreeMap<String, String>,
    pub code: Option<CodeSnapshot>,
    pub environment: Option<EnvironmentSpec>,
    pub outputs: Vec<String>,
    pub timeout: Option<Span>,
}

/// One start of a job's code. `open` until the controller has seen to its end: engine stopped, token revoked.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    pub workload: WorkloadId,
    pub job: JobId,
    /// From 1.
    pub number: u32,
    pub phase: AttemptPhase,
    pub open: bool,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub exit: Option<ExitKind>,
    pub message: Option<String>,
    /// Bytes of its log, known at the end.
    pub log_bytes: Option<u64>,
}

/// What the table knows of an attempt; the engine may be ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptPhase {
    Waiting,
    /// The engine has it.
    Launched,
    Ended,
}

impl AttemptPhase {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Launched => "launched",
            Self::Ended => "ended",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Launched, Self::Ended].into_iter().find(|phase| phase.as_str() == text)
    }
}

/// Why a use case of jobs was refused.
#[derive(Debug, thiserror::Error)]
pub enum JobsError {
    #[error("there is no job {0}")]
    Unknown(JobId),
    #[error("the project {project} has no job {name:?}{}", near(.nearest.as_deref()))]
    UnknownDefinition { project: Name, name: String, nearest: Option<String> },
    #[error("a job needs either name (of a job in the manifest) or run (a command)")]
    NothingToRun,
    #[error("the code snapshot {0} is not stored here")]
    UnknownSnapshot(Digest),
    #[error("the job asks for {asked}; this machine has {present} in total")]
    TooLarge { asked: String, present: String },
    #[error("retries is {0}; at most {max} are accepted", max = super::definition::RETRIES_MAX)]
    TooManyRetries(u32),
    #[error("{field}: {reason}")]
    Environment { field: &'static str, reason: String },
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error("{field}: {source}")]
    Name { field: &'static str, source: InvalidName },
    #[error("{field}: {source}")]
    Quantity { field: &'static str, source: InvalidQuantity },
    #[error("the job {job} has no output {path:?}")]
    UnknownOutput { job: JobId, path: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn near(name: Option<&str>) -> String {
    name.map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}

impl JobsError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "jobs.unknown",
            Self::UnknownDefinition { .. } => "jobs.unknown_definition",
            Self::NothingToRun => "jobs.nothing_to_run",
            Self::UnknownSnapshot(_) => "jobs.unknown_snapshot",
            Self::TooLarge { .. } => "jobs.too_large",
            Self::TooManyRetries(_) => "jobs.too_many_retries",
            Self::Environment { .. } => "jobs.invalid_environment",
            Self::Refused(_) => "jobs.finished",
            Self::Command(_) => "jobs.invalid_command",
            Self::Name { .. } => "jobs.invalid_name",
            Self::Quantity { .. } => "jobs.invalid_quantity",
            Self::UnknownOutput { .. } => "jobs.unknown_output",
            Self::Store(_) => "internal",
        }
    }
}

impl From<JobsError> for Problem {
    fn from(error: JobsError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            JobsError::Unknown(_) | JobsError::UnknownOutput { .. } => Self::not_found(code, detail),
            JobsError::UnknownDefinition { .. } => Self::not_found(code, detail)
                .with_field("name")
                .with_fix("apply the manifest that has the job, or send run with a command"),
            JobsError::NothingToRun => Self::bad_request(code, detail).with_field("run"),
            JobsError::UnknownSnapshot(_) => Self::not_found(code, detail)
                .with_field("snapshot")
                .with_fix("upload it with PUT /api/v1/snapshots and submit again"),
            JobsError::TooLarge { .. } => Self::bad_request(code, detail)
                .with_field("resources")
                .with_fix("ask for less, or use a larger machine"),
            JobsError::TooManyRetries(_) => Self::bad_request(code, detail).with_field("retries"),
            JobsError::Environment { field, .. }
            | JobsError::Name { field, .. }
            | JobsError::Quantity { field, .. } => Self::bad_request(code, detail).with_field(field),
            JobsError::Refused(_) => Self::conflict(code, detail),
            JobsError::Command(error) => {
                let field = match &error {
                    CommandError::WrongType { name, .. } => {
                        return Self::bad_request(code, detail).with_field(format!("parameters.{name}"));
                    }
                    CommandError::UnknownParameter { .. }
                    | CommandError::ParameterName(_)
                    | CommandError::NotScalar { .. }
                    | CommandError::SameVariable { .. } => "parameters",
                    _ => "run",
                };
                Self::bad_request(code, detail).with_field(field)
            }
            JobsError::Store(error) => error.into(),
        }
    }
}

/// The engine has the workload of an attempt; code and environment are being made ready.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct JobLaunched {
    pub job: JobId,
    pub name: String,
    pub attempt: u32,
    pub workload: WorkloadId,
}
impl EventBody for JobLaunched {
    const KIND: &'static str = "JobLaunched";
    const CLASS: EventClass = EventClass::Activity;
}

/// An attempt failed and the job is queued for another one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct JobRetried {
    pub job: JobId,
    pub name: String,
    /// The attempt that is coming.
    pub attempt: u32,
    /// Why the one before ended.
    pub reason: String,
}
impl EventBody for JobRetried {
    const KIND: &'static str = "JobRetried";
    const CLASS: EventClass = EventClass::Activity;
}

/// Somebody wants a job to end that runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct JobCancelRequested {
    pub job: JobId,
    pub name: String,
    pub reason: String,
}
impl EventBody for JobCancelRequested {
    const KIND: &'static str = "JobCancelRequested";
    const CLASS: EventClass = EventClass::Activity;
}

/// The controller has seen to the end of an attempt whose job had ended before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct JobAttemptClosed {
    pub job: JobId,
    pub workload: WorkloadId,
}
impl EventBody for JobAttemptClosed {
    const KIND: &'static str = "JobAttemptClosed";
    const CLASS: EventClass = EventClass::Activity;
}

/// A manifest added, changed or removed a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct JobDefined {
    pub name: String,
    /// `create`, `update` or `delete`.
    pub action: String,
}
impl EventBody for JobDefined {
    const KIND: &'static str = "JobDefined";
    const CLASS: EventClass = EventClass::Audit;
}
