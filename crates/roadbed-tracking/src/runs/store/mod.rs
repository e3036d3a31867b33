//! Rows of runs: `state` in the state lane; `measured`, `series` and `keys` in the records lane.

mod forget;
mod keys;
mod measured;
mod series;
mod state;

pub use forget::{Former, condemn, delete_runs, forget, forget_models, former_runs, in_stage, remove_runs, tagged};
pub(super) use keys::{KeyKind, keys};
pub use measured::model_metrics;
pub(super) use measured::{
    Columns, Details, KeyValues, delete_tag, details, details_in, log, metric_values, params, tag, tags, text_values,
};
#[cfg(test)]
pub(super) use series::keep_as_before;
pub(super) use series::{Along, Between, Reach, fold, reaches, series};
pub(super) use state::{
    by_numbers, by_run_id, by_run_ids, candidates, count, ids_of_job, insert, is_purging, is_taken, latest_started,
    move_all, next_number, row_by_run_id, run, tally, update,
};
