//! Which stretch of time is asked about, and in which steps. Pure.

use roadbed_capability::Problem;
use roadbed_core::{InvalidTimestamp, Timestamp};
use std::time::Duration;

const SECOND: i64 = 1_000_000;
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
/// Records of traffic are kept this long.
const KEPT: Duration = Duration::from_secs(60 * 86_400);
const DEFAULT_SPAN: Duration = HOUR;
/// Buckets of an answer when nobody says how long a step is.
const USUAL_BUCKETS: i64 = 300;
const BUCKETS_LIMIT: i64 = 2_000;
const STEP_LIMIT_SECONDS: u32 = 86_400;
/// Steps that people read easily, in seconds.
const STEPS: [u32; 17] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, STEP_LIMIT_SECONDS];
/// Width of what is kept, by age: records are rolled up.
const WIDTHS: [(Duration, u32); 3] =
    [(DAY.saturating_mul(30), 3600), (DAY.saturating_mul(2), 60), (HOUR.saturating_mul(6), 10)];

/// A stretch of time in whole steps, the last one up to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// A multiple of the step.
    pub from: Timestamp,
    /// Excluded.
    pub to: Timestamp,
    pub step_seconds: u32,
}

/// Why a stretch of time cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrafficError {
    #[error("{source}")]
    Time { field: &'static str, source: InvalidTimestamp },
    #[error("from must lie before to and before now")]
    Order,
    #[error("step is {0}; write 1 to {STEP_LIMIT_SECONDS} seconds")]
    Step(u32),
    #[error("this range has {buckets} buckets of {step_seconds} s; at most {BUCKETS_LIMIT} are answered")]
    Buckets { buckets: i64, step_seconds: u32 },
    #[error("window is {0:?}; write a length of time from 1m to 6h, such as 15m")]
    Window(String),
}

impl TrafficError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "traffic.range"
    }

    const fn field(&self) -> &'static str {
        match self {
            Self::Time { field, .. } => field,
            Self::Order => "from",
            Self::Step(_) | Self::Buckets { .. } => "step",
            Self::Window(_) => "window",
        }
    }
}

impl From<TrafficError> for Problem {
    fn from(error: TrafficError) -> Self {
        let problem = Self::bad_request(error.code(), error.to_string()).with_field(error.field());
        match error {
            TrafficError::Buckets { .. } => problem.with_fix("ask for longer steps or a shorter range"),
            _ => problem,
        }
    }
}

const fn floor(moment: i64, step: i64) -> i64 {
    moment - moment.rem_euclid(step)
}

fn micros(seconds: u32) -> i64 {
    i64::from(seconds) * SECOND
}

/// Narrowest buckets that are still there for this moment, in seconds.
fn kept_width(moment: Timestamp, now: Timestamp) -> u32 {
    let age = now.since(moment);
    WIDTHS.into_iter().find(|(older, _)| age > *older).map_or(1, |(_, width)| width)
}

impl Range {
    /// The last hour by default, in steps that give at most 300 buckets. A step is at least as wide as what is kept of the oldest part,
    /// the future is left out, and so is what is not kept any more.
    ///
    /// # Errors
    /// The order or the number of buckets; see [`TrafficError`].
    pub fn new(
        now: Timestamp,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        step: Option<u32>,
    ) -> Result<Self, TrafficError> {
        let to = to.unwrap_or(now).min(now);
        let from = from.unwrap_or_else(|| to.minus(DEFAULT_SPAN));
        if from >= to {
            return Err(TrafficError::Order);
        }
        let from = from.max(now.minus(KEPT)).min(to.minus(Duration::from_secs(1)));
        let width = kept_width(from, now);
        let step_seconds = match step {
            Some(step @ 1..=STEP_LIMIT_SECONDS) => step.max(width),
            Some(step) => return Err(TrafficError::Step(step)),
            None => usual_step(from, to, USUAL_BUCKETS).max(width),
        };
        let from = Timestamp::from_micros(floor(from.as_micros(), micros(step_seconds)));
        let range = Self { from, to, step_seconds };
        match range.bucket_count() {
            buckets if buckets > BUCKETS_LIMIT => Err(TrafficError::Buckets { buckets, step_seconds }),
            _ => Ok(range),
        }
    }

    /// The last stretch of this length, in at most so many buckets.
    #[must_use]
    pub fn last(now: Timestamp, window: Duration, buckets: i64) -> Self {
        let from = now.minus(window);
        let step_seconds = usual_step(from, now, buckets).max(kept_width(from, now));
        let from = Timestamp::from_micros(floor(from.as_micros(), micros(step_seconds)));
        Self { from, to: now, step_seconds }
    }

    fn bucket_count(&self) -> i64 {
        let step = micros(self.step_seconds);
        (self.to.as_micros() - self.from.as_micros() + step - 1) / step
    }

    /// Starts of the buckets, in seconds since 1970.
    #[must_use]
    pub fn starts(&self) -> Vec<i64> {
        let first = self.from.as_micros() / SECOND;
        (0..self.bucket_count()).map(|number| first + number * i64::from(self.step_seconds)).collect()
    }

    /// Index of the bucket that a moment falls in.
    #[must_use]
    pub fn bucket_of(&self, moment: Timestamp) -> Option<usize> {
        let index = (moment.as_micros() - self.from.as_micros()).div_euclid(micros(self.step_seconds));
        usize::try_from(index).ok().filter(|_| index < self.bucket_count())
    }

    /// Its length, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.to.since(self.from).as_secs_f64()
    }
}

/// The shortest step that gives at most so many buckets.
fn usual_step(from: Timestamp, to: Timestamp, buckets: i64) -> u32 {
    let span = to.as_micros() - from.as_micros();
    STEPS.into_iter().find(|step| span <= micros(*step) * buckets).unwrap_or(STEP_LIMIT_SECONDS)
}
