use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the room is told about the machine and the server it runs in.
#[derive(Debug, Clone)]
pub struct TrainingSettings {
    /// Where user code and supervisors reach control, such as `http://127.0.0.1:7070`.
    pub control_url: String,
    /// Holds one folder per job that is kept across its attempts.
    pub checkpoints_directory: PathBuf,
    /// Where the engine keeps Python environments: `environments` in its cache directory.
    pub environments_directory: PathBuf,
    /// Largest code snapshot, in bytes.
    pub snapshot_limit_bytes: u64,
    /// Time between SIGTERM and SIGKILL when a job is to end.
    pub grace: Duration,
    /// Logs, outputs and checkpoints of ended jobs are kept this long.
    pub keep_ended: Duration,
    /// Name of this machine in records about its capacity.
    pub machine: String,
}

impl TrainingSettings {
    /// The usual places in a data directory, snapshots up to 1 GiB, 10 s between SIGTERM and SIGKILL, files kept 30 days.
    #[must_use]
    pub fn in_data_directory(data_directory: &Path, control_url: impl Into<String>) -> Self {
        Self {
            control_url: control_url.into(),
            checkpoints_directory: data_directory.join("checkpoints"),
            environments_directory: data_directory.join("environments"),
            snapshot_limit_bytes: 1 << 30,
            grace: Duration::from_secs(10),
            keep_ended: Duration::from_secs(30 * 86_400),
            machine: "local".to_owned(),
        }
    }
}
