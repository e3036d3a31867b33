use super::entry::{Traffic, service_entry};
use super::health::{Health, OpenRollout, Signs, health};
use super::model::{Revision, Service, ServiceDeleted, ServicesError};
use super::store;
use crate::gateways::{self, Gateways, revision_key, service_key};
use roadbed_capability::caller::Reach;
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem, Resource, Scope};
use roadbed_contracts::entries::{EntryBody, ServiceEntry};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_contracts::ports::{Directory, InstanceInfo};
use roadbed_core::{Name, RevisionId, RolloutId};
use roadbed_store::{Reader, StoreError, Transaction};
use std::sync::Arc;

pub const SERVICE_READ: Permission = Permission::new("service:read", Grantee::Viewer);
pub const SERVICE_DEPLOY: Permission = Permission::new("service:deploy", Grantee::Deployer);
/// Calling a service. Needs no more than reading; gateways' grants follow the same rule.
pub const SERVICE_PREDICT: Permission = Permission::new("service:predict", Grantee::Viewer);

const DEFAULT_PROJECT: &str = "default";

/// Finds where a rollout stands. Rollouts are above services, so the room's assembly hands it in.
pub(crate) type OpenRolloutOf = fn(&mut Reader<'_>, RolloutId) -> Result<Option<OpenRollout>, StoreError>;

/// Use cases of services. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub(crate) context: Context,
    pub(crate) gateways: Gateways,
    directory: Arc<dyn Directory>,
    gateway_url: Arc<str>,
    open_rollout_of: OpenRolloutOf,
}

/// A service with what its page shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServiceDetail {
    pub(crate) service: Service,
    pub(crate) entry: Option<ServiceEntry>,
    /// Revisions that are published or named by the service.
    pub(crate) revisions: Vec<Revision>,
    /// Digests that were rolled back.
    pub(crate) held: Vec<String>,
    pub(crate) health: (Health, String),
}

impl ServiceDetail {
    /// Number of a revision of this service.
    #[must_use]
    pub(crate) fn number(&self, revision: RevisionId) -> Option<i64> {
        self.revisions.iter().find(|known| known.id() == revision).map(|known| known.entry.number)
    }
}

/// For events about a service.
pub(crate) fn header(service: &Service, actor: Actor) -> EventHeader {
    EventHeader::new(Subject::new("service", &service.name), actor)
        .with_team(service.team)
        .with_instance(service.instance)
}

/// Tells gateways where traffic goes; the version of the entry.
pub(crate) fn put_traffic(tx: &mut Transaction<'_>, service: &Service, traffic: &Traffic) -> Result<i64, StoreError> {
    let body = EntryBody::Service(service_entry(service, traffic));
    gateways::store::put_entry(tx, &service_key(service.id), Some(&body))
}

/// Tells gateways the settings of a service; traffic stays where it is. A rollout's stages are versions of the entry, so while one is
/// open the settings wait for its next stage.
pub(crate) fn put_traffic_as_is(tx: &mut Transaction<'_>, service: &Service) -> Result<(), StoreError> {
    if service.open_rollout.is_some() {
        return Ok(());
    }
    let key = service_key(service.id);
    if let Some((_, entry)) = gateways::store::service_entry(tx, &key)? {
        let limits = service.settings.limits();
        let body = EntryBody::Service(ServiceEntry { limits, ..entry });
        gateways::store::put_entry(tx, &key, Some(&body))?;
    }
    Ok(())
}

/// Tells gateways of a revision.
pub(crate) fn publish(tx: &mut Transaction<'_>, revision: &Revision) -> Result<(), StoreError> {
    let body = EntryBody::Revision(revision.entry.clone());
    gateways::store::put_entry(tx, &revision_key(revision.id()), Some(&body))?;
    store::set_published(tx, revision.id(), true)
}

/// Takes a revision from gateways.
pub(crate) fn unpublish(tx: &mut Transaction<'_>, revision: RevisionId) -> Result<(), StoreError> {
    gateways::store::put_entry(tx, &revision_key(revision), None)?;
    store::set_published(tx, revision, false)
}

impl Services {
    #[must_use]
    pub(crate) fn new(
        context: &Context,
        gateways: Gateways,
        directory: Arc<dyn Directory>,
        gateway_url: &str,
        open_rollout_of: OpenRolloutOf,
    ) -> Self {
        let gateway_url = gateway_url.trim_end_matches('/').into();
        Self { context: context.clone(), gateways, directory, gateway_url, open_rollout_of }
    }

    /// Where callers send their questions.
    #[must_use]
    pub fn url(&self, name: &Name) -> String {
        format!("{}{}", self.gateway_url, path_of(name))
    }

    pub(crate) async fn list(&self, caller: &Caller, after: String, limit: u32) -> Result<Vec<ServiceDetail>, Problem> {
        let scope = caller.scope(SERVICE_READ);
        let found = self.context.store.read(move |r| store::list(r, &scope, &after, limit)).await?;
        self.details(found).await
    }

    /// The service by name, when it is within the caller's reach for reading and the permission is held.
    pub(crate) async fn find(&self, caller: &Caller, permission: Permission, name: &str) -> Result<Service, Problem> {
        let wanted = name.to_owned();
        let found = self.context.store.read(move |r| store::by_name(r, &wanted)).await?;
        let scope = caller.scope(SERVICE_READ);
        let found = found.filter(|service| scope.reaches_instance(service.team, service.instance));
        let service = found.ok_or_else(|| ServicesError::Unknown(name.to_owned()))?;
        caller.require(permission, Resource::Instance(service.team, service.instance))?;
        Ok(service)
    }

    pub(crate) async fn detail(&self, service: Service) -> Result<ServiceDetail, Problem> {
        let name = service.name.to_string();
        let found = self.details(vec![service]).await?;
        Ok(found.into_iter().next().ok_or(ServicesError::Unknown(name))?)
    }

    async fn details(&self, services: Vec<Service>) -> Result<Vec<ServiceDetail>, Problem> {
        let ids: Vec<_> = services.iter().map(|service| service.id).collect();
        let recent = self.recent(&ids).await?;
        let open_rollout_of = self.open_rollout_of;
        let read = move |r: &mut Reader<'_>| -> Result<Vec<_>, StoreError> {
            services.into_iter().map(|service| parts(r, service, open_rollout_of)).collect()
        };
        let found = self.context.store.read(read).await?;
        let liveness = self.gateways.liveness();
        let detail = |(parts, rollout): (ServiceDetail, Option<OpenRollout>)| {
            let service = &parts.service;
            let stable = service.stable.and_then(|id| Some((parts.number(id)?, liveness.readiness(id))));
            let signs = Signs {
                state: service.state(),
                stable,
                rollout,
                recent: recent.get(&service.id).copied().unwrap_or_default(),
                errors_limit: service.settings.rollout().errors_limit(),
            };
            ServiceDetail { health: health(&signs), ..parts }
        };
        Ok(found.into_iter().map(detail).collect())
    }

    /// Path of a service at its gateway, for somebody who may call it.
    ///
    /// # Errors
    /// There is no such service for the caller, or the caller may not call it.
    pub async fn path_for(&self, caller: &Caller, name: &str) -> Result<String, Problem> {
        let service = self.find(caller, SERVICE_PREDICT, name).await?;
        Ok(path_of(&service.name))
    }

    /// Takes a service away from gateways and frees its name.
    pub(crate) async fn delete(&self, caller: &Caller, name: &str, dry_run: bool) -> Result<(), Problem> {
        let service = self.find(caller, SERVICE_DEPLOY, name).await?;
        let (id, actor) = (service.id, caller.actor());
        self.context
            .mutate(dry_run, move |tx| {
                let service = store::by_id(tx, id)?.ok_or_else(|| ServicesError::Unknown(service.name.to_string()))?;
                Self::delete_in(tx, &service, actor.clone())
            })
            .await?;
        self.gateways.announce();
        Ok(())
    }

    pub(crate) fn delete_in(tx: &mut Transaction<'_>, service: &Service, actor: Actor) -> Result<(), Problem> {
        if service.open_rollout.is_some() {
            return Err(ServicesError::RolloutOpen(service.name.clone()).into());
        }
        gateways::store::put_entry(tx, &service_key(service.id), None)?;
        for revision in store::revisions(tx, service.id)?.iter().filter(|revision| revision.published) {
            unpublish(tx, revision.id())?;
        }
        store::delete(tx, service.id)?;
        let deleted = ServiceDeleted { service: service.id, name: service.name.clone() };
        tx.emit(&header(service, actor), &deleted)?;
        Ok(())
    }

    /// The project a call is about: explicit, else the token's home project, else `default`.
    pub(crate) async fn instance_of_call(
        &self,
        caller: &Caller,
        project: Option<&str>,
    ) -> Result<InstanceInfo, Problem> {
        let name = project.unwrap_or(DEFAULT_PROJECT);
        let parsed: Name = name.parse().map_err(ServicesError::from)?;
        let mut found = match (project, caller.principal().instance.or(caller.principal().home)) {
            (None, Some(home)) => self.directory.instance(home).await?.into_iter().collect(),
            _ => self.by_project(&caller.scope(SERVICE_DEPLOY), &parsed).await?,
        };
        if found.is_empty() {
            // Within reach for reading: the permission is what is missing.
            found = self.by_project(&caller.scope(SERVICE_READ), &parsed).await?;
        }
        if found.len() > 1 {
            let teams = found.iter().map(|info| info.team_name.to_string()).collect();
            return Err(ServicesError::AmbiguousProject { project: name.to_owned(), teams }.into());
        }
        let info = found.pop().ok_or_else(|| ServicesError::UnknownProject(name.to_owned()))?;
        caller.require(SERVICE_DEPLOY, Resource::Instance(info.team, info.instance))?;
        Ok(info)
    }

    async fn by_project(&self, scope: &Scope, name: &Name) -> Result<Vec<InstanceInfo>, Problem> {
        if let Some(only) = scope.instance() {
            let info = self.directory.instance(only).await?;
            return Ok(info
                .into_iter()
                .filter(|info| info.project_name == *name && scope.reaches(info.team))
                .collect());
        }
        match scope.teams() {
            Reach::All => {
                let all = self.directory.instances(None).await?;
                Ok(all.into_iter().filter(|info| info.primary && info.project_name == *name).collect())
            }
            Reach::Only(teams) => {
                let mut found = Vec::new();
                for team in teams {
                    found.extend(self.directory.find(*team, name, None).await?);
                }
                Ok(found)
            }
        }
    }

    /// The instance with the names around it.
    pub(crate) async fn instance(&self, instance: roadbed_core::InstanceId) -> Result<Option<InstanceInfo>, Problem> {
        Ok(self.directory.instance(instance).await?)
    }
}

fn path_of(name: &Name) -> String {
    format!("/services/{name}/invocations")
}

/// What is in the store about a service; its health is not told yet.
fn parts(
    r: &mut Reader<'_>,
    service: Service,
    open_rollout_of: OpenRolloutOf,
) -> Result<(ServiceDetail, Option<OpenRollout>), StoreError> {
    let entry = gateways::store::service_entry(r, &service_key(service.id))?.map(|(_, entry)| entry);
    let routed = entry.iter().flat_map(|entry| entry.routes.iter().map(|route| route.revision));
    let mut named: Vec<RevisionId> = routed.chain(service.stable).chain(service.previous).collect();
    named.sort_unstable();
    named.dedup();
    let mut revisions = Vec::new();
    for id in named {
        revisions.extend(store::revision_by_id(r, id)?);
    }
    let held = store::held(r, service.id)?;
    let rollout = match service.open_rollout {
        Some(id) => open_rollout_of(r, id)?,
        None => None,
    };
    Ok((ServiceDetail { service, entry, revisions, held, health: (Health::Unknown, String::new()) }, rollout))
}
