//! What was counted on both arms under one weight.

use crate::StatsError;

/// Units and bad units of both arms, all assigned under the same weight of the canary.
///
/// A *unit* is what the split assigns. Without routing keys it is a request. With them it is a key, once for the whole
/// rollout: counted at its first request, bad at most once, at its first bad answer. (A key that was bad before is no
/// longer on a random arm: it stays where it was while the ramp goes on, so a second count would repeat the first.)
/// Requests sent to a revision by header, health probes and retries are not assigned by the split and do not belong here.
/// Counts made under different weights go into one observation each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    pub(crate) canary_bad: f64,
    pub(crate) canary_good: f64,
    pub(crate) stable_bad: f64,
    pub(crate) stable_good: f64,
    pub(crate) canary_weight: f64,
}

impl Observation {
    /// Counts under `canary_weight` (0 to 1, the share of units the split sends to the canary).
    ///
    /// # Errors
    /// A weight outside 0 to 1, more bad units than units, or units on an arm whose weight was 0.
    pub fn new(
        canary_units: u64,
        canary_bad: u64,
        stable_units: u64,
        stable_bad: u64,
        canary_weight: f64,
    ) -> Result<Self, StatsError> {
        check_assigned(canary_units, stable_units, canary_weight)?;
        for (arm, units, bad) in [("canary", canary_units, canary_bad), ("stable", stable_units, stable_bad)] {
            if bad > units {
                return Err(StatsError::MoreBadThanUnits { arm, bad, units });
            }
        }
        Ok(Self {
            canary_bad: canary_bad as f64,
            canary_good: (canary_units - canary_bad) as f64,
            stable_bad: stable_bad as f64,
            stable_good: (stable_units - stable_bad) as f64,
            canary_weight,
        })
    }

    /// Units that were counted as good before and have turned bad under `canary_weight`: keys at their first bad answer
    /// after a good one. Certification by the limit believes keys to be good until then, so give them time (the step's
    /// minimum) before it counts.
    ///
    /// # Errors
    /// A weight outside 0 to 1, or units on an arm whose weight was 0.
    pub fn turned_bad(canary_units: u64, stable_units: u64, canary_weight: f64) -> Result<Self, StatsError> {
        check_assigned(canary_units, stable_units, canary_weight)?;
        Ok(Self {
            canary_bad: canary_units as f64,
            canary_good: -(canary_units as f64),
            stable_bad: stable_units as f64,
            stable_good: -(stable_units as f64),
            canary_weight,
        })
    }

    /// Expected, hence fractional, counts of `units` units: the mean path that a forecast follows.
    pub(crate) fn expected(units: f64, canary_rate: f64, stable_rate: f64, canary_weight: f64) -> Self {
        let (canary, stable) = (units * canary_weight, units * (1.0 - canary_weight));
        Self {
            canary_bad: canary * canary_rate,
            canary_good: canary * (1.0 - canary_rate),
            stable_bad: stable * stable_rate,
            stable_good: stable * (1.0 - stable_rate),
            canary_weight,
        }
    }
}

/// Refuses a weight that is not a share, and units on an arm that had none.
pub(crate) fn check_assigned(canary_units: u64, stable_units: u64, canary_weight: f64) -> Result<(), StatsError> {
    if !(0.0..=1.0).contains(&canary_weight) {
        let name = "the canary's weight";
        return Err(StatsError::OutOfRange { name, value: canary_weight, accepted: "from 0 to 1" });
    }
    for (arm, units, weight) in [("canary", canary_units, canary_weight), ("stable", stable_units, 1.0 - canary_weight)]
    {
        if units > 0 && weight <= 0.0 {
            return Err(StatsError::UnitsWithoutWeight { arm, units, canary_weight });
        }
    }
    Ok(())
}
