//! # Models
//!
//! **Purpose.** The registry: a team's models by name, their versions, and aliases such as `champion` that name a version.
//!
//! **Words.** A version is created once and its files never change: what lies at the source when it is registered is copied (by digest)
//! to a folder of its own, the *snapshot*, and retained as long as the version exists. Later writes to the run do not reach it, and
//! clients that load `models:/name/1` get the snapshot. A version whose source lies elsewhere (`s3://…`) has no snapshot and cannot be
//! served.
//!
//! **States.** Stages (`None`, `Staging`, `Production`, `Archived`) are kept for old clients; aliases are what Roadbed uses.
//!
//! **Reads and writes** (state lane). Tables `models`, `models_versions`, `models_aliases`. Events: `ModelCreated`, `ModelUpdated`,
//! `ModelVersionUpdated` (activity); `ModelDeleted`, `ModelVersionCreated`, `ModelVersionDeleted`, `ModelAliasMoved` (audit).
//!
//! **Ports.** `Registry`: resolves `name/version` and `name@alias` to files and digests, moves aliases.
//!
//! **Rules.** Moving an alias asks `approvals` in the same transaction, whichever API the move came by.
//!
//! **Permissions.** Developers (and jobs) register; moving or dropping an alias, or a stage, needs `model:promote` (deployer).
//!
//! **Endpoints** below the four MLflow prefixes: `registered-models/{create,rename,set-tag,alias}` POST, `registered-models/update`
//! PATCH, `registered-models/{delete,delete-tag,alias}` DELETE, `registered-models/{get,search,alias}` GET,
//! `registered-models/get-latest-versions` GET and POST; `model-versions/{create,transition-stage,set-tag}` POST,
//! `model-versions/update` PATCH, `model-versions/{delete,delete-tag}` DELETE, `model-versions/{get,search,get-download-uri}` GET. For the
//! command line and the portal `/api/v1/models[/{name}[/versions[/{version}]]]`, `…/aliases/{alias}`, `…/history`, and
//! `…/versions/{version}/{files[/{path}],file-preview}`.
//!
//! **Not here.** Logged models: `logged_models`. Serving a version: another room.

mod api;
mod arrivals;
mod candidate;
mod files;
mod history;
mod lookup;
mod model;
mod operations;
mod page_changes;
mod pages;
mod plan;
mod registered;
mod registry;
mod source;
mod store;
mod version_api;
mod versions;
mod views;

pub use api::capability;
pub use arrivals::{arrive_alias, arrive_model, arrive_version};
pub use candidate::{OF_APPROVALS, OF_SIGNATURES, aliases_of, find as find_candidate};
pub use files::files_of;
pub use lookup::described;
pub use model::{
    Alias, MODEL_PROMOTE, MODEL_READ, MODEL_WRITE, ModelAliasMoved, ModelCreated, ModelDeleted, ModelUpdated,
    ModelVersion, ModelVersionCreated, ModelVersionDeleted, ModelVersionUpdated, RegisteredModel, TagChange,
};
pub use registered::{Registered, registered};
pub use registry::StoredRegistry;
pub use store::{made_from, registered_from};

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "models",
    lane: Lane::State,
    migrations: &[
        Migration { number: 1, name: "models", sql: include_str!("migrations/0001_models.sql") },
        Migration { number: 2, name: "authors", sql: include_str!("migrations/0002_authors.sql") },
    ],
}];

#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod tests;
