//! The port `Lineage`: which runs a job made.

use crate::runs;
use async_trait::async_trait;
use roadbed_capability::Context;
use roadbed_contracts::ports::{Lineage, PortError};
use roadbed_core::JobId;

/// Lineage over the store.
pub struct StoredLineage {
    context: Context,
}

impl StoredLineage {
    #[must_use]
    pub const fn new(context: Context) -> Self {
        Self { context }
    }
}

#[async_trait]
impl Lineage for StoredLineage {
    async fn runs_of_job(&self, job: JobId) -> Result<Vec<String>, PortError> {
        runs::runs_of_job(&self.context.store, job).await.map_err(|error| PortError::Failed(error.to_string()))
    }
}
