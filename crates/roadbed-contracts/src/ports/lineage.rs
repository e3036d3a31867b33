//! Owner: tracking. What came from what.

use super::PortError;
use async_trait::async_trait;
use roadbed_core::JobId;

#[async_trait]
pub trait Lineage: Send + Sync + 'static {
    /// Run ids (32 hex digits) made with the token of the job, oldest first.
    async fn runs_of_job(&self, job: JobId) -> Result<Vec<String>, PortError>;
}
