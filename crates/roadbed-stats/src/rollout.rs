//! The decision of a rollout, as a pure function of the evidence.
//!
//! | Decision | When |
//! |---|---|
//! | assignment broken | the sample-ratio e-value is at least 1,000; before anything else |
//! | roll back | a harm process reaches `2m/α`: `m` guardrails with two harm processes each share `α`. Absolute harm does not count while stable's own has crossed too |
//! | promote | the last step's minimum is over, no harm process is at half its bar or above, every guardrail is certified by its relative *or* absolute process at `1/α`, and every relative-harm e-value is at most 1 |
//! | undecided | the time to decide is over |
//! | step up | the step's minimum time and canary units are over and every harm process is below half its bar, on the log scale |
//! | wait | otherwise; no data is never evidence |
//!
//! All guardrails must be certified, so certification needs no correction for their number.

#[cfg(test)]
mod tests;

use crate::StatsError;
use crate::error::require_between;
use crate::guardrail::LogEvidence;
use crate::sample_ratio::LOG_BROKEN_AT;

/// How a rollout is run. Defaults are in [`RolloutRule::default`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RolloutRule {
    /// Chance of a wrong rollback, over all guardrails and all time; also of a wrong certification of each guardrail.
    pub alpha: f64,
    /// Least time at each step.
    pub minimum_step_seconds: f64,
    /// Least canary units at each step: keeps the share of requests hurt small where traffic is low.
    pub minimum_step_units: u64,
    /// Time after which a rollout counts as undecided.
    pub decide_by_seconds: f64,
    /// What happens then.
    pub undecided: UndecidedPolicy,
}

impl Default for RolloutRule {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            minimum_step_seconds: 30.0,
            minimum_step_units: 100,
            decide_by_seconds: 3_600.0,
            undecided: UndecidedPolicy::Hold,
        }
    }
}

/// What happens to a rollout that is undecided when its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndecidedPolicy {
    /// Keep the weights of the last step and ask a person.
    Hold,
    Promote,
    RollBack,
}

/// Refuses weights of a ramp that do not rise within 0 (excluded) to 1.
///
/// # Errors
/// No step, a weight outside that range, or a step that does not raise the weight.
pub fn check_ramp(weights: &[f64]) -> Result<(), StatsError> {
    if weights.is_empty() {
        return Err(StatsError::WrongLength { name: "steps", expected: "one or more", found: 0 });
    }
    let mut before = 0.0;
    for (step, weight) in weights.iter().copied().enumerate() {
        if !(0.0..=1.0).contains(&weight) {
            let name = "the weight of a step";
            return Err(StatsError::OutOfRange { name, value: weight, accepted: "above 0 and at most 1" });
        }
        if weight <= before {
            return Err(StatsError::StepsNotRising { step, before, after: weight });
        }
        before = weight;
    }
    Ok(())
}

/// Where a rollout stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RolloutMoment<'a> {
    /// Log e-values of each guardrail, in a fixed order.
    pub guardrails: &'a [LogEvidence],
    /// Log e-value of the sample-ratio test.
    pub log_sample_ratio: f64,
    /// Index of the step in force, from 0.
    pub step: usize,
    /// Number of steps of the ramp.
    pub steps: usize,
    /// Time at this step, without pauses.
    pub seconds_in_step: f64,
    /// Units of the canary at this step.
    pub canary_units_in_step: u64,
    /// Time since the rollout started, without pauses.
    pub seconds_since_start: f64,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Wait(WaitReason),
    /// Go to the next step's weight.
    StepUp,
    /// All guardrails are certified; by which process, in their order.
    Promote {
        certified_by: Vec<Certification>,
    },
    RollBack {
        /// Index of the guardrail.
        guardrail: usize,
        process: HarmProcess,
        log_e: f64,
    },
    /// The split did not do what it should: no verdict is possible, traffic returns to the old revision.
    AssignmentBroken,
    /// The time to decide is over.
    Undecided(UndecidedPolicy),
}

/// Why a rollout waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WaitReason {
    /// The step's minimum time is not over.
    MinimumTime { remaining_seconds: f64 },
    /// The canary had fewer units than the step's minimum.
    MinimumUnits { missing_units: u64 },
    /// A harm process is at half its bar or above, and not yet at it.
    Suspicion { guardrail: usize, process: HarmProcess },
    /// Neither fine process of this guardrail has reached its bar.
    NotCertified { guardrail: usize },
    /// The canary did worse than stable so far, not enough for a rollback and too much for a promotion.
    WorseThanStable { guardrail: usize },
    /// Nothing is watched, so nothing can be certified.
    NoGuardrails,
}

/// The process that stopped or stalled a rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HarmProcess {
    /// Worse than the old revision.
    Relative,
    /// Worse than the limit.
    Absolute,
}

/// The process that certified a guardrail; the stronger one where both did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certification {
    /// Shown to be at most `margin` worse than the old revision.
    Relative,
    /// Shown to be below the limit.
    Absolute,
}

/// Bars on the log e-values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bars {
    /// `ln(2m/α)`, for a rollback.
    pub harm: f64,
    /// Half of it, for a step up.
    pub suspicion: f64,
    /// `ln(1/α)`, for a certification.
    pub certify: f64,
}

impl RolloutRule {
    /// The rule, if its numbers can be used.
    ///
    /// # Errors
    /// An alpha outside 0 to 1, or times that are not finite, negative, or 0 for `decide_by_seconds`.
    pub fn checked(self) -> Result<Self, StatsError> {
        require_between("alpha", self.alpha, (0.0, 1.0), "above 0 and below 1")?;
        let minimum = self.minimum_step_seconds;
        if !(minimum.is_finite() && minimum >= 0.0) {
            let name = "the minimum time of a step";
            return Err(StatsError::OutOfRange { name, value: minimum, accepted: "of seconds from 0" });
        }
        require_between("the time to decide", self.decide_by_seconds, (0.0, f64::INFINITY), "of seconds above 0")?;
        Ok(self)
    }

    /// The bars for `guardrails` guardrails.
    #[must_use]
    pub fn bars(&self, guardrails: usize) -> Bars {
        let harm = libm::log(2.0 * guardrails.max(1) as f64 / self.alpha);
        Bars { harm, suspicion: harm / 2.0, certify: -libm::log(self.alpha) }
    }

    /// What to do at this moment. Same input, same answer.
    #[must_use]
    pub fn decide(&self, moment: &RolloutMoment<'_>) -> Decision {
        if moment.log_sample_ratio >= LOG_BROKEN_AT {
            return Decision::AssignmentBroken;
        }
        let bars = self.bars(moment.guardrails.len());
        if let Some((guardrail, process, log_e)) = strongest_harm(moment.guardrails, bars) {
            return Decision::RollBack { guardrail, process, log_e };
        }
        let obstacle = self.obstacle(moment, bars);
        let last_step = moment.step + 1 >= moment.steps;
        let decision = match (obstacle, last_step) {
            (Some(reason), _) => Decision::Wait(reason),
            (None, false) => Decision::StepUp,
            (None, true) => certify_all(moment.guardrails, bars),
        };
        let over = moment.seconds_since_start >= self.decide_by_seconds;
        match decision {
            Decision::Wait(_) | Decision::StepUp if over => Decision::Undecided(self.undecided),
            decision => decision,
        }
    }

    /// What keeps the rollout at its step.
    fn obstacle(&self, moment: &RolloutMoment<'_>, bars: Bars) -> Option<WaitReason> {
        if moment.guardrails.is_empty() {
            return Some(WaitReason::NoGuardrails);
        }
        let suspected = moment.guardrails.iter().enumerate().find_map(|(guardrail, log_e)| {
            let process = match () {
                () if log_e.relative_harm >= bars.suspicion => HarmProcess::Relative,
                () if log_e.absolute_harm >= bars.suspicion => HarmProcess::Absolute,
                () => return None,
            };
            Some(WaitReason::Suspicion { guardrail, process })
        });
        if suspected.is_some() {
            return suspected;
        }
        if moment.seconds_in_step < self.minimum_step_seconds {
            return Some(WaitReason::MinimumTime {
                remaining_seconds: self.minimum_step_seconds - moment.seconds_in_step,
            });
        }
        match self.minimum_step_units.saturating_sub(moment.canary_units_in_step) {
            0 => None,
            missing_units => Some(WaitReason::MinimumUnits { missing_units }),
        }
    }
}

/// The harm process furthest above its bar that counts.
fn strongest_harm(guardrails: &[LogEvidence], bars: Bars) -> Option<(usize, HarmProcess, f64)> {
    let mut strongest: Option<(usize, HarmProcess, f64)> = None;
    for (guardrail, log_e) in guardrails.iter().enumerate() {
        let absolute_counts = log_e.stable_absolute_harm < bars.harm;
        for (process, log_e, counts) in [
            (HarmProcess::Relative, log_e.relative_harm, true),
            (HarmProcess::Absolute, log_e.absolute_harm, absolute_counts),
        ] {
            if counts && log_e >= bars.harm && strongest.is_none_or(|(_, _, highest)| log_e > highest) {
                strongest = Some((guardrail, process, log_e));
            }
        }
    }
    strongest
}

/// Promotion, or the first guardrail that stands in its way.
fn certify_all(guardrails: &[LogEvidence], bars: Bars) -> Decision {
    let mut certified_by = Vec::with_capacity(guardrails.len());
    for (guardrail, log_e) in guardrails.iter().enumerate() {
        if log_e.relative_harm > 0.0 {
            return Decision::Wait(WaitReason::WorseThanStable { guardrail });
        }
        if log_e.relative_fine.max(log_e.absolute_fine) < bars.certify {
            return Decision::Wait(WaitReason::NotCertified { guardrail });
        }
        let relative = log_e.relative_fine >= log_e.absolute_fine;
        certified_by.push(if relative { Certification::Relative } else { Certification::Absolute });
    }
    Decision::Promote { certified_by }
}
