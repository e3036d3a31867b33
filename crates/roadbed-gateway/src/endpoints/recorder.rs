//! Makes sure that every request that reached a revision is counted once, however it ends.

use crate::counting::{Outcome, Sample};
use crate::moment::micros;
use crate::plane::DataPlane;
use crate::routing::{ServiceRoute, Target};
use std::time::Duration;

/// One request's entry in the counters.
pub(crate) struct Recorder<'a> {
    plane: &'a DataPlane,
    route: &'a ServiceRoute,
    target: &'a Target,
    key_hash: Option<u64>,
    /// When the whole body was here; `None` before.
    started: Option<Duration>,
    rows: usize,
    /// Time in the model.
    compute: Duration,
    finished: bool,
}

impl<'a> Recorder<'a> {
    pub(crate) const fn new(
        plane: &'a DataPlane,
        route: &'a ServiceRoute,
        target: &'a Target,
        key_hash: Option<u64>,
    ) -> Self {
        Self { plane, route, target, key_hash, started: None, rows: 0, compute: Duration::ZERO, finished: false }
    }

    /// The body is here: time runs, and the revision's limits with it.
    pub(crate) fn start(&mut self) {
        self.started = Some(self.plane.clocks.monotonic.elapsed());
    }

    pub(crate) const fn set_rows(&mut self, rows: usize) {
        self.rows = rows;
    }

    pub(crate) const fn set_compute(&mut self, compute: Duration) {
        self.compute = compute;
    }

    /// Time since [`Recorder::start`].
    pub(crate) fn spent(&self) -> Duration {
        let now = self.plane.clocks.monotonic.elapsed();
        now.saturating_sub(self.started.unwrap_or(now))
    }

    /// What is left of the request's time.
    pub(crate) fn left(&self) -> Duration {
        self.route.timeout().saturating_sub(self.spent())
    }

    pub(crate) fn finish(mut self, outcome: Outcome) {
        self.finished = true;
        self.count(outcome);
    }

    fn count(&self, outcome: Outcome) {
        let latency_micros = micros(self.spent());
        let slow = outcome != Outcome::Refused && self.route.is_slow(latency_micros);
        let failed = outcome == Outcome::Failed;
        let keyed = self.key_hash.filter(|_| outcome != Outcome::Refused).map(|key_hash| {
            let units = self.route.units.as_ref();
            units.map(|units| units.note(key_hash, self.route.version, failed, slow)).unwrap_or_default()
        });
        let rows = self.rows as u64;
        self.target.cell.count(&Sample {
            outcome,
            rows,
            latency_micros,
            slow,
            compute_micros: micros(self.compute),
            keyed,
        });
    }
}

impl Drop for Recorder<'_> {
    /// The caller went away before the answer. Left out, a revision that is so slow that callers hang up would look fast: it is counted
    /// with the time until then, and as slow when that is over the limit.
    fn drop(&mut self) {
        if !self.finished && self.started.is_some() {
            self.count(Outcome::Answered);
        }
    }
}
