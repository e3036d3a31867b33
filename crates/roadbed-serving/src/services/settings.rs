//! What a person may set about a service, in the canonical form of the manifest: what is left out has its default.

use roadbed_contracts::entries::{Batching, ServiceLimits};
use roadbed_core::{Percent, Span};
use roadbed_stats::rollout::{RolloutRule, UndecidedPolicy};
use serde::{Deserialize, Serialize};

/// Settings of a service; defaults are left out of the JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSettings {
    /// Reference that an apply deploys; `None` for services deployed by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicas: Option<ReplicaSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batching: Option<BatchingSettings>,
    /// Requests in the model at one time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Python workers, for models that no native engine runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout: Option<RolloutSettings>,
}

/// Copies; models run in every gateway's process group in this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplicaSettings {
    pub min: u32,
    pub max: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchingSettings {
    pub max_rows: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_delay: Option<Span>,
}

/// How traffic moves to a new revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Step by step, with a verdict.
    #[default]
    Canary,
    /// All traffic as soon as the revision is ready.
    AllAtOnce,
}

/// What happens at `decide_by` without a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undecided {
    #[default]
    Hold,
    Promote,
    RollBack,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolloutSettings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<Percent>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardrails: Option<GuardrailSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_by: Option<Span>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undecided: Option<Undecided>,
    /// Least time at each step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_time: Option<Span>,
    /// Least requests (or keys) to the new revision at each step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_units: Option<u64>,
}

/// Limits of the guardrails; both are watched, whether named or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardrailSettings {
    /// Largest share of failed answers that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors_limit: Option<Percent>,
    /// An answer slower than this is slow; otherwise the old revision's 99th percentile before the start decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_at_most: Option<Span>,
    /// Largest share of slow answers that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_limit: Option<Percent>,
}

const DEFAULT_STEPS: [u16; 3] = [1000, 2500, 5000];
const DEFAULT_ERRORS_LIMIT: f64 = 0.01;
const DEFAULT_LATENCY_LIMIT: f64 = 0.02;

impl RolloutSettings {
    #[must_use]
    pub fn steps(&self) -> Vec<Percent> {
        let default = || DEFAULT_STEPS.into_iter().filter_map(Percent::from_basis_points).collect();
        self.steps.clone().unwrap_or_else(default)
    }

    #[must_use]
    pub fn errors_limit(&self) -> f64 {
        let limit = self.guardrails.and_then(|guardrails| guardrails.errors_limit);
        limit.map_or(DEFAULT_ERRORS_LIMIT, Percent::fraction)
    }

    #[must_use]
    pub fn latency_limit(&self) -> f64 {
        let limit = self.guardrails.and_then(|guardrails| guardrails.latency_limit);
        limit.map_or(DEFAULT_LATENCY_LIMIT, Percent::fraction)
    }

    /// The configured threshold of a slow answer.
    #[must_use]
    pub fn slow_above_micros(&self) -> Option<u64> {
        let at_most = self.guardrails.and_then(|guardrails| guardrails.latency_at_most)?;
        u64::try_from(at_most.0.as_micros()).ok()
    }

    #[must_use]
    pub fn rule(&self) -> RolloutRule {
        let default = RolloutRule::default();
        RolloutRule {
            alpha: default.alpha,
            minimum_step_seconds: self.minimum_time.map_or(default.minimum_step_seconds, |span| span.0.as_secs_f64()),
            minimum_step_units: self.minimum_units.unwrap_or(default.minimum_step_units),
            decide_by_seconds: self.decide_by.map_or(default.decide_by_seconds, |span| span.0.as_secs_f64()),
            undecided: match self.undecided.unwrap_or_default() {
                Undecided::Hold => UndecidedPolicy::Hold,
                Undecided::Promote => UndecidedPolicy::Promote,
                Undecided::RollBack => UndecidedPolicy::RollBack,
            },
        }
    }
}

impl ServiceSettings {
    #[must_use]
    pub fn limits(&self) -> ServiceLimits {
        let default = ServiceLimits::default();
        ServiceLimits { concurrency: self.concurrency.unwrap_or(default.concurrency), ..default }
    }

    #[must_use]
    pub fn batching(&self) -> Option<Batching> {
        self.batching.map(|batching| Batching {
            max_rows: batching.max_rows,
            max_delay_micros: batching
                .max_delay
                .map_or(0, |span| u32::try_from(span.0.as_micros()).unwrap_or(u32::MAX)),
        })
    }

    #[must_use]
    pub fn workers(&self) -> u32 {
        self.workers.unwrap_or(1)
    }

    #[must_use]
    pub fn rollout(&self) -> RolloutSettings {
        self.rollout.clone().unwrap_or_default()
    }
}

/// Refuses steps that do not rise between 0 % and 100 %; at 100 % nobody would be left to compare with.
///
/// # Errors
/// A sentence that says what is accepted.
pub fn check_steps(steps: &[Percent]) -> Result<(), String> {
    let rising = steps.windows(2).all(|pair| pair[0] < pair[1]);
    let within = steps.iter().all(|step| *step > Percent::ZERO && *step < Percent::WHOLE);
    if steps.is_empty() || steps.len() > 20 || !rising || !within {
        return Err("steps must be 1 to 20 rising shares above 0% and below 100%, such as [5%, 25%, 50%]".to_owned());
    }
    Ok(())
}
