//! Owner: projects. Credentials for workloads.

use super::PortError;
use async_trait::async_trait;
use roadbed_core::{InstanceId, JobId, Secret, TokenId, WorkloadId};

/// What a workload's token may do and how long it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadGrant {
    pub instance: InstanceId,
    pub workload: WorkloadId,
    /// Runs made with the token are linked to this job.
    pub job: Option<JobId>,
}

/// A fresh token: its text is known only now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    pub id: TokenId,
    pub token: Secret,
}

#[async_trait]
pub trait Secrets: Send + Sync + 'static {
    /// A token scoped to the instance that dies with the workload.
    async fn issue(&self, grant: &WorkloadGrant) -> Result<IssuedToken, PortError>;

    /// Ends every token of the workload; ending twice is harmless.
    async fn revoke(&self, workload: WorkloadId) -> Result<(), PortError>;
}
