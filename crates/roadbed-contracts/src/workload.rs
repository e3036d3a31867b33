//! Workloads: user code under a supervisor. A workload id is used once, its specification never changes, a stop is final.

pub mod folder;

use roadbed_core::{Attribution, ByteSize, CpuMillis, Digest, Secret, Span, Timestamp, WorkloadId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything a supervisor needs. Written once, readable by the supervisor only (it holds a token).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkloadSpec {
    /// Version of this format: an older supervisor works with a newer control, so fields are only added.
    pub format: u32,
    pub id: WorkloadId,
    pub attribution: Attribution,
    /// Program and arguments; no shell unless the user asked for one by naming it here.
    pub argv: Vec<String>,
    pub variables: BTreeMap<String, String>,
    /// Variables whose values must never be logged.
    pub secret_variables: BTreeMap<String, Secret>,
    /// Folder the code runs in, unpacked from this snapshot; an empty folder when `None`.
    pub code: Option<CodeSnapshot>,
    pub environment: Option<EnvironmentSpec>,
    /// Files to keep after the end, as patterns relative to the working folder.
    pub outputs: Vec<String>,
    pub resources: Resources,
    pub timeout: Option<Span>,
    /// Time between SIGTERM and SIGKILL.
    pub grace: Span,
    /// Folder kept across retries of the same job; absolute.
    pub checkpoint_directory: Option<String>,
    pub control: ControlAddress,
}

/// A content-addressed copy of the project's files: a zstd-compressed tar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSnapshot {
    pub digest: Digest,
    pub bytes: u64,
}

/// A Python environment by key. `lock` is the resolved requirements with hashes, or empty for the bare interpreter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentSpec {
    /// Minor version such as `3.11`; `None`: the machine's default.
    pub python: Option<String>,
    /// Text of the requirements file as the user wrote it.
    pub requirements: String,
    /// Digest of python version, requirements and platform: the name under which a resolved lock is remembered.
    pub request_key: Digest,
}

impl EnvironmentSpec {
    /// The environment for a Python minor version and the text of a requirements file on this kind of machine.
    #[must_use]
    pub fn request(python: Option<String>, requirements: String) -> Self {
        let mut hasher = blake3::Hasher::new();
        let version = python.as_deref().unwrap_or("default");
        let machine = [std::env::consts::OS, std::env::consts::ARCH];
        for field in ["roadbed environment request 1", version, machine[0], machine[1], &requirements] {
            hasher.update(field.as_bytes());
            hasher.update(&[0]);
        }
        Self { python, requirements, request_key: Digest::from_bytes(*hasher.finalize().as_bytes()) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    pub cpu: CpuMillis,
    pub memory: ByteSize,
    pub gpu: u32,
}

impl Default for Resources {
    fn default() -> Self {
        Self { cpu: CpuMillis(1000), memory: ByteSize(2 << 30), gpu: 0 }
    }
}

/// Where and as whom a supervisor reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlAddress {
    pub url: String,
    pub token: Secret,
}

/// Where a workload is in its life. Only ever moves forward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum WorkloadPhase {
    /// Fetching code, building the environment; `step` says what, for people.
    Preparing {
        step: String,
    },
    Running {
        started_at: Timestamp,
        pid: u32,
    },
    Exited(ExitReport),
    /// The supervisor is gone without a report (machine restarted, killed).
    Lost,
}

/// The last word on a workload, durable before the supervisor ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExitReport {
    pub exit: ExitKind,
    /// One sentence for people, such as `exited with code 3` or `killed: used more than 2GiB of memory`.
    pub message: String,
    /// `None` when user code never started.
    pub started_at: Option<Timestamp>,
    pub ended_at: Timestamp,
    pub cpu_micros: u64,
    pub memory_kib_millis: u64,
    pub memory_peak_bytes: u64,
    /// Bytes of the log.
    pub log_bytes: u64,
}

/// How user code ended; the contract's `exit` object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum ExitKind {
    Code(i32),
    Signal(i32),
    /// Killed for memory, known from the memory controller.
    OutOfMemory,
    Timeout,
    Cancelled,
    /// User code never started: the reason is in the message.
    NotStarted,
}

/// Body of `POST /internal/v1/workloads/<id>/report`: a hint to look now; the facts lie with the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkloadReport {
    pub workload: WorkloadId,
    pub phase: WorkloadPhase,
}
