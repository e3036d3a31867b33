//! # Inputs
//!
//! **Purpose.** What a run read and made: datasets with their context (training, evaluation), logged models as inputs and outputs.
//!
//! **Words.** A dataset is known by name and digest within its experiment; the *context* is the tag `mlflow.data.context`.
//!
//! **Reads and writes** (records lane, keyed upserts, no events). Tables `inputs_datasets` (experiment, name, digest → source, schema,
//! profile), `inputs_used` (run × dataset → tags), `inputs_models` (run, direction, model id → step).
//!
//! **Endpoints.** None of its own but `experiments/search-datasets` POST; `runs/log-inputs` and `runs/outputs` are in `runs`, which owns
//! the runs they name.
//!
//! **Not here.** Logged models themselves: `logged_models`.

mod model;
mod store;

pub use model::{Dataset, DatasetInput, DatasetSummary, ModelOutput, RunInputs};
pub use store::{
    DatasetUse, datasets_of_experiments, for_runs, forget, log_datasets, log_model_inputs, log_model_outputs, summaries,
};

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "inputs",
    lane: Lane::Records,
    migrations: &[Migration { number: 1, name: "inputs", sql: include_str!("migrations/0001_inputs.sql") }],
}];
