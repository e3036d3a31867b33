//! Files on their way in. Each process writes in a folder of its own, held by a lock for as long as it lives,
//! so what a dead process left behind is known for certain and removed at the next start.

use crate::error::{BlobError, Doing};
use crate::layout::{create_folder, sorted_names};
use roadbed_core::Digest;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

const OWNER_LOCK: &str = "owner.lock";
const ENTRANCE_LOCK: &str = "entrance.lock";

/// This process's folder for unfinished files.
pub(crate) struct IncomingFolder {
    path: PathBuf,
    /// Held until drop; the kernel lets go when the process dies.
    _owner: File,
    next: AtomicU64,
}

pub(crate) fn open_lock_file(path: &Path) -> Result<File, BlobError> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path).doing("open the lock file", path)
}

impl IncomingFolder {
    /// Removes what dead processes left in `parent` and makes a folder there. Blocks for a moment while another process does the same.
    pub(crate) fn open(parent: &Path) -> Result<Arc<Self>, BlobError> {
        create_folder(parent)?;
        let _entrance = enter(parent)?;
        remove_leftovers(parent)?;
        // Process ids repeat in other pid namespaces and several owners may live in one process: take the first free name.
        let mut number = 0;
        let path = loop {
            let path = parent.join(format!("{}-{number}", std::process::id()));
            match fs::create_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                other => break other.doing("create the folder", &path).map(|()| path)?,
            }
        };
        let owner_path = path.join(OWNER_LOCK);
        let owner = open_lock_file(&owner_path)?;
        owner.lock().doing("lock", &owner_path)?;
        Ok(Arc::new(Self { path, _owner: owner, next: AtomicU64::new(0) }))
    }

    /// A new empty file that takes at most `limit_bytes`.
    pub(crate) fn create(self: &Arc<Self>, limit_bytes: u64) -> Result<IncomingFile, BlobError> {
        let path = self.path.join(self.next.fetch_add(1, Ordering::Relaxed).to_string());
        let file = OpenOptions::new()
            .create_new(true)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(&path)
            .doing("create the file", &path)?;
        let temporary = TemporaryPath { path, _folder: Arc::clone(self) };
        Ok(IncomingFile { temporary, file, hasher: blake3::Hasher::new(), bytes: 0, limit_bytes })
    }
}

impl Drop for IncomingFolder {
    fn drop(&mut self) {
        let _entrance = self.path.parent().map(enter);
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::debug!(path = %self.path.display(), %error, "folder for unfinished blobs stays until the next start");
        }
    }
}

/// Waits until no other process makes or removes folders here; until the answer is dropped.
fn enter(parent: &Path) -> Result<File, BlobError> {
    let path = parent.join(ENTRANCE_LOCK);
    let entrance = open_lock_file(&path)?;
    entrance.lock().doing("lock", &path)?;
    Ok(entrance)
}

fn remove_leftovers(parent: &Path) -> Result<(), BlobError> {
    for name in sorted_names(parent)? {
        let folder = parent.join(&name);
        if !folder.is_dir() {
            continue;
        }
        let owner_path = folder.join(OWNER_LOCK);
        match open_lock_file(&owner_path)?.try_lock() {
            Ok(()) => {
                tracing::info!(folder = %folder.display(), "removing unfinished blobs of a process that died");
                fs::remove_dir_all(&folder).doing("remove the folder", &folder)?;
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(BlobError::io("lock", &owner_path, error)),
        }
    }
    Ok(())
}

/// Removes its file when dropped; after a rename there is nothing left to remove.
struct TemporaryPath {
    path: PathBuf,
    _folder: Arc<IncomingFolder>,
}

impl Drop for TemporaryPath {
    fn drop(&mut self) {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(path = %self.path.display(), %error, "an unfinished blob stays until the next start");
            }
            _ => {}
        }
    }
}

/// A file being written and hashed.
pub(crate) struct IncomingFile {
    temporary: TemporaryPath,
    file: File,
    hasher: blake3::Hasher,
    bytes: u64,
    limit_bytes: u64,
}

impl IncomingFile {
    /// Appends and hashes; refuses what would pass the limit before writing it.
    pub(crate) fn write(&mut self, chunk: &[u8]) -> Result<(), BlobError> {
        self.bytes = self.bytes.saturating_add(chunk.len() as u64);
        if self.bytes > self.limit_bytes {
            return Err(BlobError::TooLarge { limit_bytes: self.limit_bytes });
        }
        self.hasher.update(chunk);
        self.file.write_all(chunk).doing("write", &self.temporary.path)
    }

    pub(crate) fn finish(self) -> CompleteFile {
        let digest = Digest::from_bytes(*self.hasher.finalize().as_bytes());
        CompleteFile { temporary: self.temporary, file: self.file, digest, bytes: self.bytes }
    }
}

/// A whole file that is not yet visible as a blob.
pub(crate) struct CompleteFile {
    temporary: TemporaryPath,
    pub(crate) file: File,
    pub(crate) digest: Digest,
    pub(crate) bytes: u64,
}

impl CompleteFile {
    /// Makes the file read-only and dates it.
    pub(crate) fn seal(&self, modified: SystemTime) -> Result<(), BlobError> {
        let sealed = self.file.set_permissions(fs::Permissions::from_mode(0o400));
        sealed.and_then(|()| self.file.set_modified(modified)).doing("seal", &self.temporary.path)
    }

    /// Waits until the bytes are on the disk.
    pub(crate) fn sync(&self) -> Result<(), BlobError> {
        self.file.sync_all().doing("write to disk", &self.temporary.path)
    }

    /// Gives the file its name, in one step; a file of that name is replaced.
    pub(crate) fn rename_to(self, target: &Path) -> Result<(), BlobError> {
        fs::rename(&self.temporary.path, target).doing("name the file", target)
    }
}
