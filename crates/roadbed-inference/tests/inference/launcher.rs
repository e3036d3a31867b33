//! Starts Python workers as plain child processes, and a backend on top of it.

use crate::cases::Models;
use async_trait::async_trait;
use roadbed_contracts::backend::{BackendError, RunningWorker, WorkerLaunch, WorkerLauncher};
use roadbed_contracts::entries::RevisionEntry;
use roadbed_core::{Attribution, Digest, InstanceId, RevisionId, ServiceId, TeamId};
use roadbed_inference::settings::OnnxRuntime;
use roadbed_inference::{InferenceBackend, Settings};
use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::process::{Child, Command};

pub(crate) struct ChildLauncher {
    python: PathBuf,
    log: PathBuf,
    /// Ids of all processes started, in order.
    pub(crate) started: Arc<Mutex<Vec<u32>>>,
}

struct ChildWorker(Child);

#[async_trait]
impl WorkerLauncher for ChildLauncher {
    async fn launch(&self, launch: WorkerLaunch) -> Result<Box<dyn RunningWorker>, BackendError> {
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        let child = Command::new(&self.python)
            .arg(launch.program)
            .args(launch.arguments)
            .stdin(Stdio::from(launch.socket))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| BackendError::CannotLoad(error.to_string()))?;
        self.started.lock().unwrap().push(child.id().unwrap());
        Ok(Box::new(ChildWorker(child)))
    }
}

#[async_trait]
impl RunningWorker for ChildWorker {
    async fn wait(&mut self) -> String {
        self.0.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string())
    }

    async fn kill(&mut self) {
        self.0.kill().await.unwrap();
    }
}

pub(crate) struct Bench {
    pub(crate) backend: Arc<InferenceBackend>,
    pub(crate) started: Arc<Mutex<Vec<u32>>>,
    pub(crate) log: PathBuf,
    _folder: tempfile::TempDir,
}

/// A backend with workers; with ONNX Runtime when asked.
pub(crate) fn bench(models: &Models, with_onnx_runtime: bool, change: impl FnOnce(&mut Settings)) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(folder.path().join("work"), 2);
    settings.workers.hung_after_at_least = Duration::from_millis(200);
    settings.workers.load_timeout = Duration::from_secs(120);
    if with_onnx_runtime {
        let capi = models.python.parent().unwrap().join("../lib/python3.11/site-packages/onnxruntime/capi");
        settings.onnx_runtime = OnnxRuntime { folders: vec![capi], ..OnnxRuntime::default() };
    }
    change(&mut settings);
    let log = folder.path().join("workers.log");
    let started = Arc::default();
    let launcher = ChildLauncher { python: models.python.clone(), log: log.clone(), started: Arc::clone(&started) };
    let backend = InferenceBackend::start(settings, Some(Arc::new(launcher))).unwrap();
    Bench { backend: Arc::new(backend), started, log, _folder: folder }
}

pub(crate) fn revision(workers: u32) -> RevisionEntry {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = u128::from(NEXT.fetch_add(1, Ordering::Relaxed));
    RevisionEntry {
        id: RevisionId::from_u128(id),
        service: ServiceId::from_u128(id),
        number: 1,
        model_name: "model".to_owned(),
        model_version: "1".to_owned(),
        files: Vec::new(),
        model_digest: Digest::from_bytes([0; 32]),
        signature: None,
        batching: None,
        workers,
        attribution: Attribution {
            team: TeamId::from_u128(1),
            instance: InstanceId::from_u128(1),
            object: "service/model".to_owned(),
            change: None,
            pipeline_run: None,
            cause: None,
        },
    }
}
