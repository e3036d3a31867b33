//! What the routes of signatures and of keys stand on.

use super::files::FileHashes;
use super::model::OfModels;
use crate::mlflow::Tracking;

#[derive(Clone)]
pub(super) struct Desk {
    pub tracking: Tracking,
    pub of: OfModels,
    pub hashes: FileHashes,
}
