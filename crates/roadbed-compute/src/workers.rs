//! Python workers of a gateway or replica on this machine: each is a workload under a supervisor that ends with its gateway, unlike a job.

use crate::engine::EngineError;
use crate::local::folders::file_error;
use crate::worker_folder::{WorkerFolder, sweep};
use async_trait::async_trait;
use roadbed_contracts::backend::{BackendError, RunningWorker, WorkerLaunch, WorkerLauncher};
use roadbed_contracts::workload::folder::Launch;
use roadbed_contracts::workload::{ControlAddress, EnvironmentSpec, Resources, WorkloadSpec};
use roadbed_core::{IdSource, Secret, Span, WorkloadId};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::process::{Child, Command};

/// Where things lie for [`LocalWorkers`].
pub struct LocalWorkersConfig {
    /// The data directory: closed to the workers except what they are given.
    pub data_directory: PathBuf,
    /// Holds `environments/` and `cache/`, shared with jobs.
    pub cache_directory: PathBuf,
    /// Folders of workers are made here.
    pub workers_directory: PathBuf,
    pub supervisor_program: PathBuf,
    pub supervisor_arguments: Vec<OsString>,
    /// Program that builds Python environments.
    pub uv: Option<PathBuf>,
    pub ids: Arc<dyn IdSource>,
    /// What one worker is granted.
    pub resources: Resources,
}

/// Starts Python workers as processes of this machine.
pub struct LocalWorkers {
    config: LocalWorkersConfig,
    /// Handing a socket on makes it inheritable for a moment: no other worker may start in it.
    handing_on: Mutex<()>,
}

impl LocalWorkers {
    /// Makes the folder of workers and sweeps away what an earlier process left there.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub fn open(config: LocalWorkersConfig) -> Result<Self, EngineError> {
        sweep(&config.workers_directory)?;
        Ok(Self { config, handing_on: Mutex::new(()) })
    }

    fn spec(&self, launch: &WorkerLaunch, id: WorkloadId) -> WorkloadSpec {
        let mut argv = vec!["python".to_owned(), launch.program.display().to_string()];
        argv.extend(launch.arguments.iter().cloned());
        WorkloadSpec {
            format: 1,
            id,
            attribution: launch.attribution.clone(),
            argv,
            variables: BTreeMap::new(),
            secret_variables: BTreeMap::new(),
            code: None,
            environment: Some(EnvironmentSpec::request(launch.python.clone(), launch.requirements.clone())),
            outputs: Vec::new(),
            resources: self.config.resources,
            timeout: None,
            grace: Span(Duration::ZERO),
            checkpoint_directory: None,
            control: ControlAddress { url: String::new(), token: Secret::new(String::new()) },
        }
    }

    fn prepare(&self, launch: &WorkerLaunch) -> Result<(WorkerFolder, File), EngineError> {
        let id = WorkloadId::from_u128(self.config.ids.next());
        let program = launch.program.parent().map(PathBuf::from);
        let placed = Launch {
            format: 1,
            data_directory: self.config.data_directory.clone(),
            cache_directory: self.config.cache_directory.clone(),
            uv: self.config.uv.clone(),
            code_file: None,
            gpus: Vec::new(),
            readable: program.into_iter().chain([launch.model_directory.clone()]).collect(),
        };
        WorkerFolder::make(&self.config.workers_directory, &self.spec(launch, id), &placed)
    }

    fn spawn(&self, launch: &WorkerLaunch, folder: &WorkerFolder, lock: File) -> Result<Child, EngineError> {
        let program = &self.config.supervisor_program;
        let mut command = Command::new(program);
        command
            .args(&self.config.supervisor_arguments)
            .arg("--directory")
            .arg(folder.path())
            .args(["--pass-fd", &launch.socket.as_raw_fd().to_string()])
            .stdin(Stdio::from(lock))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let _alone = self.handing_on.lock().unwrap_or_else(PoisonError::into_inner);
        let inheritable = |flags| {
            let changed = fcntl_setfd(&launch.socket, flags);
            changed.map_err(|error| file_error(folder.path(), "given its socket")(error.into()))
        };
        inheritable(FdFlags::empty())?;
        let spawned = command.spawn().map_err(|source| EngineError::Spawn { program: program.clone(), source });
        inheritable(FdFlags::CLOEXEC)?;
        spawned
    }
}

#[async_trait]
impl WorkerLauncher for LocalWorkers {
    async fn launch(&self, launch: WorkerLaunch) -> Result<Box<dyn RunningWorker>, BackendError> {
        let unavailable = |error: EngineError| BackendError::Unavailable(error.to_string());
        let (folder, lock) = self.prepare(&launch).map_err(unavailable)?;
        let child = self.spawn(&launch, &folder, lock).map_err(unavailable)?;
        Ok(Box::new(LocalWorker { child, folder }))
    }
}

/// A worker under its supervisor. Dropping it kills the supervisor, which takes the worker along.
struct LocalWorker {
    child: Child,
    folder: WorkerFolder,
}

#[async_trait]
impl RunningWorker for LocalWorker {
    async fn wait(&mut self) -> String {
        match self.child.wait().await {
            Ok(_) => self.folder.last_words(),
            Err(error) => format!("its supervisor cannot be watched: {error}"),
        }
    }

    async fn kill(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        let pid = self.child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // The supervisor kills the whole tree at once: the grace time of workers is zero.
            let _ = kill_process(pid, Signal::TERM);
        }
        if tokio::time::timeout(PATIENCE, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}
