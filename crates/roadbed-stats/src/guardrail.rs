//! One guardrail of a rollout: its limit, its four e-processes, and stable's own.
//!
//! A guardrail is a 0/1 event per unit ("bad": a server error, an answer that came too late) with a limit on its rate.
//!
//! **Warm-up belongs to the caller.** The first units of a new revision (20 by default) are counted for people and not
//! tested. Leave out *both* arms' counts of the seconds in which they fell: dropping the canary's alone would make bad
//! events fall on stable more often than the weight says, which reads as evidence that the canary is fine.

#[cfg(test)]
mod tests;

use crate::eprocess::{MixtureEProcess, RateAlternatives};
use crate::{Observation, StatsError};

/// The canary is certified when it is shown to be less than this much worse than stable (as an odds ratio minus one).
pub const DEFAULT_MARGIN: f64 = 0.5;
/// Units after which a rate of stable counts as known.
pub const KNOWN_RATE_UNITS: u64 = 1_000;
/// No limit is above this: a limit of 1 could never be broken.
pub const HIGHEST_LIMIT: f64 = 0.95;

/// The limit on the bad rate that a rollout tests against: the larger of `configured` and twice stable's rate over the
/// hour before the start, when that is known from at least [`KNOWN_RATE_UNITS`] units. So a service that is already bad
/// can still be released. Never above [`HIGHEST_LIMIT`]. Fixed for the whole rollout.
///
/// # Errors
/// A configured limit outside 0 to [`HIGHEST_LIMIT`], or more bad units than units.
pub fn limit_in_force(configured: f64, stable_units: u64, stable_bad: u64) -> Result<f64, StatsError> {
    check_limit(configured)?;
    if stable_bad > stable_units {
        return Err(StatsError::MoreBadThanUnits { arm: "stable", bad: stable_bad, units: stable_units });
    }
    if stable_units < KNOWN_RATE_UNITS {
        return Ok(configured);
    }
    let twice_known = 2.0 * stable_bad as f64 / stable_units as f64;
    Ok(configured.max(twice_known).min(HIGHEST_LIMIT))
}

/// Everything a rollout has learned about one guardrail. O(1) in size; see [`GuardrailParts`] to keep it.
///
/// The evidence depends on the counts under each weight alone, not on how they were batched or ordered (up to rounding):
/// it can be rebuilt from the cumulative counts per entry version.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuardrailEvidence {
    limit: f64,
    margin: f64,
    relative_harm: MixtureEProcess<7>,
    absolute_harm: MixtureEProcess<4>,
    relative_fine: MixtureEProcess<5>,
    absolute_fine: MixtureEProcess<5>,
    stable_absolute_harm: MixtureEProcess<4>,
    harmful_rates: RateAlternatives<4>,
    fine_rates: RateAlternatives<5>,
}

/// The state of a [`GuardrailEvidence`] as plain numbers: log-likelihood ratios per alternative, natural logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuardrailParts {
    /// The limit in force.
    pub limit: f64,
    /// Odds ratio minus one that certification rules out.
    pub margin: f64,
    pub relative_harm: [f64; 7],
    pub absolute_harm: [f64; 4],
    pub relative_fine: [f64; 5],
    pub absolute_fine: [f64; 5],
    pub stable_absolute_harm: [f64; 4],
}

/// The five log e-values of a guardrail (natural logarithm), as a verdict records them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogEvidence {
    pub relative_harm: f64,
    pub absolute_harm: f64,
    pub relative_fine: f64,
    pub absolute_fine: f64,
    pub stable_absolute_harm: f64,
}

impl GuardrailEvidence {
    /// No data yet. `limit` is the limit in force ([`limit_in_force`]), `margin` usually [`DEFAULT_MARGIN`].
    ///
    /// # Errors
    /// A limit outside 0 to [`HIGHEST_LIMIT`] or a margin that is not above 0 and below 100.
    pub fn new(limit: f64, margin: f64) -> Result<Self, StatsError> {
        check_limit(limit)?;
        crate::error::require_between("the margin", margin, (0.0, 100.0), "above 0 and below 100")?;
        Ok(Self {
            limit,
            margin,
            relative_harm: MixtureEProcess::default(),
            absolute_harm: MixtureEProcess::default(),
            relative_fine: MixtureEProcess::default(),
            absolute_fine: MixtureEProcess::default(),
            stable_absolute_harm: MixtureEProcess::default(),
            harmful_rates: RateAlternatives::harm(limit),
            fine_rates: RateAlternatives::fine(limit),
        })
    }

    /// The evidence again, from what [`GuardrailEvidence::parts`] gave.
    ///
    /// # Errors
    /// A limit or margin out of range, or a state that is not finite.
    pub fn from_parts(parts: &GuardrailParts) -> Result<Self, StatsError> {
        Ok(Self {
            relative_harm: MixtureEProcess::from_parts(parts.relative_harm)?,
            absolute_harm: MixtureEProcess::from_parts(parts.absolute_harm)?,
            relative_fine: MixtureEProcess::from_parts(parts.relative_fine)?,
            absolute_fine: MixtureEProcess::from_parts(parts.absolute_fine)?,
            stable_absolute_harm: MixtureEProcess::from_parts(parts.stable_absolute_harm)?,
            ..Self::new(parts.limit, parts.margin)?
        })
    }

    /// The whole state as plain numbers.
    #[must_use]
    pub fn parts(&self) -> GuardrailParts {
        GuardrailParts {
            limit: self.limit,
            margin: self.margin,
            relative_harm: self.relative_harm.parts(),
            absolute_harm: self.absolute_harm.parts(),
            relative_fine: self.relative_fine.parts(),
            absolute_fine: self.absolute_fine.parts(),
            stable_absolute_harm: self.stable_absolute_harm.parts(),
        }
    }

    /// Adds counts that are not in yet.
    pub fn observe(&mut self, observation: &Observation) {
        let Observation { canary_bad, canary_good, stable_bad, stable_good, .. } = *observation;
        self.relative_harm.observe_relative_harm(observation);
        self.relative_fine.observe_relative_fine(self.margin, observation);
        self.absolute_harm.observe_rate(&self.harmful_rates, canary_bad, canary_good);
        self.absolute_fine.observe_rate(&self.fine_rates, canary_bad, canary_good);
        self.stable_absolute_harm.observe_rate(&self.harmful_rates, stable_bad, stable_good);
    }

    /// The e-values now, as natural logarithms.
    #[must_use]
    pub fn log_evidence(&self) -> LogEvidence {
        LogEvidence {
            relative_harm: self.relative_harm.log_e(),
            absolute_harm: self.absolute_harm.log_e(),
            relative_fine: self.relative_fine.log_e(),
            absolute_fine: self.absolute_fine.log_e(),
            stable_absolute_harm: self.stable_absolute_harm.log_e(),
        }
    }

    /// The limit in force.
    #[must_use]
    pub fn limit(&self) -> f64 {
        self.limit
    }
}

fn check_limit(limit: f64) -> Result<(), StatsError> {
    if limit > 0.0 && limit <= HIGHEST_LIMIT {
        return Ok(());
    }
    Err(StatsError::OutOfRange { name: "the limit", value: limit, accepted: "above 0 and at most 0.95" })
}
