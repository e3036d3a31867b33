//! Python workers: started with a socket, seen to end, gone with their launcher.

use crate::fixture::supervisor;
use roadbed_compute::{LocalWorkers, LocalWorkersConfig};
use roadbed_contracts::backend::{RunningWorker, WorkerLaunch, WorkerLauncher as _};
use roadbed_contracts::workload::Resources;
use roadbed_core::{Attribution, InstanceId, RevisionId, SystemIds, TeamId};
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Answers each byte with the next one; `x` ends it with code 3; cannot read the platform's token.
const PROGRAM: &str = r#"
import os, socket, sys
connection = socket.socket(fileno=int(os.environ["ROADBED_WORKER_FD"]))
try:
    open(os.path.join(sys.argv[1], "token")).read()
    connection.sendall(b"!")
except PermissionError:
    connection.sendall(b"+")
print("hello from the worker", flush=True)
while True:
    byte = connection.recv(1)
    if not byte:
        sys.exit(0)
    if byte == b"x":
        sys.exit(3)
    connection.sendall(bytes([byte[0] + 1]))
"#;

/// The program that makes Python environments; without it there are no workers to try.
#[expect(clippy::disallowed_methods, reason = "a test looks for a program on the machine")]
fn uv() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join("uv")).find(|program| program.is_file());
    if found.is_none() {
        eprintln!("SKIPPED: uv is not on the PATH; install it with 'pip install uv'");
    }
    found
}

fn workers(data: &Path, uv: &Path) -> LocalWorkers {
    LocalWorkers::open(LocalWorkersConfig {
        data_directory: data.to_path_buf(),
        cache_directory: data.to_path_buf(),
        workers_directory: data.join("gateway/workers"),
        supervisor_program: supervisor(),
        supervisor_arguments: Vec::new(),
        uv: Some(uv.to_path_buf()),
        ids: Arc::new(SystemIds),
        resources: Resources::default(),
    })
    .unwrap()
}

async fn launch(workers: &LocalWorkers, data: &Path) -> (Box<dyn RunningWorker>, UnixStream) {
    std::fs::write(data.join("token"), "secret").unwrap();
    std::fs::create_dir_all(data.join("gateway/inference")).unwrap();
    let program = data.join("gateway/inference/worker.py");
    std::fs::write(&program, PROGRAM).unwrap();
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let attribution = Attribution {
        team: TeamId::from_u128(1),
        instance: InstanceId::from_u128(2),
        object: "service/churn".into(),
        change: None,
        pipeline_run: None,
        cause: None,
    };
    let launch = WorkerLaunch {
        revision: RevisionId::from_u128(3),
        attribution,
        number: 0,
        python: None,
        requirements: String::new(),
        model_directory: data.join("gateway"),
        program,
        arguments: vec![data.display().to_string()],
        socket: theirs.into(),
    };
    (workers.launch(launch).await.unwrap(), ours)
}

fn folders(data: &Path) -> usize {
    std::fs::read_dir(data.join("gateway/workers")).unwrap().count()
}

#[tokio::test]
async fn a_worker_talks_over_its_socket_and_its_end_is_told_with_its_last_words() {
    let Some(uv) = uv() else { return };
    let data = tempfile::tempdir().unwrap();
    let workers = workers(data.path(), &uv);
    let (mut worker, mut socket) = launch(&workers, data.path()).await;
    let mut byte = [0];
    if let Err(error) = socket.read_exact(&mut byte) {
        panic!("{error}: {}", worker.wait().await);
    }
    assert_eq!(&byte, b"+", "the data directory is closed to it");
    socket.write_all(b"a").unwrap();
    socket.read_exact(&mut byte).unwrap();
    assert_eq!(&byte, b"b");
    socket.write_all(b"x").unwrap();
    let end = tokio::time::timeout(Duration::from_secs(30), worker.wait()).await.unwrap();
    assert!(end.contains("code 3") && end.contains("hello from the worker"), "{end}");
    drop(worker);
    assert_eq!(folders(data.path()), 0, "its folder goes with it");
}

#[tokio::test]
async fn a_killed_worker_is_gone_and_leftovers_are_swept_at_the_next_start() {
    let Some(uv) = uv() else { return };
    let data = tempfile::tempdir().unwrap();
    let first = workers(data.path(), &uv);
    let (mut worker, mut socket) = launch(&first, data.path()).await;
    let mut byte = [0];
    socket.read_exact(&mut byte).unwrap();
    tokio::time::timeout(Duration::from_secs(30), worker.kill()).await.unwrap();
    assert_eq!(socket.read(&mut byte).unwrap_or(0), 0, "the other end is closed");
    std::mem::forget(worker);
    assert_eq!(folders(data.path()), 1);
    drop(workers(data.path(), &uv));
    assert_eq!(folders(data.path()), 0);
}
