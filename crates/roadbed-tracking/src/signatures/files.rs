//! SHA-256 of stored files. Blobs are known by BLAKE3, which other tools do not check.

use crate::artifacts::StoredFile;
use crate::mlflow::MlflowError;
use futures_util::StreamExt as _;
use ring::digest::{Context, SHA256};
use roadbed_blobs::{BlobError, Blobs};
use roadbed_core::Digest;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, mpsc};

/// Files read at the same time for the whole server: hashing takes a core each.
const READERS: usize = 2;
/// Pieces of a file that may wait for the hashing thread; a piece has 256 KiB.
const PIECES: usize = 8;
/// Digests that are remembered, some 100 bytes each.
const REMEMBERED: usize = 50_000;

/// 32 bytes of SHA-256.
pub type Sha256 = [u8; 32];

/// What reading a file gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Content(Sha256),
    /// What lies there is not what was stored, or nothing lies there.
    Damaged,
}

impl Read {
    pub(super) const fn content(self) -> Option<Sha256> {
        match self {
            Self::Content(sha256) => Some(sha256),
            Self::Damaged => None,
        }
    }
}

/// Reads stored files for their SHA-256, a bounded number at a time, and remembers what was read: a digest of a blob always names the same
/// bytes. Cheap to clone.
#[derive(Clone)]
pub struct FileHashes {
    blobs: Blobs,
    shared: Arc<Shared>,
}

struct Shared {
    known: Mutex<HashMap<Digest, Sha256>>,
    readers: Semaphore,
}

impl FileHashes {
    #[must_use]
    pub fn new(blobs: Blobs) -> Self {
        let (known, readers) = (Mutex::default(), Semaphore::new(READERS));
        Self { blobs, shared: Arc::new(Shared { known, readers }) }
    }

    /// SHA-256 of each file, in their order; none for a damaged one that was not read before.
    ///
    /// # Errors
    /// The blobs fail otherwise.
    pub async fn of_files(&self, files: &[StoredFile]) -> Result<Vec<Option<Sha256>>, MlflowError> {
        let mut found = Vec::with_capacity(files.len());
        for file in files {
            found.push(self.read(file, false).await?.content());
        }
        Ok(found)
    }

    /// SHA-256 of one file. With `anew` its bytes are read even when the digest is known.
    pub(super) async fn read(&self, file: &StoredFile, anew: bool) -> Result<Read, MlflowError> {
        if let Some(known) = self.known(&file.digest).filter(|_| !anew) {
            return Ok(Read::Content(known));
        }
        let _permit = self.shared.readers.acquire().await.map_err(|error| MlflowError::internal(&error))?;
        match self.hash(&file.digest).await {
            Ok(Some(sha256)) => {
                self.remember(file.digest, sha256);
                Ok(Read::Content(sha256))
            }
            Ok(None) | Err(BlobError::Corrupt { .. }) => Ok(Read::Damaged),
            Err(error) => Err(error.into()),
        }
    }

    /// None when nothing, or something else, lies there.
    async fn hash(&self, digest: &Digest) -> Result<Option<Sha256>, BlobError> {
        let Some(mut content) = self.blobs.get(digest).await? else { return Ok(None) };
        let (pieces, mut waiting) = mpsc::channel(PIECES);
        // Hashing a gigabyte takes a second of a core, which no other request should wait for. What is stored is not trusted to be what
        // was stored: it would be signed.
        let hashing = tokio::task::spawn_blocking(move || {
            let (mut sha256, mut blake3) = (Context::new(&SHA256), blake3::Hasher::new());
            while let Some(piece) = waiting.blocking_recv() {
                let piece: axum::body::Bytes = piece;
                sha256.update(&piece);
                blake3.update(&piece);
            }
            (sha256.finish(), *blake3.finalize().as_bytes())
        });
        while let Some(piece) = content.next().await {
            if pieces.send(piece?).await.is_err() {
                return Err(BlobError::Interrupted);
            }
        }
        drop(pieces);
        let (sha256, blake3) = hashing.await.map_err(|_| BlobError::Interrupted)?;
        Ok(sha256.as_ref().try_into().ok().filter(|_| blake3 == *digest.as_bytes()))
    }

    fn known(&self, digest: &Digest) -> Option<Sha256> {
        self.shared.known.lock().unwrap_or_else(PoisonError::into_inner).get(digest).copied()
    }

    fn remember(&self, digest: Digest, sha256: Sha256) {
        let mut known = self.shared.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(digest, sha256);
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
