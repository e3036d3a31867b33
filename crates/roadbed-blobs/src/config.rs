//! Where blobs lie.

use roadbed_core::{Clock, Secret};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Everything [`crate::Blobs::open`] needs.
#[derive(Clone)]
pub struct BlobConfig {
    pub location: BlobLocation,
    /// Dates blobs, so that the age of a blob follows the same clock as the rest of the platform.
    pub clock: Arc<dyn Clock>,
}

impl fmt::Debug for BlobConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobConfig").field("location", &self.location).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone)]
pub enum BlobLocation {
    /// A folder on a local file system with locks (`flock`). Created when missing, for this user only.
    Disk {
        directory: PathBuf,
    },
    S3(S3Location),
}

/// A bucket of Amazon S3 or of anything that speaks its protocol, addressed in path style.
#[derive(Debug, Clone)]
pub struct S3Location {
    /// Such as `https://s3.eu-central-1.amazonaws.com` or `http://10.0.0.5:9000`.
    pub endpoint: String,
    pub bucket: String,
    pub region: String,
    pub access_key: String,
    pub secret_key: Secret,
    /// Folder inside the bucket; empty for the bucket itself.
    pub prefix: String,
    pub cache: CacheConfig,
    /// Clients reach the endpoint too, so they may be sent there for what they read.
    pub direct_downloads: bool,
}

/// Local copies of blobs that lie in S3.
#[derive(Debug, Clone)]
pub struct CacheConfig {
    /// Used by one process at a time. Uploads on their way to S3 lie here too, beside the bound.
    pub directory: PathBuf,
    /// Bytes of all cached blobs together; the least recently used ones make room.
    pub max_bytes: u64,
}
