//! # Logged models
//!
//! **Purpose.** A model as MLflow 3 logs it: files with a name, the run that made it, params, tags, and the metrics measured on it.
//!
//! **States.** `LOGGED_MODEL_PENDING` → `LOGGED_MODEL_READY` or `LOGGED_MODEL_UPLOAD_FAILED`; lifecycle `active` → `deleted`.
//!
//! **Reads and writes.** Table `logged_models` (state lane; tags and params are JSON objects in the row); events `LoggedModelCreated`,
//! `LoggedModelUpdated`, `LoggedModelDeleted` (activity). Reads metrics about models from `runs`, files from `artifacts`.
//!
//! **Endpoints** below the four MLflow prefixes: `logged-models` POST, `logged-models/search` POST, `logged-models/{id}` GET, PATCH
//! (finalize), DELETE, `…/tags` PATCH, `…/tags/{key}` DELETE, `…/params` POST, `…/artifacts/directories` GET.
//!
//! **Not here.** Registered models and their versions: `models`.

mod api;
mod arrivals;
mod model;
mod operations;
mod plan;
mod store;

pub use api::capability;
pub use arrivals::arrive;
pub use model::{LoggedModel, LoggedModelCreated, LoggedModelDeleted, LoggedModelUpdated};
pub use operations::{find, named_in_run};
pub use store::{OfRun, made_by, of_runs, remove};

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "logged_models",
    lane: Lane::State,
    migrations: &[Migration {
        number: 1,
        name: "logged_models",
        sql: include_str!("migrations/0001_logged_models.sql"),
    }],
}];

#[cfg(test)]
mod tests;
