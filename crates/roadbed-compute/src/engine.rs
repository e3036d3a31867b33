//! What every engine can do.

use async_trait::async_trait;
use roadbed_contracts::records::Usage;
use roadbed_contracts::workload::folder::OutputFile;
use roadbed_contracts::workload::{WorkloadPhase, WorkloadReport, WorkloadSpec};
use roadbed_core::WorkloadId;
use std::path::PathBuf;
use tokio::sync::watch;

/// Where workloads run. Implementations are cheap to share behind an `Arc`.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// Starts a workload; returns once its supervisor exists. Idempotent by id: a second start with the same id changes nothing, also
    /// when the workload has ended, was stopped before it was started, or is lost.
    async fn start(&self, spec: &WorkloadSpec) -> Result<(), EngineError>;

    /// Where workloads are now. Ids the engine never started (or has removed) are left out. Finds workloads of an earlier process of ours
    /// too, and ends what is left of lost ones.
    async fn observe(&self, selection: Selection<'_>) -> Result<Vec<Observed>, EngineError>;

    /// Asks a workload to end: SIGTERM, its grace time, SIGKILL. Final and idempotent; the end is seen by `observe`.
    /// A workload that was never started will not start any more and is observed as cancelled.
    async fn stop(&self, id: WorkloadId, reason: &str) -> Result<(), EngineError>;

    /// Bytes of the log from `offset`, at most `max_bytes` (capped at [`MAX_CHUNK_BYTES`]).
    async fn read_log(&self, id: WorkloadId, offset: u64, max_bytes: usize) -> Result<LogChunk, EngineError>;

    /// The files that matched the output patterns; empty until the workload has ended.
    async fn outputs(&self, id: WorkloadId) -> Result<Vec<OutputFile>, EngineError>;

    /// Bytes of one output, by its listed path.
    async fn read_output(
        &self,
        id: WorkloadId,
        path: &str,
        offset: u64,
        max_bytes: usize,
    ) -> Result<OutputChunk, EngineError>;

    /// Usage by minute: finished minutes ending after `after_micros` (microseconds UTC), then the one under way. Each is a state:
    /// the span with the same `from` replaces an earlier answer.
    async fn usage_minutes(&self, id: WorkloadId, after_micros: i64) -> Result<Vec<Usage>, EngineError>;

    /// Forgets an ended workload with its log and outputs. Nothing happens when it is unknown.
    async fn remove(&self, id: WorkloadId) -> Result<(), EngineError>;

    /// What the engine can grant in total.
    async fn capacity(&self) -> Result<EngineCapacity, EngineError>;

    /// Grows whenever something may have changed: observe again. Polling stays the net.
    fn changes(&self) -> watch::Receiver<u64>;

    /// A supervisor reported over HTTP: wakes `changes`. The report is a hint, the facts are read by `observe`.
    fn notify_report(&self, report: &WorkloadReport);
}

/// Largest answer of `read_log` and `read_output`.
pub const MAX_CHUNK_BYTES: usize = 4 << 20;

/// Which workloads to observe.
#[derive(Debug, Clone, Copy)]
pub enum Selection<'a> {
    All,
    Ids(&'a [WorkloadId]),
}

/// A workload as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    pub id: WorkloadId,
    pub phase: WorkloadPhase,
    /// Totals since user code started; `None` before that.
    pub usage: Option<Usage>,
}

/// A piece of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogChunk {
    /// Where `bytes` start; the next read continues at `offset + bytes.len()`.
    pub offset: u64,
    pub bytes: Vec<u8>,
    /// Nothing will follow these bytes.
    pub end: bool,
    /// Bytes of the whole log so far.
    pub length: u64,
}

/// A piece of an output file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputChunk {
    pub offset: u64,
    pub bytes: Vec<u8>,
    pub end: bool,
}

/// What can be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineCapacity {
    pub cpu_millis: u32,
    pub memory_bytes: u64,
    pub gpus: u32,
}

/// One line of `roadbed doctor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, such as `memory limits`.
    pub name: &'static str,
    pub state: FindingState,
    /// What is the case, and what to do when it is not good.
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingState {
    Good,
    /// Works with less: the detail says what is missing.
    Limited,
    Missing,
}

/// Why an engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("workload {0} is not known to this engine: it was never started here or has been removed")]
    Unknown(WorkloadId),
    #[error("workload {0} has not ended: stop it first")]
    NotEnded(WorkloadId),
    #[error("workload {workload} has no output {path:?}: ask for the list of outputs")]
    NoSuchOutput { workload: WorkloadId, path: String },
    #[error("{asked} GPUs are asked for and {free} of {total} are free: wait for others to end or ask for fewer")]
    NotEnoughGpus { asked: u32, free: u32, total: u32 },
    #[error("the supervisor program {program:?} could not be started: {source}")]
    Spawn { program: PathBuf, source: std::io::Error },
    #[error("{path:?} could not be {action}: {source}")]
    File { path: PathBuf, action: &'static str, source: std::io::Error },
    #[error("{path:?} does not parse: {reason}")]
    Damaged { path: PathBuf, reason: String },
    #[error("the engine is shutting down")]
    Closed,
}
