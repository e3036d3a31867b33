//! Events of the training room that others listen to.

use super::{EventBody, EventClass};
use crate::workload::ExitKind;
use roadbed_core::JobId;
use serde::{Deserialize, Serialize};

/// Somebody asked for an execution of user code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobSubmitted {
    pub job: JobId,
    pub name: String,
}

impl EventBody for JobSubmitted {
    const KIND: &'static str = "JobSubmitted";
    const CLASS: EventClass = EventClass::Activity;
}

/// User code of an attempt runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobStarted {
    pub job: JobId,
    pub name: String,
    /// From 1; grows with each retry.
    pub attempt: u32,
}

impl EventBody for JobStarted {
    const KIND: &'static str = "JobStarted";
    const CLASS: EventClass = EventClass::Activity;
}

/// A job reached its end; it will not be retried again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobFinished {
    pub job: JobId,
    pub name: String,
    /// `succeeded`, `failed`, `cancelled` or `lost`.
    pub state: String,
    pub exit: Option<ExitKind>,
}

impl EventBody for JobFinished {
    const KIND: &'static str = "JobFinished";
    const CLASS: EventClass = EventClass::Activity;
}
