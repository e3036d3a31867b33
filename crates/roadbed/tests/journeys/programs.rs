//! Running the command line, and asking what this machine can do.

use std::path::Path;
use std::process::{Command, Stdio};

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON on standard output ({error}): {self:?}"))
    }

    #[track_caller]
    pub(crate) fn ended_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

const SETTINGS: [&str; 11] = [
    "DATA",
    "URL",
    "GATEWAY_URL",
    "TOKEN",
    "LISTEN",
    "GATEWAY_LISTEN",
    "DATABASE",
    "UV",
    "ONNXRUNTIME",
    "LOG",
    "UI_DIR",
];

/// The program without anything of the user who runs the tests: no login, no settings.
pub(crate) fn roadbed(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roadbed"));
    for name in SETTINGS {
        command.env_remove(format!("ROADBED_{name}"));
    }
    command.env("XDG_CONFIG_HOME", home.join("config")).env("XDG_DATA_HOME", home.join("share"));
    command.stdin(Stdio::null()).current_dir(home);
    command
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Whether user code can run here; says so loudly when it cannot.
pub(crate) fn can_run_python() -> bool {
    let missing: Vec<&str> = ["uv", "python3"]
        .into_iter()
        .filter(|program| !Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success()))
        .collect();
    if !missing.is_empty() {
        println!("SKIPPED: this story runs Python code; install {} to run it", missing.join(" and "));
    }
    missing.is_empty()
}
