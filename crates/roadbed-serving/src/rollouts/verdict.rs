//! The recorded decision on a rollout.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// None yet.
    Waiting,
    Promoted,
    RolledBack,
    /// The time to decide is over: a person decides.
    Held,
    /// The split did not do what it should.
    Invalid,
    /// The revision could not be brought up.
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Evidence is still collected.
    Evidence,
    Harm,
    Certified,
    Undecided,
    /// A person decided.
    Manual,
    Assignment,
    /// There is nothing to compare with.
    First,
    /// The model did not load.
    Load,
}

/// A decision with everything it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    pub decision: Decision,
    pub reason: Reason,
    /// For people.
    pub sentence: String,
    /// Chance of a wrong rollback, over all guardrails and all time.
    pub alpha: f64,
    pub guardrails: Vec<GuardrailReport>,
    /// Natural logarithm of the e-value against a sound split.
    pub log_e_assignment: f64,
    /// Who decided: a person's token or the rule.
    pub actor: String,
}

/// Counts and evidence of one guardrail, over the tested stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardrailReport {
    /// `errors` or `latency`.
    pub name: String,
    /// Share of bad units that is accepted.
    pub limit: f64,
    /// The old revision, then the new one.
    pub arms: Vec<ArmReport>,
    pub log_e: LogE,
    /// `relative` or `absolute`, once a promotion rests on it.
    pub certified_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArmReport {
    /// Number of the revision.
    pub revision: i64,
    pub units: u64,
    pub bad: u64,
}

/// Natural logarithms of the e-values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogE {
    pub relative_harm: f64,
    pub absolute_harm: f64,
    pub relative_fine: f64,
    pub absolute_fine: f64,
    /// The old revision's own: where it crosses too, the limit says nothing about the new one.
    pub stable_absolute_harm: f64,
}

impl LogE {
    /// Equal as far as numbers that were written as text and read back can be.
    #[must_use]
    pub fn is_close(&self, other: &Self) -> bool {
        let pairs = [
            (self.relative_harm, other.relative_harm),
            (self.absolute_harm, other.absolute_harm),
            (self.relative_fine, other.relative_fine),
            (self.absolute_fine, other.absolute_fine),
            (self.stable_absolute_harm, other.stable_absolute_harm),
        ];
        pairs.into_iter().all(|(one, other)| (one - other).abs() <= 1e-9 * one.abs().max(1.0))
    }
}
