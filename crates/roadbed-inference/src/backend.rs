//! The backend of a gateway or replica: loads revisions, predicts, unloads.

use crate::engine::{Choice, choose};
use crate::mlmodel::MlModel;
use crate::native::{self, Timed};
use crate::onnx::OnnxEngines;
use crate::pool::CpuPool;
use crate::python::{GroupPlan, WorkerGroup};
use crate::settings::Settings;
use async_trait::async_trait;
use roadbed_contracts::backend::{
    Backend, BackendError, InferenceRequest, InferenceResponse, LoadedModel, WorkerLauncher,
};
use roadbed_contracts::entries::RevisionEntry;
use roadbed_core::RevisionId;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::OnceCell;

const WORKER_PROGRAM: &str = include_str!("python/worker.py");
const WORKER_FILE: &str = "roadbed_worker.py";

/// Why a backend cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the folder {0} cannot be written: {1}")]
    WorkDirectory(PathBuf, std::io::Error),
    #[error("inference threads cannot be started: {0}")]
    Threads(std::io::Error),
}

#[derive(Debug)]
enum Runner {
    Native(Arc<Timed>),
    Python(Arc<WorkerGroup>),
}

#[derive(Debug)]
struct Loaded {
    runner: Runner,
    description: LoadedModel,
}

type Slot = Arc<OnceCell<Loaded>>;

/// Implements [`Backend`].
pub struct InferenceBackend {
    settings: Settings,
    engines: Arc<OnnxEngines>,
    pool: CpuPool,
    launcher: Option<Arc<dyn WorkerLauncher>>,
    program: PathBuf,
    slots: RwLock<HashMap<RevisionId, Slot>>,
}

impl fmt::Debug for InferenceBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InferenceBackend").field("slots", &self.slots).finish_non_exhaustive()
    }
}

impl InferenceBackend {
    /// Writes the worker program into the work directory and looks for ONNX Runtime. Blocks for a moment. Without a launcher no model gets
    /// Python workers.
    pub fn start(settings: Settings, launcher: Option<Arc<dyn WorkerLauncher>>) -> Result<Self, StartError> {
        let folder = &settings.work_directory;
        let program = folder.join(WORKER_FILE);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&program, WORKER_PROGRAM))
            .map_err(|error| StartError::WorkDirectory(folder.clone(), error))?;
        let pool = CpuPool::new(settings.threads, settings.queue, settings.hung_after).map_err(StartError::Threads)?;
        let engines = Arc::new(OnnxEngines::find(&settings));
        Ok(Self { settings, engines, pool, launcher, program, slots: RwLock::default() })
    }

    fn slot(&self, revision: RevisionId) -> Option<Slot> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).get(&revision).cloned()
    }

    async fn load_new(&self, revision: &RevisionEntry, directory: &Path) -> Result<Loaded, BackendError> {
        let (engines, folder) = (Arc::clone(&self.engines), directory.to_owned());
        let chosen = tokio::task::spawn_blocking(move || choose(&engines, &folder)).await;
        let chosen =
            chosen.map_err(|_| BackendError::CannotLoad("the engine panicked on the model file".to_owned()))??;
        match chosen {
            Choice::Native(timed) => {
                let model = timed.model();
                let description = LoadedModel {
                    signature: model.signature().clone(),
                    engine: model.engine(),
                    memory_bytes: model.memory_bytes(),
                };
                Ok(Loaded { runner: Runner::Native(Arc::new(timed)), description })
            }
            Choice::Python { model, because } => self.start_workers(revision, directory, *model, &because).await,
        }
    }

    async fn start_workers(
        &self,
        revision: &RevisionEntry,
        directory: &Path,
        model: MlModel,
        because: &str,
    ) -> Result<Loaded, BackendError> {
        let refuse = |fix: &str| {
            let reason = if because.is_empty() { "no native engine knows its flavor" } else { because };
            BackendError::CannotLoad(format!("{reason}; {fix}"))
        };
        if !model.python_function {
            return Err(refuse("it has no python_function flavor either: log it with mlflow"));
        }
        if revision.workers == 0 {
            return Err(refuse("give the service Python workers (workers: 1 or more)"));
        }
        let launcher = self.launcher.clone().ok_or_else(|| refuse("this process cannot start Python workers"))?;
        let batching = revision.batching;
        let max_rows = batching.map_or(self.settings.workers.batch_rows, |batching| batching.max_rows);
        let plan = GroupPlan {
            revision: revision.id,
            attribution: revision.attribution.clone(),
            python: model.python,
            requirements: model.requirements,
            model_directory: directory.to_owned(),
            program: self.program.clone(),
            launcher,
            workers: revision.workers,
            max_rows: usize::try_from(max_rows).unwrap_or(usize::MAX),
            max_delay: Duration::from_micros(batching.map_or(0, |batching| u64::from(batching.max_delay_micros))),
            queue: self.settings.queue,
            settings: self.settings.workers.clone(),
        };
        let group = WorkerGroup::start(plan).await?;
        let note = if because.is_empty() { String::new() } else { format!(" ({because})") };
        let description = LoadedModel {
            signature: model.signature.or_else(|| revision.signature.clone()).unwrap_or_default(),
            engine: format!("python {}{note}", group.python),
            memory_bytes: group.resident_bytes,
        };
        Ok(Loaded { runner: Runner::Python(Arc::new(group)), description })
    }
}

#[async_trait]
impl Backend for InferenceBackend {
    async fn load(&self, revision: &RevisionEntry, directory: &Path) -> Result<LoadedModel, BackendError> {
        let slot = {
            let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(revision.id).or_default())
        };
        let loaded = slot.get_or_try_init(|| self.load_new(revision, directory)).await;
        if loaded.is_err() {
            let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
            // Only this failed slot: another one may have taken its place.
            if slots.get(&revision.id).is_some_and(|current| Arc::ptr_eq(current, &slot) && !current.initialized()) {
                slots.remove(&revision.id);
            }
        }
        loaded.map(|loaded| loaded.description.clone())
    }

    async fn infer(&self, revision: RevisionId, request: InferenceRequest) -> Result<InferenceResponse, BackendError> {
        let slot = self.slot(revision);
        let Some(loaded) = slot.as_ref().and_then(|slot| slot.get()) else {
            return Err(BackendError::Unavailable(format!("revision {revision} is not loaded here")));
        };
        match &loaded.runner {
            Runner::Native(timed) => native::infer(timed, &self.pool, self.settings.inline_below, request).await,
            Runner::Python(group) => group.infer(request).await,
        }
    }

    async fn unload(&self, revision: RevisionId) {
        let slot = self.slots.write().unwrap_or_else(PoisonError::into_inner).remove(&revision);
        if let Some(Runner::Python(group)) = slot.as_ref().and_then(|slot| slot.get()).map(|loaded| &loaded.runner) {
            group.stop().await;
        }
    }
}
