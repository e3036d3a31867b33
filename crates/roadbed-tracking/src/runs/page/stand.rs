//! What the routes of one run stand on.

use crate::mlflow::Tracking;
use crate::runs::model::MadeByRuns;

/// What the routes of one run stand on.
#[derive(Clone)]
pub(in crate::runs) struct RunPages {
    pub(super) tracking: Tracking,
    pub(super) made: MadeByRuns,
}
