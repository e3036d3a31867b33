use super::store;
use async_trait::async_trait;
use roadbed_contracts::ports::{Directory, InstanceInfo, PortError};
use roadbed_core::{InstanceId, Name, TeamId};
use roadbed_store::{Remembered, Store, StoreError};

/// The `Directory` port over the projects' tables.
pub struct ProjectDirectory {
    store: Store,
    /// The instances of a team, or of all: asked on every call that names its team by the home project or not at all.
    known: Remembered<Option<TeamId>, Vec<InstanceInfo>>,
}

/// Lists kept in memory: one per team that is asked about.
const MOST_KNOWN: usize = 256;

impl ProjectDirectory {
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, known: Remembered::new(MOST_KNOWN) }
    }
}

fn failed(error: &StoreError) -> PortError {
    PortError::Failed(format!("the directory cannot be read: {error}"))
}

#[async_trait]
impl Directory for ProjectDirectory {
    async fn instance(&self, instance: InstanceId) -> Result<Option<InstanceInfo>, PortError> {
        let found = self.store.read(move |r| store::instance_by_id(r, instance)).await;
        found.map_err(|error: StoreError| failed(&error))
    }

    async fn find(
        &self,
        team: TeamId,
        project: &Name,
        target: Option<&Name>,
    ) -> Result<Option<InstanceInfo>, PortError> {
        let (project, target) = (project.clone(), target.cloned());
        let found = self
            .store
            .read(move |r| store::instance_by_names(r, team, project.as_str(), target.as_ref().map(Name::as_str)));
        found.await.map_err(|error: StoreError| failed(&error))
    }

    async fn instances(&self, team: Option<TeamId>) -> Result<Vec<InstanceInfo>, PortError> {
        let found = self.known.read(&self.store, team, move |r| store::instances(r, team)).await;
        found.map_err(|error: StoreError| failed(&error))
    }
}
