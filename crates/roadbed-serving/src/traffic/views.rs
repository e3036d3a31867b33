//! How traffic looks on the wire: one array per number, one place per bucket.

use super::range::Range;
use super::series::{ServiceSeries, Sums};
use crate::services::Service;
use roadbed_core::RevisionId;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Revisions with arrays of their own; the counts of older ones are in `total` only.
const REVISIONS_LIMIT: usize = 20;
const SHARES: [f64; 3] = [0.5, 0.95, 0.99];

/// Traffic of a service over time. All arrays are as long as `at`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TrafficView {
    pub service: String,
    /// RFC 3339; a whole number of steps since 1970.
    pub from: String,
    /// RFC 3339, excluded; the last bucket is as short as this says.
    pub to: String,
    pub step_seconds: u32,
    /// Starts of the buckets, in seconds since 1970.
    pub at: Vec<i64>,
    /// Newest first, those with traffic in the range.
    pub revisions: Vec<RevisionTraffic>,
    /// Revisions that are in `total` only.
    pub revisions_left_out: usize,
    pub total: TrafficColumns,
    pub summary: TrafficSummary,
}

/// Traffic of one revision.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RevisionTraffic {
    /// Number of the revision; null for one that is gone.
    pub revision: Option<i64>,
    /// Share of the traffic at the end of the bucket; null without answers in it.
    pub weight_percent: Vec<Option<f64>>,
    #[serde(flatten)]
    pub columns: TrafficColumns,
}

/// One array per number.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct TrafficColumns {
    /// Answers, good and bad, without the refused ones.
    pub requests: Vec<u64>,
    /// Answers with a 5xx status, time-outs and model exceptions; among the requests.
    pub errors: Vec<u64>,
    /// Requests refused before the model saw them; not among the requests.
    pub refused: Vec<u64>,
    /// Answers slower than the limit in force; 0 while there is none.
    pub slow: Vec<u64>,
    pub rows: Vec<u64>,
    /// Time spent in the model.
    pub compute_seconds: Vec<f64>,
    /// Milliseconds; null without answers.
    pub latency_ms_p50: Vec<Option<f64>>,
    pub latency_ms_p95: Vec<Option<f64>>,
    pub latency_ms_p99: Vec<Option<f64>>,
}

/// A whole range in a few numbers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TrafficSummary {
    pub requests: u64,
    pub errors: u64,
    pub refused: u64,
    /// 0 to 1; null without requests.
    pub error_rate: Option<f64>,
    pub requests_per_second: f64,
    /// Milliseconds; null without answers.
    pub latency_ms_p50: Option<f64>,
    pub latency_ms_p95: Option<f64>,
    pub latency_ms_p99: Option<f64>,
}

/// Traffic of all services within reach, now.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TrafficList {
    /// RFC 3339; a whole number of steps since 1970.
    pub from: String,
    /// RFC 3339, excluded.
    pub to: String,
    pub step_seconds: u32,
    /// Starts of the buckets of the sparks, in seconds since 1970.
    pub at: Vec<i64>,
    /// By name; services without traffic are there too.
    pub items: Vec<ServiceTraffic>,
    pub next_cursor: Option<String>,
}

/// Traffic of one service, now.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ServiceTraffic {
    pub service: String,
    pub project: String,
    pub team: String,
    #[serde(flatten)]
    pub summary: TrafficSummary,
    /// Requests per bucket.
    pub spark_requests: Vec<u64>,
    /// Errors per bucket.
    pub spark_errors: Vec<u64>,
}

impl TrafficColumns {
    fn new(buckets: &BTreeMap<usize, Sums>, length: usize) -> Self {
        let mut columns = Self::default();
        let nothing = Sums::default();
        for index in 0..length {
            let sums = buckets.get(&index).unwrap_or(&nothing);
            columns.requests.push(sums.requests);
            columns.errors.push(sums.errors);
            columns.refused.push(sums.refused);
            columns.slow.push(sums.slow);
            columns.rows.push(sums.rows);
            columns.compute_seconds.push(std::time::Duration::from_micros(sums.compute_micros).as_secs_f64());
            let [p50, p95, p99] = sums.latency_ms(SHARES);
            columns.latency_ms_p50.push(p50);
            columns.latency_ms_p95.push(p95);
            columns.latency_ms_p99.push(p99);
        }
        columns
    }
}

impl TrafficSummary {
    #[expect(clippy::cast_precision_loss, reason = "answers are far below 2^52")]
    fn new(sums: &Sums, seconds: f64) -> Self {
        let [latency_ms_p50, latency_ms_p95, latency_ms_p99] = sums.latency_ms(SHARES);
        Self {
            requests: sums.requests,
            errors: sums.errors,
            refused: sums.refused,
            error_rate: sums.error_rate(),
            requests_per_second: sums.requests as f64 / seconds.max(1.0),
            latency_ms_p50,
            latency_ms_p95,
            latency_ms_p99,
        }
    }
}

impl TrafficView {
    pub(super) fn new(
        service: &Service,
        range: &Range,
        series: &ServiceSeries,
        numbers: &BTreeMap<RevisionId, i64>,
    ) -> Self {
        let at = range.starts();
        let mut revisions: Vec<(Option<i64>, &BTreeMap<usize, Sums>)> =
            series.by_revision.iter().map(|(id, buckets)| (numbers.get(id).copied(), buckets)).collect();
        revisions.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        let revisions_left_out = revisions.len().saturating_sub(REVISIONS_LIMIT);
        let shown = revisions.into_iter().take(REVISIONS_LIMIT).map(|(revision, buckets)| RevisionTraffic {
            revision,
            weight_percent: (0..at.len()).map(|index| buckets.get(&index)?.weight_percent()).collect(),
            columns: TrafficColumns::new(buckets, at.len()),
        });
        Self {
            service: service.name.to_string(),
            from: range.from.to_string(),
            to: range.to.to_string(),
            step_seconds: range.step_seconds,
            revisions: shown.collect(),
            revisions_left_out,
            total: TrafficColumns::new(&series.buckets, at.len()),
            summary: TrafficSummary::new(&series.whole, range.seconds()),
            at,
        }
    }
}

impl ServiceTraffic {
    pub(super) fn new(service: &Service, range: &Range, series: Option<&ServiceSeries>) -> Self {
        let nothing = ServiceSeries::default();
        let series = series.unwrap_or(&nothing);
        let length = range.starts().len();
        let of = |pick: fn(&Sums) -> u64| (0..length).map(|index| series.buckets.get(&index).map_or(0, pick)).collect();
        Self {
            service: service.name.to_string(),
            project: service.project.to_string(),
            team: service.team_name.to_string(),
            summary: TrafficSummary::new(&series.whole, range.seconds()),
            spark_requests: of(|sums| sums.requests),
            spark_errors: of(|sums| sums.errors),
        }
    }
}
