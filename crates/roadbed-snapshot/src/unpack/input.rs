//! Readers that count, hash and stop.

use crate::error::SnapshotError;
use crate::limits::Limits;
use roadbed_core::Digest;
use std::cell::Cell;
use std::io::{Error, Read};
use std::path::Path;
use std::rc::Rc;

/// Bytes seen on both sides of the decoder, shared by its two readers.
#[derive(Clone, Default)]
pub(super) struct Counters {
    packed: Rc<Cell<u64>>,
    unpacked: Rc<Cell<u64>>,
}

/// Headers and padding a tar adds per entry: its own header, a long name and a long link with theirs.
const OVERHEAD_BYTES_PER_ENTRY: u64 = 16 << 10;

impl Counters {
    pub(super) fn packed(&self) -> u64 {
        self.packed.get()
    }

    /// The limit that was crossed, if one was.
    pub(super) fn refusal(&self, limits: &Limits, target: &Path) -> Option<SnapshotError> {
        if limits.is_too_dense(self.unpacked.get(), self.packed.get()) {
            return Some(SnapshotError::TooDense { ratio: limits.ratio });
        }
        (self.unpacked.get() > stream_limit(limits))
            .then(|| SnapshotError::TooLarge { path: target.to_path_buf(), limit: limits.bytes })
    }
}

const fn stream_limit(limits: &Limits) -> u64 {
    limits.bytes.saturating_add(limits.entries.saturating_mul(OVERHEAD_BYTES_PER_ENTRY))
}

/// The packed side: hashes and counts.
pub(super) struct HashingReader<R> {
    inner: R,
    hasher: blake3::Hasher,
    counters: Counters,
}

impl<R: Read> HashingReader<R> {
    pub(super) fn new(inner: R, counters: Counters) -> Self {
        Self { inner, hasher: blake3::Hasher::new(), counters }
    }

    /// Reads what is left, so that the digest is of all bytes.
    pub(super) fn finish(mut self) -> std::io::Result<Digest> {
        std::io::copy(&mut self, &mut std::io::sink())?;
        Ok(Digest::from_bytes(*self.hasher.finalize().as_bytes()))
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        self.counters.packed.set(self.counters.packed.get() + read as u64);
        Ok(read)
    }
}

/// The unpacked side: stops a bomb.
pub(super) struct LimitedReader<R> {
    inner: R,
    limits: Limits,
    counters: Counters,
}

impl<R: Read> LimitedReader<R> {
    pub(super) fn new(inner: R, limits: Limits, counters: Counters) -> Self {
        Self { inner, limits, counters }
    }
}

impl<R: Read> Read for LimitedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let unpacked = self.counters.unpacked.get() + read as u64;
        self.counters.unpacked.set(unpacked);
        if unpacked > stream_limit(&self.limits) || self.limits.is_too_dense(unpacked, self.counters.packed.get()) {
            return Err(Error::other("a limit was crossed"));
        }
        Ok(read)
    }
}
