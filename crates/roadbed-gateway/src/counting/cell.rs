//! Counters of one revision under one entry version.

use crate::counting::shard::{Sample, Tally, merge_counters};
use roadbed_contracts::records::TrafficCounters;
use roadbed_core::{RevisionId, ServiceId};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How a request came to its revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Reach {
    Assigned,
    Fallback,
    Addressed,
}

/// What a cell counts; one series per key, one source per reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CellKey {
    pub(crate) service: ServiceId,
    pub(crate) revision: RevisionId,
    pub(crate) version: i64,
    pub(crate) weight_basis_points: u16,
    pub(crate) reach: Reach,
}

impl CellKey {
    /// `<service id>/<revision id>/<entry version>`.
    pub(crate) fn series(&self) -> String {
        format!("{}/{}/{}", self.service, self.revision, self.version)
    }
}

/// Its own cache lines, so that two threads do not fight over one.
#[repr(align(128))]
#[derive(Default)]
struct Shard(Mutex<Option<Box<Tally>>>);

/// Counts requests; every thread has a shard, so a count is one uncontended lock.
pub(crate) struct TrafficCell {
    pub(crate) key: CellKey,
    shards: Box<[Shard]>,
}

/// Gives each thread a number, to pick its shard.
static THREADS: AtomicUsize = AtomicUsize::new(0);
thread_local! {
    static THREAD: Cell<usize> = Cell::new(THREADS.fetch_add(1, Ordering::Relaxed));
}

impl TrafficCell {
    pub(crate) fn new(key: CellKey, shards: usize) -> Self {
        Self { key, shards: (0..shards.max(1)).map(|_| Shard::default()).collect() }
    }

    pub(crate) fn count(&self, sample: &Sample) {
        let shard = &self.shards[THREAD.get() % self.shards.len()];
        shard.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().count(sample);
    }

    /// What was counted since the last take; `None` when nothing was.
    pub(crate) fn take(&self) -> Option<TrafficCounters> {
        let mut sum: Option<TrafficCounters> = None;
        for shard in &self.shards {
            let taken = shard.0.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some(counters) = taken.map(|tally| tally.into_counters(self.key.weight_basis_points)) else { continue };
            match &mut sum {
                None => sum = Some(counters),
                Some(sum) => merge_counters(sum, &counters),
            }
        }
        sum
    }
}
