//! Why a command did not do what was asked, and the exit code that says so.

use crate::problem::Problem;
use roadbed_snapshot::SnapshotError;
use roadbed_transfer::TransferError;
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit codes scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Done = 0,
    /// Also `plan --exit-code` when something differs.
    Failed = 1,
    Usage = 2,
    LoginNeeded = 4,
    NotFound = 5,
    /// By policy, quota or budget.
    Refused = 6,
    Conflict = 7,
    /// Still going on.
    Pending = 8,
    /// Waiting took longer than `--timeout`.
    TimedOut = 124,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{detail}")]
    Usage { detail: String, fix: Option<String> },
    #[error("{0} is not in this version")]
    NotInThisVersion(String),
    #[error("there is no server to talk to: {0}")]
    NoServer(String),
    #[error("no server answers at {url}: {cause}")]
    Unreachable { url: String, cause: String, fix: &'static str },
    #[error("{url} {what}")]
    NotOurs { url: String, what: String },
    /// Boxed: it is much larger than the others.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    #[error("{0}")]
    NotFound(String),
    #[error("{detail}")]
    Failed { detail: String, fix: Option<String> },
    #[error("{detail}")]
    TimedOut { detail: String, fix: String },
    #[error("{path:?} cannot be {action}: {source}")]
    File { path: PathBuf, action: &'static str, source: std::io::Error },
    #[error(transparent)]
    Transfer(#[from] TransferError),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Writing to standard output failed; silent when nobody reads it any more.
    #[error("standard output cannot be written: {0}")]
    Output(std::io::Error),
}

/// Codes of problems that are a refusal by a rule and not a mistake of the caller.
const REFUSAL_PREFIXES: [&str; 9] =
    ["gate.", "gates.", "budget.", "budgets.", "quota.", "quotas.", "policy.", "policies.", "queues."];

impl Failure {
    pub(crate) fn usage(detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::Usage { detail: detail.into(), fix: Some(fix.into()) }
    }

    pub(crate) fn failed(detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::Failed { detail: detail.into(), fix: Some(fix.into()) }
    }

    /// For `map_err`: adds path and action to an I/O error.
    pub(crate) fn file(path: &std::path::Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, action, source }
    }

    #[must_use]
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Usage { .. } | Self::NotInThisVersion(_) => Code::Usage,
            Self::Problem(problem) => code_of(problem),
            Self::NotFound(_) => Code::NotFound,
            Self::TimedOut { .. } => Code::TimedOut,
            Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Code::Done,
            _ => Code::Failed,
        }
    }

    /// Nobody reads the output any more: nothing to say.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// What to do about it.
    pub(crate) fn fix(&self) -> Option<String> {
        match self {
            Self::Usage { fix, .. } | Self::Failed { fix, .. } => fix.clone(),
            Self::NoServer(_) => Some("start one with: roadbed up".to_owned()),
            Self::Unreachable { fix, .. } => Some((*fix).to_owned()),
            Self::NotOurs { .. } => Some("give the address of a roadbed server with --url or roadbed login".to_owned()),
            Self::Problem(problem) => problem.fix.clone().or_else(|| default_fix(problem)),
            Self::TimedOut { fix, .. } => Some(fix.clone()),
            _ => None,
        }
    }
}

fn code_of(problem: &Problem) -> Code {
    match problem.status {
        _ if REFUSAL_PREFIXES.iter().any(|prefix| problem.code.starts_with(prefix)) => Code::Refused,
        401 => Code::LoginNeeded,
        403 => Code::Refused,
        404 => Code::NotFound,
        409 | 412 => Code::Conflict,
        // MLflow's form answers 400 for a name that is taken.
        _ if problem.code == "RESOURCE_ALREADY_EXISTS" => Code::Conflict,
        _ => Code::Failed,
    }
}

fn default_fix(problem: &Problem) -> Option<String> {
    (problem.status == 401).then(|| {
        "log in with: roadbed login URL, or set ROADBED_TOKEN; local commands read the token of the data directory"
            .to_owned()
    })
}
