//! The files of a run or of a model version as one tree. Since MLflow 3 the models of a run lie beside its files, and `runs:/<run>/<name>`
//! means them all the same: here too they hang at the top, under their names.

use super::model::ArtifactPath;
use super::store;
use roadbed_core::TeamId;
use roadbed_store::{Query, StoreError};
use std::collections::BTreeMap;

/// Where the files of a tree lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTree {
    root: ArtifactPath,
    /// Folders that lie elsewhere, by their name at the top.
    hung: BTreeMap<String, ArtifactPath>,
}

impl FileTree {
    /// Everything below one folder.
    #[must_use]
    pub const fn new(root: ArtifactPath) -> Self {
        Self { root, hung: BTreeMap::new() }
    }

    /// Also these folders, under their names; of two with one name the later one.
    pub(super) fn with(mut self, hung: impl IntoIterator<Item = (String, ArtifactPath)>) -> Self {
        // A name that cannot be asked for as a path is not offered.
        let can_be_asked = |name: &str| ArtifactPath::parse(name).is_ok_and(|path| path.as_str() == name);
        self.hung.extend(hung.into_iter().filter(|(name, _)| can_be_asked(name)));
        self
    }

    /// Where a path of the tree leads. What lies in the tree itself is never hidden by what hangs there.
    pub(super) fn locate(
        &self,
        query: &mut impl Query,
        team: TeamId,
        below: &ArtifactPath,
    ) -> Result<ArtifactPath, StoreError> {
        let (first, rest) = below.split_first();
        let Some(hung) = self.hung.get(first.as_str()) else { return Ok(self.root.join(below)) };
        Ok(if self.has(query, team, &first)? { self.root.join(below) } else { hung.join(&rest) })
    }

    /// The folders that lie elsewhere, by name.
    pub(super) const fn hung(&self) -> &BTreeMap<String, ArtifactPath> {
        &self.hung
    }

    fn has(&self, query: &mut impl Query, team: TeamId, first: &ArtifactPath) -> Result<bool, StoreError> {
        let own = self.root.join(first);
        Ok(store::find(query, team, own.as_str())?.is_some() || !store::files_below(query, team, &own)?.is_empty())
    }
}
