//! One point, and the orders that points have.

use crate::mlflow::Measure;
use std::cmp::Ordering;

/// One point of a known metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::runs) struct Place {
    pub step: i64,
    /// Milliseconds since the epoch.
    pub timestamp_ms: i64,
    pub value: Measure,
}

impl Place {
    /// The order of a history: timestamp, step, value; NaN counts as 0 and comes after it, as in MLflow.
    pub(in crate::runs) fn by_time(&self, other: &Self) -> Ordering {
        let (time, step) = (self.timestamp_ms.cmp(&other.timestamp_ms), self.step.cmp(&other.step));
        time.then(step).then_with(|| self.by_value(other))
    }

    /// The order of a curve: step, timestamp, value.
    pub(in crate::runs) fn by_step(&self, other: &Self) -> Ordering {
        let (time, step) = (self.timestamp_ms.cmp(&other.timestamp_ms), self.step.cmp(&other.step));
        step.then(time).then_with(|| self.by_value(other))
    }

    fn by_value(&self, other: &Self) -> Ordering {
        let (ours, theirs) = (self.value, other.value);
        ours.stored().total_cmp(&theirs.stored()).then(ours.is_nan().cmp(&theirs.is_nan()))
    }
}

/// Orders points as a history and drops those that came twice.
pub(in crate::runs) fn settle(points: &mut Vec<Place>) {
    if !points.is_sorted_by(|a, b| a.by_time(b).is_lt()) {
        points.sort_by(Place::by_time);
        points.dedup_by(|a, b| a.by_time(b).is_eq());
    }
}
