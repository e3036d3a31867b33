//! Rows of runs: `state` in the state lane, `measured` and `points` in the records lane.

mod measured;
mod points;
mod state;

pub use measured::model_metrics;
pub(super) use measured::{
    Columns, Details, KeyValues, delete_tag, details, details_in, history, log, metric_values, sampled_history, tag,
    tags, text_values,
};
pub(super) use points::{Along, KeyKind, Place, Reach, each_point, keys, reaches};
pub(super) use state::{
    by_run_id, by_run_ids, candidates, count, ids_of_job, insert, latest_started, move_all, next_number, tally, update,
};
