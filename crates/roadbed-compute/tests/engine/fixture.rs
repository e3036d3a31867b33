//! An engine on a data directory of its own.

use roadbed_compute::{Engine, LocalEngine, LocalEngineConfig, Observed, Selection};
use roadbed_contracts::workload::folder;
use roadbed_contracts::workload::{ControlAddress, ExitReport, Resources, WorkloadPhase, WorkloadSpec};
use roadbed_core::{
    Attribution, ByteSize, CpuMillis, IdSource, InstanceId, Secret, SystemClock, SystemIds, TeamId, WorkloadId,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The program that supervises.
pub(crate) fn supervisor() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let supervisor = tests.parent().unwrap().parent().unwrap().join("examples/supervise");
    assert!(
        supervisor.is_file(),
        "{supervisor:?} is missing: run 'cargo test' of this package without a target filter"
    );
    supervisor
}

pub(crate) fn engine(data: &Path) -> LocalEngine {
    LocalEngine::open(LocalEngineConfig {
        data_directory: data.to_path_buf(),
        cache_directory: data.to_path_buf(),
        supervisor_program: supervisor(),
        supervisor_arguments: Vec::new(),
        uv: None,
        locate_code: None,
        clock: Arc::new(SystemClock),
    })
    .unwrap()
}

pub(crate) fn shell(script: &str) -> WorkloadSpec {
    WorkloadSpec {
        format: 1,
        id: WorkloadId::from_u128(SystemIds.next()),
        attribution: Attribution {
            team: TeamId::from_u128(1),
            instance: InstanceId::from_u128(2),
            object: "job/test".to_owned(),
            change: None,
            pipeline_run: None,
            cause: None,
        },
        argv: ["sh", "-c", script].map(str::to_owned).to_vec(),
        variables: BTreeMap::new(),
        secret_variables: BTreeMap::new(),
        code: None,
        environment: None,
        outputs: Vec::new(),
        resources: Resources { cpu: CpuMillis(1000), memory: ByteSize(1 << 30), gpu: 0 },
        timeout: None,
        grace: "5s".parse().unwrap(),
        checkpoint_directory: None,
        control: ControlAddress { url: String::new(), token: Secret::new("rb_0123456789abcdef0123456789".to_owned()) },
    }
}

pub(crate) async fn observe(engine: &LocalEngine, id: WorkloadId) -> Option<Observed> {
    engine.observe(Selection::Ids(&[id])).await.unwrap().pop()
}

/// Polls until the workload is where it is waited for.
pub(crate) async fn wait_for<T>(
    engine: &LocalEngine,
    id: WorkloadId,
    wanted: impl Fn(&WorkloadPhase) -> Option<T>,
) -> T {
    let mut changes = engine.changes();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let observed = observe(engine, id).await;
        if let Some(found) = observed.as_ref().and_then(|observed| wanted(&observed.phase)) {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain, last seen {observed:?}");
        // Most phases are told only by files here: no control listens to the supervisor.
        let _changed = tokio::time::timeout(Duration::from_millis(10), changes.changed()).await;
    }
}

pub(crate) async fn wait_for_exit(engine: &LocalEngine, id: WorkloadId) -> ExitReport {
    let report = |phase: &WorkloadPhase| match phase {
        WorkloadPhase::Exited(report) => Some(report.clone()),
        _ => None,
    };
    wait_for(engine, id, report).await
}

pub(crate) async fn wait_for_run(engine: &LocalEngine, id: WorkloadId) -> u32 {
    let pid = |phase: &WorkloadPhase| match phase {
        WorkloadPhase::Running { pid, .. } => Some(*pid),
        _ => None,
    };
    wait_for(engine, id, pid).await
}

/// The log from an offset to its end.
pub(crate) async fn read_log_to_end(engine: &LocalEngine, id: WorkloadId, mut offset: u64) -> Vec<u8> {
    let deadline = Instant::now() + PATIENCE;
    let mut log = Vec::new();
    loop {
        let chunk = engine.read_log(id, offset, 1000).await.unwrap();
        assert_eq!(chunk.offset, offset);
        offset += chunk.bytes.len() as u64;
        log.extend(&chunk.bytes);
        if chunk.end {
            return log;
        }
        assert!(Instant::now() < deadline, "the log has no end");
        if chunk.bytes.is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

pub(crate) fn identity(data: &Path, id: WorkloadId) -> folder::Identity {
    let path: PathBuf = data.join("workloads").join(id.to_string()).join(folder::IDENTITY);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Living processes of a workload.
pub(crate) fn processes(id: WorkloadId) -> usize {
    let marker = format!("{}={id}", folder::WORKLOAD_VARIABLE);
    let carries = |pid: &str| {
        let variables = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        variables.split(|&byte| byte == 0).any(|variable| variable == marker.as_bytes())
    };
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    entries.filter(|entry| entry.file_name().to_str().is_some_and(carries)).count()
}

/// Writes a line to a named pipe that the work makes and reads.
pub(crate) async fn say_go(pipe: PathBuf) {
    let write = move || {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Not created here: before the work made it there is nothing to write to.
            match std::fs::OpenOptions::new().write(true).open(&pipe) {
                Ok(mut pipe) => return std::io::Write::write_all(&mut pipe, b"go\n").unwrap(),
                Err(error) => assert!(Instant::now() < deadline, "{pipe:?}: {error}"),
            }
        }
    };
    tokio::task::spawn_blocking(write).await.unwrap();
}
