//! A blob as a file on this machine, and the check that its bytes are right.

use crate::error::{BlobError, Doing};
use crate::stream::CHUNK_BYTES;
use roadbed_core::Digest;
use std::any::Any;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A readable file with the bytes of a blob. Never write to it and never hard-link it: it is the only copy.
/// A copy from S3 stays in the cache while this value lives.
pub struct LocalBlob {
    path: PathBuf,
    bytes: u64,
    _pin: Box<dyn Any + Send + Sync>,
}

impl LocalBlob {
    pub(crate) fn new(path: PathBuf, bytes: u64, pin: impl Any + Send + Sync) -> Self {
        Self { path, bytes, _pin: Box::new(pin) }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl fmt::Debug for LocalBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalBlob").field("path", &self.path).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Whether the file's bytes have this digest.
pub(crate) fn has_digest(file: &mut File, path: &Path, digest: &Digest) -> Result<bool, BlobError> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let length = file.read(&mut buffer).doing("read", path)?;
        let Some(piece) = buffer.get(..length).filter(|piece| !piece.is_empty()) else {
            return Ok(hasher.finalize().as_bytes() == digest.as_bytes());
        };
        hasher.update(piece);
    }
}
