//! Bounds on what a snapshot may hold, the same when it is made and when it is unpacked.

/// Bounds of one snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files together.
    pub bytes: u64,
    /// Files, folders and links.
    pub entries: u64,
    /// Unpacked bytes per packed byte, once more than [`RATIO_FREE_BYTES`] are unpacked.
    pub ratio: u64,
}

/// Small snapshots may be as dense as they like: they do no harm.
pub(crate) const RATIO_FREE_BYTES: u64 = 64 << 20;

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 4 << 30, entries: 200_000, ratio: 500 }
    }
}

impl Limits {
    pub(crate) const fn is_too_dense(&self, unpacked_bytes: u64, packed_bytes: u64) -> bool {
        unpacked_bytes > RATIO_FREE_BYTES && unpacked_bytes > packed_bytes.saturating_mul(self.ratio)
    }
}
