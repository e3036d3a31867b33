//! What a rollout was agreed to do, fixed for its whole life.

use crate::services::{RolloutSettings, Strategy};
use roadbed_core::Percent;
use roadbed_stats::StatsError;
use roadbed_stats::guardrail::{DEFAULT_MARGIN, limit_in_force};
use roadbed_stats::rollout::{RolloutRule, UndecidedPolicy};
use serde::{Deserialize, Serialize};

/// Strategy, ramp and rule; the baseline is added when the first stage starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    pub strategy: Strategy,
    pub steps: Vec<Percent>,
    pub alpha: f64,
    /// Odds ratio minus one that certification rules out.
    pub margin: f64,
    pub minimum_step_seconds: f64,
    pub minimum_step_units: u64,
    pub decide_by_seconds: f64,
    /// `hold`, `promote` or `roll_back`.
    pub undecided: String,
    /// Units of the new revision that are not tested.
    pub warm_up_units: u64,
    pub errors_limit: f64,
    pub latency_limit: f64,
    /// Configured threshold of a slow answer.
    pub slow_above_micros: Option<u64>,
    pub baseline: Option<Baseline>,
}

/// What was known of the old revision before the first stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Answers in the last hour.
    pub units: u64,
    pub errors: u64,
    /// Slow ones among them, by the threshold below.
    pub slow: u64,
    /// Threshold of a slow answer; `None`: nothing is known, and latency is not watched.
    pub slow_above_micros: Option<u64>,
    /// Units per second while there was traffic.
    pub units_per_second: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardrailKind {
    Errors,
    Latency,
}

impl GuardrailKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Errors => "errors",
            Self::Latency => "latency",
        }
    }
}

/// A guardrail with the limit in force.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guardrail {
    pub kind: GuardrailKind,
    pub limit: f64,
    /// Bad share of the old revision before the start; 0 when it is not known.
    pub stable_rate: f64,
}

const WARM_UP_UNITS: u64 = 20;

impl Terms {
    #[must_use]
    pub fn new(settings: &RolloutSettings, strategy: Option<Strategy>, steps: Option<Vec<Percent>>) -> Self {
        let rule = settings.rule();
        Self {
            strategy: strategy.or(settings.strategy).unwrap_or_default(),
            steps: steps.unwrap_or_else(|| settings.steps()),
            alpha: rule.alpha,
            margin: DEFAULT_MARGIN,
            minimum_step_seconds: rule.minimum_step_seconds,
            minimum_step_units: rule.minimum_step_units,
            decide_by_seconds: rule.decide_by_seconds,
            undecided: match rule.undecided {
                UndecidedPolicy::Hold => "hold",
                UndecidedPolicy::Promote => "promote",
                UndecidedPolicy::RollBack => "roll_back",
            }
            .to_owned(),
            warm_up_units: WARM_UP_UNITS,
            errors_limit: settings.errors_limit(),
            latency_limit: settings.latency_limit(),
            slow_above_micros: settings.slow_above_micros(),
            baseline: None,
        }
    }

    /// The rule, with another time to decide.
    #[must_use]
    pub fn rule(&self, decide_by_seconds: f64) -> RolloutRule {
        RolloutRule {
            alpha: self.alpha,
            minimum_step_seconds: self.minimum_step_seconds,
            minimum_step_units: self.minimum_step_units,
            decide_by_seconds,
            undecided: match self.undecided.as_str() {
                "promote" => UndecidedPolicy::Promote,
                "roll_back" => UndecidedPolicy::RollBack,
                _ => UndecidedPolicy::Hold,
            },
        }
    }

    /// Guardrails with their limits in force: errors always, latency when a threshold is known.
    ///
    /// # Errors
    /// A limit out of range.
    pub fn guardrails(&self) -> Result<Vec<Guardrail>, StatsError> {
        let nothing = Baseline::default();
        let known = self.baseline.as_ref().unwrap_or(&nothing);
        let guardrail = |kind, configured, bad: u64| {
            let limit = limit_in_force(configured, known.units, bad.min(known.units))?;
            #[expect(clippy::cast_precision_loss, reason = "counts of an hour are far below 2^52")]
            let stable_rate = if known.units == 0 { 0.0 } else { bad.min(known.units) as f64 / known.units as f64 };
            Ok(Guardrail { kind, limit, stable_rate })
        };
        let mut guardrails = vec![guardrail(GuardrailKind::Errors, self.errors_limit, known.errors)?];
        if known.slow_above_micros.is_some() {
            guardrails.push(guardrail(GuardrailKind::Latency, self.latency_limit, known.slow)?);
        }
        Ok(guardrails)
    }
}
