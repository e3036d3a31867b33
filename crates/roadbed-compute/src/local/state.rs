//! What an engine is made of.

use super::folders::Folders;
use roadbed_core::{Clock, Digest};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

/// Finds a local file with the content of a digest, to spare the supervisor a fetch; `None` when there is none.
pub type LocateCode = Arc<dyn Fn(Digest) -> Option<PathBuf> + Send + Sync>;

/// Where things lie for a [`LocalEngine`].
pub struct LocalEngineConfig {
    /// The data directory: holds `workloads/` and is closed to user code.
    pub data_directory: PathBuf,
    /// Holds `environments/` and `cache/`; usually the data directory.
    pub cache_directory: PathBuf,
    /// Program and leading arguments of the supervisor, such as our own binary and `supervisor`.
    pub supervisor_program: PathBuf,
    pub supervisor_arguments: Vec<OsString>,
    /// Program that builds Python environments.
    pub uv: Option<PathBuf>,
    pub locate_code: Option<LocateCode>,
    pub clock: Arc<dyn Clock>,
}

pub(super) struct Inner {
    pub(super) config: LocalEngineConfig,
    pub(super) folders: Folders,
    pub(super) changes: watch::Sender<u64>,
    /// Serializes the looks at file locks and the choice of GPUs: two looks at once would see each other.
    pub(super) gate: Mutex<()>,
    /// Waits for the supervisors this process started, so that none stays a zombie and its end is noticed at once.
    pub(super) supervisors: TaskTracker,
}
