//! The controller `job-retention`: logs, outputs and checkpoints of jobs that ended long ago make room. The job itself stays in the table.

use super::launch::checkpoint_directory;
use super::operations::Jobs;
use super::store;
use async_trait::async_trait;
use roadbed_capability::{Controller, ControllerError};
use roadbed_core::{JobId, WorkloadId};
use roadbed_store::{Lease, StoreError};
use std::io::ErrorKind;
use std::time::Duration;

const CONTROLLER: &str = "job-retention";
const PERIOD: Duration = Duration::from_secs(600);
/// Attempts whose files are removed in one pass.
const ATTEMPTS_LIMIT: u32 = 500;

pub(super) struct Retention {
    jobs: Jobs,
}

impl Retention {
    pub(super) const fn new(jobs: Jobs) -> Self {
        Self { jobs }
    }

    async fn remove_checkpoints(&self, job: JobId) -> Result<(), ControllerError> {
        let directory = checkpoint_directory(&self.jobs.inner.settings, job);
        let removed = tokio::task::spawn_blocking(move || match std::fs::remove_dir_all(&directory) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(ControllerError::new(format!("{} could not be removed: {error}", directory.display())))
            }
            _ => Ok(()),
        });
        removed.await.map_err(ControllerError::new)?
    }
}

#[async_trait]
impl Controller for Retention {
    fn name(&self) -> &'static str {
        CONTROLLER
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn pass(&self, lease: &Lease) -> Result<String, ControllerError> {
        let inner = &self.jobs.inner;
        let before = inner.context.clock.now().minus(inner.settings.keep_ended);
        let expired = inner.context.store.read(move |r| store::expired(r, before, ATTEMPTS_LIMIT)).await?;
        for attempt in &expired {
            inner.engine.remove(attempt.workload).await.map_err(ControllerError::new)?;
            if attempt.is_last {
                self.remove_checkpoints(attempt.job).await?;
            }
        }
        if !expired.is_empty() {
            let (lease, removed) =
                (lease.clone(), expired.iter().map(|attempt| attempt.workload).collect::<Vec<WorkloadId>>());
            let written = inner.context.store.write(move |tx| -> Result<(), StoreError> {
                tx.check_lease(&lease)?;
                tx.without_event("files that were kept long enough are our own housekeeping");
                store::set_removed(tx, &removed)
            });
            written.await?;
        }
        Ok(format!("removed the files of {} attempts", expired.len()))
    }
}
