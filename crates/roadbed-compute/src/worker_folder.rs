//! The folder of one Python worker, removed with it.

use crate::engine::EngineError;
use crate::local::folders::{file_error, write_json};
use crate::local::lock::{Supervision, look};
use roadbed_contracts::workload::folder::{self, Launch};
use roadbed_contracts::workload::{ExitReport, WorkloadSpec};
use std::fs::{self, DirBuilder, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Bytes of the log's end that are shown when a worker ends.
const LAST_WORDS_BYTES: u64 = 600;

pub(crate) struct WorkerFolder {
    path: PathBuf,
}

impl WorkerFolder {
    /// Makes the folder with its files; the lock is ours to hand to the supervisor.
    pub(crate) fn make(parent: &Path, spec: &WorkloadSpec, launch: &Launch) -> Result<(Self, File), EngineError> {
        let path = parent.join(spec.id.to_string());
        DirBuilder::new().mode(0o700).create(&path).map_err(file_error(&path, "made"))?;
        let made = Self { path };
        write_json(&made.path.join(folder::SPEC), spec)?;
        write_json(&made.path.join(folder::LAUNCH), launch)?;
        match look(&made.path)? {
            Supervision::Free(lock) => Ok((made, lock)),
            Supervision::Held => {
                let taken = std::io::Error::from(std::io::ErrorKind::WouldBlock);
                Err(file_error(&made.path, "locked")(taken))
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Why the worker ended, and the end of what it said.
    pub(crate) fn last_words(&self) -> String {
        let report = fs::read(self.path.join(folder::EXIT)).ok();
        let report = report.and_then(|bytes| serde_json::from_slice::<ExitReport>(&bytes).ok());
        let message = report.map_or_else(|| "ended without a report".to_owned(), |report| report.message);
        match self.log_end() {
            Some(said) if !said.trim().is_empty() => format!("{message}; it said last: {}", said.trim()),
            _ => message,
        }
    }

    fn log_end(&self) -> Option<String> {
        let mut log = File::open(self.path.join(folder::LOG)).ok()?;
        let length = log.metadata().ok()?.len();
        log.seek(SeekFrom::Start(length.saturating_sub(LAST_WORDS_BYTES))).ok()?;
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for WorkerFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Makes the folder of workers and removes those nobody supervises.
pub(crate) fn sweep(parent: &Path) -> Result<(), EngineError> {
    DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(file_error(parent, "made"))?;
    for entry in fs::read_dir(parent).map_err(file_error(parent, "read"))?.flatten() {
        if matches!(look(&entry.path()), Ok(Supervision::Free(_))) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}
