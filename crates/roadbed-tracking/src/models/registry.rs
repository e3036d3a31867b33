//! The ports other rooms ask: which files a model reference means, and moving an alias.

use super::candidate;
use super::operations::{self, Move};
use super::versions::{self, Wanted};
use crate::artifacts::{self, ArtifactPath, python_minor};
use crate::mlflow::MlflowError;
use async_trait::async_trait;
use roadbed_capability::Context;
use roadbed_contracts::entries::ModelFile;
use roadbed_contracts::events::{Actor, EventHeader};
use roadbed_contracts::ports::{ModelReference, PortError, Registry, ResolvedModel};
use roadbed_core::{ModelName, TeamId};
use roadbed_store::{Reader, Transaction};

/// Text files of a model folder that are read, at most so long.
const TEXT_LIMIT_BYTES: u64 = 4 << 20;

/// The registry over the store.
pub struct StoredRegistry {
    context: Context,
}

impl StoredRegistry {
    #[must_use]
    pub const fn new(context: Context) -> Self {
        Self { context }
    }

    /// The text of a file of the folder, when there is one.
    async fn text(&self, files: &[ModelFile], path: &str) -> Result<Option<String>, PortError> {
        let Some(file) = files.iter().find(|file| file.path == path) else { return Ok(None) };
        let failed = |error: roadbed_blobs::BlobError| PortError::Failed(format!("reading {path}: {error}"));
        let bytes = self.context.blobs.read(&file.digest, TEXT_LIMIT_BYTES).await.map_err(failed)?;
        let text = String::from_utf8(bytes.to_vec());
        text.map(Some)
            .map_err(|_| PortError::Refused(format!("{path} of the model is not UTF-8 text: log the model again")))
    }
}

#[async_trait]
impl Registry for StoredRegistry {
    async fn resolve(&self, team: TeamId, reference: &ModelReference) -> Result<ResolvedModel, PortError> {
        let (name, wanted) = match reference {
            ModelReference::Version { name, version } => (name.clone(), Wanted::Number(i64::from(*version))),
            ModelReference::Alias { name, alias } => (name.clone(), Wanted::Alias(alias.clone())),
        };
        let asked = name.to_string();
        let read = move |r: &mut Reader<'_>| {
            let found = versions::find(r, team, &asked, &wanted)?;
            let files = match &found.version.snapshot {
                Some(snapshot) => artifacts::files_below(r, team, &ArtifactPath::of_snapshot(snapshot))?,
                None => Vec::new(),
            };
            Ok::<_, MlflowError>((found.version, files))
        };
        let (version, files) = self.context.store.read(read).await.map_err(|error| unknown_alias(error, reference))?;
        let Some(digest) = version.digest else {
            return Err(PortError::Refused(format!(
                "{name}/{} has no files on this server (source {}): log the model here and register it again",
                version.version, version.source
            )));
        };
        let files: Vec<ModelFile> = files
            .into_iter()
            .map(|file| ModelFile { path: file.path, digest: file.digest, bytes: file.bytes })
            .collect();
        let mlmodel = self.text(&files, "MLmodel").await?;
        Ok(ResolvedModel {
            name,
            version: u32::try_from(version.version).map_err(|error| PortError::Failed(error.to_string()))?,
            digest,
            requirements: self.text(&files, "requirements.txt").await?,
            python: mlmodel.as_deref().and_then(python_minor),
            mlmodel,
            files,
            run_id: Some(version.run_id).filter(|id| !id.is_empty()),
        })
    }

    async fn set_alias(&self, team: TeamId, name: &ModelName, alias: &str, version: u32) -> Result<(), PortError> {
        let wanted = Move { name: name.to_string(), alias: alias.to_owned(), version: Some(i64::from(version)) };
        let header = EventHeader::new(operations::subject(name.as_str()), Actor::system()).with_team(team);
        let measured = candidate::measured(&self.context.store, team, (&wanted.name, wanted.version)).await?;
        let write = move |tx: &mut Transaction<'_>| operations::move_alias(tx, team, &wanted, &measured, &header);
        let moved = self.context.store.write(write).await;
        moved.map_err(PortError::from)
    }
}

/// An alias that is not there is a missing object for other rooms, though MLflow answers 400.
fn unknown_alias(error: MlflowError, reference: &ModelReference) -> PortError {
    match reference {
        ModelReference::Alias { .. } if error.code == crate::mlflow::ErrorCode::InvalidParameterValue => {
            PortError::NotFound(error.message)
        }
        _ => error.into(),
    }
}
