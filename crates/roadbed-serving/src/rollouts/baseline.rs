//! What is known of the revision in charge before a rollout: its last hour.

use super::read_counts::is_addressed;
use super::terms::{Baseline, Terms};
use roadbed_capability::records::{Grouping, Records, RecordsError, Series};
use roadbed_contracts::records::TrafficCounters;
use roadbed_core::{RevisionId, ServiceId, Timestamp};
use roadbed_stats::latency_histogram::LatencyHistogram;
use std::time::Duration;

const LOOKED_BACK: Duration = Duration::from_secs(3600);
/// A percentile of fewer answers says too little to hold a release against it.
const KNOWN_LATENCY_ANSWERS: u64 = 100;
const QUANTILE: f64 = 0.99;
const STEP_SECONDS: u32 = 60;

/// The last hour of a revision, and the threshold of a slow answer.
pub(super) async fn read_baseline(
    records: &Records,
    service: ServiceId,
    stable: RevisionId,
    terms: &Terms,
    now: Timestamp,
) -> Result<Baseline, RecordsError> {
    let series = Series::Prefix(format!("{service}/{stable}/"));
    let (from, to) = (now.minus(LOOKED_BACK), now.plus(Duration::from_secs(60)));
    let parts = records
        .fold_sources::<TrafficCounters>(series, from, to, Grouping::Steps(STEP_SECONDS), |source| {
            !is_addressed(source)
        })
        .await?;
    let first = parts.first().map_or(now, |part| part.bucket);
    let (mut units, mut errors) = (0_u64, 0_u64);
    let mut latency = LatencyHistogram::default();
    for part in &parts {
        units += part.value.requests;
        errors += part.value.errors;
        let pairs = part.value.latency.iter().map(|(bucket, count)| (usize::from(*bucket), *count));
        // A bucket that does not exist comes from a newer gateway; the others still count.
        if let Ok(histogram) = LatencyHistogram::from_nonzero(pairs) {
            latency.merge(&histogram);
        }
    }
    let slow_above_micros = terms.slow_above_micros.or_else(|| frozen_percentile(&latency));
    let slow = slow_above_micros.map_or(0, |threshold| latency.count_above(threshold).at_most);
    let seconds = now.since(first).clamp(Duration::from_secs(STEP_SECONDS.into()), LOOKED_BACK).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "answers of an hour are far below 2^52")]
    let units_per_second = units as f64 / seconds;
    Ok(Baseline { units, errors: errors.min(units), slow: slow.min(units), slow_above_micros, units_per_second })
}

/// The upper edge of the bucket of the 99th percentile: at most 1 % of the answers were slower.
fn frozen_percentile(latency: &LatencyHistogram) -> Option<u64> {
    if latency.count() < KNOWN_LATENCY_ANSWERS {
        return None;
    }
    latency.quantile_range(QUANTILE)?.highest_microseconds
}
