//! Why a supervisor could not do its work.

use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum SupervisorError {
    #[error("{0}")]
    Usage(String),
    #[error("{path:?} could not be {action}: {source}")]
    File { path: PathBuf, action: &'static str, source: std::io::Error },
    #[error("{path:?} does not parse: {reason}")]
    Damaged { path: PathBuf, reason: String },
    #[error("{0:?} is supervised by another process already")]
    Supervised(PathBuf),
    #[error("{what} failed: {source}")]
    System { what: &'static str, source: std::io::Error },
}

impl SupervisorError {
    pub(crate) fn file(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, action, source }
    }

    pub(crate) fn system<E: Into<std::io::Error>>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::System { what, source: source.into() }
    }
}

/// Why user code never started.
#[derive(Debug)]
pub(crate) enum NotStarted {
    /// For people: what is wrong and what to do.
    Refused(String),
    /// A stop came first.
    Stopped,
    /// The workload folder vanished: there is nobody to tell.
    Vanished,
}

impl From<SupervisorError> for NotStarted {
    fn from(error: SupervisorError) -> Self {
        Self::Refused(error.to_string())
    }
}
