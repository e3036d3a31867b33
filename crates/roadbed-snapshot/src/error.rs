//! Why a snapshot was refused.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("{path:?} could not be {action}: {source}")]
    File { path: PathBuf, action: &'static str, source: std::io::Error },
    #[error("the project's files could not be listed: {0}")]
    Walk(#[from] ignore::Error),
    #[error("input pattern {pattern:?} is not usable: {reason}")]
    Pattern { pattern: String, reason: String },
    #[error("input pattern {0:?} matches no file: correct or remove it in the job's inputs")]
    NothingMatches(String),
    #[error(
        "link {path:?} leaves the project ({target:?}): copy the file into the project, or add the link to .gitignore"
    )]
    LinkLeaves { path: PathBuf, target: PathBuf },
    #[error("{path:?} changed while it was read: try again when nothing writes to it")]
    Changed { path: PathBuf },
    #[error("the snapshot is damaged: {0}")]
    Damaged(std::io::Error),
    #[error("the snapshot holds {path:?}, which is {what}: it was not made by this tool or was tampered with")]
    Refused { path: PathBuf, what: &'static str },
    #[error(
        "the snapshot has more than {limit} bytes of files ({path:?} exceeds it): add large data to .gitignore and keep it as an artifact"
    )]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("the snapshot has more than {limit} entries: add generated folders to .gitignore")]
    TooMany { limit: u64 },
    #[error(
        "the snapshot unpacks to more than {ratio} times its size: leave files of constant bytes out of the project"
    )]
    TooDense { ratio: u64 },
}

impl SnapshotError {
    pub(crate) fn damaged(reason: impl Into<String>) -> Self {
        Self::Damaged(std::io::Error::other(reason.into()))
    }

    /// For `map_err`: adds path and action to an I/O error.
    pub(crate) fn file(path: &std::path::Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, action, source }
    }
}
