//! What people do to rollouts by hand. It wins at once.

use super::apply;
use super::counts::StageCounts;
use super::model::{Arm, Outcome, Rollout, RolloutState, RolloutsError, Stage};
use super::operations::Rollouts;
use super::plan::{evidence, with_evidence};
use super::read_counts::stage_counts;
use super::sentence;
use super::store;
use super::terms::Terms;
use super::verdict::{Decision, Reason, Verdict};
use crate::gateways::Readiness;
use crate::services::store as services;
use crate::services::{Revision, SERVICE_DEPLOY, Service, Strategy, publish};
use roadbed_capability::{Caller, Problem};
use roadbed_contracts::events::Actor;
use roadbed_contracts::events::serving::RolloutEnded;
use roadbed_core::{RolloutId, Timestamp};
use roadbed_store::{Execute, Query, Transaction};

impl Rollouts {
    /// Gives the new revision all traffic.
    pub(super) async fn promote(&self, caller: &Caller, id: &str, dry_run: bool) -> Result<Rollout, Problem> {
        let rollout = self.find(caller, SERVICE_DEPLOY, id).await?;
        if matches!(rollout.state, RolloutState::Pending) {
            self.check_ready(&rollout)?;
        }
        self.end_by_hand(caller.actor(), rollout, Outcome::Promoted, dry_run).await
    }

    /// Gives the old revision all traffic, and holds the model that was tried.
    pub(super) async fn roll_back(&self, caller: &Caller, id: &str, dry_run: bool) -> Result<Rollout, Problem> {
        let rollout = self.find(caller, SERVICE_DEPLOY, id).await?;
        self.end_by_hand(caller.actor(), rollout, Outcome::RolledBack, dry_run).await
    }

    fn check_ready(&self, rollout: &Rollout) -> Result<(), RolloutsError> {
        let number = rollout.to.number;
        let detail = match self.services.gateways.liveness().readiness(rollout.to.revision) {
            Readiness::Ready => return Ok(()),
            Readiness::NoGateway => "no gateway is connected".to_owned(),
            Readiness::Loading(detail) | Readiness::Failed(detail) => detail,
        };
        Err(RolloutsError::NotReady { number, detail })
    }

    /// A rollout's stages and what was counted under them.
    pub(super) async fn counted(&self, rollout: &Rollout) -> Result<(Vec<Stage>, Vec<StageCounts>), Problem> {
        let stages = self.stages(rollout.id).await?;
        let now = self.context().clock.now();
        let counts = stage_counts(&self.context().records, rollout, &stages, now).await?;
        Ok((stages, counts))
    }

    async fn end_by_hand(
        &self,
        actor: Actor,
        rollout: Rollout,
        outcome: Outcome,
        dry_run: bool,
    ) -> Result<Rollout, Problem> {
        let (_, counts) = self.counted(&rollout).await?;
        let id = rollout.id;
        let ended = self
            .context()
            .mutate(dry_run, move |tx| {
                let rollout = apply::open_rollout(tx, id)?;
                let verdict = by_hand(&rollout, outcome, &counts, &actor, tx.now())?;
                Ok(apply::end(tx, rollout, outcome, verdict, &counts, actor.clone())?)
            })
            .await?;
        if !dry_run {
            self.changed();
        }
        Ok(ended)
    }

    /// No step is taken until it is resumed; proven harm still rolls it back.
    pub(super) async fn pause(&self, caller: &Caller, id: &str, dry_run: bool) -> Result<Rollout, Problem> {
        let rollout = self.find(caller, SERVICE_DEPLOY, id).await?;
        let (id, actor) = (rollout.id, caller.actor());
        let paused = self.context().mutate(dry_run, move |tx| {
            let rollout = apply::open_rollout(tx, id)?;
            Ok(apply::pause(tx, rollout, None, actor.clone())?)
        });
        paused.await
    }

    pub(super) async fn resume(&self, caller: &Caller, id: &str, dry_run: bool) -> Result<Rollout, Problem> {
        let rollout = self.find(caller, SERVICE_DEPLOY, id).await?;
        let (id, actor) = (rollout.id, caller.actor());
        let resumed = self.context().mutate(dry_run, move |tx| {
            let rollout = apply::open_rollout(tx, id)?;
            Ok(apply::resume(tx, rollout, actor.clone())?)
        });
        let resumed = resumed.await?;
        if !dry_run {
            self.changed();
        }
        Ok(resumed)
    }

    /// Ends the rollout under way, or returns to the revision before the one in charge.
    pub(super) async fn roll_back_service(
        &self,
        caller: &Caller,
        name: &str,
        dry_run: bool,
    ) -> Result<Rollout, Problem> {
        let service = self.services.find(caller, SERVICE_DEPLOY, name).await?;
        if let Some(open) = service.open_rollout {
            let rollout = self.find(caller, SERVICE_DEPLOY, &open.to_string()).await?;
            return self.end_by_hand(caller.actor(), rollout, Outcome::RolledBack, dry_run).await;
        }
        let rollout = RolloutId::from_u128(self.context().ids.next());
        let (id, actor) = (service.id, caller.actor());
        let ended = self.context().mutate(dry_run, move |tx| {
            let service = services::by_id(tx, id)?.filter(|service| service.open_rollout.is_none());
            let service = service.ok_or(apply::ApplyError::Stale)?;
            return_to_previous(tx, service, rollout, &actor)
        });
        let ended = ended.await?;
        if !dry_run {
            self.changed();
        }
        Ok(ended)
    }
}

fn by_hand(
    rollout: &Rollout,
    outcome: Outcome,
    counts: &[StageCounts],
    actor: &Actor,
    now: Timestamp,
) -> Result<Verdict, Problem> {
    let evidence = evidence(rollout, counts).map_err(|error| Problem::internal(&error))?;
    let (decision, what) = match outcome {
        Outcome::Promoted => (Decision::Promoted, "Promoted by hand"),
        Outcome::RolledBack | Outcome::Failed => (Decision::RolledBack, "Rolled back by hand"),
    };
    let sentence = match &rollout.state {
        RolloutState::Running(progress) | RolloutState::Paused { progress, .. } => {
            let elapsed = now.since(progress.started_at).as_secs_f64();
            sentence::with_counts(what, elapsed, &evidence.reports, evidence.unit, "")
        }
        _ => format!("{what} before it took traffic."),
    };
    let verdict = plain(&rollout.terms, decision, sentence, actor);
    Ok(if counts.is_empty() { verdict } else { with_evidence(verdict, &evidence) })
}

fn plain(terms: &Terms, decision: Decision, sentence: String, actor: &Actor) -> Verdict {
    Verdict {
        decision,
        reason: Reason::Manual,
        sentence,
        alpha: terms.alpha,
        guardrails: Vec::new(),
        log_e_assignment: 0.0,
        actor: actor.as_str().to_owned(),
    }
}

fn revision(r: &mut impl Query, id: Option<roadbed_core::RevisionId>) -> Result<Option<Revision>, Problem> {
    match id {
        Some(id) => Ok(services::revision_by_id(r, id)?),
        None => Ok(None),
    }
}

/// Kept as a rollout that was rolled back late: from the previous revision to the one in charge, and back.
fn return_to_previous(
    tx: &mut Transaction<'_>,
    mut service: Service,
    id: RolloutId,
    actor: &Actor,
) -> Result<Rollout, Problem> {
    let none = || RolloutsError::NoPrevious(service.name.clone());
    let previous = revision(tx, service.previous)?.ok_or_else(none)?;
    let current = revision(tx, service.stable)?.ok_or_else(none)?;
    let now = tx.now();
    let terms = Terms::new(&service.settings.rollout(), Some(Strategy::AllAtOnce), None);
    let (back, away) = (previous.entry.number, current.entry.number);
    let sentence = format!("Rolled back by hand: revision {back} serves again instead of revision {away}.");
    let verdict = plain(&terms, Decision::RolledBack, sentence.clone(), actor);
    let pending = Rollout {
        id,
        service: service.id,
        service_name: service.name.clone(),
        team: service.team,
        instance: service.instance,
        from: Some(Arm { revision: previous.id(), number: back }),
        to: Arm { revision: current.id(), number: away },
        model: format!("{}/{}", current.entry.model_name, current.entry.model_version),
        terms,
        state: RolloutState::Pending,
        progress: None,
        actor: actor.as_str().to_owned(),
        version: 1,
        created_at: now,
    };
    let state = pending.state.clone().ended(Outcome::RolledBack, verdict, now).map_err(RolloutsError::from)?;
    let rollout = Rollout { state, ..pending };
    if !previous.published {
        publish(tx, &previous)?;
    }
    services::hold(tx, service.id, current.digest())?;
    service.stable = Some(previous.id());
    // The revision that was just left is no place to return to.
    service.previous = None;
    service.last_outcome = Some(Outcome::RolledBack.as_str().to_owned());
    services::update(tx, &service)?;
    apply::settle_traffic(tx, &service)?;
    store::insert(tx, &rollout)?;
    let what = format!("rolled back from revision {away} to revision {back}");
    services::note_change(tx, service.id, actor.as_str(), &what)?;
    let body = RolloutEnded {
        rollout: id,
        service: service.id,
        from_revision: Some(previous.id()),
        to_revision: current.id(),
        state: Outcome::RolledBack.as_str().to_owned(),
        sentence,
    };
    tx.emit(&apply::header(&rollout, actor.clone()), &body)?;
    Ok(rollout)
}
