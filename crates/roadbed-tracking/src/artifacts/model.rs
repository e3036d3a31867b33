//! Paths of artifacts and what is kept about a file.

use crate::mlflow::{ErrorCode, MlflowError, decoded};
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_core::Digest;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest path, in bytes.
const PATH_LIMIT_BYTES: usize = 2048;
/// Folder of the frozen files of model versions.
const REGISTERED: &str = "registered";

/// A relative path without empty, `.` or `..` parts, backslashes or control characters. Empty only where a listing may start at
/// the top.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactPath(String);

impl ArtifactPath {
    /// Reads a path of a request, however often it is percent-encoded.
    ///
    /// # Errors
    /// It is empty, too long, or leads out of its root.
    pub fn parse(text: &str) -> Result<Self, MlflowError> {
        let path = Self::parse_folder(text)?;
        if path.0.is_empty() { Err(invalid()) } else { Ok(path) }
    }

    /// As [`Self::parse`], also the empty path.
    ///
    /// # Errors
    /// It is too long or leads out of its root.
    pub fn parse_folder(text: &str) -> Result<Self, MlflowError> {
        let text = decoded(text);
        let text = text.strip_suffix('/').unwrap_or(&text);
        if text.is_empty() {
            return Ok(Self(String::new()));
        }
        let fine = |part: &str| !matches!(part, "" | "." | "..");
        let drive = text.as_bytes().get(1) == Some(&b':') && text.starts_with(|c: char| c.is_ascii_alphabetic());
        let odd = text.contains(['\\', '#']) || text.chars().any(char::is_control);
        if text.len() > PATH_LIMIT_BYTES || drive || odd || text.starts_with("file:") || !text.split('/').all(fine) {
            return Err(invalid());
        }
        Ok(Self(text.to_owned()))
    }

    /// The path behind `mlflow-artifacts:/`.
    ///
    /// # Errors
    /// The URI has another scheme or leads out of its root.
    pub fn of_uri(uri: &str) -> Result<Self, MlflowError> {
        let path = uri.strip_prefix("mlflow-artifacts:/").filter(|path| !path.starts_with('/'));
        Self::parse(path.ok_or_else(invalid)?)
    }

    /// Where the frozen files of a model version lie.
    #[must_use]
    pub fn of_snapshot(snapshot: &str) -> Self {
        Self(format!("{REGISTERED}/{snapshot}"))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn uri(&self) -> String {
        format!("mlflow-artifacts:/{}", self.0)
    }

    /// A path below this one.
    #[must_use]
    pub fn join(&self, below: &Self) -> Self {
        match (self.0.is_empty(), below.0.is_empty()) {
            (true, _) => below.clone(),
            (_, true) => self.clone(),
            _ => Self(format!("{}/{}", self.0, below.0)),
        }
    }

    /// The first part and what comes behind it; both empty at the top.
    pub(super) fn split_first(&self) -> (Self, Self) {
        let (first, rest) = self.0.split_once('/').unwrap_or((&self.0, ""));
        (Self(first.to_owned()), Self(rest.to_owned()))
    }

    /// Is this path `root` or below it?
    #[must_use]
    pub fn is_within(&self, root: &Self) -> bool {
        self.0.strip_prefix(&root.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    pub(super) fn is_frozen(&self) -> bool {
        self.0.split('/').next() == Some(REGISTERED)
    }

    /// The folders this path lies in.
    pub(super) fn parents(&self) -> Vec<String> {
        self.0.match_indices('/').filter_map(|(at, _)| self.0.get(..at)).map(str::to_owned).collect()
    }
}

impl fmt::Display for ArtifactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn invalid() -> MlflowError {
    MlflowError::invalid("Invalid path")
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Relative to where the question started.
    pub path: String,
    pub digest: Digest,
    pub bytes: u64,
}

/// What a folder holds directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderEntry {
    File { name: String, bytes: u64 },
    Folder { name: String },
}

/// Why an artifact cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ArtifactError {
    #[error("No such artifact: '{0}'")]
    Unknown(ArtifactPath),
    #[error(
        "'{0}' holds the files of a registered model version and cannot be changed: log the model anew and register it"
    )]
    Frozen(ArtifactPath),
    #[error("'{path}' cannot be a file: '{other}' is {kind} already")]
    Clash { path: ArtifactPath, other: String, kind: &'static str },
    /// In the words by which clients know it.
    #[error("Multipart download is not supported for the current artifact repository: files are read from this server")]
    NoDirectDownload,
    #[error(
        "Presigned {0} is not supported for proxied artifact storage (artifact URI scheme: mlflow-artifacts). This endpoint \
             requires a direct cloud storage artifact URI."
    )]
    Proxied(&'static str),
}

impl From<ArtifactError> for MlflowError {
    fn from(error: ArtifactError) -> Self {
        let code = match &error {
            ArtifactError::Unknown(_) => ErrorCode::ResourceDoesNotExist,
            ArtifactError::Frozen(_) => ErrorCode::PermissionDenied,
            ArtifactError::Clash { .. } | ArtifactError::Proxied(_) => ErrorCode::InvalidParameterValue,
            ArtifactError::NoDirectDownload => ErrorCode::NotImplemented,
        };
        Self::new(code, error.to_string())
    }
}

/// A file was stored or replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactStored {
    pub path: String,
    pub digest: Digest,
    pub bytes: u64,
}

impl EventBody for ArtifactStored {
    const KIND: &'static str = "ArtifactStored";
    const CLASS: EventClass = EventClass::Activity;
}

/// A file, or a folder with all its files, was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactDeleted {
    pub path: String,
    pub files: u64,
}

impl EventBody for ArtifactDeleted {
    const KIND: &'static str = "ArtifactDeleted";
    const CLASS: EventClass = EventClass::Activity;
}
