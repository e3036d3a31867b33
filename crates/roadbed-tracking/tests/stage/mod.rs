//! The room served on a platform with two teams. Shared by the tests of the capabilities and of real clients.

use async_trait::async_trait;
use roadbed_capability::caller::{Identity, Principal};
use roadbed_capability::{Capability, Grantee};
use roadbed_contracts::ports::{Directory, InstanceInfo, PortError};
use roadbed_core::{InstanceId, JobId, Name, ProjectId, TeamId, WorkloadId};
use roadbed_testkit::{TestPlatform, TestServer, principal};
use roadbed_tracking::{Ports, TrackingSettings};
use std::sync::Arc;

/// Two teams with a project each; team 1 is `default`.
struct Teams;

fn info(number: u128, name: &str) -> InstanceInfo {
    let name: Name = name.parse().unwrap();
    InstanceInfo {
        instance: InstanceId::from_u128(number),
        project: ProjectId::from_u128(number),
        project_name: name.clone(),
        team: TeamId::from_u128(number),
        team_name: name,
        target: "default".parse().unwrap(),
        primary: true,
    }
}

#[async_trait]
impl Directory for Teams {
    async fn instance(&self, instance: InstanceId) -> Result<Option<InstanceInfo>, PortError> {
        Ok(self.instances(None).await?.into_iter().find(|info| info.instance == instance))
    }

    async fn find(&self, team: TeamId, project: &Name, _: Option<&Name>) -> Result<Option<InstanceInfo>, PortError> {
        let all = self.instances(Some(team)).await?;
        Ok(all.into_iter().find(|info| info.project_name == *project))
    }

    async fn instances(&self, team: Option<TeamId>) -> Result<Vec<InstanceInfo>, PortError> {
        let all = vec![info(1, "default"), info(2, "other")];
        Ok(all.into_iter().filter(|info| team.is_none_or(|team| team == info.team)).collect())
    }
}

/// The team of every token but `outsider`.
const TEAM: TeamId = TeamId::from_u128(1);

/// Serves the room. Tokens of team 1: `viewer`, `developer`, `deployer`, `admin`, and `job` (of job 7); of team 2: `outsider`; of none:
/// `administrator`.
pub(crate) fn serve(platform: &TestPlatform, settings: TrackingSettings) -> (TestServer, Ports) {
    platform.member("viewer", TEAM, Grantee::Viewer);
    platform.member("developer", TEAM, Grantee::Developer);
    platform.member("deployer", TEAM, Grantee::Deployer);
    platform.member("admin", TEAM, Grantee::Admin);
    platform.member("outsider", TeamId::from_u128(2), Grantee::Deployer);
    platform.administrator("administrator");
    let instance = Some(InstanceId::from_u128(1));
    let identity = Identity::Workload { workload: WorkloadId::from_u128(9), job: Some(JobId::from_u128(7)) };
    let job = principal("job", &[(TEAM, Grantee::Developer)]);
    platform.callers.add("job", Principal { identity, instance, home: instance, ..job });
    let (capabilities, ports) = capabilities(platform, settings);
    (platform.serve(capabilities), ports)
}

/// The room itself.
pub(crate) fn capabilities(platform: &TestPlatform, settings: TrackingSettings) -> (Vec<Capability>, Ports) {
    roadbed_tracking::capabilities(&platform.context, Arc::new(Teams), settings)
}
