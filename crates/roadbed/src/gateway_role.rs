//! The gateway role: the data plane in a process of its own. It needs control only for news.

use anyhow::{Context as _, bail};
use roadbed_compute::{LocalWorkers, LocalWorkersConfig};
use roadbed_contracts::entries::GatewayIdentity;
use roadbed_contracts::workload::Resources;
use roadbed_core::SystemIds;
use roadbed_gateway::{Clocks, Gateway, GatewaySettings};
use roadbed_inference::settings::OnnxRuntime;
use roadbed_inference::{InferenceBackend, Settings};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};

/// First argument of the process that tries out a library in place of the gateway.
pub(crate) const ONNX_RUNTIME_TRIAL: &str = "onnx-runtime-trial";
/// Control writes the identity on its first start; a gateway that starts at the same time waits for it this long.
const IDENTITY_PATIENCE: Duration = Duration::from_secs(30);

/// What a gateway process is started with.
#[derive(Debug, Clone)]
pub(crate) struct GatewayRequest {
    pub(crate) data: PathBuf,
    /// Where control is now; where it was when the identity was written, when absent.
    pub(crate) control_url: Option<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) insecure_local: bool,
    pub(crate) uv: Option<PathBuf>,
    pub(crate) onnxruntime: Option<PathBuf>,
}

/// Runs a gateway until it is asked to end.
///
/// # Errors
/// There is no identity, or the gateway's folder cannot be used.
pub(crate) fn run(request: &GatewayRequest, listener: std::net::TcpListener) -> anyhow::Result<ExitCode> {
    let folder = request.data.join("gateway");
    let mut identity = wait_for_identity(&folder.join("identity.json"))?;
    if let Some(url) = &request.control_url {
        identity.control_url.clone_from(url);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let outcome = runtime.block_on(serve(request, folder, identity, listener));
    runtime.shutdown_timeout(Duration::from_secs(2));
    outcome.map(|()| ExitCode::SUCCESS)
}

fn wait_for_identity(path: &Path) -> anyhow::Result<GatewayIdentity> {
    let until = Instant::now() + IDENTITY_PATIENCE;
    loop {
        match std::fs::read(path) {
            Ok(bytes) => {
                return serde_json::from_slice(&bytes).with_context(|| format!("{} is damaged", path.display()));
            }
            Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(5)),
            Err(error) => {
                bail!("{} cannot be read ({error}): start control once on this data directory", path.display())
            }
        }
    }
}

async fn serve(
    request: &GatewayRequest,
    folder: PathBuf,
    identity: GatewayIdentity,
    listener: std::net::TcpListener,
) -> anyhow::Result<()> {
    let backend =
        InferenceBackend::start(inference_settings(request, &folder)?, Some(Arc::new(workers(request, &folder)?)))?;
    let settings = GatewaySettings {
        allowed_hosts: request.hosts.clone(),
        insecure_local: request.insecure_local,
        ..GatewaySettings::new(folder)
    };
    let gateway = Gateway::new(settings, Arc::new(backend), &identity, Clocks::system(), &SystemIds)?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let shutdown = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    };
    Ok(gateway.serve(listener, shutdown).await?)
}

fn workers(request: &GatewayRequest, folder: &Path) -> anyhow::Result<LocalWorkers> {
    let config = LocalWorkersConfig {
        data_directory: request.data.clone(),
        cache_directory: request.data.clone(),
        workers_directory: folder.join("workers"),
        supervisor_program: std::env::current_exe().context("the program's own file is unknown")?,
        supervisor_arguments: vec!["supervisor".into()],
        uv: request.uv.clone(),
        ids: Arc::new(SystemIds),
        resources: Resources::default(),
    };
    Ok(LocalWorkers::open(config)?)
}

fn inference_settings(request: &GatewayRequest, folder: &Path) -> anyhow::Result<Settings> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut settings = Settings::new(folder.join("inference"), threads);
    let program = std::env::current_exe().context("the program's own file is unknown")?;
    settings.onnx_runtime = OnnxRuntime {
        library: request.onnxruntime.clone(),
        folders: onnx_runtime_folders(&request.data),
        trial: vec![program.display().to_string(), ONNX_RUNTIME_TRIAL.to_owned()],
    };
    Ok(settings)
}

/// Environments that were built here may bring the library along.
fn onnx_runtime_folders(data: &Path) -> Vec<PathBuf> {
    let environments = std::fs::read_dir(data.join("environments")).into_iter().flatten().flatten();
    let libraries = environments.map(|environment| environment.path().join("lib"));
    let pythons = libraries.flat_map(|library| std::fs::read_dir(library).into_iter().flatten().flatten());
    pythons
        .map(|python| python.path().join("site-packages/onnxruntime/capi"))
        .filter(|folder| folder.is_dir())
        .collect()
}

/// Loads the library named by the last argument and exits with 0 when that works.
pub(crate) fn try_onnx_runtime(arguments: &[std::ffi::OsString]) -> ExitCode {
    let loaded =
        arguments.last().is_some_and(|library| roadbed_inference::onnx_runtime_trial(Path::new(library)).is_ok());
    if loaded { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
