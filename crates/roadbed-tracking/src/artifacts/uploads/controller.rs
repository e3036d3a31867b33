//! The controller `abandoned-uploads`: forgets what nobody ended.

use super::model::OPEN_FOR;
use super::store;
use crate::mlflow::Tracking;
use async_trait::async_trait;
use roadbed_capability::{Controller, ControllerError};
use roadbed_store::{Lease, StoreError, Transaction};
use std::time::Duration;

/// Uploads forgotten in one transaction.
const BATCH: u64 = 50;

pub(in crate::artifacts) struct AbandonedUploads {
    pub tracking: Tracking,
}

#[async_trait]
impl Controller for AbandonedUploads {
    fn name(&self) -> &'static str {
        "abandoned-uploads"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn pass(&self, lease: &Lease) -> Result<String, ControllerError> {
        let before = self.tracking.context.clock.now().minus(OPEN_FOR);
        let mut forgotten = 0;
        loop {
            let lease = lease.clone();
            let work = move |tx: &mut Transaction<'_>| {
                tx.check_lease(&lease)?;
                let old = store::begun_before(tx, before, BATCH)?;
                old.iter().try_for_each(|id| store::remove(tx, id))?;
                Ok::<_, StoreError>(old.len())
            };
            match self.tracking.context.store.write(work).await? {
                0 => return Ok(format!("forgot {forgotten} uploads that nobody ended within a day")),
                some => forgotten += some,
            }
        }
    }
}
