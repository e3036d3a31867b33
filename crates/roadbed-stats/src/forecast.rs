//! What a rollout will need, before it starts.
//!
//! The forecast runs the real rule on the mean path: every e-process receives the *expected* counts of each second instead
//! of drawn ones. Each log-likelihood ratio then grows by its drift, the Kullback-Leibler divergence of the truth from
//! the null less that from the alternative, times the units seen. The time at which the rule decides on this path is
//! within about 30 % of the median over simulated rollouts; single ones scatter around it, and a release that is only a
//! little worse than stable may go either way.

#[cfg(test)]
mod tests;

use crate::guardrail::{GuardrailEvidence, LogEvidence};
use crate::rollout::{Decision, RolloutMoment, RolloutRule, check_ramp};
use crate::{Observation, StatsError};

/// Forecasts end here; what takes longer is reported as open.
const HORIZON_SECONDS: f64 = 30.0 * 86_400.0;
/// Rates assumed for a bad release never go above this.
const HIGHEST_RATE: f64 = 0.99;
/// First steps that are proposed, smallest first.
const FIRST_STEPS: [f64; 5] = [0.05, 0.1, 0.2, 0.25, 0.5];
/// A first step that does not bring the rollout within its time must at least save this share to be proposed.
const WORTHWHILE_SAVING: f64 = 0.2;

/// A rollout that has not started.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastInput<'a> {
    pub rule: RolloutRule,
    /// Weights of the ramp, rising.
    pub weights: &'a [f64],
    /// Margin of certification, usually [`crate::guardrail::DEFAULT_MARGIN`].
    pub margin: f64,
    /// Units of both arms together, per second; 0 where there is no traffic.
    pub units_per_second: f64,
    pub guardrails: &'a [ForecastGuardrail],
}

/// What is known about a guardrail before the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastGuardrail {
    /// Bad share of the old revision's units; 0 where none was seen.
    pub stable_rate: f64,
    /// The limit in force.
    pub limit: f64,
}

/// What to expect.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// A release as good as the old revision.
    pub clean: Prospect,
    /// Bad releases, per guardrail in the order given; the other guardrails stay clean.
    pub guardrails: Vec<GuardrailForecast>,
    /// A larger first step, when a clean release would not be certified in time with the ramp given.
    pub better_first_step: Option<BetterFirstStep>,
}

/// What to expect of releases that hurt one guardrail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuardrailForecast {
    /// Twice stable's rate; `None` when stable has none.
    pub twice: Option<Prospect>,
    /// Five times stable's rate; `None` when stable has none.
    pub five_times: Option<Prospect>,
    /// Twice the limit in force.
    pub limit_breaking: Prospect,
}

/// The end of a rollout on the mean path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prospect {
    Promoted {
        seconds: f64,
    },
    RolledBack {
        seconds: f64,
        /// Share of all units (both arms) until then that got a bad answer from the canary, on this guardrail.
        hurt_share: f64,
    },
    /// Neither within 30 days.
    Open,
}

impl Prospect {
    /// Time to a promotion, if one is expected.
    #[must_use]
    pub fn promoted_seconds(&self) -> Option<f64> {
        if let Self::Promoted { seconds } = self { Some(*seconds) } else { None }
    }

    /// Time to a rollback, if one is expected.
    #[must_use]
    pub fn rolled_back_seconds(&self) -> Option<f64> {
        if let Self::RolledBack { seconds, .. } = self { Some(*seconds) } else { None }
    }
}

/// A proposal for the ramp: begin at `weight`, go on with the steps of the ramp above it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetterFirstStep {
    pub weight: f64,
    /// Time to certify a clean release then.
    pub promoted_seconds: f64,
}

/// What to expect of a rollout.
///
/// # Errors
/// A rule, ramp, margin, limit, rate or traffic that is out of range.
pub fn forecast(input: &ForecastInput<'_>) -> Result<Forecast, StatsError> {
    input.rule.checked()?;
    check_ramp(input.weights)?;
    check_at_least_zero("the traffic", input.units_per_second, f64::MAX)?;
    for guardrail in input.guardrails {
        check_at_least_zero("stable's rate", guardrail.stable_rate, 1.0)?;
    }
    let clean = follow(input, input.weights, None)?;
    let mut guardrails = Vec::with_capacity(input.guardrails.len());
    for (index, guardrail) in input.guardrails.iter().enumerate() {
        let harmed = |rate: f64| follow(input, input.weights, Some((index, rate.min(HIGHEST_RATE))));
        let multiple = |factor: f64| (guardrail.stable_rate > 0.0).then(|| harmed(factor * guardrail.stable_rate));
        guardrails.push(GuardrailForecast {
            twice: multiple(2.0).transpose()?,
            five_times: multiple(5.0).transpose()?,
            limit_breaking: harmed(2.0 * guardrail.limit)?,
        });
    }
    Ok(Forecast { clean, guardrails, better_first_step: better_first_step(input, clean)? })
}

/// The smallest first step that certifies a clean release in time; failing that, the one that saves most.
fn better_first_step(input: &ForecastInput<'_>, clean: Prospect) -> Result<Option<BetterFirstStep>, StatsError> {
    let now = clean.promoted_seconds().unwrap_or(f64::INFINITY);
    if now <= input.rule.decide_by_seconds {
        return Ok(None);
    }
    let mut best: Option<BetterFirstStep> = None;
    for first in FIRST_STEPS.into_iter().filter(|first| *first > input.weights[0]) {
        let weights: Vec<f64> =
            std::iter::once(first).chain(input.weights.iter().copied().filter(|weight| *weight > first)).collect();
        let Some(promoted_seconds) = follow(input, &weights, None)?.promoted_seconds() else { continue };
        let proposal = BetterFirstStep { weight: first, promoted_seconds };
        if promoted_seconds <= input.rule.decide_by_seconds {
            return Ok(Some(proposal));
        }
        if best.is_none_or(|best| promoted_seconds < best.promoted_seconds) {
            best = Some(proposal);
        }
    }
    Ok(best.filter(|best| best.promoted_seconds <= (1.0 - WORTHWHILE_SAVING) * now))
}

/// Runs the rule along `weights` on expected counts. `harmed` is the guardrail that the canary hurts, and its rate there.
fn follow(input: &ForecastInput<'_>, weights: &[f64], harmed: Option<(usize, f64)>) -> Result<Prospect, StatsError> {
    let rule = RolloutRule { decide_by_seconds: f64::INFINITY, ..input.rule };
    let canary_rate = |index: usize, guardrail: &ForecastGuardrail| match harmed {
        Some((harmed, rate)) if harmed == index => rate,
        _ => guardrail.stable_rate,
    };
    let mut evidence = Vec::with_capacity(input.guardrails.len());
    for guardrail in input.guardrails {
        evidence.push(GuardrailEvidence::new(guardrail.limit, input.margin)?);
    }
    let (mut step, mut seconds, mut seconds_in_step, mut step_units) = (0, 0.0, 0.0, 0.0);
    let (mut units, mut hurt) = (0.0, 0.0);
    while seconds < HORIZON_SECONDS && input.units_per_second > 0.0 {
        // A second while things move fast, half a percent of the elapsed time later.
        let tick = f64::max(1.0, seconds / 200.0);
        let (weight, arrived) = (weights[step], tick * input.units_per_second);
        for (index, (evidence, guardrail)) in evidence.iter_mut().zip(input.guardrails).enumerate() {
            let rate = canary_rate(index, guardrail);
            evidence.observe(&Observation::expected(arrived, rate, guardrail.stable_rate, weight));
        }
        seconds += tick;
        seconds_in_step += tick;
        step_units += arrived * weight;
        units += arrived;
        hurt += harmed.map_or(0.0, |(_, rate)| arrived * weight * rate);
        let log_evidence: Vec<LogEvidence> = evidence.iter().map(GuardrailEvidence::log_evidence).collect();
        let enough = step_units >= rule.minimum_step_units as f64;
        match rule.decide(&RolloutMoment {
            guardrails: &log_evidence,
            log_sample_ratio: 0.0,
            step,
            steps: weights.len(),
            seconds_in_step,
            canary_units_in_step: if enough { rule.minimum_step_units } else { 0 },
            seconds_since_start: seconds,
        }) {
            Decision::StepUp => (step, seconds_in_step, step_units) = (step + 1, 0.0, 0.0),
            Decision::Promote { .. } => return Ok(Prospect::Promoted { seconds }),
            Decision::RollBack { .. } => return Ok(Prospect::RolledBack { seconds, hurt_share: hurt / units }),
            Decision::Wait(_) | Decision::AssignmentBroken | Decision::Undecided(_) => {}
        }
    }
    Ok(Prospect::Open)
}

fn check_at_least_zero(name: &'static str, value: f64, highest: f64) -> Result<(), StatsError> {
    if value >= 0.0 && value <= highest {
        return Ok(());
    }
    let accepted = if highest <= 1.0 { "from 0 to 1" } else { "from 0, finite" };
    Err(StatsError::OutOfRange { name, value, accepted })
}
