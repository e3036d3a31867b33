//! What the routes of approvals and of rules stand on.

use super::model::OfModels;
use crate::mlflow::Tracking;

/// What the routes stand on.
#[derive(Clone)]
pub(super) struct Pages {
    pub tracking: Tracking,
    pub of: OfModels,
}
