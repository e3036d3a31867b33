//! What is kept about an upload in parts.

use crate::artifacts::ArtifactPath;
use crate::mlflow::{ErrorCode, MlflowError};
use roadbed_core::{Digest, TeamId};
use std::time::Duration;

/// As in S3.
pub(super) const MOST_PARTS: u64 = 10_000;
/// As in S3.
pub(super) const PART_LIMIT_BYTES: u64 = 5 << 30;
/// Addresses of parts hold this long, and an upload that has not ended by then is forgotten.
pub(super) const OPEN_FOR: Duration = Duration::from_secs(24 * 3600);

/// A file that comes in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    pub id: String,
    pub team: TeamId,
    pub path: ArtifactPath,
    pub parts: u64,
}

/// A part that has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// From 1.
    pub number: u64,
    pub digest: Digest,
    pub bytes: u64,
}

/// A part as the client names it at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedPart {
    pub number: u64,
    /// As the answer to the part gave it; empty when the client did not keep it.
    pub tag: String,
}

/// Why an upload does not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum UploadError {
    #[error("there is no such upload: it was ended, or begun more than a day ago; begin it anew")]
    Unknown,
    #[error("this address is not one that the server gave for a part, or it has expired: begin the upload anew")]
    Grant,
    #[error("a file comes in 1 to {MOST_PARTS} parts, not {0}")]
    Parts(String),
    #[error("part {0} has not come: send it before the upload is completed")]
    Missing(u64),
    #[error("part {0} is not the one that came last: complete the upload with the ETag of its last answer")]
    Changed(u64),
    #[error("the parts of the file must be named in rising order, each once, from 1 to {0}")]
    Order(u64),
    #[error("{name:?} is no name of a file")]
    Name { name: String },
}

impl From<UploadError> for MlflowError {
    fn from(error: UploadError) -> Self {
        let code = match &error {
            UploadError::Unknown => ErrorCode::ResourceDoesNotExist,
            UploadError::Grant => ErrorCode::PermissionDenied,
            _ => ErrorCode::InvalidParameterValue,
        };
        Self::new(code, error.to_string())
    }
}

/// Whether these parts, in the order the client names them, are the whole of the file: `came` is sorted by number.
///
/// # Errors
/// The first thing that is wrong.
pub(super) fn check_parts(upload: &Upload, came: &[Part], named: &[NamedPart]) -> Result<(), UploadError> {
    let in_order = named.iter().zip(1..).all(|(part, number)| part.number == number);
    if !in_order || u64::try_from(named.len()) != Ok(upload.parts) {
        return Err(UploadError::Order(upload.parts));
    }
    for named in named {
        let part = came.iter().find(|part| part.number == named.number).ok_or(UploadError::Missing(named.number))?;
        let tag = named.tag.trim_matches('"');
        if !tag.is_empty() && tag != part.digest.to_string() {
            return Err(UploadError::Changed(named.number));
        }
    }
    Ok(())
}
