//! Owner: projects. Who is who.

use super::PortError;
use async_trait::async_trait;
use roadbed_core::{InstanceId, Name, ProjectId, TeamId};

/// A project instance with the names around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceInfo {
    pub instance: InstanceId,
    pub project: ProjectId,
    pub project_name: Name,
    pub team: TeamId,
    pub team_name: Name,
    /// `default` when the manifest names no targets.
    pub target: Name,
    /// The target whose services carry the bare name.
    pub primary: bool,
}

#[async_trait]
pub trait Directory: Send + Sync + 'static {
    async fn instance(&self, instance: InstanceId) -> Result<Option<InstanceInfo>, PortError>;

    /// The instance of a project by names; the primary target when `target` is `None`.
    async fn find(
        &self,
        team: TeamId,
        project: &Name,
        target: Option<&Name>,
    ) -> Result<Option<InstanceInfo>, PortError>;

    /// All instances of a team, of every team for `None`.
    async fn instances(&self, team: Option<TeamId>) -> Result<Vec<InstanceInfo>, PortError>;
}
