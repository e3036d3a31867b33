//! The controller `rollouts`: looks at rows, gateways and counters, and does what the plan says.

use super::apply::{self, ApplyError};
use super::baseline::read_baseline;
use super::counts::StageCounts;
use super::model::{Rollout, RolloutState, Stage};
use super::operations::{CONTROLLER, Rollouts};
use super::plan::{Moment, RULE_ACTOR, Step, decide};
use super::read_counts::stage_counts;
use super::store;
use super::verdict::Verdict;
use crate::gateways::{self, service_key};
use crate::services::store as services;
use crate::services::{Revision, unpublish};
use async_trait::async_trait;
use roadbed_capability::{Controller, ControllerError};
use roadbed_contracts::events::Actor;
use roadbed_core::{ServiceId, Timestamp};
use roadbed_store::{Lease, Query, StoreError, Transaction};
use std::collections::BTreeMap;
use std::time::Duration;

const PERIOD: Duration = Duration::from_secs(1);
/// Evidence is kept at least this far apart, and later at a two-hundredth of the time since the start.
const EVIDENCE_EVERY: Duration = Duration::from_secs(1);
const EVIDENCE_SHARE: u32 = 200;

/// Steps, promotes, rolls back.
pub struct RolloutsController {
    rollouts: Rollouts,
}

fn actor() -> Actor {
    Actor::from_stored(RULE_ACTOR.to_owned())
}

impl RolloutsController {
    #[must_use]
    pub const fn new(rollouts: Rollouts) -> Self {
        Self { rollouts }
    }

    async fn observe(&self) -> Result<Vec<(Rollout, Vec<Stage>)>, ControllerError> {
        let read = |r: &mut roadbed_store::Reader<'_>| -> Result<_, StoreError> {
            let open = store::open(r)?;
            open.into_iter().map(|rollout| Ok((store::stages(r, rollout.id)?, rollout))).collect::<Result<Vec<_>, _>>()
        };
        let found = self.rollouts.context().store.read(read).await?;
        Ok(found.into_iter().map(|(stages, rollout)| (rollout, stages)).collect())
    }

    /// One look at one rollout. What was planned on older rows is dropped; the next pass looks again.
    async fn advance(&self, lease: &Lease, rollout: Rollout, stages: &[Stage]) -> Result<bool, ControllerError> {
        let context = self.rollouts.context();
        let now = context.clock.now();
        let counts = stage_counts(&context.records, &rollout, stages, now).await?;
        let readiness = self.rollouts.services.gateways.liveness().readiness(rollout.to.revision);
        let moment = Moment { rollout: &rollout, stages, counts: &counts, readiness, now };
        let step = decide(&moment).map_err(ControllerError::new)?;
        match self.apply(lease, rollout, step, counts).await {
            Ok(moved) => Ok(moved),
            Err(ApplyError::Stale) => Ok(false),
            Err(error) => Err(ControllerError::new(error)),
        }
    }

    async fn apply(
        &self,
        lease: &Lease,
        rollout: Rollout,
        step: Step,
        counts: Vec<StageCounts>,
    ) -> Result<bool, ApplyError> {
        match step {
            Step::Wait(progress) => {
                self.note(lease, rollout, progress, counts).await?;
                return Ok(false);
            }
            Step::Begin => {
                let context = self.rollouts.context();
                let Some(from) = rollout.from else { return Ok(false) };
                let now = context.clock.now();
                let baseline =
                    read_baseline(&context.records, rollout.service, from.revision, &rollout.terms, now).await;
                let baseline = baseline?;
                self.change(lease, rollout, move |tx, rollout| apply::begin(tx, rollout, baseline.clone(), actor()))
                    .await?;
            }
            Step::Enter { kind, step, weight } => {
                self.change(lease, rollout, move |tx, rollout| {
                    apply::enter(tx, &rollout, kind, step, weight, actor())?;
                    Ok(store::update(tx, &rollout)?)
                })
                .await?;
            }
            Step::Hold(verdict) => {
                self.change(lease, rollout, move |tx, rollout| {
                    store::append_evidence(tx, rollout.id, &counts, &verdict)?;
                    apply::pause(tx, rollout, Some(verdict.clone()), actor()).map(drop)
                })
                .await?;
            }
            Step::End { outcome, verdict } => {
                tracing::info!(service = %rollout.service_name, "{}", verdict.sentence);
                self.change(lease, rollout, move |tx, rollout| {
                    apply::end(tx, rollout, outcome, verdict.clone(), &counts, actor()).map(drop)
                })
                .await?;
            }
        }
        self.rollouts.changed();
        Ok(true)
    }

    /// One change in one transaction, on the rows it was planned on.
    async fn change<F>(&self, lease: &Lease, rollout: Rollout, work: F) -> Result<(), ApplyError>
    where
        F: Fn(&mut Transaction<'_>, Rollout) -> Result<(), ApplyError> + Send + 'static,
    {
        let lease = lease.clone();
        let changed = self.rollouts.context().store.write(move |tx| {
            tx.check_lease(&lease)?;
            let rollout = apply::unchanged(tx, &rollout)?;
            work(tx, rollout)
        });
        changed.await
    }

    /// Keeps what is known while waiting, when it is something new.
    async fn note(
        &self,
        lease: &Lease,
        rollout: Rollout,
        progress: Verdict,
        counts: Vec<StageCounts>,
    ) -> Result<(), ApplyError> {
        let now = self.rollouts.context().clock.now();
        let id = rollout.id;
        let last = self.rollouts.context().store.read(move |r| store::last_evidence(r, id)).await?;
        let said_anew = last.as_ref().is_none_or(|last| last.evidence.sentence != progress.sentence);
        let counted_anew = last.as_ref().is_none_or(|last| last.counts != counts);
        let due = is_due(&rollout, last.map(|row| row.at), now);
        if !(said_anew || (counted_anew && due)) {
            return Ok(());
        }
        let lease = lease.clone();
        let noted = self.rollouts.context().store.write(move |tx| -> Result<(), ApplyError> {
            tx.check_lease(&lease)?;
            tx.without_event("evidence follows from counters; decisions have events");
            apply::unchanged(tx, &rollout)?;
            store::append_evidence(tx, rollout.id, &counts, &progress)?;
            Ok(store::set_progress(tx, rollout.id, &progress)?)
        });
        noted.await
    }

    /// Revisions that nobody needs any more leave the gateways, once every live one routes without them.
    async fn retire(&self, lease: &Lease) -> Result<usize, ControllerError> {
        let liveness = self.rollouts.services.gateways.liveness();
        let unneeded = self.rollouts.context().store.read(|r| unneeded(r)).await?;
        let ready: Vec<Revision> = unneeded
            .into_iter()
            .filter(|(_, version)| liveness.have_applied(*version))
            .map(|(revision, _)| revision)
            .collect();
        let count = ready.len();
        if count > 0 {
            let lease = lease.clone();
            let written = self.rollouts.context().store.write(move |tx| -> Result<(), StoreError> {
                tx.check_lease(&lease)?;
                tx.without_event("the end of the rollout was the event");
                let still: Vec<_> = unneeded_ids(tx)?;
                for revision in ready.iter().filter(|revision| still.contains(&revision.id())) {
                    unpublish(tx, revision.id())?;
                }
                Ok(())
            });
            written.await?;
            self.rollouts.services.gateways.announce();
        }
        Ok(count)
    }
}

/// Whether the next evidence may be kept.
fn is_due(rollout: &Rollout, last: Option<Timestamp>, now: Timestamp) -> bool {
    let (RolloutState::Running(progress) | RolloutState::Paused { progress, .. }) = &rollout.state else {
        return true;
    };
    let apart = EVIDENCE_EVERY.max(now.since(progress.started_at) / EVIDENCE_SHARE);
    last.is_none_or(|last| now.since(last) >= apart)
}

/// Published revisions that are neither stable, previous nor on their way, with the version of the entry that routes without them.
fn unneeded(r: &mut impl Query) -> Result<Vec<(Revision, i64)>, StoreError> {
    let mut by_service: BTreeMap<ServiceId, Vec<Revision>> = BTreeMap::new();
    for revision in services::published(r)? {
        by_service.entry(revision.entry.service).or_default().push(revision);
    }
    let mut unneeded = Vec::new();
    for (id, revisions) in by_service {
        let Some(service) = services::by_id(r, id)? else { continue };
        let mut needed: Vec<_> = service.stable.into_iter().chain(service.previous).collect();
        if let Some(open) = service.open_rollout {
            needed.extend(store::by_id(r, open)?.map(|rollout| rollout.to.revision));
        }
        let entry = gateways::store::service_entry(r, &service_key(id))?;
        let version = entry.as_ref().map_or(0, |(version, _)| *version);
        needed.extend(entry.iter().flat_map(|(_, entry)| entry.routes.iter().map(|route| route.revision)));
        let gone = revisions.into_iter().filter(|revision| !needed.contains(&revision.id()));
        unneeded.extend(gone.map(|revision| (revision, version)));
    }
    Ok(unneeded)
}

fn unneeded_ids(r: &mut impl Query) -> Result<Vec<roadbed_core::RevisionId>, StoreError> {
    Ok(unneeded(r)?.into_iter().map(|(revision, _)| revision.id()).collect())
}

#[async_trait]
impl Controller for RolloutsController {
    fn name(&self) -> &'static str {
        CONTROLLER
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn pass(&self, lease: &Lease) -> Result<String, ControllerError> {
        let observed = self.observe().await?;
        let (open, mut moved, mut failure) = (observed.len(), 0, None);
        for (rollout, stages) in observed {
            match self.advance(lease, rollout, &stages).await {
                Ok(true) => moved += 1,
                Ok(false) => {}
                // One broken rollout must not keep the others from being rolled back.
                Err(error) => failure = Some(error),
            }
        }
        let retired = self.retire(lease).await?;
        match failure {
            Some(error) => Err(error),
            None => Ok(format!("{open} rollouts under way, {moved} moved, {retired} revisions retired")),
        }
    }
}
