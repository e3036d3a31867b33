//! Changes of a rollout, each within one transaction with the entry that makes it so.

use super::counts::StageCounts;
use super::model::{
    Outcome, Rollout, RolloutPaused, RolloutResumed, RolloutState, RolloutStepped, RolloutsError, Stage, StageKind,
};
use super::store;
use super::terms::Baseline;
use super::verdict::Verdict;
use crate::gateways::{self, service_key};
use crate::services::store as services;
use crate::services::{Service, Traffic, service_entry};
use roadbed_capability::Problem;
use roadbed_capability::records::RecordsError;
use roadbed_contracts::entries::EntryBody;
use roadbed_contracts::events::serving::RolloutEnded;
use roadbed_contracts::events::{Actor, EventBody, EventHeader, Subject};
use roadbed_core::{Percent, RolloutId, Timestamp};
use roadbed_store::{Execute, Query, StoreError, Transaction};

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApplyError {
    /// Somebody else changed the rollout meanwhile.
    #[error("the rollout changed meanwhile")]
    Stale,
    #[error(transparent)]
    Rollouts(#[from] RolloutsError),
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<super::model::Refusal> for ApplyError {
    fn from(refusal: super::model::Refusal) -> Self {
        Self::Rollouts(refusal.into())
    }
}

impl From<ApplyError> for Problem {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Stale => Self::conflict("rollouts.changed_meanwhile", error.to_string()).with_fix("try again"),
            ApplyError::Rollouts(error) => error.into(),
            ApplyError::Records(error) => error.into(),
            ApplyError::Store(error) => error.into(),
        }
    }
}

/// For events about a rollout.
pub(super) fn header(rollout: &Rollout, actor: Actor) -> EventHeader {
    EventHeader::new(Subject::new("rollout", rollout.id), actor).with_team(rollout.team).with_instance(rollout.instance)
}

/// Writes an event about a rollout. What the controller does follows from what happened to the rollout before; a person's act has no cause.
pub(super) fn emit<B: EventBody>(
    tx: &mut Transaction<'_>,
    rollout: &Rollout,
    actor: Actor,
    body: &B,
) -> Result<(), StoreError> {
    let header = header(rollout, actor);
    let cause = if header.actor.is_platform() { tx.last_event_about(&header.subject)? } else { None };
    tx.emit(&header.with_cause(cause), body).map(drop)
}

/// The rollout as planned on, unless it changed since.
pub(super) fn unchanged(tx: &mut Transaction<'_>, planned_on: &Rollout) -> Result<Rollout, ApplyError> {
    let found = store::by_id(tx, planned_on.id)?;
    found.filter(|rollout| rollout.version == planned_on.version).ok_or(ApplyError::Stale)
}

pub(super) fn service_of(r: &mut impl Query, rollout: &Rollout) -> Result<Service, ApplyError> {
    Ok(services::by_id(r, rollout.service)?.ok_or_else(|| RolloutsError::Unknown(rollout.id.to_string()))?)
}

/// Where a stage sends the traffic.
fn traffic_at(rollout: &Rollout, weight: Percent) -> Traffic {
    match rollout.from {
        None => Traffic::All(rollout.to.revision),
        Some(from) => Traffic::Canary {
            stable: from.revision,
            canary: rollout.to.revision,
            weight,
            rollout: rollout.id,
            slow_above_micros: rollout.terms.baseline.as_ref().and_then(|baseline| baseline.slow_above_micros),
        },
    }
}

/// Freezes the baseline and puts the warm-up in force.
pub(super) fn begin(
    tx: &mut Transaction<'_>,
    rollout: Rollout,
    baseline: Baseline,
    actor: Actor,
) -> Result<(), ApplyError> {
    let now = tx.now();
    let mut rollout = rollout;
    rollout.terms.baseline = Some(baseline);
    let decide_by = micros(rollout.terms.decide_by_seconds);
    rollout.state = rollout.state.begun(now, decide_by)?;
    let weight = rollout.terms.steps.first().copied().unwrap_or(Percent::ZERO);
    enter(tx, &rollout, StageKind::WarmUp, 0, weight, actor)?;
    Ok(store::update(tx, &rollout)?)
}

#[expect(clippy::cast_possible_truncation, reason = "times to decide are at most 30 days")]
pub(super) fn micros(seconds: f64) -> i64 {
    (seconds * 1_000_000.0) as i64
}

/// Puts a stage in force: a new version of the service's entry, also where the weight stays.
pub(super) fn enter(
    tx: &mut Transaction<'_>,
    rollout: &Rollout,
    kind: StageKind,
    step: usize,
    weight: Percent,
    actor: Actor,
) -> Result<(), ApplyError> {
    let service = service_of(tx, rollout)?;
    let number = store::stages(tx, rollout.id)?.last().map_or(0, |stage| stage.number + 1);
    let body = EntryBody::Service(service_entry(&service, &traffic_at(rollout, weight)));
    let entry_version = gateways::store::put_entry_anew(tx, &service_key(service.id), &body)?;
    let started_at = tx.now();
    let stage = Stage { number, kind, step, weight, entry_version, started_at, paused_micros: 0 };
    store::insert_stage(tx, rollout.id, &stage)?;
    let stepped = RolloutStepped { rollout: rollout.id, service: rollout.service, stage: number, weight };
    emit(tx, rollout, actor, &stepped)?;
    Ok(())
}

/// Stops stepping. `held` is why, when nobody asked for it.
pub(super) fn pause(
    tx: &mut Transaction<'_>,
    rollout: Rollout,
    held: Option<Verdict>,
    actor: Actor,
) -> Result<Rollout, ApplyError> {
    let now = tx.now();
    let reason = held.as_ref().map_or_else(|| "asked for".to_owned(), |verdict| verdict.sentence.clone());
    let paused = Rollout { state: rollout.state.clone().paused(now, held)?, ..rollout };
    store::update(tx, &paused)?;
    let what = format!("paused the rollout of revision {}", paused.to.number);
    services::note_change(tx, paused.service, actor.as_str(), &what)?;
    let body = RolloutPaused { rollout: paused.id, service: paused.service, reason };
    emit(tx, &paused, actor, &body)?;
    Ok(paused)
}

pub(super) fn resume(tx: &mut Transaction<'_>, rollout: Rollout, actor: Actor) -> Result<Rollout, ApplyError> {
    let now = tx.now();
    let away = match rollout.state {
        RolloutState::Paused { paused_at, .. } => (now.as_micros() - paused_at.as_micros()).max(0),
        _ => 0,
    };
    let decide_by = micros(rollout.terms.decide_by_seconds);
    let resumed = Rollout { state: rollout.state.clone().resumed(now, decide_by)?, ..rollout };
    let stage = store::stages(tx, resumed.id)?.last().map_or(0, |stage| stage.number);
    store::add_pause(tx, resumed.id, stage, away)?;
    store::update(tx, &resumed)?;
    let what = format!("resumed the rollout of revision {}", resumed.to.number);
    services::note_change(tx, resumed.service, actor.as_str(), &what)?;
    let body = RolloutResumed { rollout: resumed.id, service: resumed.service, stage };
    emit(tx, &resumed, actor, &body)?;
    Ok(resumed)
}

/// Ends a rollout: traffic, service, hold and verdict change together.
pub(super) fn end(
    tx: &mut Transaction<'_>,
    rollout: Rollout,
    outcome: Outcome,
    verdict: Verdict,
    counts: &[StageCounts],
    actor: Actor,
) -> Result<Rollout, ApplyError> {
    let now: Timestamp = tx.now();
    store::append_evidence(tx, rollout.id, counts, &verdict)?;
    let sentence = verdict.sentence.clone();
    let state = rollout.state.clone().ended(outcome, verdict, now)?;
    let ended = Rollout { state, progress: None, ..rollout };
    let mut service = service_of(tx, &ended)?;
    let revision = services::revision_by_id(tx, ended.to.revision)?;
    let digest = revision.map(|revision| revision.digest());
    match (outcome, digest) {
        (Outcome::Promoted, digest) => {
            service.previous = service.stable.filter(|stable| *stable != ended.to.revision);
            service.stable = Some(ended.to.revision);
            if let Some(digest) = digest {
                services::lift_hold(tx, service.id, digest)?;
            }
        }
        (Outcome::RolledBack, Some(digest)) => services::hold(tx, service.id, digest)?,
        (Outcome::RolledBack | Outcome::Failed, _) => {}
    }
    service.open_rollout = None;
    service.last_outcome = Some(outcome.as_str().to_owned());
    services::update(tx, &service)?;
    settle_traffic(tx, &service)?;
    store::update(tx, &ended)?;
    let number = ended.to.number;
    let what = match outcome {
        Outcome::Promoted => format!("promoted revision {number}"),
        Outcome::RolledBack => format!("rolled back revision {number}"),
        Outcome::Failed => format!("gave up revision {number}, which did not come up"),
    };
    services::note_change(tx, service.id, actor.as_str(), &what)?;
    let body = RolloutEnded {
        rollout: ended.id,
        service: ended.service,
        from_revision: ended.from.map(|arm| arm.revision),
        to_revision: ended.to.revision,
        state: outcome.as_str().to_owned(),
        sentence,
    };
    emit(tx, &ended, actor, &body)?;
    Ok(ended)
}

/// All traffic to the revision in charge.
pub(super) fn settle_traffic(tx: &mut Transaction<'_>, service: &Service) -> Result<i64, StoreError> {
    let traffic = service.stable.map_or(Traffic::None, Traffic::All);
    crate::services::put_traffic(tx, service, &traffic)
}

/// The open rollout of a service as it is now.
pub(super) fn open_rollout(r: &mut impl Query, id: RolloutId) -> Result<Rollout, ApplyError> {
    Ok(store::by_id(r, id)?.ok_or_else(|| RolloutsError::Unknown(id.to_string()))?)
}
