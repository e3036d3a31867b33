//! Why a blob cannot be stored or read.

use roadbed_core::Digest;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    #[error("there is no blob {0}")]
    NotFound(Digest),
    /// The content is longer than the caller allows.
    #[error("the content is longer than the {limit_bytes} bytes allowed here")]
    TooLarge { limit_bytes: u64 },
    #[error("the range {start}..{end} does not lie inside the {total_bytes} bytes of the blob")]
    RangeOutside { start: u64, end: u64, total_bytes: u64 },
    /// The bytes are not those of the digest: a failing disk, or someone wrote behind our back.
    #[error(
        "blob {digest} is damaged in {place}: store the same content again to repair it, or restore it from a backup"
    )]
    Corrupt { digest: Digest, place: String },
    #[error("no space left in {}: free some, or raise the quota of this user", directory.display())]
    Full { directory: PathBuf },
    /// A local copy is needed and does not fit beside the copies that are in use.
    #[error(
        "a local copy of {needed_bytes} bytes does not fit into the blob cache of {max_bytes} bytes: raise its bound"
    )]
    CacheFull { needed_bytes: u64, max_bytes: u64 },
    #[error("the blob cache {} is used by another process: give each process its own", directory.display())]
    CacheInUse { directory: PathBuf },
    /// The caller's stream ended with an error; nothing was stored.
    #[error("the content could not be received: {0}")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("cannot {action} {}: {source}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    /// The bucket did not do what was asked.
    #[error("cannot {action} in the S3 bucket: {detail}")]
    Remote { action: &'static str, detail: String },
    /// A setting no bucket can be reached with.
    #[error("the S3 setting {setting} {value:?} is not {expected}")]
    Setting { setting: &'static str, value: String, expected: &'static str },
    #[error("this build has no S3 support: build with the feature `s3`, or keep blobs on disk")]
    NotBuilt,
    #[error("the work was interrupted by the end of the process: try again")]
    Interrupted,
}

impl BlobError {
    /// Wraps an I/O error; a full disk or an exhausted quota becomes [`BlobError::Full`].
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            return Self::Full { directory: path.parent().unwrap_or(path).to_owned() };
        }
        Self::Io { action, path: path.to_owned(), source }
    }
}

/// Adds what was being done to which path.
pub(crate) trait Doing<T> {
    fn doing(self, action: &'static str, path: &Path) -> Result<T, BlobError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, action: &'static str, path: &Path) -> Result<T, BlobError> {
        self.map_err(|source| BlobError::io(action, path, source))
    }
}

/// Runs file work on a thread that may block. A panic in it goes on in the caller.
pub(crate) async fn run_blocking<T, F>(work: F) -> Result<T, BlobError>
where
    F: FnOnce() -> Result<T, BlobError> + Send + 'static,
    T: Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(BlobError::Interrupted),
        },
    }
}
