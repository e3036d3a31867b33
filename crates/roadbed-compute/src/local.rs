//! The local engine: each workload is a supervisor process with a folder `<data>/workloads/<id>/`.
//!
//! Nothing is kept in memory that the folders do not say, so an engine that is dropped and made again finds everything.
//! Whether somebody supervises is told by a file lock that the engine takes before the supervisor exists and hands to it as stdin:
//! there is no moment at which a started workload looks unsupervised.

mod capacity;
mod doctor;
pub(crate) mod folders;
mod gpus;
mod leftovers;
pub(crate) mod lock;
mod observe;
mod read;
mod start;
mod state;
mod stop;

pub use state::{LocalEngineConfig, LocateCode};

use crate::engine::{Engine, EngineCapacity, EngineError, Finding, LogChunk, Observed, OutputChunk, Selection};
use async_trait::async_trait;
use folders::Folders;
use roadbed_contracts::records::Usage;
use roadbed_contracts::workload::folder::OutputFile;
use roadbed_contracts::workload::{WorkloadReport, WorkloadSpec};
use roadbed_core::WorkloadId;
use state::Inner;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

/// Runs workloads as processes of this machine.
#[derive(Clone)]
pub struct LocalEngine {
    inner: Arc<Inner>,
}

impl LocalEngine {
    /// Opens the engine on its data directory; makes `workloads/` (0700) when it is new.
    pub fn open(config: LocalEngineConfig) -> Result<Self, EngineError> {
        let folders = Folders::open(&config.data_directory)?;
        let (changes, _) = watch::channel(0);
        let inner = Inner { config, folders, changes, gate: Mutex::new(()), supervisors: TaskTracker::new() };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What this machine offers for running and isolating user code, and what it lacks.
    #[must_use]
    pub fn doctor(&self) -> Vec<Finding> {
        Self::examine(&self.inner.config)
    }

    /// As [`Self::doctor`], without opening an engine.
    #[must_use]
    pub fn examine(config: &LocalEngineConfig) -> Vec<Finding> {
        doctor::examine(config)
    }

    /// Runs blocking file work off the async threads.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || work(&inner)).await.map_err(|_| EngineError::Closed)?
    }
}

#[async_trait]
impl Engine for LocalEngine {
    async fn start(&self, spec: &WorkloadSpec) -> Result<(), EngineError> {
        let spec = spec.clone();
        let Some(mut supervisor) = self.blocking(move |inner| start::start(inner, &spec)).await? else {
            return Ok(());
        };
        let changes = self.inner.changes.clone();
        self.inner.supervisors.spawn(async move {
            if let Err(error) = supervisor.wait().await {
                tracing::warn!(%error, "waiting for a supervisor failed");
            }
            changes.send_modify(|count| *count += 1);
        });
        Ok(())
    }

    async fn observe(&self, selection: Selection<'_>) -> Result<Vec<Observed>, EngineError> {
        let ids = match selection {
            Selection::All => None,
            Selection::Ids(ids) => Some(ids.to_vec()),
        };
        self.blocking(move |inner| observe::observe(inner, ids)).await
    }

    async fn stop(&self, id: WorkloadId, reason: &str) -> Result<(), EngineError> {
        let reason = reason.to_owned();
        self.blocking(move |inner| stop::stop(inner, id, &reason)).await?;
        self.inner.changes.send_modify(|count| *count += 1);
        Ok(())
    }

    async fn read_log(&self, id: WorkloadId, offset: u64, max_bytes: usize) -> Result<LogChunk, EngineError> {
        self.blocking(move |inner| read::log(inner, id, offset, max_bytes)).await
    }

    async fn outputs(&self, id: WorkloadId) -> Result<Vec<OutputFile>, EngineError> {
        self.blocking(move |inner| read::outputs(inner, id)).await
    }

    async fn read_output(
        &self,
        id: WorkloadId,
        path: &str,
        offset: u64,
        max_bytes: usize,
    ) -> Result<OutputChunk, EngineError> {
        let path = path.to_owned();
        self.blocking(move |inner| read::output(inner, id, path, offset, max_bytes)).await
    }

    async fn usage_minutes(&self, id: WorkloadId, after_micros: i64) -> Result<Vec<Usage>, EngineError> {
        self.blocking(move |inner| read::usage_minutes(inner, id, after_micros)).await
    }

    async fn remove(&self, id: WorkloadId) -> Result<(), EngineError> {
        self.blocking(move |inner| stop::remove(inner, id)).await
    }

    async fn capacity(&self) -> Result<EngineCapacity, EngineError> {
        self.blocking(|_| capacity::measure()).await
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    fn notify_report(&self, _report: &WorkloadReport) {
        self.inner.changes.send_modify(|count| *count += 1);
    }
}
