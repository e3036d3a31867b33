//! The unmodified `mlflow` client against the real router on a socket. Skipped, loudly, on machines without Python or without a way to
//! install packages; the environment is made once and kept in the user's cache.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "helpers of tests: a failed step ends the test, the cache folder comes from the environment, a skip is said aloud"
)]

mod stage;

use roadbed_capability::Grantee;
use roadbed_capability::driver::Driver;
use roadbed_core::TeamId;
use roadbed_testkit::{TestPlatform, TestServer};
use roadbed_tracking::TrackingSettings;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Receivers of webhooks are scripts on this machine.
const SETTINGS: TrackingSettings = TrackingSettings { private_webhooks: true };

/// An environment of Python packages, made once and kept in the user's cache.
struct Client {
    folder: &'static str,
    packages: &'static [&'static str],
    /// What Python must be able to do in it.
    check: &'static str,
}

const CLIENT: Client = Client {
    folder: "mlflow",
    packages: &[
        "mlflow==3.17.2",
        "scikit-learn",
        "xgboost-cpu",
        "lightgbm",
        "onnx",
        "onnxruntime",
        "skl2onnx",
        "pandas<3",
        "optuna",
    ],
    check: "import mlflow, sklearn, xgboost, lightgbm, onnx, onnxruntime, skl2onnx, optuna; assert mlflow.__version__ == '3.17.2'",
};

/// What older projects have pinned.
const OLD_CLIENT: Client = Client {
    folder: "mlflow-3.11",
    packages: &["mlflow==3.11.1", "scikit-learn<1.9", "xgboost-cpu", "lightgbm", "pandas<3"],
    check: "import mlflow, sklearn, xgboost, lightgbm; assert mlflow.__version__ == '3.11.1'",
};

/// Tools that check what is told about versions. `model-signing` 1.1.1 imports `pyOpenSSL` without asking for it.
const GOVERNANCE: Client = Client {
    folder: "governance",
    packages: &["model-signing==1.1.1", "pyOpenSSL", "cyclonedx-python-lib[json-validation]==11.12.0"],
    check: "import model_signing, cyclonedx.validation.json, jsonschema; assert model_signing.__version__ == '1.1.1'",
};

impl Client {
    /// The interpreter of the environment; `None` when it cannot be had.
    async fn python(&self) -> Option<PathBuf> {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))?;
        let environment = cache.join("roadbed/venvs").join(self.folder);
        let interpreter = environment.join("bin/python");
        if succeeds(Command::new(&interpreter).args(["-c", self.check])).await {
            return Some(interpreter);
        }
        if !succeeds(Command::new("uv").args(["venv", "--quiet", "--allow-existing"]).arg(&environment)).await {
            return None;
        }
        let mut install = Command::new("uv");
        install.args(["pip", "install", "--quiet", "--python"]).arg(&interpreter).args(self.packages);
        succeeds(&mut install).await.then_some(interpreter)
    }
}

async fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    quiet.status().await.is_ok_and(|status| status.success())
}

/// Serves on a free port of loopback until the runtime ends.
async fn listen(server: &TestServer) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = server.router();
    tokio::task::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Runs a script of the client against a server in a folder, and gives what it printed.
async fn output_of(python: &Path, name: &str, url: &str, folder: &Path) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name);
    std::fs::create_dir_all(folder).unwrap();
    let output = Command::new(python)
        .arg(script)
        .env("MLFLOW_TRACKING_URI", url)
        .env("MLFLOW_TRACKING_TOKEN", "deployer")
        .env("OTHER_TEAM_TOKEN", "outsider")
        .env("MLFLOW_DISABLE_TELEMETRY", "true")
        .env("DO_NOT_TRACK", "true")
        .env("GIT_PYTHON_REFRESH", "quiet")
        .env("OMP_NUM_THREADS", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name} failed\n--- stdout\n{out}\n--- stderr\n{err}");
    out.into_owned()
}

/// The interpreter for a script; its absence is said aloud.
async fn python_for(client: &Client, name: &str) -> Option<PathBuf> {
    let python = client.python().await;
    if python.is_none() {
        let packages = client.packages.first().copied().unwrap_or_default();
        eprintln!("SKIPPED {name}: no Python with {packages}; install uv, or run once with access to a package index");
    }
    python
}

async fn run_script(client: &Client, name: &str) {
    let Some(python) = python_for(client, name).await else { return };
    let platform = TestPlatform::on_real_time(roadbed_tracking::MIGRATIONS, Vec::new());
    let (server, _) = stage::serve(&platform, SETTINGS);
    platform.member("boss", TeamId::from_u128(1), Grantee::Admin);
    let address = listen(&server).await;
    output_of(&python, name, &format!("http://{address}"), &platform.folder().join("client")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tracking_client() {
    run_script(&CLIENT, "tracking.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn model_client() {
    run_script(&CLIENT, "models.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn genai_client() {
    run_script(&CLIENT, "genai.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn automatic_logging() {
    run_script(&CLIENT, "automatic.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_client() {
    run_script(&OLD_CLIENT, "tracking.py").await;
    run_script(&OLD_CLIENT, "automatic.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trace_client() {
    run_script(&CLIENT, "traces.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_and_bill_of_materials() {
    run_script(&GOVERNANCE, "governance.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhook_client() {
    let name = "webhooks.py";
    let Some(python) = python_for(&CLIENT, name).await else { return };
    let platform = TestPlatform::on_real_time(roadbed_tracking::MIGRATIONS, Vec::new());
    let (server, _) = stage::serve(&platform, SETTINGS);
    let address = listen(&server).await;
    let mut driver = Driver::new(platform.context.clone(), "test".to_owned());
    let (capabilities, _) = stage::capabilities(&platform, SETTINGS);
    for capability in capabilities.iter().filter(|capability| capability.name == "webhooks") {
        capability.controllers.iter().for_each(|controller| driver.run_controller(controller.clone()));
        capability.reactors.iter().for_each(|reactor| driver.run_reactor(reactor.clone()));
    }
    output_of(&python, name, &format!("http://{address}"), &platform.folder().join("client")).await;
    driver.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scans_of_compressed_pickles() {
    run_script(&CLIENT, "scans.py").await;
}

/// A real MLflow server on loopback, ended with all its processes when dropped.
struct RealServer {
    process: tokio::process::Child,
    port: u16,
}

impl RealServer {
    async fn start(python: &Path, folder: &Path) -> Self {
        // MLflow cannot be given a listening socket, so a port that was free a moment ago must do.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        std::fs::create_dir_all(folder).unwrap();
        let process = Command::new(python)
            .args(["-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1", "--serve-artifacts"])
            .args([
                "--port",
                &port.to_string(),
                "--backend-store-uri",
                "sqlite:///store.db",
                "--artifacts-destination",
                "files",
            ])
            .env("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")
            .env("MLFLOW_DISABLE_TELEMETRY", "true")
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let server = Self { process, port };
        let deadline = tokio::time::Instant::now() + Duration::from_secs(180);
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(tokio::time::Instant::now() < deadline, "the MLflow server does not answer");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        server
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        if let Some(id) = self.process.id() {
            let group = format!("-{id}");
            let _ = std::process::Command::new("kill").args(["-KILL", "--", &group]).status();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn differential() {
    let Some(python) = CLIENT.python().await else {
        eprintln!("SKIPPED differential: no Python with mlflow 3.17.2");
        return;
    };
    let platform = TestPlatform::on_real_time(roadbed_tracking::MIGRATIONS, Vec::new());
    let (server, _) = stage::serve(&platform, TrackingSettings::default());
    let ours = listen(&server).await;
    let theirs = RealServer::start(&python, &platform.folder().join("real")).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/compare.py");
    let output = Command::new(&python)
        .arg(script)
        .args([format!("http://{ours}"), format!("http://127.0.0.1:{}", theirs.port)])
        .env("MLFLOW_TRACKING_TOKEN", "admin")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    eprintln!("{out}");
    assert!(output.status.success(), "{out}\n{err}");
}

/// Lines of a script that say the same on every server.
fn comparable(output: &str) -> Vec<&str> {
    output.lines().filter(|line| !line.contains("View run") && !line.contains("View experiment")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_as_on_a_real_server() {
    let Some(python) = CLIENT.python().await else {
        eprintln!("SKIPPED traces_as_on_a_real_server: no Python with mlflow 3.17.2");
        return;
    };
    let platform = TestPlatform::on_real_time(roadbed_tracking::MIGRATIONS, Vec::new());
    let (server, _) = stage::serve(&platform, SETTINGS);
    let ours = format!("http://{}", listen(&server).await);
    let real = RealServer::start(&python, &platform.folder().join("real")).await;
    let theirs = format!("http://127.0.0.1:{}", real.port);
    let here = output_of(&python, "traces.py", &ours, &platform.folder().join("here")).await;
    let there = output_of(&python, "traces.py", &theirs, &platform.folder().join("there")).await;
    assert_eq!(comparable(&here), comparable(&there));
}
