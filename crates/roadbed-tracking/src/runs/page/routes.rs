//! The routes of one run, put together.

use super::stand::RunPages;
use super::{arrays, changes, lineage, read};
use crate::mlflow::Tracking;
use crate::runs::model::MadeByRuns;
use roadbed_capability::Routes;

pub(in crate::runs) fn routes(tracking: Tracking, made: MadeByRuns) -> Routes<RunPages> {
    arrays::add(changes::add(lineage::add(read::add(Routes::new(RunPages { tracking, made })))))
}
