//! The data directory: one process group at a time.

use crate::error::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

/// Names of the two files, see `Store`.
pub(crate) const STATE_FILE: &str = "state.db";
pub(crate) const RECORDS_FILE: &str = "records.db";
const LOCK_FILE: &str = "store.lock";
const LOCK_ATTEMPTS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Held as long as the store is open; the operating system gives it back when the process dies.
#[derive(Debug)]
pub(crate) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Makes the directory (for its owner only) and takes its lock.
    pub(crate) fn take(directory: &Path) -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| StoreError::Open { detail: format!("{}: {error}", directory.display()) };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(directory.join(LOCK_FILE))
            .map_err(failed)?;
        lock(&mut file, &failed)?;
        file.set_len(0).map_err(failed)?;
        file.rewind().map_err(failed)?;
        // Only for the message of a second process; a full disk must not keep the store from opening.
        if let Err(error) = writeln!(file, "{}", std::process::id()) {
            tracing::warn!(%error, "cannot write the process id into the lock file");
        }
        Ok(Self { _file: file })
    }
}

/// A process that was just started holds a copy of every open file until it has become its own program, so a lock
/// that was given back a moment ago may still look taken.
fn lock(file: &mut File, failed: &dyn Fn(std::io::Error) -> StoreError) -> Result<(), StoreError> {
    for attempt in 1..=LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) if attempt < LOCK_ATTEMPTS => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => {}
        }
    }
    Err(StoreError::Locked { by: holder(file) })
}

/// Removes both files, for a restore that failed; gives the directory back afterwards.
pub(crate) fn remove_files(directory: &Path, lock: DirectoryLock) {
    for name in [STATE_FILE, RECORDS_FILE] {
        for suffix in ["", "-wal", "-shm"] {
            let file = directory.join(format!("{name}{suffix}"));
            if let Err(error) = std::fs::remove_file(&file)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(%error, file = %file.display(), "cannot remove a file of the failed restore");
            }
        }
    }
    drop(lock);
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => format!("process {}", text.trim()),
        _ => "another process".to_owned(),
    }
}
