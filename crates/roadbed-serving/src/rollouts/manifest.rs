//! The manifest's section `services`: settings are applied, and a model that differs from the one in charge is deployed.

use super::deploy::{Prepared, create_service, deploy_in};
use super::operations::Rollouts;
use super::terms::Terms;
use crate::services::store as services;
use crate::services::{
    Service, ServiceChanged, ServiceSettings, Services, ServicesError, header, put_traffic_as_is, read_services,
};
use async_trait::async_trait;
use roadbed_capability::Problem;
use roadbed_capability::manifest::{
    ChangeAction, ManifestSection, OWNER, ObjectChange, PlanContext, PlannedChange, SectionSyntax, three_way,
    three_way_objects,
};
use roadbed_contracts::ports::ResolvedModel;
use roadbed_core::Name;
use roadbed_store::{Query, Transaction};
use serde_json::Value;
use std::collections::BTreeMap;

/// The section on a server.
pub struct ServicesSection {
    rollouts: Rollouts,
}

impl ServicesSection {
    #[must_use]
    pub const fn new(rollouts: Rollouts) -> Self {
        Self { rollouts }
    }
}

/// How the section is written.
pub const SYNTAX: SectionSyntax = SectionSyntax { key: "services", check: read_services };

/// One service that the file names, with the model its reference points at now.
#[derive(Debug, Clone)]
struct Wanted {
    settings: ServiceSettings,
    value: Value,
    model: Option<ResolvedModel>,
}

/// What an apply does to one service.
#[derive(Debug, Clone)]
struct Intended {
    change: PlannedChange,
    name: Name,
    wanted: Option<Wanted>,
    live: Option<Service>,
    deploys: bool,
}

fn value_of(service: &Service) -> Result<Value, Problem> {
    serde_json::to_value(&service.settings).map_err(|error| Problem::internal(&error))
}

impl Rollouts {
    async fn wanted(
        &self,
        context: &PlanContext,
        desired: Option<&Value>,
    ) -> Result<BTreeMap<String, Wanted>, Problem> {
        let mut wanted = BTreeMap::new();
        for (name, value) in desired.and_then(Value::as_object).into_iter().flatten() {
            let settings: ServiceSettings =
                serde_json::from_value(value.clone()).map_err(|error| Problem::internal(&error))?;
            let model = match &settings.model {
                Some(reference) => Some(self.resolve(context.team, reference).await?),
                None => None,
            };
            let name = match &context.target {
                Some(target) => format!("{name}-{target}"),
                None => name.clone(),
            };
            wanted.insert(name, Wanted { settings, value: value.clone(), model });
        }
        Ok(wanted)
    }
}

/// What differs, in the order of the names.
fn intend(
    r: &mut impl Query,
    context: &PlanContext,
    wanted: &BTreeMap<String, Wanted>,
) -> Result<Vec<Intended>, Problem> {
    let (mut last, mut live, mut found) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for service in services::of_instance(r, context.instance)? {
        let value = value_of(&service)?;
        if service.made_by == OWNER {
            last.insert(service.name.to_string(), value.clone());
        }
        live.insert(service.name.to_string(), value);
        found.insert(service.name.to_string(), service);
    }
    let new: BTreeMap<String, Value> =
        wanted.iter().map(|(name, wanted)| (name.clone(), wanted.value.clone())).collect();
    let mut intended = Vec::new();
    for (name, change) in three_way_objects(&last, &new, &live) {
        let parsed: Name = name.parse().map_err(ServicesError::from)?;
        if change == ObjectChange::Create && services::by_name(r, &name)?.is_some() {
            return Err(ServicesError::NameTaken(name).into());
        }
        let (wanted, live) = (wanted.get(&name).cloned(), found.get(&name).cloned());
        let object = format!("service/{name}");
        let change = match change {
            ObjectChange::Create => {
                PlannedChange::new(ChangeAction::Create, object, three_way(None, new.get(&name), None))
            }
            ObjectChange::Update { fields, .. } => PlannedChange::new(ChangeAction::Update, object, fields),
            ObjectChange::Delete => PlannedChange::new(ChangeAction::Delete, object, Vec::new()),
            ObjectChange::Unchanged => PlannedChange::new(ChangeAction::None, object, Vec::new()),
        };
        let mut one = Intended { change, name: parsed, wanted, live, deploys: false };
        note_deploy(r, &mut one)?;
        intended.push(one);
    }
    Ok(intended)
}

/// Whether the model has to be deployed, and a note that says so or why not.
fn note_deploy(r: &mut impl Query, intended: &mut Intended) -> Result<(), Problem> {
    let Some(model) = intended.wanted.as_ref().and_then(|wanted| wanted.model.as_ref()) else { return Ok(()) };
    let shown = format!("{}/{}", model.name, model.version);
    let Some(service) = &intended.live else {
        intended.deploys = true;
        intended.change.note = Some(format!("deploys {shown} as its first revision"));
        return Ok(());
    };
    let stable = match service.stable {
        Some(id) => services::revision_by_id(r, id)?.map(|revision| revision.digest()),
        None => None,
    };
    if stable == Some(model.digest) {
        return Ok(());
    }
    intended.change.note = Some(if service.open_rollout.is_some() {
        "a rollout is under way; apply again when it has ended".to_owned()
    } else if services::is_held(r, service.id, model.digest)? {
        format!("{shown} was rolled back and is held; deploy it by hand to try it again")
    } else {
        intended.deploys = true;
        if intended.change.action == ChangeAction::None {
            intended.change.action = ChangeAction::Update;
        }
        format!("starts a rollout of {shown}")
    });
    Ok(())
}

#[async_trait]
impl ManifestSection for ServicesSection {
    fn syntax(&self) -> SectionSyntax {
        SYNTAX
    }

    async fn plan(&self, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
        let wanted = self.rollouts.wanted(context, desired).await?;
        let context = context.clone();
        let intended = self.rollouts.context().store.read(move |r| intend(r, &context, &wanted)).await?;
        Ok(intended.into_iter().map(|intended| intended.change).collect())
    }

    async fn apply(&self, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
        let wanted = self.rollouts.wanted(context, desired).await?;
        let info = self.rollouts.services.instance(context.instance).await?;
        let info = info.ok_or_else(|| ServicesError::UnknownProject(context.project.to_string()))?;
        let (mut new, mut prepared) = (BTreeMap::new(), BTreeMap::new());
        for (name, wanted) in &wanted {
            let parsed: Name = name.parse().map_err(ServicesError::from)?;
            let service =
                Service { settings: wanted.settings.clone(), ..self.rollouts.new_service(parsed, &info, OWNER) };
            new.insert(name.clone(), service.clone());
            // Without a model the file says how the service changes, and deploys say to what.
            let Some(model) = &wanted.model else { continue };
            self.rollouts.ask_gates(&service, model).await?;
            let terms = Terms::new(&wanted.settings.rollout(), None, None);
            let one = self.rollouts.prepare(service, true, model.clone(), terms, context.actor.clone(), false);
            prepared.insert(name.clone(), one);
        }
        let (dry_run, context) = (context.dry_run, context.clone());
        let changes = self
            .rollouts
            .context()
            .mutate(dry_run, move |tx| {
                let intended = intend(tx, &context, &wanted)?;
                for one in &intended {
                    apply_one(tx, &context, one, (new.get(one.name.as_str()), prepared.get(one.name.as_str())))?;
                }
                Ok(intended.into_iter().map(|intended| intended.change).collect())
            })
            .await?;
        if !dry_run {
            self.rollouts.changed();
        }
        Ok(changes)
    }
}

fn apply_one(
    tx: &mut Transaction<'_>,
    context: &PlanContext,
    intended: &Intended,
    (new, prepared): (Option<&Service>, Option<&Prepared>),
) -> Result<(), Problem> {
    let actor = context.actor.clone();
    match (&intended.live, &intended.wanted, intended.change.action) {
        (Some(live), None, ChangeAction::Delete) => return Services::delete_in(tx, live, actor),
        (None, Some(_), _) => {
            if let Some(service) = new {
                create_service(tx, service, actor)?;
            }
        }
        (Some(live), Some(wanted), ChangeAction::Update)
            if live.settings != wanted.settings || live.made_by != OWNER =>
        {
            let mut service = live.clone();
            service.settings = wanted.settings.clone();
            OWNER.clone_into(&mut service.made_by);
            service.version += 1;
            services::update(tx, &service)?;
            services::note_change(tx, service.id, actor.as_str(), "applied the manifest's settings")?;
            put_traffic_as_is(tx, &service)?;
            let changed = ServiceChanged { service: service.id, name: service.name.clone(), version: service.version };
            tx.emit(&header(&service, actor), &changed)?;
        }
        _ => {}
    }
    if let Some(prepared) = prepared.filter(|_| intended.deploys) {
        deploy_in(tx, prepared)?;
    }
    Ok(())
}
