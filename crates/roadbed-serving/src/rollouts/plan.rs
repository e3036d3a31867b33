//! What to do with a rollout now, as a pure function of its rows, the counts and what gateways say.

use super::counts::{StageCounts, tested_totals};
use super::model::{Outcome, Progress, Rollout, RolloutState, Stage, StageKind};
use super::sentence;
use super::terms::{GuardrailKind, Terms};
use super::verdict::{ArmReport, Decision, GuardrailReport, LogE, Reason, Verdict};
use crate::gateways::Readiness;
use crate::services::Strategy;
use roadbed_core::{Percent, Timestamp};
use roadbed_stats::guardrail::{GuardrailEvidence, LogEvidence};
use roadbed_stats::rollout::{
    Certification, Decision as Ruled, RolloutMoment, RolloutRule, UndecidedPolicy, WaitReason,
};
use roadbed_stats::sample_ratio::SampleRatio;
use roadbed_stats::{Observation, StatsError};
use std::time::Duration;

/// A revision that no gateway could load by then has failed.
pub(super) const PENDING_LIMIT: Duration = Duration::from_secs(600);
/// Who decides when nobody did by hand.
pub(super) const RULE_ACTOR: &str = "controller:rollouts";

/// Everything a decision looks at.
#[derive(Debug, Clone)]
pub struct Moment<'a> {
    pub rollout: &'a Rollout,
    /// In order.
    pub stages: &'a [Stage],
    /// Of the same stages.
    pub counts: &'a [StageCounts],
    pub readiness: Readiness,
    pub now: Timestamp,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Nothing; what is known so far.
    Wait(Verdict),
    /// The revision is ready: freeze the baseline and start the warm-up.
    Begin,
    /// Put a weight in force.
    Enter {
        kind: StageKind,
        step: usize,
        weight: Percent,
    },
    /// Ask a person.
    Hold(Verdict),
    End {
        outcome: Outcome,
        verdict: Verdict,
    },
}

/// What the counts of the tested stages say.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    pub reports: Vec<GuardrailReport>,
    pub log_evidence: Vec<LogEvidence>,
    pub log_sample_ratio: f64,
    /// `requests`, or `users and requests` when some carried a routing key.
    pub unit: &'static str,
}

/// The evidence from scratch.
///
/// # Errors
/// Terms that no statistic can be computed from.
pub fn evidence(rollout: &Rollout, counts: &[StageCounts]) -> Result<Evidence, StatsError> {
    let guardrails = rollout.terms.guardrails()?;
    let (stable, canary) = tested_totals(counts);
    let (mut reports, mut log_evidence) = (Vec::new(), Vec::new());
    for guardrail in &guardrails {
        let mut evidence = GuardrailEvidence::new(guardrail.limit, rollout.terms.margin)?;
        let bad = |arm: &super::counts::ArmCounts| match guardrail.kind {
            GuardrailKind::Errors => arm.errors,
            GuardrailKind::Latency => arm.slow,
        };
        for stage in counts.iter().filter(|stage| stage.tested) {
            let weight = f64::from(stage.weight_basis_points) / 10_000.0;
            let (on_canary, on_stable) = (&stage.canary, &stage.stable);
            let units = (on_canary.units, bad(on_canary), on_stable.units, bad(on_stable));
            evidence.observe(&Observation::new(units.0, units.1, units.2, units.3, weight)?);
        }
        let log = evidence.log_evidence();
        let arm = |arm: Option<super::model::Arm>, counts| {
            arm.map(|arm| ArmReport { revision: arm.number, units: counted(counts).0, bad: bad(counts) })
        };
        let arms = [arm(rollout.from, &stable), arm(Some(rollout.to), &canary)].into_iter().flatten().collect();
        reports.push(GuardrailReport {
            name: guardrail.kind.as_str().to_owned(),
            limit: guardrail.limit,
            arms,
            log_e: log_e(&log),
            certified_by: None,
        });
        log_evidence.push(log);
    }
    let mut ratio = SampleRatio::default();
    for stage in counts.iter().filter(|stage| stage.tested) {
        ratio.observe(stage.canary.units, stage.stable.units, f64::from(stage.weight_basis_points) / 10_000.0)?;
    }
    let keyed = stable.keys + canary.keys > 0;
    let unit = if keyed { "users and requests" } else { "requests" };
    Ok(Evidence { reports, log_evidence, log_sample_ratio: ratio.log_e(), unit })
}

const fn counted(arm: &super::counts::ArmCounts) -> (u64, u64) {
    (arm.units, arm.keys)
}

const fn log_e(log: &LogEvidence) -> LogE {
    LogE {
        relative_harm: log.relative_harm,
        absolute_harm: log.absolute_harm,
        relative_fine: log.relative_fine,
        absolute_fine: log.absolute_fine,
        stable_absolute_harm: log.stable_absolute_harm,
    }
}

fn seconds(micros: i64) -> f64 {
    Duration::from_micros(u64::try_from(micros).unwrap_or(0)).as_secs_f64()
}

fn verdict(terms: &Terms, decision: Decision, reason: Reason, sentence: String) -> Verdict {
    let actor = RULE_ACTOR.to_owned();
    Verdict { decision, reason, sentence, alpha: terms.alpha, guardrails: Vec::new(), log_e_assignment: 0.0, actor }
}

/// What to do now. Same input, same answer.
///
/// # Errors
/// Terms that no statistic can be computed from.
pub fn decide(moment: &Moment<'_>) -> Result<Step, StatsError> {
    match &moment.rollout.state {
        RolloutState::Pending => Ok(decide_pending(moment)),
        RolloutState::Running(progress) => decide_running(moment, progress, true),
        RolloutState::Paused { progress, .. } => decide_running(moment, progress, false),
        RolloutState::Ended { verdict, .. } => Ok(Step::Wait((**verdict).clone())),
    }
}

fn decide_pending(moment: &Moment<'_>) -> Step {
    let Rollout { terms, to, from, created_at, .. } = moment.rollout;
    let number = to.number;
    let fail = |sentence: String| Step::End {
        outcome: Outcome::Failed,
        verdict: verdict(terms, Decision::Failed, Reason::Load, sentence),
    };
    let missing = match &moment.readiness {
        Readiness::Failed(reason) => return fail(format!("Revision {number} cannot be loaded: {reason}.")),
        Readiness::Ready => {
            return match (from, terms.strategy) {
                (Some(_), Strategy::Canary) => Step::Begin,
                (None, _) => promote(terms, Reason::First, format!("Revision {number} serves: it is the first one.")),
                (Some(_), Strategy::AllAtOnce) => {
                    promote(terms, Reason::Manual, format!("Revision {number} took all traffic at once, as asked."))
                }
            };
        }
        Readiness::NoGateway => "no gateway is connected".to_owned(),
        Readiness::Loading(detail) => detail.clone(),
    };
    if moment.now.since(*created_at) > PENDING_LIMIT {
        let minutes = PENDING_LIMIT.as_secs() / 60;
        return fail(format!("Revision {number} was not ready within {minutes} min: {missing}."));
    }
    let sentence = format!("Waiting for revision {number} to be ready: {missing}.");
    Step::Wait(verdict(terms, Decision::Waiting, Reason::Evidence, sentence))
}

fn promote(terms: &Terms, reason: Reason, sentence: String) -> Step {
    Step::End { outcome: Outcome::Promoted, verdict: verdict(terms, Decision::Promoted, reason, sentence) }
}

fn decide_running(moment: &Moment<'_>, progress: &Progress, may_move: bool) -> Result<Step, StatsError> {
    let rollout = moment.rollout;
    let evidence = evidence(rollout, moment.counts)?;
    let (Some(stage), Some(counts)) = (moment.stages.last(), moment.counts.last()) else {
        return Ok(Step::Wait(waiting(rollout, &evidence, "no stage is in force".to_owned())));
    };
    let elapsed = match rollout.state {
        RolloutState::Paused { paused_at, .. } => progress.elapsed_micros(paused_at),
        _ => progress.elapsed_micros(moment.now),
    };
    let in_step = moment.now.as_micros() - stage.started_at.as_micros() - stage.paused_micros;
    let rule = rollout.terms.rule(seconds(progress.decide_after_micros));
    let ruled = if stage.kind == StageKind::WarmUp {
        warm_up(&rule, &rollout.terms, counts.canary.units, seconds(elapsed))
    } else {
        rule.decide(&RolloutMoment {
            guardrails: &evidence.log_evidence,
            log_sample_ratio: evidence.log_sample_ratio,
            step: stage.step,
            steps: rollout.terms.steps.len(),
            seconds_in_step: seconds(in_step),
            canary_units_in_step: counts.canary.units,
            seconds_since_start: seconds(elapsed),
        })
    };
    let step = ruling(rollout, stage, &evidence, &ruled, seconds(elapsed));
    Ok(match step {
        Step::End { outcome: Outcome::RolledBack, ref verdict }
            if may_move || matches!(verdict.reason, Reason::Harm | Reason::Assignment) =>
        {
            step
        }
        step if may_move => step,
        _ => Step::Wait(waiting(rollout, &evidence, "paused".to_owned())),
    })
}

/// The warm-up ends with its units; only the time to decide applies to it.
fn warm_up(rule: &RolloutRule, terms: &Terms, units: u64, elapsed_seconds: f64) -> Ruled {
    match terms.warm_up_units.saturating_sub(units) {
        0 => Ruled::StepUp,
        _ if elapsed_seconds >= rule.decide_by_seconds => Ruled::Undecided(rule.undecided),
        missing_units => Ruled::Wait(WaitReason::MinimumUnits { missing_units }),
    }
}

fn ruling(rollout: &Rollout, stage: &Stage, evidence: &Evidence, ruled: &Ruled, elapsed: f64) -> Step {
    let (reports, unit) = (&evidence.reports, evidence.unit);
    let end = |outcome, decision, reason, sentence| Step::End {
        outcome,
        verdict: with_evidence(verdict(&rollout.terms, decision, reason, sentence), evidence),
    };
    match ruled {
        Ruled::Wait(reason) => Step::Wait(waiting(rollout, evidence, wait_text(rollout, stage, reason, unit))),
        Ruled::StepUp => next_stage(rollout, stage),
        Ruled::Promote { certified_by } => {
            let mut reports = reports.clone();
            for (report, by) in reports.iter_mut().zip(certified_by) {
                let by = if *by == Certification::Relative { "relative" } else { "absolute" };
                report.certified_by = Some(by.to_owned());
            }
            let rest = sentence::certified(&reports);
            let sentence = sentence::with_counts("Promoted", elapsed, &reports, unit, &rest);
            let mut verdict = verdict(&rollout.terms, Decision::Promoted, Reason::Certified, sentence);
            verdict.log_e_assignment = evidence.log_sample_ratio;
            verdict.guardrails = reports;
            Step::End { outcome: Outcome::Promoted, verdict }
        }
        Ruled::RollBack { guardrail, process, log_e } => {
            let sentence = sentence::rolled_back_for_harm(&reports[*guardrail], *process, *log_e, unit, elapsed);
            end(Outcome::RolledBack, Decision::RolledBack, Reason::Harm, sentence)
        }
        Ruled::AssignmentBroken => {
            let what = "Rolled back without a verdict: requests did not reach the revisions as their weights say";
            let sentence = sentence::with_counts(what, elapsed, reports, unit, "");
            end(Outcome::RolledBack, Decision::Invalid, Reason::Assignment, sentence)
        }
        Ruled::Undecided(policy) => {
            let (outcome, decision, what) = match policy {
                UndecidedPolicy::Hold => (None, Decision::Held, "Undecided, a person decides,"),
                UndecidedPolicy::Promote => {
                    (Some(Outcome::Promoted), Decision::Promoted, "Promoted undecided, as agreed,")
                }
                UndecidedPolicy::RollBack => {
                    (Some(Outcome::RolledBack), Decision::RolledBack, "Rolled back undecided, as agreed,")
                }
            };
            let sentence = sentence::with_counts(what, elapsed, reports, unit, "");
            match outcome {
                Some(outcome) => end(outcome, decision, Reason::Undecided, sentence),
                None => {
                    Step::Hold(with_evidence(verdict(&rollout.terms, decision, Reason::Undecided, sentence), evidence))
                }
            }
        }
    }
}

/// The weight after this stage. The rule asks for none behind the last step.
fn next_stage(rollout: &Rollout, stage: &Stage) -> Step {
    let step = if stage.kind == StageKind::WarmUp { 0 } else { stage.step + 1 };
    let weight = rollout.terms.steps.get(step).or(rollout.terms.steps.last()).copied().unwrap_or(stage.weight);
    Step::Enter { kind: StageKind::Step, step, weight }
}

pub(super) fn with_evidence(verdict: Verdict, evidence: &Evidence) -> Verdict {
    Verdict { guardrails: evidence.reports.clone(), log_e_assignment: evidence.log_sample_ratio, ..verdict }
}

fn waiting(rollout: &Rollout, evidence: &Evidence, sentence: String) -> Verdict {
    with_evidence(verdict(&rollout.terms, Decision::Waiting, Reason::Evidence, sentence), evidence)
}

/// What is missing. Without seconds, so that it changes only when something happens.
fn wait_text(rollout: &Rollout, stage: &Stage, reason: &WaitReason, unit: &str) -> String {
    let place = match stage.kind {
        StageKind::WarmUp => format!("Warming up at {}", stage.weight),
        StageKind::Step => format!("Step {} of {} at {}", stage.step + 1, rollout.terms.steps.len(), stage.weight),
    };
    let name = |guardrail: &usize| if *guardrail == 0 { "errors" } else { "latency" };
    let missing = match reason {
        WaitReason::MinimumTime { .. } => "until the least time of the step is over".to_owned(),
        WaitReason::MinimumUnits { missing_units } => {
            format!("for {missing_units} more {unit} to revision {}", rollout.to.number)
        }
        WaitReason::Suspicion { guardrail, .. } => format!("because {} look worse", name(guardrail)),
        WaitReason::NotCertified { guardrail } => format!("for more evidence that {} are fine", name(guardrail)),
        WaitReason::WorseThanStable { guardrail } => {
            format!("because {} were worse than before so far", name(guardrail))
        }
        WaitReason::NoGuardrails => "for a person: nothing is watched".to_owned(),
    };
    format!("{place}, waiting {missing}.")
}
