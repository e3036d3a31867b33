//! Owner: tracking. Registered models by name.

use super::PortError;
use crate::entries::ModelFile;
use async_trait::async_trait;
use roadbed_core::{Digest, ModelName, TeamId};
use std::fmt;

/// `name/version` or `name@alias`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelReference {
    Version { name: ModelName, version: u32 },
    Alias { name: ModelName, alias: String },
}

/// A text that names no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no model: write name/version such as churn/3, or name@alias such as churn@champion")]
pub struct InvalidModelReference(pub String);

impl std::str::FromStr for ModelReference {
    type Err = InvalidModelReference;
    fn from_str(text: &str) -> Result<Self, InvalidModelReference> {
        let invalid = || InvalidModelReference(text.chars().take(300).collect());
        if let Some((name, alias)) = text.rsplit_once('@') {
            let name = name.parse().map_err(|_| invalid())?;
            return if alias.is_empty() { Err(invalid()) } else { Ok(Self::Alias { name, alias: alias.to_owned() }) };
        }
        let (name, version) = text.rsplit_once('/').ok_or_else(invalid)?;
        let version = version.parse::<u32>().ok().filter(|&version| version > 0).ok_or_else(invalid)?;
        Ok(Self::Version { name: name.parse().map_err(|_| invalid())?, version })
    }
}

impl fmt::Display for ModelReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { name, version } => write!(f, "{name}/{version}"),
            Self::Alias { name, alias } => write!(f, "{name}@{alias}"),
        }
    }
}

/// A model version with the files of its MLflow folder, retained in the blob store for as long as the version exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedModel {
    pub name: ModelName,
    pub version: u32,
    /// Sorted by path.
    pub files: Vec<ModelFile>,
    /// Over the sorted paths and digests.
    pub digest: Digest,
    /// Text of the folder's `MLmodel` file.
    pub mlmodel: Option<String>,
    /// Text of `requirements.txt` logged with the model.
    pub requirements: Option<String>,
    /// Minor Python version the model was logged with, such as `3.11`.
    pub python: Option<String>,
    pub run_id: Option<String>,
}

#[async_trait]
pub trait Registry: Send + Sync + 'static {
    /// The model a reference points at now.
    async fn resolve(&self, team: TeamId, reference: &ModelReference) -> Result<ResolvedModel, PortError>;

    /// Moves an alias; creates it when new.
    async fn set_alias(&self, team: TeamId, name: &ModelName, alias: &str, version: u32) -> Result<(), PortError>;
}
