//! The file lock that says whether a workload is supervised.

use super::folders::file_error;
use crate::engine::EngineError;
use roadbed_contracts::workload::folder;
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// What a look at the lock showed.
pub(crate) enum Supervision {
    /// A supervisor holds the lock.
    Held,
    /// Nobody does; now we do, until the file is dropped.
    Free(File),
}

/// Looks at the lock of a workload folder. Only under the engine's gate: the look itself holds the lock for a moment.
pub(crate) fn look(directory: &Path) -> Result<Supervision, EngineError> {
    let path = directory.join(folder::LOCK);
    let file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(file_error(&path, "opened"))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Supervision::Free(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(Supervision::Held),
        Err(error) => Err(file_error(&path, "locked")(error.into())),
    }
}
