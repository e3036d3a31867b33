//! Everything a group of workers is made from.

use crate::settings::Workers;
use roadbed_contracts::backend::WorkerLauncher;
use roadbed_core::{Attribution, RevisionId};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Everything a group is made from.
pub(crate) struct GroupPlan {
    pub(crate) revision: RevisionId,
    pub(crate) attribution: Attribution,
    pub(crate) python: Option<String>,
    pub(crate) requirements: String,
    pub(crate) model_directory: PathBuf,
    pub(crate) program: PathBuf,
    pub(crate) launcher: Arc<dyn WorkerLauncher>,
    pub(crate) workers: u32,
    /// Rows of one batch; 0 or 1 joins nothing.
    pub(crate) max_rows: usize,
    pub(crate) max_delay: Duration,
    pub(crate) queue: usize,
    pub(crate) settings: Workers,
}

impl fmt::Debug for GroupPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupPlan")
            .field("revision", &self.revision)
            .field("workers", &self.workers)
            .finish_non_exhaustive()
    }
}
