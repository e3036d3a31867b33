use super::model::{Rollout, RolloutsError};
use super::store;
use crate::services::{SERVICE_READ, Services};
use roadbed_capability::{Caller, Context, Permission, Problem, Resource};
use roadbed_contracts::ports::Registry;
use roadbed_core::RolloutId;
use std::sync::Arc;

/// Use cases of rollouts. Cheap to clone.
#[derive(Clone)]
pub struct Rollouts {
    pub(super) services: Services,
    pub(super) registry: Arc<dyn Registry>,
}

/// Which rollouts somebody looks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    /// A state, or `open` for those that have not ended.
    pub(super) state: Option<String>,
    pub(super) service: Option<String>,
    pub(super) before: Option<RolloutId>,
}

const OPEN: [&str; 3] = ["pending", "running", "paused"];
const ENDED: [&str; 3] = ["promoted", "rolled_back", "failed"];

fn states_of(word: &str) -> Result<Vec<&'static str>, RolloutsError> {
    if word == "open" {
        return Ok(OPEN.to_vec());
    }
    let found = OPEN.into_iter().chain(ENDED).find(|state| *state == word);
    found.map(|state| vec![state]).ok_or_else(|| RolloutsError::UnknownState(word.chars().take(40).collect()))
}

/// Name of the controller, its lease and its wake-up.
pub(super) const CONTROLLER: &str = "rollouts";

impl Rollouts {
    #[must_use]
    pub fn new(services: Services, registry: Arc<dyn Registry>) -> Self {
        Self { services, registry }
    }

    pub(super) const fn context(&self) -> &Context {
        &self.services.context
    }

    /// After a commit that changed entries or rollouts.
    pub(super) fn changed(&self) {
        self.services.gateways.announce();
        self.context().wake_ups.wake(CONTROLLER);
    }

    /// The rollout by id, when its service is within the caller's reach.
    pub(super) async fn find(&self, caller: &Caller, permission: Permission, id: &str) -> Result<Rollout, Problem> {
        let unknown = || RolloutsError::Unknown(id.chars().take(64).collect());
        let parsed: RolloutId = id.parse().map_err(|_| unknown())?;
        let found = self.context().store.read(move |r| store::by_id(r, parsed)).await?;
        let scope = caller.scope(SERVICE_READ);
        let found = found.filter(|rollout| scope.reaches_instance(rollout.team, rollout.instance));
        let rollout = found.ok_or_else(unknown)?;
        caller.require(permission, Resource::Instance(rollout.team, rollout.instance))?;
        Ok(rollout)
    }

    /// Rollouts of a service, newest first.
    pub(super) async fn of_service(
        &self,
        caller: &Caller,
        service: &str,
        before: Option<RolloutId>,
        limit: u32,
    ) -> Result<Vec<Rollout>, Problem> {
        let service = self.services.find(caller, SERVICE_READ, service).await?;
        Ok(self.context().store.read(move |r| store::of_service(r, service.id, before, limit)).await?)
    }

    /// Rollouts of all services within reach, newest first.
    pub(super) async fn list(&self, caller: &Caller, search: Search, limit: u32) -> Result<Vec<Rollout>, Problem> {
        let states = search.state.as_deref().map(states_of).transpose()?.unwrap_or_default();
        let service = match &search.service {
            Some(name) => Some(self.services.find(caller, SERVICE_READ, name).await?.id),
            None => None,
        };
        let scope = caller.scope(SERVICE_READ);
        let wanted = store::Wanted { states, service, before: search.before };
        Ok(self.context().store.read(move |r| store::list(r, &scope, &wanted, limit)).await?)
    }

    /// The newest rollout of a service.
    pub(super) async fn latest(&self, caller: &Caller, service: &str) -> Result<Rollout, Problem> {
        let service = self.services.find(caller, SERVICE_READ, service).await?;
        let id = service.id;
        let found = self.context().store.read(move |r| store::of_service(r, id, None, 1)).await?;
        Ok(found.into_iter().next().ok_or_else(|| RolloutsError::None(service.name.clone()))?)
    }

    /// The stages of a rollout, in order.
    pub(super) async fn stages(&self, id: RolloutId) -> Result<Vec<super::model::Stage>, Problem> {
        Ok(self.context().store.read(move |r| store::stages(r, id)).await?)
    }
}
