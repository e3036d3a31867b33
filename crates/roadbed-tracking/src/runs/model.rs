//! Runs, what they log, their errors and events.

use crate::experiments::Lifecycle;
use crate::inputs::RunInputs;
use crate::mlflow::{ErrorCode, Measure, MlflowError};
use roadbed_capability::{Grantee, Permission};
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_core::{JobId, TeamId};
use roadbed_store::{Reader, StoreError};
use serde::{Deserialize, Serialize};

pub const RUN_READ: Permission = Permission::new("run:read", Grantee::Viewer);
pub const RUN_WRITE: Permission = Permission::new("run:write", Grantee::Developer);

/// The tag that holds the run's name.
pub(super) const NAME_TAG: &str = "mlflow.runName";
/// The tag that names the job whose token made the run.
pub(super) const JOB_TAG: &str = "roadbed.job_id";

/// The tag that says which file or notebook made the run.
pub(super) const SOURCE_TAG: &str = "mlflow.source.name";

/// The tag that holds what people say about the run.
pub(super) const NOTE_TAG: &str = "mlflow.note.content";

/// A logged model that a run made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeModel {
    pub model_id: String,
    pub name: String,
    pub model_type: String,
    pub status: String,
    /// Where its files lie, such as `mlflow-artifacts:/0/models/<id>/artifacts`.
    pub artifact_uri: String,
}

/// A run as far as its end needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerRun {
    /// The store's key.
    pub number: i64,
    pub run_id: String,
    /// The store's key of the experiment.
    pub experiment: i64,
    pub artifact_uri: String,
}

/// A version of a registered model that was made from a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeVersion {
    pub name: String,
    pub version: i64,
    pub aliases: Vec<String>,
}

/// What capabilities that come later know of a run, by its id.
#[derive(Debug, Clone, Copy)]
pub struct MadeByRuns {
    pub models: fn(&mut Reader<'_>, TeamId, &str) -> Result<Vec<MadeModel>, StoreError>,
    pub versions: fn(&mut Reader<'_>, TeamId, &str) -> Result<Vec<MadeVersion>, StoreError>,
}

/// Status of a run on the wire: name, protobuf number, and the name again as it is stored.
pub(super) const STATUSES: &[(&str, i64, &str)] = &[
    ("RUNNING", 1, "RUNNING"),
    ("SCHEDULED", 2, "SCHEDULED"),
    ("FINISHED", 3, "FINISHED"),
    ("FAILED", 4, "FAILED"),
    ("KILLED", 5, "KILLED"),
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The store's key.
    pub number: i64,
    pub run_id: String,
    /// The store's key of the experiment.
    pub experiment: i64,
    pub experiment_id: i64,
    pub run_name: String,
    pub user_id: String,
    pub status: String,
    /// Milliseconds since the epoch, as the client says.
    pub start_time_ms: i64,
    pub end_time_ms: Option<i64>,
    /// Such as `mlflow-artifacts:/0/<run id>/artifacts`.
    pub artifact_uri: String,
    pub lifecycle: Lifecycle,
    pub job: Option<JobId>,
}

impl Run {
    /// # Errors
    /// The run is deleted.
    pub fn check_active(&self) -> Result<(), RunError> {
        match self.lifecycle {
            Lifecycle::Active => Ok(()),
            stage @ Lifecycle::Deleted => Err(RunError::NotActive { run_id: self.run_id.clone(), stage }),
        }
    }
}

/// What a search needs of a run; `rest` when it asks about attributes that few ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub number: i64,
    pub run_id: String,
    pub start_time_ms: i64,
    pub rest: Option<Box<Run>>,
}

impl From<Run> for Candidate {
    fn from(run: Run) -> Self {
        let (number, run_id, start_time_ms) = (run.number, run.run_id.clone(), run.start_time_ms);
        Self { number, run_id, start_time_ms, rest: Some(Box::new(run)) }
    }
}

/// One value of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricPoint {
    pub key: String,
    pub value: Measure,
    pub timestamp_ms: i64,
    pub step: i64,
}

/// One value of a metric that says which model it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelMetric {
    pub point: MetricPoint,
    pub model_id: String,
    pub run_id: String,
    pub dataset_name: Option<String>,
    pub dataset_digest: Option<String>,
}

/// What one request logs; empty parts are fine.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Batch {
    pub points: Vec<MetricPoint>,
    pub model_metrics: Vec<ModelMetric>,
    pub params: Vec<(String, String)>,
    pub tags: Vec<(String, String)>,
}

/// A run with everything about it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FullRun {
    pub run: Run,
    pub metrics: Vec<MetricPoint>,
    pub params: Vec<(String, String)>,
    pub tags: Vec<(String, String)>,
    pub inputs: RunInputs,
}

/// Why something cannot be done with a run. Texts are those MLflow clients know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    #[error("Run with id={0} not found")]
    Unknown(String),
    #[error("The run {run_id} must be in the 'active' state. Current state is {stage}.")]
    NotActive { run_id: String, stage: Lifecycle },
    #[error("The run {0} is being removed for good and cannot be restored")]
    Purging(String),
    #[error("No tag with name: {key} in run with id {run_id}")]
    UnknownTag { run_id: String, key: String },
    #[error(
        "Changing param values is not allowed. Param with key='{key}' was already logged with value='{old}' for run ID='{run_id}'. \
         Attempted logging new value '{new}'."
    )]
    ParamChanged { run_id: String, key: String, old: String, new: String },
    #[error(
        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='{argument}', \
         mlflow.runName='{tag}')."
    )]
    TwoNames { argument: String, tag: String },
    #[error("the tag {0} is kept by the platform; it cannot be edited")]
    OwnTag(String),
}

impl From<RunError> for MlflowError {
    fn from(error: RunError) -> Self {
        let code = match &error {
            RunError::Unknown(_) | RunError::UnknownTag { .. } => ErrorCode::ResourceDoesNotExist,
            RunError::NotActive { .. }
            | RunError::Purging(_)
            | RunError::ParamChanged { .. }
            | RunError::TwoNames { .. }
            | RunError::OwnTag(_) => ErrorCode::InvalidParameterValue,
        };
        Self::new(code, error.to_string())
    }
}

/// A run began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCreated {
    pub run_id: String,
    pub experiment_id: i64,
    pub run_name: String,
    pub job: Option<JobId>,
}

impl EventBody for RunCreated {
    const KIND: &'static str = "RunCreated";
    const CLASS: EventClass = EventClass::Activity;
}

/// Status, end or name of a run changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunUpdated {
    pub run_id: String,
    pub status: String,
    pub run_name: String,
}

impl EventBody for RunUpdated {
    const KIND: &'static str = "RunUpdated";
    const CLASS: EventClass = EventClass::Activity;
}

/// A run was deleted; it can be restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDeleted {
    pub run_id: String,
}

impl EventBody for RunDeleted {
    const KIND: &'static str = "RunDeleted";
    const CLASS: EventClass = EventClass::Activity;
}

/// A deleted run was brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRestored {
    pub run_id: String,
}

impl EventBody for RunRestored {
    const KIND: &'static str = "RunRestored";
    const CLASS: EventClass = EventClass::Activity;
}
