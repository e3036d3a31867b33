//! # Production
//!
//! **Purpose.** What an alias named, and what a service served, at any moment; who agreed; and from which run, data and code it came.
//!
//! **Words.** A *move* is an alias that names another version, or none; the deletion of a version or model ends what it named. What a
//! service *served* is the revision that had its traffic after a rollout ended; during a canary both did, and the old one is told.
//!
//! **Reads and writes** (state lane). Tables `production_moves`, `production_revisions`, `production_served`: rows are added by the reactor
//! `production` from audit events and never changed, so the answer about a moment stays. Models are known by the name they had then.
//!
//! **Endpoints.** `/api/v1/models/{model}/production?at=`, `/api/v1/services/{service}/production?at=`,
//! `/api/v1/models/{model}/versions/{version}/lineage`.
//!
//! **Not here.** The list of what happened: `models`. Weights of a canary: the room of serving.

mod api;
mod graph;
mod model;
mod operations;
mod periods;
mod reactor;
mod store;

pub use api::capability;
pub use model::ServedRevision;
pub use periods::{Period, Periods, periods};
pub use store::revision_of;

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "production",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "production", sql: include_str!("migrations/0001_production.sql") }],
}];

#[cfg(test)]
mod tests;
