//! Time as the gateway uses it: the wall clock for buckets and expiry, a monotonic one for latency and leases.

use roadbed_core::{Clock, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Time since some fixed moment of this process; never jumps.
pub trait Monotonic: Send + Sync + 'static {
    fn elapsed(&self) -> Duration;
}

/// The machine's monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemMonotonic(Instant);

impl Default for SystemMonotonic {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Monotonic for SystemMonotonic {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Both clocks of a gateway.
#[derive(Clone)]
pub struct Clocks {
    pub wall: Arc<dyn Clock>,
    pub monotonic: Arc<dyn Monotonic>,
}

impl Clocks {
    /// The machine's clocks.
    #[must_use]
    pub fn system() -> Self {
        Self { wall: Arc::new(roadbed_core::SystemClock), monotonic: Arc::new(SystemMonotonic::default()) }
    }
}

/// How long control has been silent, also across a restart of the gateway.
pub(crate) struct ControlSilence {
    /// Microseconds of the monotonic clock at the last good answer of control.
    last_contact_micros: AtomicU64,
    /// Silence that was there already when the gateway started.
    before_start_micros: AtomicU64,
}

impl ControlSilence {
    /// `last_contact` is what the previous process noted; without it silence starts now. A wall clock that was set back reads as no
    /// silence, one that was set forward as a longer one, which ends a lease early: the safe side.
    pub(crate) fn new(last_contact: Option<Timestamp>, now: Timestamp) -> Self {
        let before = last_contact.map_or(Duration::ZERO, |at| now.since(at));
        Self { last_contact_micros: AtomicU64::new(0), before_start_micros: AtomicU64::new(micros(before)) }
    }

    pub(crate) fn note_contact(&self, elapsed: Duration) {
        self.before_start_micros.store(0, Ordering::Relaxed);
        self.last_contact_micros.store(micros(elapsed), Ordering::Relaxed);
    }

    pub(crate) fn silence(&self, elapsed: Duration) -> Duration {
        let here = micros(elapsed).saturating_sub(self.last_contact_micros.load(Ordering::Relaxed));
        Duration::from_micros(here.saturating_add(self.before_start_micros.load(Ordering::Relaxed)))
    }
}

/// Whole microseconds.
pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
