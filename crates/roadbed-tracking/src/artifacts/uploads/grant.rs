//! The address of one part. What it allows is sealed into it, so nothing has to be kept and nobody can make one.

use super::model::{OPEN_FOR, UploadError};
use crate::mlflow::{MlflowError, Tracking};
use roadbed_capability::Seals;
use roadbed_core::Timestamp;
use serde::{Deserialize, Serialize};

const PURPOSE: &str = "artifact upload part";

/// Leave to send this part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Grant {
    pub upload: String,
    pub part: u64,
    until_ms: i64,
}

impl Grant {
    pub(super) fn new(tracking: &Tracking, upload: &str, part: u64) -> Self {
        let until_ms = tracking.context.clock.now().plus(OPEN_FOR).as_millis();
        Self { upload: upload.to_owned(), part, until_ms }
    }

    /// As a piece of an address.
    pub(super) fn sealed(&self, seals: &Seals) -> Result<String, MlflowError> {
        let plain = serde_json::to_vec(self).map_err(|error| MlflowError::internal(&error))?;
        seals.seal(PURPOSE, &plain).map_err(|error| MlflowError::internal(&error))
    }

    /// What a piece of an address allows now.
    pub(super) fn open(seals: &Seals, sealed: &str, now: Timestamp) -> Result<Self, UploadError> {
        let plain = seals.open(PURPOSE, sealed).map_err(|_| UploadError::Grant)?;
        let grant: Self = serde_json::from_slice(&plain).map_err(|_| UploadError::Grant)?;
        if now.as_millis() < grant.until_ms { Ok(grant) } else { Err(UploadError::Grant) }
    }
}
