//! Owner: training. Jobs by id.

use super::PortError;
use async_trait::async_trait;
use roadbed_core::{InstanceId, JobId, Name, TeamId, WorkloadId};

/// A job as other rooms see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobInfo {
    pub job: JobId,
    pub name: Name,
    pub team: TeamId,
    pub instance: InstanceId,
    /// `queued`, `starting`, `running`, `succeeded`, `failed`, `cancelled` or `lost`.
    pub state: String,
    /// One workload per attempt, oldest first.
    pub workloads: Vec<WorkloadId>,
}

#[async_trait]
pub trait Jobs: Send + Sync + 'static {
    async fn job(&self, job: JobId) -> Result<Option<JobInfo>, PortError>;

    /// The job that a workload is an attempt of.
    async fn job_of_workload(&self, workload: WorkloadId) -> Result<Option<JobInfo>, PortError>;
}
