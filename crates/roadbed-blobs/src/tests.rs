//! One list of cases for every location, then what is particular to disk and to S3.

mod cases;
mod disk;
#[cfg(feature = "s3")]
mod moto;
#[cfg(feature = "s3")]
mod s3;

use crate::{BlobError, BlobStream, Blobs};
use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use roadbed_core::{Clock, Digest, Timestamp};
use std::convert::Infallible;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that stands still until a test moves it.
struct StandingClock(AtomicI64);

impl StandingClock {
    fn at(micros: i64) -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self(AtomicI64::new(micros)))
    }

    fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Bytes that differ with the seed and do not repeat soon.
fn content(seed: u64, length: usize) -> Bytes {
    let mut bytes = vec![0; length];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.finalize_xof().fill(&mut bytes);
    bytes.into()
}

fn digest_of(bytes: &[u8]) -> Digest {
    Digest::from_bytes(*blake3::hash(bytes).as_bytes())
}

async fn collect(stream: BlobStream) -> Result<Bytes, BlobError> {
    let pieces: Vec<Bytes> = stream.try_collect().await?;
    Ok(pieces.concat().into())
}

async fn put(blobs: &Blobs, bytes: &Bytes, piece: usize, limit: u64) -> Result<crate::Blob, BlobError> {
    let pieces: Vec<_> = bytes.chunks(piece).map(|piece| Ok::<_, Infallible>(bytes.slice_ref(piece))).collect();
    blobs.put_stream(stream::iter(pieces), limit).await
}

/// Regular files anywhere below a folder, locks left out.
fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files.extend(files_below(&path)),
            false if path.extension().is_some_and(|extension| extension == "lock") => {}
            false => files.push(path),
        }
    }
    files
}

/// Waits until something is so; fails after half a minute.
async fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !is_so() {
        assert!(std::time::Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
