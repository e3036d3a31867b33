use super::model::{Attempt, Job};
use super::store;
use async_trait::async_trait;
use roadbed_contracts::ports::{JobInfo, Jobs, PortError};
use roadbed_core::{JobId, WorkloadId};
use roadbed_store::{Store, StoreError};

/// The `Jobs` port over the jobs' tables.
pub struct JobsTable {
    store: Store,
}

impl JobsTable {
    #[must_use]
    pub const fn new(store: Store) -> Self {
        Self { store }
    }
}

fn failed(error: &StoreError) -> PortError {
    PortError::Failed(format!("the jobs cannot be read: {error}"))
}

fn info(job: Job, attempts: &[Attempt]) -> JobInfo {
    JobInfo {
        job: job.id,
        name: job.name,
        team: job.team,
        instance: job.instance,
        state: job.progress.state.as_str().to_owned(),
        workloads: attempts.iter().map(|attempt| attempt.workload).collect(),
    }
}

#[async_trait]
impl Jobs for JobsTable {
    async fn job(&self, job: JobId) -> Result<Option<JobInfo>, PortError> {
        let found = self.store.read(move |r| -> Result<_, StoreError> {
            let Some(found) = store::by_id(r, job)? else { return Ok(None) };
            Ok(Some(info(found, &store::attempts(r, job)?)))
        });
        found.await.map_err(|error| failed(&error))
    }

    async fn job_of_workload(&self, workload: WorkloadId) -> Result<Option<JobInfo>, PortError> {
        let found = self.store.read(move |r| -> Result<_, StoreError> { store::attempt_by_workload(r, workload) });
        match found.await.map_err(|error| failed(&error))? {
            Some(attempt) => self.job(attempt.job).await,
            None => Ok(None),
        }
    }
}
