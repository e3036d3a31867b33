//! Traces, what people say about them, their errors and events.

use crate::mlflow::{ErrorCode, MlflowError};
use roadbed_capability::{Grantee, Permission};
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_core::TeamId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const TRACE_READ: Permission = Permission::new("trace:read", Grantee::Viewer);
pub const TRACE_WRITE: Permission = Permission::new("trace:write", Grantee::Developer);

/// The tag that holds the trace's name.
pub(super) const NAME_TAG: &str = "mlflow.traceName";
/// The tag that says where the spans lie; set once spans came over OTLP.
pub(super) const SPANS_TAG: &str = "mlflow.trace.spansLocation";
/// Its value for spans that lie here.
pub(super) const SPANS_HERE: &str = "TRACKING_STORE";
/// The tag that says where files of the trace lie.
pub(super) const LOCATION_TAG: &str = "mlflow.artifactLocation";
pub(super) const SESSION: &str = "mlflow.trace.session";
pub(super) const USER: &str = "mlflow.trace.user";
pub(super) const SOURCE_RUN: &str = "mlflow.sourceRun";
pub(super) const TOKEN_USAGE: &str = "mlflow.trace.tokenUsage";
pub(super) const COST: &str = "mlflow.trace.cost";
pub(super) const SIZE_STATS: &str = "mlflow.trace.sizeStats";
/// Clients look for it: the trace was told as a whole, and not only by its spans.
pub(super) const FINALIZED: &str = "mlflow.trace.infoFinalized";

/// Most characters of a preview.
pub(super) const PREVIEW_LIMIT: usize = 1000;
/// Most characters of a tag's key and value, and of an answer's metadata.
pub(super) const TAG_KEY_LIMIT: usize = 250;
pub(super) const TAG_VALUE_LIMIT: usize = 8000;
/// Most tags, and most entries of metadata, of one trace.
pub(super) const ENTRIES_LIMIT: usize = 1000;

/// A trace's key in the store: a digest of its team and its id, so that no team's spans reach another's trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TraceKey([u8; 16]);

impl TraceKey {
    pub(super) fn new(team: TeamId, trace_id: &str) -> Self {
        let digest = blake3::Hasher::new().update(team.to_string().as_bytes()).update(trace_id.as_bytes()).finalize();
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(digest.as_bytes()) {
            *to = *from;
        }
        Self(key)
    }

    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// How a trace ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Unspecified,
    Ok,
    Error,
    InProgress,
}

impl State {
    /// On the wire: name and protobuf number.
    pub(super) const CHOICES: &[(&str, i64, Self)] = &[
        ("STATE_UNSPECIFIED", 0, Self::Unspecified),
        ("TRACE_STATUS_UNSPECIFIED", 0, Self::Unspecified),
        ("OK", 1, Self::Ok),
        ("ERROR", 2, Self::Error),
        ("IN_PROGRESS", 3, Self::InProgress),
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "STATE_UNSPECIFIED",
            Self::Ok => "OK",
            Self::Error => "ERROR",
            Self::InProgress => "IN_PROGRESS",
        }
    }

    pub(super) const fn is_open(self) -> bool {
        matches!(self, Self::Unspecified | Self::InProgress)
    }
}

impl std::str::FromStr for State {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::CHOICES.iter().find(|(name, _, _)| *name == text).map(|(_, _, state)| *state).ok_or(())
    }
}

/// What is known of a trace besides its spans.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trace {
    pub trace_id: String,
    /// The store's key of the experiment.
    pub experiment: i64,
    pub experiment_id: i64,
    /// Milliseconds since the epoch.
    pub started_ms: i64,
    /// None while it is under way.
    pub duration_ms: Option<i64>,
    pub state: State,
    pub client_request_id: Option<String>,
    pub request_preview: Option<String>,
    pub response_preview: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub metadata: BTreeMap<String, String>,
    /// The client told the trace as a whole: times are no longer derived from spans.
    pub finalized: bool,
}

impl Trace {
    pub(super) fn name(&self) -> Option<&str> {
        self.tags.get(NAME_TAG).map(String::as_str)
    }

    pub(super) fn has_spans_here(&self) -> bool {
        self.tags.get(SPANS_TAG).is_some_and(|place| place == SPANS_HERE)
    }

    /// How many spans the client says there are.
    pub(super) fn told_spans(&self) -> Option<u64> {
        let stats: serde_json::Value = serde_json::from_str(self.metadata.get(SIZE_STATS)?).ok()?;
        stats.get("num_spans")?.as_u64()
    }

    pub(super) fn check_size(&self) -> Result<(), TraceError> {
        let most = self.tags.len().max(self.metadata.len());
        if most > ENTRIES_LIMIT { Err(TraceError::TooManyEntries(self.trace_id.clone())) } else { Ok(()) }
    }
}

/// Why something cannot be done with a trace. Texts are those MLflow clients know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TraceError {
    #[error("Trace with ID '{0}' not found.")]
    Unknown(String),
    #[error("Trace with ID {0} is not fully exported yet, please try again later.")]
    Unfinished(String),
    #[error("Trace with ID '{0}' has its spans in files, not in the tracking store.")]
    SpansElsewhere(String),
    #[error("Trace with ID '{trace_id}' is too large to be read at once: its spans have {bytes} bytes.")]
    TooLarge { trace_id: String, bytes: i64 },
    #[error(
        "a trace takes at most {ENTRIES_LIMIT} tags and {ENTRIES_LIMIT} entries of metadata; '{0}' would have more"
    )]
    TooManyEntries(String),
    #[error("Invalid trace id '{0}': write 1 to 100 letters, digits and the characters - _ . :")]
    InvalidId(String),
    #[error("No trace tag with key '{key}' for trace with ID '{trace_id}'")]
    UnknownTag { trace_id: String, key: String },
    #[error("Tag '{0}' is immutable and cannot be changed on a trace.")]
    FixedTag(String),
    #[error("Assessment with ID '{assessment_id}' not found for trace '{trace_id}'")]
    UnknownAssessment { trace_id: String, assessment_id: String },
    #[error("{0}")]
    Assessment(&'static str),
    #[error(
        "'max_timestamp_millis' or 'request_ids' must say which traces to delete; 'max_traces' goes only with the former"
    )]
    NothingToDelete,
}

impl From<TraceError> for MlflowError {
    fn from(error: TraceError) -> Self {
        let code = match &error {
            TraceError::Unknown(_)
            | TraceError::Unfinished(_)
            | TraceError::SpansElsewhere(_)
            | TraceError::UnknownTag { .. }
            | TraceError::UnknownAssessment { .. } => ErrorCode::ResourceDoesNotExist,
            TraceError::TooLarge { .. }
            | TraceError::TooManyEntries(_)
            | TraceError::InvalidId(_)
            | TraceError::FixedTag(_)
            | TraceError::Assessment(_)
            | TraceError::NothingToDelete => ErrorCode::InvalidParameterValue,
        };
        Self::new(code, error.to_string())
    }
}

impl From<super::otlp::OtlpError> for MlflowError {
    fn from(error: super::otlp::OtlpError) -> Self {
        Self::invalid(error.to_string())
    }
}

/// Traces of an experiment were deleted, with their spans and assessments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracesDeleted {
    pub experiment_id: i64,
    pub count: u64,
    /// The first hundred of them.
    pub trace_ids: Vec<String>,
}

impl EventBody for TracesDeleted {
    const KIND: &'static str = "TracesDeleted";
    const CLASS: EventClass = EventClass::Activity;
}
