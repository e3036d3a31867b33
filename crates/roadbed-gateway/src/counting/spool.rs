//! Records that control has not acknowledged yet, within a bound.
//!
//! When the bound is reached, records that were never sent are merged, first into one per minute and series, then into one per hour:
//! sums stay exact, times get coarser. Records that were sent may have arrived, so they are left alone. When merging is not enough
//! the oldest go, and the gap is counted.

use crate::counting::shard::merge_counters;
use roadbed_contracts::records::{Record, TrafficCounters};
use std::collections::{BTreeMap, VecDeque};

const MINUTE_MICROS: i64 = 60_000_000;
const HOUR_MICROS: i64 = 60 * MINUTE_MICROS;

/// Figures for `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SpoolState {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
    /// Records given up for lack of space since the start.
    pub(crate) dropped: u64,
}

struct Waiting {
    record: Record,
    bytes: usize,
}

/// A queue of records, oldest first.
pub(crate) struct Spool {
    limit_bytes: usize,
    /// Records at the front that have been sent at least once.
    sent: usize,
    bytes: usize,
    dropped: u64,
    queue: VecDeque<Waiting>,
}

fn size_of(record: &Record) -> usize {
    serde_json::to_vec(record).map_or(0, |text| text.len() + 1)
}

impl Spool {
    pub(crate) fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes, sent: 0, bytes: 0, dropped: 0, queue: VecDeque::new() }
    }

    pub(crate) fn state(&self) -> SpoolState {
        SpoolState { records: self.queue.len(), bytes: self.bytes, dropped: self.dropped }
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.queue.iter().map(|waiting| &waiting.record)
    }

    /// Takes records from a previous process: they may have been sent, and are not merged with others.
    pub(crate) fn restore(&mut self, records: Vec<Record>) {
        self.append(records);
        self.sent = self.queue.len();
        self.shrink();
    }

    /// Adds records and keeps the bound; `true` when older ones were merged or dropped for it.
    pub(crate) fn push(&mut self, records: Vec<Record>) -> bool {
        self.append(records);
        self.shrink()
    }

    fn append(&mut self, records: Vec<Record>) {
        for record in records {
            let bytes = size_of(&record);
            self.bytes += bytes;
            self.queue.push_back(Waiting { record, bytes });
        }
    }

    fn shrink(&mut self) -> bool {
        if self.bytes <= self.limit_bytes {
            return false;
        }
        for window_micros in [MINUTE_MICROS, HOUR_MICROS] {
            self.merge(window_micros);
            // Room for a while, so that not every push merges again.
            if self.bytes <= self.limit_bytes / 10 * 9 {
                return true;
            }
        }
        while self.bytes > self.limit_bytes
            && let Some(oldest) = self.queue.pop_front()
        {
            self.bytes -= oldest.bytes;
            self.sent = self.sent.saturating_sub(1);
            self.dropped += 1;
        }
        true
    }

    /// Merges unsent records of one series, source and time window into the earliest of them, whose key they take.
    fn merge(&mut self, window_micros: i64) {
        let unsent = self.queue.split_off(self.sent.min(self.queue.len()));
        let mut windows: BTreeMap<(i64, String, String), Record> = BTreeMap::new();
        for Waiting { record, .. } in unsent {
            let window = record.bucket.as_micros().div_euclid(window_micros);
            let key = (window, record.series.clone(), record.source.clone());
            match windows.get_mut(&key) {
                Some(sum) => add_value(sum, &record),
                None => drop(windows.insert(key, record)),
            }
        }
        let mut merged: Vec<Record> = windows.into_values().collect();
        merged.sort_by_key(|record| record.bucket);
        let sent_bytes: usize = self.queue.iter().map(|waiting| waiting.bytes).sum();
        self.queue.extend(merged.into_iter().map(|record| Waiting { bytes: size_of(&record), record }));
        self.bytes = sent_bytes + self.queue.iter().skip(self.sent).map(|waiting| waiting.bytes).sum::<usize>();
    }

    /// The oldest records, as many as fit into `limit_bytes` (at least one), with their revision raised.
    pub(crate) fn next_batch(&mut self, limit_bytes: usize) -> Vec<Record> {
        let (mut bytes, mut batch) = (0, Vec::new());
        for waiting in &mut self.queue {
            bytes += waiting.bytes;
            if bytes > limit_bytes && !batch.is_empty() {
                break;
            }
            waiting.record.revision += 1;
            batch.push(waiting.record.clone());
        }
        self.sent = self.sent.max(batch.len());
        batch
    }

    /// Forgets what control has: each record of the batch that is still here.
    pub(crate) fn acknowledge(&mut self, batch: &[Record]) {
        for record in batch {
            let is_front = |front: &Waiting| {
                let front = &front.record;
                (front.bucket, &front.series, &front.source) == (record.bucket, &record.series, &record.source)
            };
            // Batches are taken from the front; only dropping can have removed some of it since.
            if self.queue.front().is_some_and(is_front)
                && let Some(gone) = self.queue.pop_front()
            {
                self.bytes -= gone.bytes;
                self.sent = self.sent.saturating_sub(1);
            }
        }
    }
}

fn add_value(sum: &mut Record, more: &Record) {
    let parsed = |record: &Record| serde_json::from_value::<TrafficCounters>(record.value.clone());
    if let (Ok(mut counters), Ok(more)) = (parsed(sum), parsed(more)) {
        merge_counters(&mut counters, &more);
        if let Ok(value) = serde_json::to_value(&counters) {
            sum.value = value;
        }
    }
}
