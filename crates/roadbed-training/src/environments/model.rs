use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_contracts::workload::EnvironmentSpec;
use roadbed_core::{Digest, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The section `environment` of a manifest. Kept as its canonical JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentDefinition {
    /// Minor version such as `3.11`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python: Option<String>,
    /// Path of the requirements file in the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirements: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
}

/// What cannot be part of an environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    #[error("{0:?} is not a Python version: write major and minor in quotes, such as \"3.11\"")]
    Python(String),
    #[error("{0:?} is not a name of a variable: use letters, digits and '_', not starting with a digit")]
    VariableName(String),
    #[error("{0} is set by the platform: choose another name")]
    Reserved(String),
    #[error("the value of {0} holds a NUL character, which no variable can carry")]
    Nul(String),
    #[error("{0:?} is no path inside the project: write it relative to the manifest, without '..'")]
    Path(String),
}

/// # Errors
/// The text is not like `3.11`.
pub fn check_python(text: &str) -> Result<(), EnvironmentError> {
    let minor = text.strip_prefix("3.").filter(|minor| !minor.is_empty() && minor.len() <= 2);
    match minor.filter(|minor| minor.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(_) => Ok(()),
        None => Err(EnvironmentError::Python(text.chars().take(40).collect())),
    }
}

/// # Errors
/// The name or value cannot be a variable of user code.
pub fn check_variable(name: &str, value: &str) -> Result<(), EnvironmentError> {
    let shown = || name.chars().take(80).collect::<String>();
    let is_name = !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name {
        return Err(EnvironmentError::VariableName(shown()));
    }
    if name.starts_with("ROADBED_") || name == "MLFLOW_TRACKING_TOKEN" {
        return Err(EnvironmentError::Reserved(shown()));
    }
    if value.contains('\0') {
        return Err(EnvironmentError::Nul(shown()));
    }
    Ok(())
}

/// # Errors
/// The path is absolute or leads out of the project.
pub(super) fn check_path(text: &str) -> Result<(), EnvironmentError> {
    let path = std::path::Path::new(text);
    let is_inside =
        path.components().all(|part| matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir));
    if is_inside && !text.is_empty() && !text.contains('\0') {
        return Ok(());
    }
    Err(EnvironmentError::Path(text.chars().take(200).collect()))
}

/// The environment for a Python version and the text of a requirements file; `None` when neither is given.
#[must_use]
pub fn environment_spec(python: Option<String>, requirements: Option<String>) -> Option<EnvironmentSpec> {
    if python.is_none() && requirements.is_none() {
        return None;
    }
    Some(EnvironmentSpec::request(python, requirements.unwrap_or_default()))
}

/// An environment that lies on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundEnvironment {
    pub key: Digest,
    /// Version of its interpreter, such as `3.11.9`; `None` while it is being made.
    pub python: Option<String>,
    pub ready: bool,
    /// Bytes of its files; those shared with other environments count in each.
    pub bytes: u64,
    pub last_used_at: Option<Timestamp>,
}

/// A manifest set, changed or removed a project's environment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct EnvironmentDefined {
    /// `create`, `update` or `delete`.
    pub action: String,
}
impl EventBody for EnvironmentDefined {
    const KIND: &'static str = "EnvironmentDefined";
    const CLASS: EventClass = EventClass::Audit;
}
