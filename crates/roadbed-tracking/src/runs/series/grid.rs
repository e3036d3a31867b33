//! The x axis in buckets, and what stays of the points of a series in each. Pure, so the same points give the same curve on every store.

use crate::runs::points::Place;

/// Buckets of all series together: with three values each, an answer of less than 2 MB.
const BUCKETS_IN_ALL: usize = 50_000;
/// Fewer do not show the shape of a curve.
const FEWEST_BUCKETS: usize = 20;

/// What the x axis shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SeriesX {
    /// The step that was logged.
    #[default]
    Step,
    /// Seconds since 1970.
    Time,
    /// Seconds since the run's start.
    RelativeTime,
}

impl SeriesX {
    /// Of a number in the store (a step, or milliseconds).
    #[expect(clippy::cast_precision_loss, reason = "a chart shows no difference of one step in 2^53")]
    pub(super) fn of_stored(self, stored: i64) -> f64 {
        match self {
            Self::Step => stored as f64,
            Self::Time | Self::RelativeTime => stored as f64 / 1000.0,
        }
    }

    /// The store's number nearest to `x`; the ends of the range stand for all beyond.
    #[expect(clippy::cast_possible_truncation, reason = "casting clamps, which is what is wanted")]
    pub(super) fn to_stored(self, x: f64) -> i64 {
        match self {
            Self::Step => x as i64,
            Self::Time | Self::RelativeTime => (x * 1000.0) as i64,
        }
    }
}

/// The x axis from `from` to `to`, divided evenly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    pub from: f64,
    pub to: f64,
    pub buckets: usize,
}

impl Grid {
    /// An axis for this many series over `(from, to)`. Of steps no bucket is narrower than one.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a width is positive, and casting clamps"
    )]
    pub(super) fn new(x: SeriesX, (from, to): (f64, f64), asked: usize, series: usize) -> Self {
        let share = (BUCKETS_IN_ALL / series.max(1)).max(FEWEST_BUCKETS);
        let width = if x == SeriesX::Step { (to - from).ceil() as usize } else { usize::MAX };
        Self { from, to, buckets: asked.min(share).min(width).max(1) }
    }

    /// The bucket of a place on the axis; none beyond its ends.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "within the buckets"
    )]
    fn index(&self, x: f64) -> Option<usize> {
        if x < self.from || x > self.to {
            return None;
        }
        // Multiplied first: whole steps then fall on whole buckets without a rounding error.
        let place = (x - self.from) * self.buckets as f64 / (self.to - self.from);
        Some((place as usize).min(self.buckets - 1))
    }
}

/// What the points of one bucket leave. Numbers only: NaN is counted apart.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bucket {
    min: f64,
    max: f64,
    last: f64,
    rank: (i64, i64, f64),
    x: f64,
    has_number: bool,
}

/// A series as it is sampled, point by point in any order.
pub(super) struct Sampler {
    grid: Grid,
    x: SeriesX,
    /// The run's start in milliseconds, where x counts from it.
    start_ms: i64,
    buckets: Vec<Option<Bucket>>,
    points: usize,
    nan: usize,
}

/// A number per bucket; none where all are NaN.
pub(super) type Numbers = Vec<Option<f64>>;

/// A sampled series: the same place in every list is the same bucket.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sampled {
    pub points: usize,
    pub nan: usize,
    pub bucket: Vec<usize>,
    /// Where the points are, when each bucket holds one.
    pub x: Option<Vec<f64>>,
    /// Left out when no bucket holds two different values.
    pub range: Option<(Numbers, Numbers)>,
    pub last: Numbers,
}

impl Sampler {
    pub(super) fn new(grid: Grid, x: SeriesX, start_ms: i64) -> Self {
        let start_ms = if x == SeriesX::RelativeTime { start_ms } else { 0 };
        Self { grid, x, start_ms, buckets: vec![None; grid.buckets], points: 0, nan: 0 }
    }

    pub(super) fn add(&mut self, point: Place) {
        let (stored, other) = match self.x {
            SeriesX::Step => (point.step, point.timestamp_ms),
            SeriesX::Time | SeriesX::RelativeTime => (point.timestamp_ms.saturating_sub(self.start_ms), point.step),
        };
        let x = self.x.of_stored(stored);
        let Some(slot) = self.grid.index(x).and_then(|index| self.buckets.get_mut(index)) else { return };
        self.points += 1;
        let value = point.value.get();
        if value.is_nan() {
            self.nan += 1;
            let only_nan = Bucket { min: value, max: value, last: value, rank: (0, 0, 0.0), x, has_number: false };
            slot.get_or_insert(only_nan);
            return;
        }
        let rank = (stored, other, value);
        match slot {
            Some(bucket) if bucket.has_number => {
                bucket.min = bucket.min.min(value);
                bucket.max = bucket.max.max(value);
                if rank >= bucket.rank {
                    (bucket.last, bucket.rank) = (value, rank);
                }
            }
            _ => *slot = Some(Bucket { min: value, max: value, last: value, rank, x, has_number: true }),
        }
    }

    pub(super) fn finish(self) -> Sampled {
        let filled: Vec<(usize, Bucket)> =
            self.buckets.into_iter().enumerate().filter_map(|(index, bucket)| Some((index, bucket?))).collect();
        let list = |of: fn(&Bucket) -> f64| {
            filled.iter().map(|(_, bucket)| bucket.has_number.then(|| of(bucket))).collect::<Vec<_>>()
        };
        let varies = filled.iter().any(|(_, bucket)| bucket.has_number && bucket.min < bucket.max);
        Sampled {
            points: self.points,
            nan: self.nan,
            bucket: filled.iter().map(|(index, _)| *index).collect(),
            x: (self.points == filled.len()).then(|| filled.iter().map(|(_, bucket)| bucket.x).collect()),
            range: varies.then(|| (list(|bucket| bucket.min), list(|bucket| bucket.max))),
            last: list(|bucket| bucket.last),
        }
    }
}
