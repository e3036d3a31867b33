//! Logged models, their errors and events.

use crate::experiments::Lifecycle;
use crate::mlflow::{ErrorCode, MlflowError};
use roadbed_contracts::events::{EventBody, EventClass};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Status on the wire: name, protobuf number, and the name again as it is stored.
pub(super) const STATUSES: &[(&str, i64, &str)] = &[
    (PENDING, 1, PENDING),
    ("LOGGED_MODEL_READY", 2, "LOGGED_MODEL_READY"),
    ("LOGGED_MODEL_UPLOAD_FAILED", 3, "LOGGED_MODEL_UPLOAD_FAILED"),
];
pub(super) const PENDING: &str = "LOGGED_MODEL_PENDING";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedModel {
    /// `m-` and 32 hex digits.
    pub model_id: String,
    /// The store's key of the experiment.
    pub experiment: i64,
    pub experiment_id: i64,
    pub name: String,
    pub model_type: String,
    pub status: String,
    /// Empty when no run made it.
    pub source_run_id: String,
    pub artifact_uri: String,
    pub lifecycle: Lifecycle,
    pub tags: BTreeMap<String, String>,
    pub params: BTreeMap<String, String>,
    /// Milliseconds since the epoch.
    pub created_ms: i64,
    pub updated_ms: i64,
}

/// Why something cannot be done with a logged model. Texts are those MLflow clients know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum LoggedModelError {
    #[error("Logged model with ID '{0}' not found.")]
    Unknown(String),
    #[error("the parameter {key} has the value {value:?} already and keeps it")]
    ParamTaken { key: String, value: String },
    #[error("No tag with key '{key}' found for model with ID '{model_id}'.")]
    UnknownTag { model_id: String, key: String },
    #[error(
        "Invalid model name ('{0}') provided. Model name must be a non-empty string and cannot contain the following characters: \
         ('/', ':', '.', '%', '\"', \"'\")"
    )]
    Name(String),
}

impl From<LoggedModelError> for MlflowError {
    fn from(error: LoggedModelError) -> Self {
        let code = match &error {
            LoggedModelError::Unknown(_) | LoggedModelError::UnknownTag { .. } => ErrorCode::ResourceDoesNotExist,
            LoggedModelError::Name(_) | LoggedModelError::ParamTaken { .. } => ErrorCode::InvalidParameterValue,
        };
        Self::new(code, error.to_string())
    }
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            pub model_id: String,
            pub name: String,
            pub status: String,
        }

        impl EventBody for $name {
            const KIND: &'static str = stringify!($name);
            const CLASS: EventClass = EventClass::Activity;
        }
    )*};
}
events! {
    /// A run began to log a model.
    LoggedModelCreated;
    /// Status, tags or params changed.
    LoggedModelUpdated;
    /// Deleted; its files stay.
    LoggedModelDeleted;
}
