//! The kind `traffic`: what gateways count.

use roadbed_capability::records::RecordKind;
use roadbed_contracts::records::TrafficCounters;
use std::time::Duration;

const BUCKET_SECONDS: u32 = 1;
const KEPT: Duration = Duration::from_secs(60 * 86_400);

/// Declares the kind `traffic`.
#[must_use]
pub fn record_kinds() -> Vec<RecordKind> {
    vec![RecordKind::new::<TrafficCounters>(BUCKET_SECONDS, KEPT, |sum, more| add(sum, &more)).usual_roll_up()]
}

/// Adds all counts of `more`. Counts of several gateways may carry different weights; the highest stays.
fn add(sum: &mut TrafficCounters, more: &TrafficCounters) {
    sum.weight_basis_points = sum.weight_basis_points.max(more.weight_basis_points);
    for (sum, more) in [
        (&mut sum.requests, more.requests),
        (&mut sum.rows, more.rows),
        (&mut sum.errors, more.errors),
        (&mut sum.refused, more.refused),
        (&mut sum.slow, more.slow),
        (&mut sum.compute_micros, more.compute_micros),
        (&mut sum.keyed.units, more.keyed.units),
        (&mut sum.keyed.errors, more.keyed.errors),
        (&mut sum.keyed.slow, more.keyed.slow),
        (&mut sum.keyed.requests, more.keyed.requests),
        (&mut sum.keyed.request_errors, more.keyed.request_errors),
        (&mut sum.keyed.request_slow, more.keyed.request_slow),
    ] {
        *sum = sum.saturating_add(more);
    }
    for (bucket, count) in &more.latency {
        let sum = sum.latency.entry(*bucket).or_default();
        *sum = sum.saturating_add(*count);
    }
}
