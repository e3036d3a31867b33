//! # Experiments
//!
//! **Purpose.** A named set of runs. Every team has experiment "0", called Default, from its first use on.
//!
//! **Words.** `experiment_id` is MLflow's: a small whole number as text, unique on the platform except "0", which every team has for
//! itself. `number` is the store's own key. The name of a deleted experiment stays taken.
//!
//! **States.** `active` ⇄ `deleted` (delete takes the runs along, restore brings all of them back, as in MLflow).
//!
//! **Reads and writes.** Table `experiments` (state lane; tags are a JSON object in the row). Events `ExperimentCreated`,
//! `ExperimentUpdated`, `ExperimentDeleted`, `ExperimentRestored`, all activity.
//!
//! **Endpoints** below the four MLflow prefixes: `experiments/{create,update,delete,restore,set-experiment-tag,
//! delete-experiment-tag}` POST, `experiments/{get,get-by-name}` GET, `experiments/search` GET and POST. For the command line and the portal
//! `/api/v1/experiments` GET and POST, `/api/v1/experiments/{id}` GET, PATCH and DELETE, `…/restore` POST.
//!
//! **Not here.** Runs and their data: `runs`. Datasets of an experiment: `inputs`. Traces: `traces`.

mod api;
mod arrivals;
mod model;
mod operations;
mod page_changes;
mod pages;
mod plan;
mod store;

pub use api::capability;
pub use arrivals::{arrive, of_id};
pub use model::{
    EXPERIMENT_READ, EXPERIMENT_WRITE, Experiment, ExperimentCreated, ExperimentDeleted, ExperimentRestored,
    ExperimentUpdated, Lifecycle, Tally, ViewType,
};
pub use operations::{MoveRuns, RunsOfExperiments, TallyRuns, active, find, of_team, reachable};
pub use pages::StateChoice;

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "experiments",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "experiments", sql: include_str!("migrations/0001_experiments.sql") }],
}];

#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod tests;
