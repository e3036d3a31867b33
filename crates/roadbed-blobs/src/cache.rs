//! Local copies of blobs in S3: bounded in bytes, the least recently used unpinned copy makes room first.
//!
//! A copy from this process's life was verified when it came. One found at the start may have lost its end in a power cut (copies are not
//! fsynced), so it is verified at its first use.

use crate::config::CacheConfig;
use crate::error::{BlobError, Doing};
use crate::incoming::{CompleteFile, IncomingFolder, open_lock_file};
use crate::layout::{create_folder, fan_out_folders, path_of, sorted_names};
use crate::local_file::has_digest;
use crate::model::CacheUsage;
use roadbed_core::Digest;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

pub(crate) struct Cache {
    directory: PathBuf,
    max_bytes: u64,
    pub(crate) incoming: Arc<IncomingFolder>,
    /// Held until drop: two processes would not see each other's copies and pass the bound.
    _lock: File,
    index: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    copies: HashMap<Digest, CachedCopy>,
    /// Last use → copy.
    order: BTreeMap<u64, Digest>,
    /// Of copies and reservations.
    used_bytes: u64,
    next_use: u64,
}

struct CachedCopy {
    bytes: u64,
    last_use: u64,
    /// Number of the use that brought the copy: tells it from an earlier copy of the same blob.
    arrival: u64,
    pins: u32,
    verified: bool,
}

/// A copy that cannot be evicted while this lives.
pub(crate) struct Pin {
    cache: Arc<Cache>,
    digest: Digest,
    arrival: u64,
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut index = self.cache.lock();
        if let Some(copy) = index.copies.get_mut(&self.digest).filter(|copy| copy.arrival == self.arrival) {
            copy.pins = copy.pins.saturating_sub(1);
        }
    }
}

/// Room set aside for a copy on its way.
pub(crate) struct Reservation {
    cache: Arc<Cache>,
    bytes: u64,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut index = self.cache.lock();
        index.used_bytes = index.used_bytes.saturating_sub(self.bytes);
    }
}

impl Cache {
    pub(crate) fn open(config: &CacheConfig) -> Result<Arc<Self>, BlobError> {
        create_folder(&config.directory)?;
        let lock_path = config.directory.join("cache.lock");
        let lock = open_lock_file(&lock_path)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BlobError::CacheInUse { directory: config.directory.clone() }),
            Err(TryLockError::Error(error)) => return Err(BlobError::io("lock", &lock_path, error)),
        }
        let incoming = IncomingFolder::open(&config.directory.join("incoming"))?;
        let mut index = Index::default();
        for (_, digest, bytes) in found_copies(&config.directory)? {
            index.insert(digest, bytes, false);
            index.used_bytes += bytes;
        }
        let (directory, max_bytes) = (config.directory.clone(), config.max_bytes);
        let cache = Self { directory, max_bytes, incoming, _lock: lock, index: Mutex::new(index) };
        cache.make_room(&mut cache.lock(), 0)?;
        Ok(Arc::new(cache))
    }

    pub(crate) const fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    pub(crate) fn usage(&self) -> CacheUsage {
        let index = self.lock();
        CacheUsage { blobs: index.copies.len() as u64, bytes: index.used_bytes, max_bytes: self.max_bytes }
    }

    /// The copy of a blob, held; `None` when there is none or it turned out damaged.
    pub(crate) fn pin(self: &Arc<Self>, digest: &Digest) -> Result<Option<Pin>, BlobError> {
        let Some((pin, verified)) = self.pin_copy(digest) else { return Ok(None) };
        let right = match File::open(&pin.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            opened => {
                let mut file = opened.doing("open", &pin.path)?;
                verified || has_digest(&mut file, &pin.path, digest)?
            }
        };
        if !right {
            tracing::warn!(%digest, path = %pin.path.display(), "a damaged copy in the blob cache is dropped");
            drop(pin);
            self.forget(digest)?;
            return Ok(None);
        }
        if let Some(copy) = self.lock().copies.get_mut(digest).filter(|copy| copy.arrival == pin.arrival) {
            copy.verified = true;
        }
        Ok(Some(pin))
    }

    fn pin_copy(self: &Arc<Self>, digest: &Digest) -> Option<(Pin, bool)> {
        let mut index = self.lock();
        index.touch(digest);
        let copy = index.copies.get_mut(digest)?;
        copy.pins += 1;
        let (cache, path) = (Arc::clone(self), path_of(&self.directory, digest));
        Some((Pin { cache, digest: *digest, arrival: copy.arrival, path, bytes: copy.bytes }, copy.verified))
    }

    /// Room for a copy, by evicting others; `None` when what is pinned or on its way leaves too little.
    pub(crate) fn reserve(self: &Arc<Self>, bytes: u64) -> Result<Option<Reservation>, BlobError> {
        let mut index = self.lock();
        if !self.make_room(&mut index, bytes)? {
            return Ok(None);
        }
        index.used_bytes += bytes;
        Ok(Some(Reservation { cache: Arc::clone(self), bytes }))
    }

    /// Turns a verified file into a copy, held.
    pub(crate) fn admit(self: &Arc<Self>, file: CompleteFile, mut room: Reservation) -> Result<Option<Pin>, BlobError> {
        let (digest, bytes) = (file.digest, file.bytes);
        let target = path_of(&self.directory, &digest);
        create_folder(target.parent().unwrap_or(&self.directory))?;
        {
            let mut index = self.lock();
            file.rename_to(&target)?;
            let replaced = index.remove(&digest).unwrap_or_default();
            index.insert(digest, bytes, true);
            index.used_bytes = index.used_bytes.saturating_sub(replaced);
            room.bytes = room.bytes.saturating_sub(bytes);
        }
        Ok(self.pin_copy(&digest).map(|(pin, _)| pin))
    }

    /// Drops a copy, also a pinned one.
    pub(crate) fn forget(&self, digest: &Digest) -> Result<(), BlobError> {
        let mut index = self.lock();
        if let Some(bytes) = index.remove(digest) {
            index.used_bytes = index.used_bytes.saturating_sub(bytes);
            remove_copy(&path_of(&self.directory, digest))?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Evicts until `bytes` more fit. Evicts nothing when that cannot be reached.
    fn make_room(&self, index: &mut Index, bytes: u64) -> Result<bool, BlobError> {
        let target = self.max_bytes.saturating_sub(bytes);
        if bytes > self.max_bytes || index.used_bytes.saturating_sub(index.free_bytes(target)) > target {
            return Ok(false);
        }
        while index.used_bytes > target {
            let Some((digest, freed)) = index.oldest_unpinned() else { return Ok(false) };
            remove_copy(&path_of(&self.directory, &digest))?;
            index.remove(&digest);
            index.used_bytes = index.used_bytes.saturating_sub(freed);
        }
        Ok(true)
    }
}

impl Index {
    fn insert(&mut self, digest: Digest, bytes: u64, verified: bool) {
        let number = self.next_use;
        self.next_use += 1;
        self.order.insert(number, digest);
        self.copies.insert(digest, CachedCopy { bytes, last_use: number, arrival: number, pins: 0, verified });
    }

    fn remove(&mut self, digest: &Digest) -> Option<u64> {
        let copy = self.copies.remove(digest)?;
        self.order.remove(&copy.last_use);
        Some(copy.bytes)
    }

    fn touch(&mut self, digest: &Digest) {
        if let Some(copy) = self.copies.get_mut(digest) {
            self.order.remove(&copy.last_use);
            copy.last_use = self.next_use;
            self.next_use += 1;
            self.order.insert(copy.last_use, *digest);
        }
    }

    fn oldest_unpinned(&self) -> Option<(Digest, u64)> {
        let unpinned = |digest: &Digest| self.copies.get(digest).filter(|copy| copy.pins == 0);
        self.order.values().find_map(|digest| unpinned(digest).map(|copy| (*digest, copy.bytes)))
    }

    /// Bytes eviction could free; not counted when nothing has to go.
    fn free_bytes(&self, target: u64) -> u64 {
        if self.used_bytes <= target {
            return 0;
        }
        self.copies.values().filter(|copy| copy.pins == 0).map(|copy| copy.bytes).sum()
    }
}

fn remove_copy(path: &Path) -> Result<(), BlobError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.doing("delete", path),
    }
}

/// (Age order, digest, bytes) of copies from an earlier life, oldest first.
fn found_copies(directory: &Path) -> Result<Vec<(u128, Digest, u64)>, BlobError> {
    let mut found = Vec::new();
    for first in fan_out_folders(directory)? {
        for second in fan_out_folders(&directory.join(&first))? {
            let folder = directory.join(&first).join(&second);
            for name in sorted_names(&folder)? {
                let Ok(digest) = name.parse::<Digest>() else { continue };
                let path = folder.join(&name);
                let metadata = fs::metadata(&path).doing("look at", &path)?;
                let modified = metadata.modified().doing("read the time of", &path)?;
                let order = modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
                found.push((order, digest, metadata.len()));
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}
