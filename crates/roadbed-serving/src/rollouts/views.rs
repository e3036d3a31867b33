//! How rollouts look on the wire.

use super::counts::StageCounts;
use super::deploy::Deployed;
use super::explain::Explained;
use super::forecast::ForecastView;
use super::model::{Outcome, Rollout, RolloutState, Stage};
use super::verdict::{GuardrailReport, Verdict};
use crate::services::Strategy;
use roadbed_core::Percent;
use roadbed_stats::sample_ratio::LOG_BROKEN_AT;
use schemars::JsonSchema;
use serde::Serialize;

/// Moving traffic from one revision to another.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RolloutView {
    pub id: String,
    pub service: String,
    /// `pending`, `running`, `paused`, `promoted`, `rolled_back` or `failed`.
    pub state: String,
    /// Numbers of the revisions.
    pub from_revision: Option<i64>,
    pub to_revision: i64,
    /// Registered name and version of the new revision.
    pub model: String,
    pub strategy: Strategy,
    /// Share of the traffic that the new revision gets.
    pub step_percent: f64,
    pub steps_percent: Vec<f64>,
    /// The decision; while it runs what is known so far.
    pub verdict: Option<Verdict>,
    /// RFC 3339.
    pub created_at: String,
    pub started_at: Option<String>,
    pub ended_at: Option<String>,
    /// Who asked for it.
    pub actor: String,
    /// What to expect; only in the answer to a deploy with something to compare with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastView>,
    /// What gates noted; only in the answer to a deploy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RolloutList {
    pub items: Vec<RolloutView>,
    pub next_cursor: Option<String>,
}

/// A weight that was in force.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StageView {
    /// From 0.
    pub number: i64,
    /// `warm_up` or `step`.
    pub kind: String,
    pub weight_percent: f64,
    /// Version of the service's entry.
    pub entry_version: i64,
    /// RFC 3339.
    pub started_at: String,
}

/// Why a rollout ended as it did, or where it stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ExplanationView {
    pub rollout: RolloutView,
    /// What was agreed before the start: ramp, limits, the old revision's last hour.
    pub terms: serde_json::Value,
    pub stages: Vec<StageView>,
    /// Counts at the last look.
    pub counts: Vec<StageCounts>,
    /// The guardrails computed from these counts just now.
    pub replayed: Vec<GuardrailReport>,
    pub replayed_log_e_assignment: f64,
    /// The replay gives the stored numbers.
    pub equal: bool,
    /// What the log e-values are held against.
    pub bars: BarsView,
    /// Looks that were kept.
    pub looks: i64,
    /// At most 500 of them, evenly spread, with the first and the last.
    pub history: Vec<LookView>,
}

/// Bars on the natural logarithms of the e-values.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BarsView {
    /// Chance of a wrong rollback, over all guardrails and all time.
    pub alpha: f64,
    /// `ln(2m/alpha)` for m guardrails: a harm process that reaches it rolls back.
    pub harm: f64,
    /// Half of it: a harm process at or above it stops steps.
    pub suspicion: f64,
    /// `ln(1/alpha)`: a fine process that reaches it certifies its guardrail.
    pub certify: f64,
    /// `ln(1000)`: the sample-ratio test that reaches it makes the split invalid.
    pub assignment: f64,
}

/// What was known at one look.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LookView {
    /// RFC 3339.
    pub at: String,
    /// Number of the stage in force; null before the first.
    pub stage: Option<i64>,
    /// Share of the traffic that the new revision got.
    pub weight_percent: f64,
    pub sentence: String,
    pub guardrails: Vec<GuardrailReport>,
    pub log_e_assignment: f64,
}

fn percent(weight: Percent) -> f64 {
    f64::from(weight.basis_points()) / 100.0
}

impl RolloutView {
    /// `stage` is the last one of the rollout.
    pub(super) fn new(rollout: &Rollout, stage: Option<&Stage>) -> Self {
        let (started_at, ended_at, verdict, step_percent) = match &rollout.state {
            RolloutState::Pending => (None, None, rollout.progress.clone(), 0.0),
            RolloutState::Running(progress) => (
                Some(progress.started_at),
                None,
                rollout.progress.clone(),
                stage.map_or(0.0, |stage| percent(stage.weight)),
            ),
            RolloutState::Paused { progress, held, .. } => {
                let verdict = held.as_deref().cloned().or_else(|| rollout.progress.clone());
                (Some(progress.started_at), None, verdict, stage.map_or(0.0, |stage| percent(stage.weight)))
            }
            RolloutState::Ended { outcome, started_at, ended_at, verdict } => {
                let share = if *outcome == Outcome::Promoted { 100.0 } else { 0.0 };
                (*started_at, Some(*ended_at), Some((**verdict).clone()), share)
            }
        };
        Self {
            id: rollout.id.to_string(),
            service: rollout.service_name.to_string(),
            state: rollout.state.as_str().to_owned(),
            from_revision: rollout.from.map(|arm| arm.number),
            to_revision: rollout.to.number,
            model: rollout.model.clone(),
            strategy: rollout.terms.strategy,
            step_percent,
            steps_percent: rollout.terms.steps.iter().copied().map(percent).collect(),
            verdict,
            created_at: rollout.created_at.to_string(),
            started_at: started_at.map(|at| at.to_string()),
            ended_at: ended_at.map(|at| at.to_string()),
            actor: rollout.actor.clone(),
            forecast: None,
            warnings: Vec::new(),
        }
    }
}

impl From<Deployed> for RolloutView {
    fn from(deployed: Deployed) -> Self {
        let warnings = deployed.findings.into_iter().map(|finding| finding.detail).collect();
        Self { forecast: deployed.forecast, warnings, ..Self::new(&deployed.rollout, None) }
    }
}

impl From<Explained> for ExplanationView {
    fn from(explained: Explained) -> Self {
        let stage = |stage: &Stage| StageView {
            number: stage.number,
            kind: stage.kind.as_str().to_owned(),
            weight_percent: percent(stage.weight),
            entry_version: stage.entry_version,
            started_at: stage.started_at.to_string(),
        };
        let look = |row: super::store::EvidenceRow| LookView {
            at: row.at.to_string(),
            stage: row.counts.last().map(|counts| counts.stage),
            weight_percent: row.counts.last().map_or(0.0, |counts| f64::from(counts.weight_basis_points) / 100.0),
            sentence: row.evidence.sentence,
            guardrails: row.evidence.guardrails,
            log_e_assignment: row.evidence.log_e_assignment,
        };
        let terms = &explained.rollout.terms;
        let bars = terms.rule(terms.decide_by_seconds).bars(explained.replayed.reports.len());
        Self {
            rollout: RolloutView::new(&explained.rollout, explained.stages.last()),
            terms: serde_json::to_value(&explained.rollout.terms).unwrap_or_default(),
            stages: explained.stages.iter().map(stage).collect(),
            counts: explained.counts,
            replayed: explained.replayed.reports,
            replayed_log_e_assignment: explained.replayed.log_sample_ratio,
            equal: explained.equal,
            bars: BarsView {
                alpha: explained.rollout.terms.alpha,
                harm: bars.harm,
                suspicion: bars.suspicion,
                certify: bars.certify,
                assignment: LOG_BROKEN_AT,
            },
            looks: explained.looks,
            history: explained.history.into_iter().map(look).collect(),
        }
    }
}
