//! Blobs in a folder of the local file system.
//!
//! Order of a write: bytes into an unfinished file, fsync, rename to the name, fsync of the folder. A crash at any point leaves either
//! no blob or the whole one. Putting content that is already there dates it anew, so that a collector that found it old spares it;
//! a lock (shared to put, exclusive to delete) keeps these two apart, also between processes.

use crate::error::{BlobError, Doing};
use crate::incoming::{CompleteFile, IncomingFolder, open_lock_file};
use crate::layout::{create_folder, fan_out_folders, path_of, sorted_names, sync_folder};
use crate::local_file::has_digest;
use crate::model::{Blob, DeletedBlobs, StoredBlob};
use roadbed_core::{Clock, Digest, Timestamp};
use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) struct DiskBlobs {
    directory: PathBuf,
    pub(crate) incoming: Arc<IncomingFolder>,
    clock: Arc<dyn Clock>,
    /// Fan-out folders known to survive a power cut, at most 65,536.
    durable_folders: Mutex<HashSet<[u8; 2]>>,
}

impl DiskBlobs {
    pub(crate) fn open(directory: PathBuf, clock: Arc<dyn Clock>) -> Result<Self, BlobError> {
        create_folder(&directory)?;
        let incoming = IncomingFolder::open(&directory.join("incoming"))?;
        Ok(Self { directory, incoming, clock, durable_folders: Mutex::default() })
    }

    pub(crate) fn path(&self, digest: &Digest) -> PathBuf {
        path_of(&self.directory, digest)
    }

    /// Makes a complete file visible; durable when it returns.
    pub(crate) fn publish(&self, complete: CompleteFile) -> Result<Blob, BlobError> {
        let blob = Blob { digest: complete.digest, bytes: complete.bytes };
        let target = self.path(&blob.digest);
        let folder = self.ensure_folder(&blob.digest)?;
        let now = to_system_time(self.clock.now());
        complete.seal(now)?;
        // The slow part comes before the lock, and is spared for content that is there already.
        let found_before = is_stored(&target, blob.bytes)?;
        if !found_before {
            complete.sync()?;
        }
        {
            let _putting = self.lock_for_put()?;
            if is_stored(&target, blob.bytes)? {
                let existing = File::open(&target).doing("open", &target)?;
                existing.set_modified(now).doing("date", &target)?;
            } else {
                if found_before {
                    complete.sync()?;
                }
                complete.rename_to(&target)?;
            }
        }
        sync_folder(&folder)?;
        Ok(blob)
    }

    /// The blob's file, open, with its length.
    pub(crate) fn open_blob(&self, digest: &Digest) -> Result<Option<(File, u64)>, BlobError> {
        let path = self.path(digest);
        match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            other => {
                let file = other.doing("open", &path)?;
                let bytes = file.metadata().doing("look at", &path)?.len();
                Ok(Some((file, bytes)))
            }
        }
    }

    pub(crate) fn size(&self, digest: &Digest) -> Result<Option<u64>, BlobError> {
        Ok(metadata(&self.path(digest))?.map(|metadata| metadata.len()))
    }

    pub(crate) fn verify(&self, digest: &Digest) -> Result<(), BlobError> {
        let (mut file, _) = self.open_blob(digest)?.ok_or(BlobError::NotFound(*digest))?;
        let path = self.path(digest);
        let right = has_digest(&mut file, &path, digest)?;
        right.then_some(()).ok_or_else(|| BlobError::Corrupt { digest: *digest, place: path.display().to_string() })
    }

    /// One page of blobs put before `before`, by rising digest.
    pub(crate) fn list_before(
        &self,
        before: Timestamp,
        after: Option<Digest>,
        limit: usize,
    ) -> Result<Vec<StoredBlob>, BlobError> {
        let after = after.map(|digest| digest.to_string()).unwrap_or_default();
        let mut page = Vec::new();
        for first in fan_out_folders(&self.directory)? {
            let outer = self.directory.join(&first);
            for second in fan_out_folders(&outer)? {
                let inner = outer.join(&second);
                if format!("{first}{second}").as_str() < after.get(..4).unwrap_or_default() {
                    continue;
                }
                for name in sorted_names(&inner)?.into_iter().filter(|name| *name > after) {
                    let Some((digest, found)) = name.parse().ok().zip(metadata(&inner.join(&name))?) else { continue };
                    let written_at = written_at(&found, &inner)?;
                    if written_at < before {
                        page.push(StoredBlob { digest, bytes: found.len(), written_at });
                    }
                    if page.len() >= limit {
                        return Ok(page);
                    }
                }
            }
        }
        Ok(page)
    }

    /// Deletes one blob unless it was put at or after `before`; gives its bytes.
    pub(crate) fn delete(&self, digest: &Digest, before: Timestamp) -> Result<DeletedBlobs, BlobError> {
        let path = self.path(digest);
        let lock_path = self.lock_path();
        let deleting = open_lock_file(&lock_path)?;
        deleting.lock().doing("lock", &lock_path)?;
        let Some(found) = metadata(&path)? else { return Ok(DeletedBlobs::default()) };
        if written_at(&found, &path)? >= before {
            return Ok(DeletedBlobs::default());
        }
        fs::remove_file(&path).doing("delete", &path)?;
        Ok(DeletedBlobs { blobs: 1, bytes: found.len() })
    }

    fn lock_path(&self) -> PathBuf {
        self.directory.join("deletion.lock")
    }

    fn lock_for_put(&self) -> Result<File, BlobError> {
        let path = self.lock_path();
        let lock = open_lock_file(&path)?;
        lock.lock_shared().doing("lock", &path)?;
        Ok(lock)
    }

    /// The folder of a digest, itself durable. Every folder is synced once per process, also one that was found: who made it may have died
    /// before doing so.
    fn ensure_folder(&self, digest: &Digest) -> Result<PathBuf, BlobError> {
        let [first, second, ..] = *digest.as_bytes();
        let outer = self.directory.join(format!("{first:02x}"));
        let inner = outer.join(format!("{second:02x}"));
        let known = || self.durable_folders.lock().unwrap_or_else(PoisonError::into_inner);
        if !known().contains(&[first, second]) {
            create_folder(&inner)?;
            sync_folder(&outer)?;
            sync_folder(&self.directory)?;
            known().insert([first, second]);
        }
        Ok(inner)
    }
}

/// Whether a blob of this length is there; one of another length is damaged and will be replaced.
fn is_stored(path: &Path, bytes: u64) -> Result<bool, BlobError> {
    Ok(metadata(path)?.is_some_and(|found| found.len() == bytes))
}

fn metadata(path: &Path) -> Result<Option<Metadata>, BlobError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some).doing("look at", path),
    }
}

fn written_at(metadata: &Metadata, path: &Path) -> Result<Timestamp, BlobError> {
    let since_epoch =
        metadata.modified().doing("read the time of", path)?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)))
}

fn to_system_time(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(at.as_micros()).unwrap_or(0))
}
