//! # Runs
//!
//! **Purpose.** One training or evaluation with what it logged: params, metrics over time, tags, inputs and outputs.
//!
//! **Words.** `run_id` is 32 hex digits; `number` is the store's own key, by which the records lane is kept. A *measure* is the value of a
//! metric (NaN allowed, infinities clamped). *Latest* is the point with the largest (step, timestamp, value). A run made with the token
//! of a job carries the job in `job_id` and in the tag `roadbed.job_id`.
//!
//! **States.** Status is the client's word (`RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED`, `KILLED`); lifecycle is `active` ⇄ `deleted`.
//! A deleted run takes no writes.
//!
//! **Reads and writes.** State lane: `runs`; events `RunCreated`, `RunUpdated`, `RunDeleted`, `RunRestored` (activity). Records lane, keyed
//! upserts without events: `runs_latest_metrics`, `runs_params`, `runs_tags`, `runs_model_metrics`; points of metrics in `runs_blocks` and
//! `runs_segments` (see `store::series` and `points`).
//! A search reads the candidates of the experiments, then the values of the keys that filter and order name, decides in `plan`, and
//! loads in full only the runs of the page.
//!
//! **Endpoints** below the four MLflow prefixes: `runs/{create,update,delete,restore,search,log-metric,log-parameter,set-tag,delete-tag,
//! log-batch,log-model,log-inputs,outputs}` POST, `runs/get` GET, `metrics/get-history` GET, and for pages
//! `metrics/get-history-bulk`, `metrics/get-history-bulk-interval` GET, `experiments/search-datasets` POST. For the command line and the portal
//! `/api/v1/runs` GET, `/api/v1/runs/{id}` GET, PATCH and DELETE, `…/restore` POST, `…/lineage` GET, `/api/v1/runs/series` POST
//! (sampled curves, see `series`), `/api/v1/experiments/{id}/keys` GET.
//!
//! **Not here.** Files of a run: `artifacts`. Experiments: `experiments`.

mod api;
mod arrivals;
mod histories;
mod keys;
mod latest;
mod model;
mod operations;
mod origin;
mod page;
mod pages;
mod plan;
mod points;
mod series;
mod store;
mod views;

pub use api::capability;
pub use arrivals::{arrive, arrive_logged, arrive_model_points, arrive_points, of_ids};
pub use latest::{latest_metrics, parameters};
pub use model::{
    FormerRun, MadeByRuns, MadeModel, MadeVersion, MetricPoint, ModelMetric, RUN_READ, RUN_WRITE, Run, RunCreated,
    RunDeleted, RunError, RunRestored, RunUpdated,
};
pub use operations::{OF_EXPERIMENTS, find, invented_name, runs_of_job};
pub use origin::{Origin, origin};
pub use store::{
    Former, condemn, delete_runs, forget, forget_models, former_runs, in_stage, model_metrics, remove_runs, tagged,
};
pub use views::MetricView;

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[
    MigrationSet {
        capability: "runs",
        lane: Lane::State,
        migrations: &[
            Migration { number: 1, name: "runs", sql: include_str!("migrations/0001_runs.sql") },
            Migration { number: 2, name: "candidates", sql: include_str!("migrations/0002_candidates.sql") },
            Migration { number: 3, name: "purging", sql: include_str!("migrations/0003_purging.sql") },
        ],
    },
    MigrationSet {
        capability: "runs",
        lane: Lane::Records,
        migrations: &[
            Migration { number: 1, name: "measured", sql: include_str!("migrations/0001_measured.sql") },
            Migration { number: 2, name: "columns", sql: include_str!("migrations/0002_columns.sql") },
        ],
    },
];

#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod tests;
