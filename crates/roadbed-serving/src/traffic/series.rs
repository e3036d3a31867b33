//! Records of traffic as numbers per revision and bucket. Pure.

use super::range::Range;
use roadbed_contracts::records::TrafficCounters;
use roadbed_core::{RevisionId, ServiceId, Timestamp};
use roadbed_stats::latency_histogram::LatencyHistogram;
use std::collections::BTreeMap;

/// What was counted in a stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    pub requests: u64,
    pub rows: u64,
    pub errors: u64,
    pub refused: u64,
    pub slow: u64,
    pub compute_micros: u64,
    /// Bucket of the platform's histogram → answers.
    latency: BTreeMap<u16, u64>,
    /// Newest entry version seen, with the weight under it in hundredths of a percent.
    weight: Option<(i64, u16)>,
}

impl Sums {
    pub fn add(&mut self, counters: &TrafficCounters) {
        for (sum, more) in [
            (&mut self.requests, counters.requests),
            (&mut self.rows, counters.rows),
            (&mut self.errors, counters.errors),
            (&mut self.refused, counters.refused),
            (&mut self.slow, counters.slow),
            (&mut self.compute_micros, counters.compute_micros),
        ] {
            *sum = sum.saturating_add(more);
        }
        for (bucket, count) in &counters.latency {
            let sum = self.latency.entry(*bucket).or_default();
            *sum = sum.saturating_add(*count);
        }
    }

    fn note_weight(&mut self, version: i64, basis_points: u16) {
        if self.weight.is_none_or(|(newest, _)| version >= newest) {
            self.weight = Some((version, basis_points));
        }
    }

    /// Share of the traffic at the end of the stretch; `None` when nothing was counted in it.
    #[must_use]
    pub fn weight_percent(&self) -> Option<f64> {
        self.weight.map(|(_, points)| f64::from(points) / 100.0)
    }

    /// Share of errors among the answers; `None` without any.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "answers are far below 2^52")]
    pub fn error_rate(&self) -> Option<f64> {
        (self.requests > 0).then(|| self.errors.min(self.requests) as f64 / self.requests as f64)
    }

    /// Quantiles of the latency in milliseconds, within 3.1 %; `None` without answers.
    #[must_use]
    pub fn latency_ms(&self, shares: [f64; 3]) -> [Option<f64>; 3] {
        let pairs = self.latency.iter().map(|(bucket, count)| (usize::from(*bucket), *count));
        // A bucket that does not exist comes from a newer gateway: nothing is said rather than something wrong.
        let Ok(histogram) = LatencyHistogram::from_nonzero(pairs) else { return [None; 3] };
        shares.map(|share| histogram.quantile(share).map(milliseconds))
    }
}

#[expect(clippy::cast_precision_loss, reason = "latencies are far below 2^52 microseconds")]
fn milliseconds(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

/// One folded record.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub service: ServiceId,
    pub revision: RevisionId,
    pub entry_version: i64,
    pub bucket: Timestamp,
    pub counters: TrafficCounters,
}

impl Part {
    /// From the series `<service id>/<revision id>/<entry version>`.
    #[must_use]
    pub fn new(series: &str, bucket: Timestamp, counters: TrafficCounters) -> Option<Self> {
        let mut parts = series.split('/');
        let (service, revision) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let entry_version = parts.next()?.parse().ok()?;
        Some(Self { service, revision, entry_version, bucket, counters })
    }
}

/// Numbers of one service over a range.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServiceSeries {
    /// Only buckets with records, by index.
    pub by_revision: BTreeMap<RevisionId, BTreeMap<usize, Sums>>,
    pub buckets: BTreeMap<usize, Sums>,
    pub whole: Sums,
}

impl ServiceSeries {
    /// Adds a record that falls into the range.
    pub fn add(&mut self, range: &Range, part: &Part) {
        let Some(index) = range.bucket_of(part.bucket) else { return };
        let cell = self.by_revision.entry(part.revision).or_default().entry(index).or_default();
        cell.add(&part.counters);
        cell.note_weight(part.entry_version, part.counters.weight_basis_points);
        self.buckets.entry(index).or_default().add(&part.counters);
        self.whole.add(&part.counters);
    }
}
