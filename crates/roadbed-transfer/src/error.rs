//! Why a store cannot be read or an export cannot be written.

use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    #[error("{0}")]
    Unknown(String),
    #[error("{path:?} cannot be {action}: {source}")]
    File { path: PathBuf, action: &'static str, source: std::io::Error },
    #[error("{path:?} is not as expected: {detail}")]
    Form { path: PathBuf, detail: String },
    #[error("the database cannot be read: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// Boxed text: the driver's own message hides the cause.
    #[error("the database cannot be read: {0}")]
    Postgres(String),
    #[error("{url} cannot be read: {detail}")]
    Http { url: String, detail: String },
}

impl TransferError {
    /// For `map_err`: adds path and action to an I/O error.
    pub fn file(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, action, source }
    }

    pub(crate) fn form(path: &Path, detail: impl std::fmt::Display) -> Self {
        Self::Form { path: path.to_path_buf(), detail: detail.to_string() }
    }
}

impl From<postgres::Error> for TransferError {
    fn from(error: postgres::Error) -> Self {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Self::Postgres(format!("{error}{cause}"))
    }
}
