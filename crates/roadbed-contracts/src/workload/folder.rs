//! The folder of one workload: what engine and supervisor write for each other. These files are the facts; a report over HTTP is only
//! a hint to look at them.
//!
//! | File | Writer | Holds |
//! |---|---|---|
//! | `spec.json` | engine | [`super::WorkloadSpec`], 0600, written once |
//! | `launch.json` | engine | [`Launch`], written once; without it the defaults of [`Launch::for_folder`] hold |
//! | `lock` | both | `flock`ed from before the supervisor starts until it ends: free means nobody supervises |
//! | `identity.json` | supervisor | [`Identity`], written before anything else is done |
//! | `phase.json` | supervisor | [`super::WorkloadPhase`], replaced atomically |
//! | `log` | supervisor | what the work wrote to stdout and stderr, merged in order, secrets masked; append-only raw bytes |
//! | `usage.json` | supervisor | [`UsageSnapshot`], replaced every few seconds |
//! | `usage.jsonl` | supervisor | one [`UsageSpan`] per finished minute, append-only |
//! | `stop` | engine | [`Stop`]; final |
//! | `outputs.json` | supervisor | list of [`OutputFile`], written before `exit.json` |
//! | `exit.json` | supervisor | [`super::ExitReport`], durable before the supervisor ends; the last word |
//! | `work/` | user code | its working folder |

use roadbed_core::{Timestamp, WorkloadId};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

pub const SPEC: &str = "spec.json";
pub const LAUNCH: &str = "launch.json";
pub const LOCK: &str = "lock";
pub const IDENTITY: &str = "identity.json";
pub const PHASE: &str = "phase.json";
pub const LOG: &str = "log";
pub const USAGE: &str = "usage.json";
pub const USAGE_MINUTES: &str = "usage.jsonl";
pub const STOP: &str = "stop";
pub const OUTPUTS: &str = "outputs.json";
pub const EXIT: &str = "exit.json";
pub const WORK: &str = "work";
/// Temporary files of the work (`TMPDIR`), beside `work` so that they are never taken for outputs.
pub const TEMPORARY: &str = "tmp";

/// Every process of a workload carries its id in this variable, so that leftovers of a lost one can be found.
pub const WORKLOAD_VARIABLE: &str = "ROADBED_WORKLOAD_ID";

/// A short name for [`TEMPORARY`], as a link: addresses of local sockets hold 108 bytes (unix(7)), and Python's multiprocessing makes
/// them below `TMPDIR`. Made by the supervisor when the long name is too long, removed at the end.
#[must_use]
pub fn short_temporary(id: WorkloadId) -> PathBuf {
    let text = id.to_string();
    Path::new("/tmp").join(format!("roadbed-{}", text.rsplit('-').next().unwrap_or(&text)))
}

/// Where things lie on this machine: known to the engine, not part of the specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    pub format: u32,
    /// Closed to user code except what it was given. The supervisor ends itself when it vanishes.
    pub data_directory: PathBuf,
    /// Holds `environments/` and `cache/`.
    pub cache_directory: PathBuf,
    /// Program that builds Python environments.
    pub uv: Option<PathBuf>,
    /// A local copy of the code snapshot, to spare the fetch; checked like a fetched one.
    pub code_file: Option<PathBuf>,
    /// Indices of the granted GPUs.
    pub gpus: Vec<u32>,
    /// Folders inside the data directory that the work may read, such as the model of a Python worker.
    #[serde(default)]
    pub readable: Vec<PathBuf>,
}

impl Launch {
    /// For a folder `<data>/workloads/<id>` without `launch.json`.
    #[must_use]
    pub fn for_folder(directory: &Path) -> Self {
        let data = directory.parent().and_then(Path::parent).unwrap_or(directory).to_path_buf();
        Self {
            format: 1,
            cache_directory: data.clone(),
            data_directory: data,
            uv: None,
            code_file: None,
            gpus: Vec::new(),
            readable: Vec::new(),
        }
    }
}

/// Who supervises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub pid: u32,
    /// Field 22 of `/proc/<pid>/stat`: with the pid it names one process for ever (until the machine restarts).
    pub start_ticks: u64,
    /// Control groups made for the work, to be removed after it.
    pub control_groups: Vec<PathBuf>,
}

/// A request to end. Final: nothing starts after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// For people, such as `cancelled by ada@example.com` or `preempted by job evaluate`.
    pub reason: String,
    pub requested_at: Timestamp,
}

/// What the work used between two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageSpan {
    pub from: Timestamp,
    pub to: Timestamp,
    pub cpu_micros: u64,
    /// Resident memory of all processes, integrated over time.
    pub memory_kib_millis: u64,
    pub memory_peak_bytes: u64,
}

/// Usage so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageSnapshot {
    /// Since user code started.
    pub total: UsageSpan,
    /// The minute under way.
    pub minute: UsageSpan,
}

/// A file that matched an output pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// Relative to the working folder, with `/`.
    pub path: String,
    pub bytes: u64,
}
