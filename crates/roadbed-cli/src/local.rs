//! What only the program itself can do, without a server: start one, read a manifest, look at the machine. The roof implements it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Things done on this machine by the program itself.
pub trait Local {
    /// Runs the platform until it is asked to end.
    fn up(&self, request: UpRequest) -> ExitCode;

    /// Runs one role.
    fn server(&self, request: ServerRequest) -> ExitCode;

    /// Reads a manifest. `file` is the name shown in findings.
    fn check(&self, file: &str, text: &str) -> CheckedManifest;

    /// Looks at the machine and, where one is given, at a data directory.
    fn doctor(&self, data: Option<&Path>) -> Vec<DoctorFinding>;

    /// Writes everything in a data directory into one file.
    fn backup(&self, request: BackupRequest) -> ExitCode;

    /// Makes a data directory from such a file.
    fn restore(&self, request: RestoreRequest) -> ExitCode;

    /// The demo, where the program was built with one.
    fn demo(&self) -> Option<&dyn Demo> {
        None
    }
}

/// Starts a platform with data in it and plays its story.
pub trait Demo {
    fn play(&self, request: DemoRequest) -> ExitCode;
}

/// `roadbed up`: what the command line says; other sources decide about the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpRequest {
    pub data: Option<PathBuf>,
    /// `IP:PORT` of control.
    pub listen: Option<String>,
    pub gateway_listen: Option<String>,
    /// Host names besides loopback ones that the server answers to.
    pub hosts: Vec<String>,
    pub behind_proxy: bool,
    pub insecure_local: bool,
    /// `postgres://…`; SQLite in the data directory when absent.
    pub database: Option<String>,
    pub uv: Option<PathBuf>,
    pub onnxruntime: Option<PathBuf>,
    /// End running jobs with the server.
    pub stop_jobs: bool,
    /// Say nothing on standard output.
    pub quiet: bool,
}

/// A part of the platform that runs as a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Control,
    Gateway,
}

/// `roadbed server`: one role, started by the launcher or by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerRequest {
    pub role: Role,
    /// A listening socket that the launcher holds.
    pub listener_fd: Option<i32>,
    /// `IP:PORT` to listen on when there is no such socket.
    pub listen: Option<String>,
    pub data: Option<PathBuf>,
    /// Address of control.
    pub url: Option<String>,
    pub gateway_url: Option<String>,
    pub hosts: Vec<String>,
    pub behind_proxy: bool,
    pub insecure_local: bool,
    pub database: Option<String>,
    pub uv: Option<PathBuf>,
    pub onnxruntime: Option<PathBuf>,
    pub stop_jobs: bool,
}

/// `roadbed demo`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DemoRequest {
    /// End after the story instead of staying up.
    pub once: bool,
    /// Data directory; a temporary one when absent.
    pub data: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRequest {
    pub data: Option<PathBuf>,
    pub file: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreRequest {
    pub data: Option<PathBuf>,
    pub file: PathBuf,
}

/// What reading a manifest gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckedManifest {
    /// Errors and warnings in the order of the file.
    pub findings: Vec<CheckFinding>,
    /// `None` when any finding is an error.
    pub manifest: Option<LocalManifest>,
}

/// A manifest that reads well.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalManifest {
    pub project: String,
    pub team: Option<String>,
    /// The whole manifest as canonical JSON: `project`, `team` and each section under its key.
    pub document: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckSeverity {
    Warning,
    Error,
}

/// One thing to correct in a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckFinding {
    pub severity: CheckSeverity,
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Key path such as `jobs.train.timeout`; empty when the file as a whole is wrong.
    pub key: String,
    /// The value given, shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is wrong and what would be accepted.
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoctorLevel {
    Ok,
    Warning,
    Failed,
}

/// One thing `roadbed doctor` looked at. The server's answer to `GET /api/v1/doctor` is `{"findings": [these]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorFinding {
    /// What was looked at, such as `memory limits`.
    pub check: String,
    pub level: DoctorLevel,
    pub detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}
