//! What is known of blobs.

use roadbed_core::{Digest, Timestamp};

/// A stored blob: complete, durable, not yet referenced by any row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob {
    pub digest: Digest,
    pub bytes: u64,
}

/// A blob as a collector sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBlob {
    pub digest: Digest,
    pub bytes: u64,
    /// When this content was last put.
    pub written_at: Timestamp,
}

/// What a deletion removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeletedBlobs {
    pub blobs: u64,
    pub bytes: u64,
}

impl std::ops::AddAssign for DeletedBlobs {
    fn add_assign(&mut self, other: Self) {
        self.blobs += other.blobs;
        self.bytes += other.bytes;
    }
}

/// How full the local cache is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CacheUsage {
    pub blobs: u64,
    /// Including room set aside for downloads under way. Never above `max_bytes`.
    pub bytes: u64,
    pub max_bytes: u64,
}
