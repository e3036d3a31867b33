//! # Environments
//! Purpose: what user code runs with: Python version, packages, variables; and which environments this machine has made.
//!
//! Words: *environment* (made once per content and never changed; its key is a digest of lock, interpreter version and platform).
//! States: being made, ready.
//! Reads and writes: table `environments_definitions` (the manifest's section `environment` of each project instance); reads the
//! engine's folder of environments; event `EnvironmentDefined`.
//! Endpoints: `GET /api/v1/environments`.
//! Not here: resolving and building (the supervisor), secrets (projects).

mod api;
mod found;
mod manifest;
mod model;
mod operations;
pub(crate) mod store;

pub use api::capability;
pub use manifest::{EnvironmentSection, SYNTAX};
pub use model::{EnvironmentDefinition, EnvironmentError, check_python, check_variable, environment_spec};
pub use operations::{ENVIRONMENT_READ, Environments};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "environments",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "environments", sql: include_str!("migrations/0001_environments.sql") }],
};

#[cfg(test)]
mod tests;
