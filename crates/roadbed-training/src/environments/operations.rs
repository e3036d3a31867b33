use super::found;
use super::manifest::EnvironmentSection;
use super::model::FoundEnvironment;
use roadbed_capability::{Context, Grantee, Permission, Problem};
use std::path::PathBuf;
use std::sync::Arc;

pub const ENVIRONMENT_READ: Permission = Permission::new("environment:read", Grantee::Viewer);

/// Use cases of environments.
#[derive(Clone)]
pub struct Environments {
    context: Context,
    directory: PathBuf,
}

impl Environments {
    #[must_use]
    pub fn new(context: &Context, directory: PathBuf) -> Self {
        Self { context: context.clone(), directory }
    }

    pub(super) fn section(&self) -> Arc<EnvironmentSection> {
        Arc::new(EnvironmentSection::new(&self.context))
    }

    /// Environments on this machine. They belong to nobody: jobs of all teams with the same packages share one.
    pub(super) async fn list(&self) -> Result<Vec<FoundEnvironment>, Problem> {
        let directory = self.directory.clone();
        let found = tokio::task::spawn_blocking(move || found::list(&directory)).await;
        found.map_err(|error| Problem::internal(&error))?.map_err(|error| Problem::internal(&error))
    }
}
