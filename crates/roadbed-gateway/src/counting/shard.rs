//! The counters one thread writes to.

use roadbed_contracts::records::{KeyedCounters, TrafficCounters};
use roadbed_stats::latency_histogram::LatencyHistogram;
use std::collections::BTreeMap;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The model answered.
    Answered,
    /// The revision is to blame: model exception, time-out, not ready, any other 5xx.
    Failed,
    /// The model never had a say: the caller's fault, or admission.
    Refused,
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) outcome: Outcome,
    pub(crate) rows: u64,
    pub(crate) latency_micros: u64,
    pub(crate) slow: bool,
    /// Time in the model.
    pub(crate) compute_micros: u64,
    /// `None` without a routing key; what was new about the key otherwise.
    pub(crate) keyed: Option<super::KeyedSight>,
}

/// Counts since the last tick.
#[derive(Debug, Default)]
pub(super) struct Tally {
    requests: u64,
    rows: u64,
    errors: u64,
    refused: u64,
    slow: u64,
    keyed: KeyedCounters,
    latency: LatencyHistogram,
    compute_micros: u64,
}

impl Tally {
    /// Counts a request. Refused ones are counted as such and nowhere else.
    pub(super) fn count(&mut self, sample: &Sample) {
        self.compute_micros += sample.compute_micros;
        if sample.outcome == Outcome::Refused {
            self.refused += 1;
            return;
        }
        let failed = u64::from(sample.outcome == Outcome::Failed);
        let slow = u64::from(sample.slow);
        self.requests += 1;
        self.rows += sample.rows;
        self.errors += failed;
        self.slow += slow;
        self.latency.record(sample.latency_micros);
        if let Some(sight) = sample.keyed {
            self.keyed.requests += 1;
            self.keyed.request_errors += failed;
            self.keyed.request_slow += slow;
            self.keyed.units += u64::from(sight.first_seen);
            self.keyed.errors += u64::from(sight.first_error);
            self.keyed.slow += u64::from(sight.first_slow);
        }
    }

    pub(super) fn into_counters(self, weight_basis_points: u16) -> TrafficCounters {
        let bucket = |(bucket, count)| u16::try_from(bucket).ok().map(|bucket| (bucket, count));
        let latency: BTreeMap<u16, u64> = self.latency.nonzero().filter_map(bucket).collect();
        let Self { requests, rows, errors, refused, slow, keyed, compute_micros, .. } = self;
        TrafficCounters { weight_basis_points, requests, rows, errors, refused, slow, keyed, latency, compute_micros }
    }
}

/// Adds all counts of `more`; the weight stays.
pub(crate) fn merge_counters(sum: &mut TrafficCounters, more: &TrafficCounters) {
    let TrafficCounters {
        weight_basis_points: _,
        requests,
        rows,
        errors,
        refused,
        slow,
        keyed,
        latency,
        compute_micros,
    } = more;
    sum.compute_micros += compute_micros;
    sum.requests += requests;
    sum.rows += rows;
    sum.errors += errors;
    sum.refused += refused;
    sum.slow += slow;
    sum.keyed.units += keyed.units;
    sum.keyed.errors += keyed.errors;
    sum.keyed.slow += keyed.slow;
    sum.keyed.requests += keyed.requests;
    sum.keyed.request_errors += keyed.request_errors;
    sum.keyed.request_slow += keyed.request_slow;
    for (bucket, count) in latency {
        *sum.latency.entry(*bucket).or_default() += count;
    }
}
