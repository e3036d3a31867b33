//! Sample-ratio tests: did the arms get the units their weights promise?
//!
//! A broken split (a client that retries on one arm only, a gateway on old weights, counters lost with a process) makes
//! every other number of a rollout worthless, so its verdict comes first.

#[cfg(test)]
mod tests;

use crate::StatsError;
use crate::eprocess::MixtureEProcess;
use crate::observation::check_assigned;

/// The e-value at which an assignment counts as broken. By Ville's inequality a sound one reaches it, ever, with a
/// chance of at most 1 in 1,000.
pub const BROKEN_AT: f64 = 1_000.0;
/// Its natural logarithm.
pub const LOG_BROKEN_AT: f64 = 6.907_755_278_982_137;
/// Pseudo-count of the mixture in [`multinomial_log_e`] that this crate and others use by default.
pub const DEFAULT_CONCENTRATION: f64 = 100.0;
/// Alternatives: odds of a unit falling on the canary, against the odds its weight promises.
pub const ODDS_RATIOS: [f64; 16] =
    [0.1, 0.25, 0.5, 1.0 / 1.5, 0.8, 1.0 / 1.1, 1.0 / 1.05, 1.0 / 1.02, 1.02, 1.05, 1.1, 1.25, 1.5, 2.0, 4.0, 10.0];

/// The sequential test that runs along a ramp.
///
/// Null: each unit falls on the canary with the weight `ρ` in force when it was assigned. The alternatives multiply the
/// odds by one of [`ODDS_RATIOS`], in both directions. As each factor uses the weight of its own units, the product has
/// mean one under the null whatever path the weights take, so one process covers the whole ramp. (The closed form of
/// [`multinomial_log_e`] would need one weight throughout.)
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SampleRatio {
    process: MixtureEProcess<16>,
}

impl SampleRatio {
    /// The state again, from what [`SampleRatio::parts`] gave.
    ///
    /// # Errors
    /// A number that is not finite.
    pub fn from_parts(log_ratios: [f64; 16]) -> Result<Self, StatsError> {
        Ok(Self { process: MixtureEProcess::from_parts(log_ratios)? })
    }

    /// The whole state: a log-likelihood ratio per alternative.
    #[must_use]
    pub fn parts(&self) -> [f64; 16] {
        self.process.parts()
    }

    /// Adds units assigned under `canary_weight`. Count assignments, not answers: a slow arm answers later. With routing
    /// keys count each key once, at its first request: when it comes back its arm is no longer drawn.
    ///
    /// # Errors
    /// A weight outside 0 to 1. At weights of exactly 0 or 1 the split is not random and units on the arm without weight
    /// are refused: they belong to another entry version.
    pub fn observe(&mut self, canary_units: u64, stable_units: u64, canary_weight: f64) -> Result<(), StatsError> {
        check_assigned(canary_units, stable_units, canary_weight)?;
        let stable = ODDS_RATIOS.map(|ratio| -libm::log1p(canary_weight * (ratio - 1.0)));
        self.process.add(canary_units as f64, |index| stable[index] + libm::log(ODDS_RATIOS[index]));
        self.process.add(stable_units as f64, |index| stable[index]);
        Ok(())
    }

    /// Natural logarithm of the e-value.
    #[must_use]
    pub fn log_e(&self) -> f64 {
        self.process.log_e()
    }

    /// Whether the assignment counts as broken.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.log_e() >= LOG_BROKEN_AT
    }
}

/// Log e-value of counts over any number of arms against fixed weights, with a Dirichlet mixture:
/// `E = B(k ρ + n) / B(k ρ) / ∏ ρ_i^{n_i}`, where `B` is the multivariate beta function and `k` the `concentration`
/// (Lindon and Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022). For traffic experiments with
/// one set of weights throughout.
///
/// # Errors
/// Fewer than two arms, lists of different length, weights that are not above 0 or do not add up to 1, or a
/// concentration that is not above 0.
pub fn multinomial_log_e(counts: &[u64], weights: &[f64], concentration: f64) -> Result<f64, StatsError> {
    check_arms(counts, weights, concentration)?;
    let total: f64 = counts.iter().map(|count| *count as f64).sum();
    let mut log_e = libm::lgamma(concentration) - libm::lgamma(concentration + total);
    for (count, weight) in counts.iter().zip(weights) {
        let (count, prior) = (*count as f64, concentration * weight);
        log_e += libm::lgamma(prior + count) - libm::lgamma(prior) - count * libm::log(*weight);
    }
    Ok(log_e)
}

/// The p-value that is valid at any time: `min(1, 1/E)`. Keep the smallest over time to report one for a whole test.
///
/// # Errors
/// As [`multinomial_log_e`].
pub fn multinomial_p_value(counts: &[u64], weights: &[f64], concentration: f64) -> Result<f64, StatsError> {
    Ok(libm::exp(-multinomial_log_e(counts, weights, concentration)?).min(1.0))
}

fn check_arms(counts: &[u64], weights: &[f64], concentration: f64) -> Result<(), StatsError> {
    crate::error::require_between("the concentration", concentration, (0.0, f64::INFINITY), "above 0")?;
    if weights.len() < 2 {
        return Err(StatsError::WrongLength { name: "weights", expected: "two or more", found: weights.len() });
    }
    if counts.len() != weights.len() {
        return Err(StatsError::WrongLength { name: "counts", expected: "one per weight", found: counts.len() });
    }
    for weight in weights {
        crate::error::require_between("a weight", *weight, (0.0, 1.0), "above 0 and below 1")?;
    }
    let sum: f64 = weights.iter().sum();
    if (sum - 1.0).abs() > 1e-9 { Err(StatsError::WeightsDoNotSumToOne { sum }) } else { Ok(()) }
}
