//! Registered models, versions and aliases; their errors and events.

use crate::mlflow::{ErrorCode, MlflowError};
use roadbed_capability::{Grantee, Permission};
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_core::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const MODEL_READ: Permission = Permission::new("model:read", Grantee::Viewer);
pub const MODEL_WRITE: Permission = Permission::new("model:write", Grantee::Developer);
/// Moving aliases and stages: what is served follows them.
pub const MODEL_PROMOTE: Permission = Permission::new("model:promote", Grantee::Deployer);

/// The tag of models that are prompts; they are left out of searches that do not ask for them.
pub(super) const PROMPT_TAG: &str = "mlflow.prompt.is_prompt";

/// Stages of old clients.
pub(super) const STAGES: [&str; 4] = ["None", "Staging", "Production", "Archived"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredModel {
    /// The store's key.
    pub number: i64,
    pub name: String,
    pub description: String,
    pub tags: BTreeMap<String, String>,
    /// The highest version there ever was.
    pub last_version: i64,
    /// Milliseconds since the epoch.
    pub created_ms: i64,
    pub updated_ms: i64,
}

impl RegisteredModel {
    /// MLflow keeps prompts as models with a tag.
    #[must_use]
    pub fn is_prompt(&self) -> bool {
        self.tags.get(PROMPT_TAG).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelVersion {
    /// The store's key of the model.
    pub model: i64,
    pub version: i64,
    /// As the client gave it.
    pub source: String,
    /// Folder of the frozen files; none when the source lies outside this server.
    pub snapshot: Option<String>,
    /// Over the sorted paths and digests of the files.
    pub digest: Option<Digest>,
    pub run_id: String,
    pub run_link: String,
    /// Logged model the files come from, or empty.
    pub model_id: String,
    pub description: Option<String>,
    pub stage: String,
    pub tags: BTreeMap<String, String>,
    pub created_ms: i64,
    pub updated_ms: i64,
    /// Name of who registered it; none for versions older than this column.
    pub created_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    pub alias: String,
    pub version: i64,
}

/// A tag that was set or, without a value, removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagChange {
    pub key: String,
    pub value: Option<String>,
}

impl TagChange {
    pub(super) fn apply(&self, tags: &mut BTreeMap<String, String>) {
        match &self.value {
            Some(value) => tags.insert(self.key.clone(), value.clone()),
            None => tags.remove(&self.key),
        };
    }
}

/// Why something cannot be done in the registry. Texts are those MLflow clients know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ModelError {
    #[error("Registered Model with name={0} not found")]
    Unknown(String),
    #[error("Model Version (name={name}, version={version}) not found")]
    UnknownVersion { name: String, version: i64 },
    #[error("Registered Model (name={0}) already exists.")]
    NameTaken(String),
    #[error("Invalid model name '{0}'. Names cannot contain '/' or ':'.")]
    Name(String),
    #[error("Missing value for required parameter 'name'.")]
    NoName,
    #[error("Parameter 'version' must be an integer, got '{0}'.")]
    Version(String),
    #[error("Registered model alias {0} not found.")]
    UnknownAlias(String),
    #[error("Latest version not found for model {0}.")]
    NoVersions(String),
    #[error("Invalid alias name: '{0}'. Names may only contain alphanumerics, underscores (_), and dashes (-).")]
    Alias(String),
    #[error("'latest' alias name (case insensitive) is reserved.")]
    LatestReserved,
    #[error("Version alias name '{0}' is reserved.")]
    VersionReserved(String),
    #[error("Invalid Model Version stage: {0}. Value must be one of None, Staging, Production, Archived.")]
    Stage(String),
    #[error("there are no files at {0}: name the folder that the run logged its model to")]
    NoFiles(String),
    #[error("the description was changed by somebody else meanwhile")]
    DescribedMeanwhile,
    #[error(
        "Invalid model version source: '{source_uri}'. The {parameter} request parameter must identify the resource that contains the source."
    )]
    ForeignSource { source_uri: String, parameter: &'static str },
    #[error(
        "Invalid model version source: '{0}'. A path of the client's machine cannot be registered: log the model to a run first and \
         register it from there."
    )]
    LocalSource(String),
}

impl From<ModelError> for MlflowError {
    fn from(error: ModelError) -> Self {
        let code = match &error {
            ModelError::Unknown(_) | ModelError::UnknownVersion { .. } | ModelError::NoVersions(_) => {
                ErrorCode::ResourceDoesNotExist
            }
            ModelError::NameTaken(_) => ErrorCode::ResourceAlreadyExists,
            _ => ErrorCode::InvalidParameterValue,
        };
        Self::new(code, error.to_string())
    }
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident ($class:ident) { $($field:ident: $kind:ty),* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            pub model: String,
            $(pub $field: $kind,)*
        }

        impl EventBody for $name {
            const KIND: &'static str = stringify!($name);
            const CLASS: EventClass = EventClass::$class;
        }
    )*};
}
events! {
    /// A name was registered.
    ModelCreated (Activity) {}
    /// Renamed, described or tagged; `previous_name` differs after a renaming, `tag` is there when one tag changed and nothing else.
    ModelUpdated (Activity) { previous_name: String, tag: Option<TagChange> }
    /// A model and all its versions were deleted.
    ModelDeleted (Audit) { versions: u64 }
    /// A version was registered. `digest` is over its files; none when they lie outside this server.
    ModelVersionCreated (Audit) { version: i64, digest: Option<Digest>, run_id: String, source: String }
    /// Description, tags or stage of a version changed; `tag` is there when one tag changed and nothing else.
    ModelVersionUpdated (Activity) { version: i64, stage: String, tag: Option<TagChange> }
    /// A version was deleted with its files and aliases.
    ModelVersionDeleted (Audit) { version: i64 }
    /// An alias names another version, a first one, or (when `version` is none) nothing any more.
    ModelAliasMoved (Audit) { alias: String, version: Option<i64>, previous: Option<i64> }
}
