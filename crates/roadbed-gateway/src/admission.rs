//! How many requests of a service may be in its model, and how many may wait for that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// So many wait already.
    QueueFull { queue: u32 },
    /// No place became free within the request's time.
    WaitedTooLong,
}

/// The door of one service.
pub(crate) struct Admission {
    concurrency: u32,
    queue: u32,
    places: Arc<Semaphore>,
    waiting: AtomicU32,
}

/// Counts a waiting request out again, however it stops waiting.
struct Waiting<'a>(&'a AtomicU32);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Admission {
    pub(crate) fn new(concurrency: u32, queue: u32) -> Self {
        let places = usize::try_from(concurrency.max(1)).unwrap_or(1).min(Semaphore::MAX_PERMITS);
        Self { concurrency, queue, places: Arc::new(Semaphore::new(places)), waiting: AtomicU32::new(0) }
    }

    /// Whether this door has these limits.
    pub(crate) const fn has_limits(&self, concurrency: u32, queue: u32) -> bool {
        self.concurrency == concurrency && self.queue == queue
    }

    /// Waits for a place for at most `patience`.
    pub(crate) async fn enter(&self, patience: Duration) -> Result<OwnedSemaphorePermit, Refusal> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(place);
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.queue {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Refusal::QueueFull { queue: self.queue });
        }
        let _waiting = Waiting(&self.waiting);
        match tokio::time::timeout(patience, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Refusal::WaitedTooLong),
        }
    }
}
