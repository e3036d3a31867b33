//! Experiments, their states and events.

use crate::mlflow::{ErrorCode, MlflowError, version_of};
use roadbed_capability::{Grantee, Permission};
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_store::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

pub const EXPERIMENT_READ: Permission = Permission::new("experiment:read", Grantee::Viewer);
pub const EXPERIMENT_WRITE: Permission = Permission::new("experiment:write", Grantee::Developer);

/// The experiment every team has.
pub(super) const DEFAULT_EXPERIMENT_ID: i64 = 0;
pub(super) const DEFAULT_NAME: &str = "Default";

/// Whether an object is in use or deleted and restorable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    Active,
    Deleted,
}

impl Lifecycle {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deleted => "deleted",
        }
    }
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is no lifecycle stage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a lifecycle stage: expected active or deleted")]
pub struct InvalidLifecycle(String);

impl FromStr for Lifecycle {
    type Err = InvalidLifecycle;
    fn from_str(text: &str) -> Result<Self, InvalidLifecycle> {
        match text {
            "active" => Ok(Self::Active),
            "deleted" => Ok(Self::Deleted),
            other => Err(InvalidLifecycle(other.to_owned())),
        }
    }
}

/// Which lifecycle stages a search looks at (`ViewType` of MLflow).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewType {
    ActiveOnly,
    DeletedOnly,
    All,
}

impl ViewType {
    /// Names and numbers on the wire.
    pub const CHOICES: &'static [(&'static str, i64, Self)] =
        &[("ACTIVE_ONLY", 1, Self::ActiveOnly), ("DELETED_ONLY", 2, Self::DeletedOnly), ("ALL", 3, Self::All)];

    #[must_use]
    pub const fn stages(self) -> &'static [&'static str] {
        match self {
            Self::ActiveOnly => &["active"],
            Self::DeletedOnly => &["deleted"],
            Self::All => &["active", "deleted"],
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experiment {
    /// The store's key.
    pub number: i64,
    pub experiment_id: i64,
    pub name: String,
    /// Such as `mlflow-artifacts:/3`.
    pub artifact_location: String,
    pub lifecycle: Lifecycle,
    pub tags: BTreeMap<String, String>,
    /// Milliseconds since the epoch, as MLflow counts.
    pub created_ms: i64,
    pub updated_ms: i64,
}

impl Experiment {
    /// Another one after each change that people make; for If-Match.
    #[must_use]
    pub fn version(&self) -> String {
        version_of([self.name.as_str(), self.lifecycle.as_str()])
    }
}

/// How many runs an experiment has, and when they last began or ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub runs: usize,
    /// Milliseconds since the epoch; 0 without runs.
    pub last_ms: i64,
}

/// Why something cannot be done with an experiment. Texts are those MLflow clients know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExperimentError {
    #[error("No Experiment with id={0} exists")]
    Unknown(i64),
    #[error("Could not find experiment with name '{0}'")]
    UnknownName(String),
    #[error("Invalid experiment ID '{0}'. Experiment ID must be a valid integer.")]
    InvalidId(String),
    #[error("Experiment(name={0}) already exists.")]
    NameTaken(String),
    #[error("The experiment {id} must be in the 'active' state. Current state is {stage}.")]
    NotActive { id: i64, stage: Lifecycle },
    #[error("No tag with name: {key} in experiment with id {id}")]
    UnknownTag { id: i64, key: String },
    #[error(
        "artifact_location {0:?} lies outside this server, which keeps artifacts itself: leave artifact_location out"
    )]
    ForeignLocation(String),
}

impl From<ExperimentError> for MlflowError {
    fn from(error: ExperimentError) -> Self {
        let code = match &error {
            ExperimentError::Unknown(_) | ExperimentError::UnknownName(_) | ExperimentError::UnknownTag { .. } => {
                ErrorCode::ResourceDoesNotExist
            }
            ExperimentError::NameTaken(_) => ErrorCode::ResourceAlreadyExists,
            ExperimentError::InvalidId(_) | ExperimentError::NotActive { .. } | ExperimentError::ForeignLocation(_) => {
                ErrorCode::InvalidParameterValue
            }
        };
        Self::new(code, error.to_string())
    }
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            pub experiment_id: i64,
            pub name: String,
        }

        impl EventBody for $name {
            const KIND: &'static str = stringify!($name);
            const CLASS: EventClass = EventClass::Activity;
        }
    )*};
}
events! {
    /// A new experiment, also the default one of a team.
    ExperimentCreated;
    /// Renamed or tagged.
    ExperimentUpdated;
    /// Deleted with its runs.
    ExperimentDeleted;
    /// Brought back with its runs.
    ExperimentRestored;
}

/// Tags as the row keeps them: a JSON object.
pub(super) fn tags_to_text(tags: &BTreeMap<String, String>) -> Result<String, StoreError> {
    serde_json::to_string(tags).map_err(|error| StoreError::Event { detail: error.to_string() })
}
