//! Deploying: a model becomes a revision, and a rollout brings it up.

use super::apply::{self, ApplyError};
use super::baseline::read_baseline;
use super::forecast::{ForecastView, forecast_terms};
use super::model::{Arm, Rollout, RolloutStarted, RolloutState, RolloutsError};
use super::operations::Rollouts;
use super::store;
use super::terms::{Baseline, Terms};
use crate::revisions::mlmodel;
use crate::services::store as services;
use crate::services::{
    Origin, Revision, RevisionCreated, SERVICE_DEPLOY, SERVICE_READ, Service, ServiceCreated, ServiceSettings,
    ServicesError, Strategy, Traffic, check_steps, header, publish, put_traffic, revision_entry,
};
use roadbed_capability::idempotency::IdempotentCall;
use roadbed_capability::{Caller, Problem, Resource};
use roadbed_contracts::events::Actor;
use roadbed_contracts::gate::{Finding, Intent};
use roadbed_contracts::ports::{InstanceInfo, ModelReference, ResolvedModel};
use roadbed_core::{EventSeq, Name, Percent, RevisionId, RolloutId, ServiceId, TeamId, Timestamp};
use roadbed_store::{Execute, Transaction};
use serde::Serialize;

/// What somebody wants to serve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct DeployRequest {
    pub model: String,
    pub strategy: Option<Strategy>,
    pub steps: Option<Vec<Percent>>,
    pub project: Option<String>,
    /// Deploy it although it serves already.
    pub again: bool,
}

/// Everything a deploy needs, found before the transaction.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    /// As it is, or as it will be when it is new.
    pub(super) service: Service,
    pub(super) is_new: bool,
    pub(super) model: ResolvedModel,
    pub(super) terms: Terms,
    revision: RevisionId,
    rollout: RolloutId,
    actor: Actor,
    again: bool,
}

/// A rollout that was accepted.
#[derive(Debug, Clone)]
pub(super) struct Deployed {
    pub(super) rollout: Rollout,
    /// `None` where there is nothing to compare with.
    pub(super) forecast: Option<ForecastView>,
    pub(super) findings: Vec<Finding>,
}

impl Rollouts {
    /// Makes a model the next revision of a service, which is created when it is new.
    pub(super) async fn deploy(
        &self,
        caller: &Caller,
        name: &str,
        request: DeployRequest,
        key: Option<&str>,
        dry_run: bool,
    ) -> Result<Deployed, Problem> {
        let reference: ModelReference = request.model.parse().map_err(RolloutsError::from)?;
        if let Some(Err(message)) = request.steps.as_deref().map(check_steps) {
            return Err(RolloutsError::Steps(message).into());
        }
        let actor = caller.actor();
        let (service, is_new) = self.service_of_call(caller, name, request.project.as_deref()).await?;
        let model = self.registry.resolve(service.team, &reference).await?;
        let findings = self.ask_gates(&service, &model).await?;
        let terms = Terms::new(&service.settings.rollout(), request.strategy, request.steps.clone());
        let prepared = self.prepare(service, is_new, model, terms, actor.clone(), request.again);
        let forecast = self.forecast(&prepared).await?;
        let operation = format!("rollouts.deploy {name}");
        let call = IdempotentCall::new(actor.as_str(), &operation, key, &request);
        let rollout = self
            .context()
            .mutate(dry_run, move |tx| {
                if let Some(first) = call.replay::<RolloutId>(tx)? {
                    return Ok(apply::open_rollout(tx, first)?);
                }
                let rollout = deploy_in(tx, &prepared)?;
                call.remember(tx, &rollout.id)?;
                Ok(rollout)
            })
            .await?;
        if !dry_run {
            self.changed();
        }
        Ok(Deployed { rollout, forecast, findings })
    }

    /// Fixes ids and terms of a deploy.
    pub(super) fn prepare(
        &self,
        service: Service,
        is_new: bool,
        model: ResolvedModel,
        terms: Terms,
        actor: Actor,
        again: bool,
    ) -> Prepared {
        let ids = &self.context().ids;
        let (revision, rollout) = (RevisionId::from_u128(ids.next()), RolloutId::from_u128(ids.next()));
        Prepared { service, is_new, model, terms, revision, rollout, actor, again }
    }

    /// The service of a call, or what it will be. A name of a service out of reach is taken, and no more is told.
    async fn service_of_call(
        &self,
        caller: &Caller,
        name: &str,
        project: Option<&str>,
    ) -> Result<(Service, bool), Problem> {
        let parsed: Name = name.parse().map_err(ServicesError::from)?;
        let wanted = parsed.clone();
        let found = self.context().store.read(move |r| services::by_name(r, wanted.as_str())).await?;
        let Some(service) = found else {
            let info = self.services.instance_of_call(caller, project).await?;
            return Ok((self.new_service(parsed, &info, "api"), true));
        };
        if !caller.scope(SERVICE_READ).reaches_instance(service.team, service.instance) {
            return Err(ServicesError::NameTaken(name.to_owned()).into());
        }
        caller.require(SERVICE_DEPLOY, Resource::Instance(service.team, service.instance))?;
        if project.is_some_and(|project| project != service.project.as_str()) {
            return Err(ServicesError::OtherProject { service: name.to_owned(), project: service.project }.into());
        }
        Ok((service, false))
    }

    pub(super) fn new_service(&self, name: Name, info: &InstanceInfo, made_by: &str) -> Service {
        Service {
            id: ServiceId::from_u128(self.context().ids.next()),
            name,
            team: info.team,
            team_name: info.team_name.clone(),
            instance: info.instance,
            project: info.project_name.clone(),
            settings: ServiceSettings::default(),
            stable: None,
            previous: None,
            open_rollout: None,
            last_outcome: None,
            made_by: made_by.to_owned(),
            version: 1,
            last_change: None,
            created_at: self.context().clock.now(),
        }
    }

    pub(super) async fn resolve(&self, team: TeamId, reference: &str) -> Result<ResolvedModel, Problem> {
        let reference: ModelReference = reference.parse().map_err(RolloutsError::from)?;
        Ok(self.registry.resolve(team, &reference).await?)
    }

    pub(super) async fn ask_gates(&self, service: &Service, model: &ResolvedModel) -> Result<Vec<Finding>, Problem> {
        let intent = Intent {
            action: SERVICE_DEPLOY.name().to_owned(),
            team: service.team,
            instance: service.instance,
            object: service.name.to_string(),
            detail: serde_json::json!({
                "model": format!("{}/{}", model.name, model.version),
                "digest": model.digest.to_string(),
            }),
        };
        self.context().ask_gates(&intent).await
    }

    /// What to expect, where there is a revision to compare with.
    pub(super) async fn forecast(&self, prepared: &Prepared) -> Result<Option<ForecastView>, Problem> {
        let (Some(stable), Strategy::Canary) = (prepared.service.stable, prepared.terms.strategy) else {
            return Ok(None);
        };
        let context = self.context();
        let now = context.clock.now();
        let baseline: Baseline =
            read_baseline(&context.records, prepared.service.id, stable, &prepared.terms, now).await?;
        let terms = Terms { baseline: Some(baseline), ..prepared.terms.clone() };
        forecast_terms(&terms).map(Some).map_err(|error| Problem::internal(&error))
    }
}

/// Keeps revision and rollout, and tells gateways to load the model.
pub(super) fn deploy_in(tx: &mut Transaction<'_>, prepared: &Prepared) -> Result<Rollout, Problem> {
    let now = tx.now();
    let mut service = current_service(tx, prepared)?;
    if service.open_rollout.is_some() {
        return Err(ServicesError::RolloutOpen(service.name).into());
    }
    let model = format!("{}/{}", prepared.model.name, prepared.model.version);
    let stable = match service.stable {
        Some(id) => services::revision_by_id(tx, id)?,
        None => None,
    };
    if let Some(stable) = &stable
        && stable.digest() == prepared.model.digest
        && !prepared.again
    {
        return Err(RolloutsError::Unchanged { service: service.name, model }.into());
    }
    let number = services::next_number(tx, service.id)?;
    let entry = revision_entry(&service, prepared.revision, number, &prepared.model);
    let origin = origin_of(&service, prepared);
    services::insert_revision(tx, &entry, &origin)?;
    let revision = Revision { entry, origin: Some(origin), published: true, created_at: now };
    publish(tx, &revision)?;
    services::lift_hold(tx, service.id, revision.digest())?;
    let created = RevisionCreated {
        service: service.id,
        revision: revision.id(),
        number,
        model: model.clone(),
        digest: revision.digest(),
    };
    let created = tx.emit(&header(&service, prepared.actor.clone()), &created)?;
    let rollout = Rollout {
        id: prepared.rollout,
        service: service.id,
        service_name: service.name.clone(),
        team: service.team,
        instance: service.instance,
        from: stable.map(|stable| Arm { revision: stable.id(), number: stable.entry.number }),
        to: Arm { revision: revision.id(), number },
        model,
        terms: prepared.terms.clone(),
        state: RolloutState::Pending,
        progress: None,
        actor: prepared.actor.as_str().to_owned(),
        version: 1,
        created_at: now,
    };
    store::insert(tx, &rollout)?;
    service.open_rollout = Some(rollout.id);
    services::update(tx, &service)?;
    let what = format!("deployed {} as revision {number}", rollout.model);
    services::note_change(tx, service.id, prepared.actor.as_str(), &what)?;
    emit_started(tx, &rollout, prepared.actor.clone(), created)?;
    Ok(rollout)
}

/// What is known of a revision when it is made.
fn origin_of(service: &Service, prepared: &Prepared) -> Origin {
    let parsed = prepared.model.mlmodel.as_deref().and_then(|text| mlmodel::parse(text).ok());
    Origin {
        created_by: prepared.actor.as_str().to_owned(),
        run_id: prepared.model.run_id.clone(),
        flavors: parsed.map(|parsed| parsed.flavors).unwrap_or_default(),
        python: prepared.model.python.clone(),
        concurrency: service.settings.limits().concurrency,
    }
}

/// The new revision is what the rollout is about.
fn emit_started(
    tx: &mut Transaction<'_>,
    rollout: &Rollout,
    actor: Actor,
    revision_created: EventSeq,
) -> Result<(), ApplyError> {
    let strategy = match rollout.terms.strategy {
        Strategy::Canary => "canary",
        Strategy::AllAtOnce => "all_at_once",
    };
    let started = RolloutStarted {
        rollout: rollout.id,
        service: rollout.service,
        from_revision: rollout.from.map(|arm| arm.revision),
        to_revision: rollout.to.revision,
        strategy: strategy.to_owned(),
    };
    tx.emit(&apply::header(rollout, actor).with_cause(Some(revision_created)), &started)?;
    Ok(())
}

/// The service as it is in this transaction; created here when it is new.
fn current_service(tx: &mut Transaction<'_>, prepared: &Prepared) -> Result<Service, Problem> {
    let wanted = &prepared.service;
    match services::by_name(tx, wanted.name.as_str())? {
        Some(found) if found.id == wanted.id => Ok(found),
        // Made in between by a repetition of this call, by somebody of the same project, or by somebody else.
        Some(found) if found.instance == wanted.instance => Ok(found),
        Some(_) => Err(ServicesError::NameTaken(wanted.name.to_string()).into()),
        None if prepared.is_new => {
            create_service(tx, wanted, prepared.actor.clone())?;
            Ok(wanted.clone())
        }
        None => Err(ServicesError::Unknown(wanted.name.to_string()).into()),
    }
}

/// Keeps a new service and tells gateways its name.
pub(super) fn create_service(tx: &mut Transaction<'_>, service: &Service, actor: Actor) -> Result<(), Problem> {
    let created_at: Timestamp = tx.now();
    services::insert(tx, &Service { created_at, ..service.clone() })?;
    put_traffic(tx, service, &Traffic::None)?;
    services::note_change(tx, service.id, actor.as_str(), "created the service")?;
    let created = ServiceCreated { service: service.id, name: service.name.clone() };
    tx.emit(&header(service, actor), &created)?;
    Ok(())
}
