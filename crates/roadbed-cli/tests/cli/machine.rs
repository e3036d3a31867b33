//! A machine to run commands on: a home, a folder, variables, and a program that can read manifests.

use crate::server::Server;
use roadbed_cli::{
    BackupRequest, CheckFinding, CheckSeverity, CheckedManifest, DoctorFinding, DoctorLevel, Local, LocalManifest,
    RestoreRequest, ServerRequest, Terminal, UpRequest, World, run_in,
};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Default)]
pub(crate) struct Program {
    pub(crate) ups: RefCell<Vec<UpRequest>>,
    pub(crate) servers: RefCell<Vec<ServerRequest>>,
    pub(crate) failing_check: bool,
}

impl Local for Program {
    fn up(&self, request: UpRequest) -> ExitCode {
        self.ups.borrow_mut().push(request);
        ExitCode::from(42)
    }

    fn server(&self, request: ServerRequest) -> ExitCode {
        self.servers.borrow_mut().push(request);
        ExitCode::from(43)
    }

    /// Manifests of these tests are JSON, which is YAML too.
    fn check(&self, file: &str, text: &str) -> CheckedManifest {
        match serde_json::from_str::<Value>(text) {
            Ok(document) => CheckedManifest {
                findings: Vec::new(),
                manifest: Some(LocalManifest {
                    project: document["project"].as_str().unwrap().to_owned(),
                    team: None,
                    document,
                }),
            },
            Err(_) => CheckedManifest {
                findings: vec![CheckFinding {
                    severity: CheckSeverity::Error,
                    file: file.to_owned(),
                    line: 2,
                    column: 7,
                    key: "jobs.train".to_owned(),
                    value: None,
                    message: "\"nothing\" is not a job".to_owned(),
                    fix: Some("write run: COMMAND".to_owned()),
                }],
                manifest: None,
            },
        }
    }

    fn doctor(&self, _data: Option<&Path>) -> Vec<DoctorFinding> {
        let level = if self.failing_check { DoctorLevel::Failed } else { DoctorLevel::Ok };
        vec![DoctorFinding { check: "disk".to_owned(), level, detail: "12 GiB free".to_owned(), fix: None }]
    }

    fn backup(&self, _request: BackupRequest) -> ExitCode {
        ExitCode::from(44)
    }

    fn restore(&self, _request: RestoreRequest) -> ExitCode {
        ExitCode::from(45)
    }
}

pub(crate) struct Machine {
    root: tempfile::TempDir,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) program: Program,
    pub(crate) input: String,
    /// All three streams lead to a terminal with colors.
    pub(crate) is_terminal: bool,
}

#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: ExitCode,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn expect(self, code: u8) -> Self {
        assert_eq!(self.code, ExitCode::from(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {:?}", self.stdout))
    }
}

impl Machine {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let variables = BTreeMap::from([("HOME".to_owned(), root.path().join("home").display().to_string())]);
        std::fs::create_dir(root.path().join("work")).unwrap();
        Self { root, variables, program: Program::default(), input: String::new(), is_terminal: false }
    }

    /// A machine that knows this server.
    pub(crate) fn with(server: &Server) -> Self {
        Self::new().set("ROADBED_URL", &server.url).set("ROADBED_TOKEN", "rb_test")
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        std::fs::write(self.work().join(file), text).unwrap();
    }

    /// A data directory as a running server leaves it.
    pub(crate) fn with_data(self, url: &str) -> Self {
        let data = self.root.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let file = json!({ "url": url, "gateway_url": "http://127.0.0.1:7071", "pid": 1 });
        std::fs::write(data.join("server.json"), file.to_string()).unwrap();
        std::fs::write(data.join("token"), "rb_of_data\n").unwrap();
        self.set("ROADBED_DATA", &data.display().to_string())
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let mut stdout = Vec::new();
        let (code, stderr) = self.run_into(arguments, &mut stdout);
        Ended { code, stdout: String::from_utf8(stdout).unwrap(), stderr }
    }

    pub(crate) fn run_into(&self, arguments: &[&str], stdout: &mut dyn Write) -> (ExitCode, String) {
        let environment = |name: &str| self.variables.get(name).cloned();
        let (mut stdin, mut stderr) = (self.input.as_bytes(), Vec::new());
        let mut terminal = Terminal::plain(&mut stdin, stdout, &mut stderr);
        if self.is_terminal {
            (terminal.stdin_is_terminal, terminal.stdout_is_terminal) = (true, true);
            (terminal.stderr_is_terminal, terminal.colors) = (true, true);
        }
        let world = World { environment: &environment, local: &self.program, terminal, folder: self.work() };
        let words = std::iter::once("roadbed").chain(arguments.iter().copied()).map(OsString::from);
        let code = run_in(words, world);
        (code, String::from_utf8(stderr).unwrap())
    }
}
