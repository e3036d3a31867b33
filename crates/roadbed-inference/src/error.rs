//! Why a model folder cannot be loaded natively.

use roadbed_contracts::backend::BackendError;
use std::path::Path;

/// A reason that ends a load or sends it to another engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The file is damaged or not of the format it should be: no engine can help.
    #[error("{file}: {reason}; log the model again or restore the file")]
    Corrupt { file: String, reason: String },
    /// The model is whole, but this engine cannot run it: another one may.
    #[error("{0}")]
    Unsupported(String),
    /// Answers of the engine are not what they should be on the logged example.
    #[error("self-check on the logged input example failed: {0}")]
    SelfCheck(String),
    #[error("{file} cannot be read: {reason}")]
    Unreadable { file: String, reason: String },
}

impl LoadError {
    pub(crate) fn corrupt(file: &str, reason: impl Into<String>) -> Self {
        Self::Corrupt { file: file.to_owned(), reason: reason.into() }
    }

    pub(crate) fn unsupported(reason: impl Into<String>) -> Self {
        Self::Unsupported(reason.into())
    }
}

impl From<LoadError> for BackendError {
    fn from(error: LoadError) -> Self {
        Self::CannotLoad(error.to_string())
    }
}

/// Reads a file of the model folder that may hold at most `limit` bytes.
pub(crate) fn read_file(directory: &Path, name: &str, limit: u64) -> Result<Vec<u8>, LoadError> {
    let path = directory.join(name);
    let unreadable = |reason: String| LoadError::Unreadable { file: name.to_owned(), reason };
    let length = std::fs::metadata(&path).map_err(|error| unreadable(error.to_string()))?.len();
    if length > limit {
        return Err(unreadable(format!("it has {length} bytes, the limit is {limit}")));
    }
    std::fs::read(&path).map_err(|error| unreadable(error.to_string()))
}

/// Reads a text file of the model folder.
pub(crate) fn read_text(directory: &Path, name: &str, limit: u64) -> Result<String, LoadError> {
    String::from_utf8(read_file(directory, name, limit)?).map_err(|error| {
        LoadError::corrupt(name, format!("not UTF-8 text (byte {})", error.utf8_error().valid_up_to()))
    })
}
