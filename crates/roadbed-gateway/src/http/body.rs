//! Request bodies: within the service's limit, within a bound over all requests, within a time.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Bytes of bodies in memory, and how many there may be.
pub(crate) struct BodyBudget {
    limit: usize,
    used: AtomicUsize,
}

impl BodyBudget {
    pub(crate) const fn new(limit: usize) -> Self {
        Self { limit, used: AtomicUsize::new(0) }
    }

    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

/// Bytes set aside for one body, given back when it is dropped.
struct Share<'b> {
    budget: &'b BodyBudget,
    bytes: usize,
}

impl Share<'_> {
    fn grow(&mut self, bytes: usize) -> Result<(), BodyError> {
        let before = self.budget.used.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if before.saturating_add(bytes) > self.budget.limit { Err(BodyError::MemoryFull) } else { Ok(()) }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub(crate) enum BodyError {
    TooLarge,
    TooSlow,
    MemoryFull,
    Broken(String),
}

/// A whole body; its bytes count against the budget while it lives.
pub(crate) struct Collected<'b> {
    pub(crate) bytes: Bytes,
    _share: Share<'b>,
}

/// Reads a body whole.
pub(crate) async fn collect_body(
    mut body: Incoming,
    limit_bytes: u64,
    timeout: Duration,
    budget: &BodyBudget,
) -> Result<Collected<'_>, BodyError> {
    if body.size_hint().lower() > limit_bytes {
        return Err(BodyError::TooLarge);
    }
    let limit = usize::try_from(limit_bytes).unwrap_or(usize::MAX);
    let mut share = Share { budget, bytes: 0 };
    let bytes = tokio::time::timeout(timeout, read(&mut body, limit, &mut share)).await;
    let bytes = bytes.map_err(|_| BodyError::TooSlow)??;
    Ok(Collected { bytes, _share: share })
}

async fn read(body: &mut Incoming, limit: usize, share: &mut Share<'_>) -> Result<Bytes, BodyError> {
    // Most bodies come in one piece, which is taken as it is.
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| BodyError::Broken(error.to_string()))?;
        let Ok(piece) = frame.into_data() else { continue };
        if piece.len() > limit - share.bytes {
            return Err(BodyError::TooLarge);
        }
        share.grow(piece.len())?;
        if first.is_empty() && whole.is_empty() {
            first = piece;
        } else {
            if whole.is_empty() {
                // Not more than has been announced and allowed, and grown as it comes: an announcement costs a client nothing.
                whole.extend_from_slice(&first);
            }
            whole.extend_from_slice(&piece);
        }
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}
