//! All cells of a gateway, and the totals that `/metrics` shows.

use crate::counting::cell::{CellKey, Reach, TrafficCell};
use crate::counting::shard::merge_counters;
use roadbed_contracts::records::{Record, RecordValue, TrafficCounters};
use roadbed_core::{RevisionId, ServiceId, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Counts since the gateway started, per revision.
pub(crate) type RevisionTotals = BTreeMap<(ServiceId, RevisionId), TrafficCounters>;

#[derive(Default)]
struct Books {
    cells: HashMap<CellKey, Arc<TrafficCell>>,
    totals: RevisionTotals,
    last_bucket: Timestamp,
}

/// Owns the cells and closes their buckets.
pub(crate) struct Ledger {
    /// `<gateway>-<start>`, unique per process start.
    source: String,
    interval_micros: i64,
    shards: usize,
    books: Mutex<Books>,
}

impl Ledger {
    pub(crate) fn new(source: String, interval: Duration) -> Self {
        let interval_micros = i64::try_from(interval.as_micros()).unwrap_or(i64::MAX).max(1);
        let shards = std::thread::available_parallelism().map_or(1, usize::from).min(16);
        Self { source, interval_micros, shards, books: Mutex::default() }
    }

    /// The cell with this key; the same one for as long as somebody holds it.
    pub(crate) fn cell(&self, key: CellKey) -> Arc<TrafficCell> {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(books.cells.entry(key).or_insert_with(|| Arc::new(TrafficCell::new(key, self.shards))))
    }

    /// Closes the bucket and gives one record per cell that counted something. Buckets only go forward, even when the wall clock
    /// does not: a key that was sent is never used for other counts.
    pub(crate) fn close_bucket(&self, now: Timestamp) -> Vec<Record> {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        let Books { cells, totals, last_bucket } = &mut *books;
        // The bucket that has just ended.
        let ended = now.as_micros().div_euclid(self.interval_micros).saturating_sub(1);
        let ended = ended.saturating_mul(self.interval_micros);
        let next = last_bucket.as_micros().saturating_add(self.interval_micros);
        let bucket = Timestamp::from_micros(ended.max(next));
        let mut records = Vec::new();
        cells.retain(|key, cell| {
            // Nobody else can get hold of the cell while the books are locked, so an unheld one gets no further counts.
            let held = Arc::strong_count(cell) > 1;
            if let Some(counters) = cell.take() {
                merge_counters(totals.entry((key.service, key.revision)).or_default(), &counters);
                records.extend(self.record(key, bucket, &counters));
            }
            held
        });
        if !records.is_empty() {
            *last_bucket = bucket;
        }
        records
    }

    fn record(&self, key: &CellKey, bucket: Timestamp, counters: &TrafficCounters) -> Option<Record> {
        let source = match key.reach {
            Reach::Assigned => self.source.clone(),
            Reach::Fallback => format!("{}:fallback", self.source),
            Reach::Addressed => format!("{}:addressed", self.source),
        };
        let value = serde_json::to_value(counters).ok()?;
        Some(Record { kind: TrafficCounters::KIND.into(), series: key.series(), bucket, source, revision: 1, value })
    }

    /// Reads the totals of revisions that still have a cell; others are forgotten.
    pub(crate) fn totals(&self) -> RevisionTotals {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        let Books { cells, totals, .. } = &mut *books;
        let live: std::collections::HashSet<_> = cells.keys().map(|key| (key.service, key.revision)).collect();
        totals.retain(|key, _| live.contains(key));
        totals.clone()
    }
}
