//! A version with everything the registry keeps about it, for those who describe it.

use super::lookup;
use super::model::{ModelVersion, RegisteredModel};
use super::versions::{self, Wanted};
use crate::approvals::Candidate;
use crate::artifacts::{self, ArtifactPath, StoredFile};
use crate::mlflow::{MlflowError, Tracking};
use crate::signatures::Frozen;
use roadbed_core::TeamId;
use roadbed_store::Reader;

#[derive(Debug, Clone)]
pub struct Registered {
    pub model: RegisteredModel,
    pub version: ModelVersion,
    /// Aliases that name it.
    pub aliases: Vec<String>,
    /// Frozen; none when they lie outside this server.
    pub files: Vec<StoredFile>,
}

impl Registered {
    #[must_use]
    pub fn frozen(&self) -> Frozen {
        Frozen {
            model: self.model.number,
            name: self.model.name.clone(),
            version: self.version.version,
            digest: self.version.digest,
            files: self.files.clone(),
        }
    }

    #[must_use]
    pub fn candidate(&self, team: TeamId) -> Candidate {
        Candidate {
            team,
            model: self.model.number,
            name: self.model.name.clone(),
            version: self.version.version,
            digest: self.version.digest,
            run_id: self.version.run_id.clone(),
            model_id: self.version.model_id.clone(),
            author: self.version.created_by.clone(),
        }
    }
}

/// A version by the texts of a path.
///
/// # Errors
/// There is no such version for the team.
pub async fn registered(
    tracking: &Tracking,
    team: TeamId,
    name: &str,
    number: &str,
) -> Result<Registered, MlflowError> {
    let (name, wanted) = (name.to_owned(), Wanted::Number(versions::parse_version(number)?));
    let read = move |r: &mut Reader<'_>| {
        let model = lookup::model(r, team, &name)?;
        let found = versions::find(r, team, &name, &wanted)?;
        let files = match &found.version.snapshot {
            Some(snapshot) => artifacts::files_below(r, team, &ArtifactPath::of_snapshot(snapshot))?,
            None => Vec::new(),
        };
        Ok::<_, MlflowError>(Registered { model, version: found.version, aliases: found.aliases, files })
    };
    tracking.context.store.read(read).await
}
