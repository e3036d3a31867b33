//! One run on `/api/v1`: everything about it (`read`), where it comes from and what came of it (`lineage`), and what people change
//! (`changes`).

mod changes;
mod lineage;
mod read;

use crate::mlflow::Tracking;
use crate::runs::model::MadeByRuns;
use roadbed_capability::Routes;

/// What the routes of one run stand on.
#[derive(Clone)]
pub(super) struct RunPages {
    tracking: Tracking,
    made: MadeByRuns,
}

pub(super) fn routes(tracking: Tracking, made: MadeByRuns) -> Routes<RunPages> {
    changes::add(lineage::add(read::add(Routes::new(RunPages { tracking, made }))))
}
