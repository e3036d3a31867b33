//! A data directory with one workload in it.

use roadbed_contracts::workload::folder::{self, Launch, Stop};
use roadbed_contracts::workload::{CodeSnapshot, ControlAddress, ExitReport, Resources, WorkloadPhase, WorkloadSpec};
use roadbed_core::{
    Attribution, ByteSize, Clock, CpuMillis, IdSource, InstanceId, Secret, SystemClock, SystemIds, TeamId, WorkloadId,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Data {
    pub(crate) root: TempDir,
}

pub(crate) struct Workload {
    pub(crate) spec: WorkloadSpec,
    pub(crate) directory: PathBuf,
    pub(crate) launch: Launch,
}

pub(crate) fn data() -> Data {
    Data { root: TempDir::new().unwrap() }
}

pub(crate) fn supervisor_program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().unwrap().parent().unwrap().join("examples/supervise");
    assert!(program.is_file(), "{program:?} is missing: run 'cargo test' of this package without a target filter");
    program
}

/// Says loudly that a test shows nothing on this host.
pub(crate) fn skip(what: &str) {
    eprintln!("SKIPPED: {what}");
}

impl Data {
    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn workload(&self, argv: &[&str]) -> Workload {
        let id = WorkloadId::from_u128(SystemIds.next());
        let directory = self.path().join("workloads").join(id.to_string());
        fs::create_dir_all(&directory).unwrap();
        let spec = WorkloadSpec {
            format: 1,
            id,
            attribution: Attribution {
                team: TeamId::from_u128(1),
                instance: InstanceId::from_u128(2),
                object: "job/test".to_owned(),
                change: None,
                pipeline_run: None,
                cause: None,
            },
            argv: argv.iter().map(|&word| word.to_owned()).collect(),
            variables: BTreeMap::new(),
            secret_variables: BTreeMap::new(),
            code: None,
            environment: None,
            outputs: Vec::new(),
            resources: Resources { cpu: CpuMillis(2000), memory: ByteSize(1 << 30), gpu: 0 },
            timeout: None,
            grace: "5s".parse().unwrap(),
            checkpoint_directory: None,
            control: ControlAddress {
                url: String::new(),
                token: Secret::new("rb_0123456789abcdef0123456789".to_owned()),
            },
        };
        let launch = Launch::for_folder(&directory);
        Workload { spec, directory, launch }
    }

    pub(crate) fn shell(&self, script: &str) -> Workload {
        self.workload(&["sh", "-c", script])
    }

    pub(crate) fn python(&self, script: &str) -> Workload {
        self.workload(&["/usr/bin/env", "python3", "-c", script])
    }
}

impl Workload {
    /// Gives the workload files to run from.
    pub(crate) fn code(&mut self, files: &[(&str, &str)]) {
        let project = TempDir::new().unwrap();
        for (path, text) in files {
            let path = project.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut bytes = Vec::new();
        let packed =
            roadbed_snapshot::pack(project.path(), &[], &roadbed_snapshot::Limits::default(), &mut bytes).unwrap();
        let file = self.directory.join("code.test");
        fs::write(&file, bytes).unwrap();
        self.launch.code_file = Some(file);
        self.spec.code = Some(CodeSnapshot { digest: packed.digest, bytes: packed.bytes });
    }

    pub(crate) fn write(&self) {
        fs::write(self.directory.join(folder::SPEC), serde_json::to_vec(&self.spec).unwrap()).unwrap();
        fs::write(self.directory.join(folder::LAUNCH), serde_json::to_vec(&self.launch).unwrap()).unwrap();
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(supervisor_program());
        command.arg("--directory").arg(&self.directory).stdin(Stdio::null());
        command
    }

    pub(crate) fn start(&self) -> Child {
        self.write();
        self.command().spawn().unwrap()
    }

    /// Runs to the end.
    pub(crate) fn run(&self) -> ExitReport {
        let mut supervisor = self.start();
        assert!(supervisor.wait().unwrap().success());
        self.report()
    }

    pub(crate) fn report(&self) -> ExitReport {
        self.read(folder::EXIT).expect("an exit report")
    }

    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        let bytes = fs::read(self.directory.join(name)).ok()?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }

    pub(crate) fn phase(&self) -> Option<WorkloadPhase> {
        self.read(folder::PHASE)
    }

    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.directory.join(folder::LOG)).unwrap_or_default()).into_owned()
    }

    pub(crate) fn stop(&self, reason: &str) {
        let stop = Stop { reason: reason.to_owned(), requested_at: SystemClock.now() };
        let unfinished = self.directory.join("stop.test");
        fs::write(&unfinished, serde_json::to_vec(&stop).unwrap()).unwrap();
        fs::rename(&unfinished, self.directory.join(folder::STOP)).unwrap();
    }

    pub(crate) fn wait_for_log(&self, text: &str) {
        wait_until(&format!("{text:?} in the log"), || self.log().contains(text));
    }

    /// Living processes that belong to the workload.
    pub(crate) fn processes(&self) -> Vec<i32> {
        let marker = format!("{}={}", folder::WORKLOAD_VARIABLE, self.spec.id);
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let variables = fs::read(entry.path().join("environ")).unwrap_or_default();
            if variables.split(|&byte| byte == 0).any(|variable| variable == marker.as_bytes()) {
                found.push(pid);
            }
        }
        found
    }
}

pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

pub(crate) fn signal(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}
