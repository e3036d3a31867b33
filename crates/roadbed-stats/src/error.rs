//! Why an input is refused. Written by hand because this crate depends on std and a maths crate only.

use std::error::Error;
use std::fmt;

/// A value from outside that no statistic can be computed from.
#[derive(Debug, Clone, PartialEq)]
pub enum StatsError {
    /// A probability, share, limit or rate outside its range.
    OutOfRange { name: &'static str, value: f64, accepted: &'static str },
    /// More bad units than units.
    MoreBadThanUnits { arm: &'static str, bad: u64, units: u64 },
    /// Units counted on an arm that had no weight: they were not assigned by the split.
    UnitsWithoutWeight { arm: &'static str, units: u64, canary_weight: f64 },
    /// A persisted state holds a number that is not finite.
    StateNotFinite { index: usize, value: f64 },
    /// A list has the wrong number of elements.
    WrongLength { name: &'static str, expected: &'static str, found: usize },
    /// Weights of a ramp do not rise.
    StepsNotRising { step: usize, before: f64, after: f64 },
    /// Weights of the arms do not add up to one.
    WeightsDoNotSumToOne { sum: f64 },
    /// A histogram bucket that does not exist.
    UnknownBucket { bucket: usize, buckets: usize },
}

impl fmt::Display for StatsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange { name, value, accepted } => {
                write!(formatter, "{name} is {value}; give a number {accepted}")
            }
            Self::MoreBadThanUnits { arm, bad, units } => {
                write!(formatter, "{bad} bad of {units} units on {arm}; count each unit at most once as bad")
            }
            Self::UnitsWithoutWeight { arm, units, canary_weight } => write!(
                formatter,
                "{units} units on {arm} while the canary's weight was {canary_weight}; \
                 count only units assigned by the split, under the weight of their entry version"
            ),
            Self::StateNotFinite { index, value } => write!(
                formatter,
                "persisted evidence holds {value} at position {index}; rebuild it from the counts of the rollout"
            ),
            Self::WrongLength { name, expected, found } => {
                write!(formatter, "{name} has {found} elements; give {expected}")
            }
            Self::StepsNotRising { step, before, after } => {
                write!(formatter, "step {step} goes from {before} to {after}; give weights that rise")
            }
            Self::WeightsDoNotSumToOne { sum } => write!(formatter, "weights add up to {sum}; make them add up to 1"),
            Self::UnknownBucket { bucket, buckets } => {
                write!(formatter, "bucket {bucket} does not exist; buckets go from 0 to {}", buckets.saturating_sub(1))
            }
        }
    }
}

impl Error for StatsError {}

/// `value` if it lies strictly between `low` and `high`.
pub(crate) fn require_between(
    name: &'static str,
    value: f64,
    (low, high): (f64, f64),
    accepted: &'static str,
) -> Result<f64, StatsError> {
    if value > low && value < high { Ok(value) } else { Err(StatsError::OutOfRange { name, value, accepted }) }
}
