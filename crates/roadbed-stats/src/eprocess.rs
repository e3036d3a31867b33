//! Mixture e-processes: evidence that stays valid however often one looks.
//!
//! For a null hypothesis and a grid of alternatives, the likelihood ratio of each alternative against the null has mean
//! one under the null, at every time; so has their average, the mixture `E`. Ville's inequality then bounds the chance
//! that `E` *ever* reaches `1/α` under the null by `α`, with no correction for repeated looks (Ville 1939; Lindon and
//! Malek, "Anytime-valid inference for multinomial count data", 2022; Ramdas et al., "Game-theoretic statistics and safe
//! anytime-valid inference", 2023). The state is one log-likelihood ratio per alternative, whatever the traffic.
//!
//! With weight `ρ` of the canary and odds ratio `r`, a bad unit falls on the canary with chance
//! `θ(r) = ρ r / (ρ r + 1 - ρ)`, whatever the base rate at that moment. `ρ` is the weight in force for the counts, so one
//! process runs through a whole ramp.

#[cfg(test)]
mod tests;

use crate::{Observation, StatsError};

/// Alternatives of relative harm: odds ratios, canary to stable.
pub const HARM_ODDS_RATIOS: [f64; 7] = [1.25, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0];
/// Alternatives of relative fine: odds ratios, canary to stable.
pub const FINE_ODDS_RATIOS: [f64; 5] = [1.0, 0.8, 0.5, 0.2, 0.05];
/// Alternatives of absolute harm: multiples of the limit.
pub const HARM_LIMIT_MULTIPLES: [f64; 4] = [2.0, 4.0, 8.0, 20.0];
/// Alternatives of absolute fine: multiples of the limit.
pub const FINE_LIMIT_MULTIPLES: [f64; 5] = [0.02, 0.1, 0.3, 0.5, 0.7];
/// Alternatives of absolute harm are cut here, unless the limit itself is close.
const HIGHEST_ALTERNATIVE_RATE: f64 = 0.9;

/// An e-process over `N` alternatives, all equally likely beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixtureEProcess<const N: usize> {
    log_ratios: [f64; N],
}

impl<const N: usize> Default for MixtureEProcess<N> {
    fn default() -> Self {
        Self { log_ratios: [0.0; N] }
    }
}

impl<const N: usize> MixtureEProcess<N> {
    /// The state again, from what [`MixtureEProcess::parts`] gave.
    ///
    /// # Errors
    /// A number that is not finite.
    pub fn from_parts(log_ratios: [f64; N]) -> Result<Self, StatsError> {
        match log_ratios.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(StatsError::StateNotFinite { index, value: log_ratios[index] }),
            None => Ok(Self { log_ratios }),
        }
    }

    /// The whole state: the log-likelihood ratio of each alternative, to keep and to read back.
    #[must_use]
    pub fn parts(&self) -> [f64; N] {
        self.log_ratios
    }

    /// Natural logarithm of the e-value now; 0 before any data.
    #[must_use]
    pub fn log_e(&self) -> f64 {
        log_mean_exp(&self.log_ratios)
    }

    /// Adds `count` events of which each has the log-likelihood ratio given per alternative.
    pub(crate) fn add(&mut self, count: f64, log_ratio_of: impl Fn(usize) -> f64) {
        if count == 0.0 {
            return;
        }
        for (index, sum) in self.log_ratios.iter_mut().enumerate() {
            *sum += count * log_ratio_of(index);
        }
    }

    /// Relative process: bad units of both arms, odds ratios `alternatives` against `null`.
    ///
    /// The terms are `ln(θ(r)/θ(null))` and `ln((1-θ(r))/(1-θ(null)))`. At weights of exactly 0 or 1 there is nothing to
    /// compare, and rounding must not pass for evidence.
    fn observe_odds(&mut self, alternatives: &[f64; N], null: f64, observation: &Observation) {
        let weight = observation.canary_weight;
        let no_bad_unit = observation.canary_bad == 0.0 && observation.stable_bad == 0.0;
        if no_bad_unit || weight <= 0.0 || weight >= 1.0 {
            return;
        }
        let log_total = |ratio: f64| libm::log1p(weight * (ratio - 1.0));
        let log_total_null = log_total(null);
        let stable: [f64; N] = std::array::from_fn(|index| log_total_null - log_total(alternatives[index]));
        self.add(observation.canary_bad, |index| stable[index] + libm::log(alternatives[index] / null));
        self.add(observation.stable_bad, |index| stable[index]);
    }

    /// Absolute process: bad and good units of one arm.
    pub(crate) fn observe_rate(&mut self, alternatives: &RateAlternatives<N>, bad: f64, good: f64) {
        self.add(bad, |index| alternatives.log_ratio_bad[index]);
        self.add(good, |index| alternatives.log_ratio_good[index]);
    }
}

impl MixtureEProcess<7> {
    /// Relative harm. Null: a bad unit falls on the canary with its weight, or less often.
    pub(crate) fn observe_relative_harm(&mut self, observation: &Observation) {
        self.observe_odds(&HARM_ODDS_RATIOS, 1.0, observation);
    }
}

impl MixtureEProcess<5> {
    /// Relative fine. Null: the odds ratio is at least `1 + margin`; evidence against it certifies the canary.
    pub(crate) fn observe_relative_fine(&mut self, margin: f64, observation: &Observation) {
        self.observe_odds(&FINE_ODDS_RATIOS, 1.0 + margin, observation);
    }
}

/// Bad rates to test against a limit: the log-likelihood ratios of a bad and of a good unit, per alternative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RateAlternatives<const N: usize> {
    log_ratio_bad: [f64; N],
    log_ratio_good: [f64; N],
}

impl<const N: usize> RateAlternatives<N> {
    fn new(rates: [f64; N], limit: f64) -> Self {
        Self {
            log_ratio_bad: rates.map(|rate| libm::log(rate / limit)),
            log_ratio_good: rates.map(|rate| libm::log1p(-rate) - libm::log1p(-limit)),
        }
    }
}

impl RateAlternatives<4> {
    /// Null: the bad rate is at most `limit` (above 0, below 1). Alternatives are cut at 0.9; for limits near that, halfway
    /// to 1, because an alternative at or below the limit would count good answers as harm.
    pub(crate) fn harm(limit: f64) -> Self {
        let highest = HIGHEST_ALTERNATIVE_RATE.max(f64::midpoint(limit, 1.0));
        Self::new(HARM_LIMIT_MULTIPLES.map(|multiple| (multiple * limit).min(highest)), limit)
    }
}

impl RateAlternatives<5> {
    /// Null: the bad rate is at least `limit` (above 0, below 1).
    pub(crate) fn fine(limit: f64) -> Self {
        Self::new(FINE_LIMIT_MULTIPLES.map(|multiple| multiple * limit), limit)
    }
}

/// `ln(mean(exp(x)))`, without overflow or underflow; 0 for no values.
#[must_use]
pub fn log_mean_exp(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !top.is_finite() {
        return top;
    }
    let sum: f64 = values.iter().map(|value| libm::exp(value - top)).sum();
    top + libm::log(sum / values.len() as f64)
}

/// `n` so that "the chance to see this if the null held is below 1 in `n`" is true: the e-value rounded down to two
/// digits, at least 1. For sentences people read.
#[must_use]
pub fn chance_one_in(log_e: f64) -> u64 {
    const HIGHEST: u64 = 1_000_000_000;
    let e_value = libm::exp(log_e);
    let (mut digits, mut scale) = (1, 1);
    while scale < HIGHEST / 100 && e_value >= (100 * scale) as f64 {
        scale *= 10;
    }
    while digits < 99 && ((digits + 1) * scale) as f64 <= e_value {
        digits += 1;
    }
    digits * scale
}
