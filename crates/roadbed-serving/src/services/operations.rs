use super::entry::{Traffic, service_entry};
use super::model::{Revision, Service, ServiceDeleted, ServicesError};
use super::store;
use crate::gateways::{self, Gateways, revision_key, service_key};
use roadbed_capability::caller::Reach;
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem, Resource, Scope};
use roadbed_contracts::entries::{EntryBody, ServiceEntry};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_contracts::ports::{Directory, InstanceInfo};
use roadbed_core::{Name, RevisionId};
use roadbed_store::{Query, StoreError, Transaction};
use std::sync::Arc;

pub const SERVICE_READ: Permission = Permission::new("service:read", Grantee::Viewer);
pub const SERVICE_DEPLOY: Permission = Permission::new("service:deploy", Grantee::Deployer);

const DEFAULT_PROJECT: &str = "default";

/// Use cases of services. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub(crate) context: Context,
    pub(crate) gateways: Gateways,
    directory: Arc<dyn Directory>,
    gateway_url: Arc<str>,
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
    pub fn new(context: &Context, gateways: Gateways, directory: Arc<dyn Directory>, gateway_url: &str) -> Self {
        let gateway_url = gateway_url.trim_end_matches('/').into();
        Self { context: context.clone(), gateways, directory, gateway_url }
    }

    /// Where callers send their questions.
    #[must_use]
    pub fn url(&self, name: &Name) -> String {
        format!("{}/services/{name}/invocations", self.gateway_url)
    }

    pub(crate) async fn list(&self, caller: &Caller, after: String, limit: u32) -> Result<Vec<ServiceDetail>, Problem> {
        let scope = caller.scope(SERVICE_READ);
        let found = self.context.store.read(move |r| -> Result<_, StoreError> {
            store::list(r, &scope, &after, limit)?.into_iter().map(|service| detail(r, service)).collect()
        });
        let found: Vec<ServiceDetail> = found.await?;
        Ok(found)
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
        Ok(self.context.store.read(move |r| detail(r, service)).await?)
    }

    pub(crate) async fn revisions(
        &self,
        caller: &Caller,
        name: &str,
        before: i64,
        limit: u32,
    ) -> Result<(Service, Vec<Revision>), Problem> {
        let service = self.find(caller, SERVICE_READ, name).await?;
        let id = service.id;
        let found = self.context.store.read(move |r| store::revisions_before(r, id, before, limit)).await?;
        Ok((service, found))
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

fn detail(r: &mut impl Query, service: Service) -> Result<ServiceDetail, StoreError> {
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
    Ok(ServiceDetail { service, entry, revisions, held })
}
