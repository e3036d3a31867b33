//! # Manifests
//! Purpose: plan and apply a project's `roadbed.yaml`: say what would change before anything does, then make it so.
//!
//! Words: *plan* (what an apply would do), *apply*; each top-level key belongs to a section of some capability.
//! States: an instance has no manifest yet, or the one applied last.
//! Reads and writes: table `manifests_applied`; sections write their own; events `ManifestApplied`, and those of the sections.
//! Endpoints: `/api/v1/manifests/check`, `/api/v1/manifests/plan`, `/api/v1/manifests/apply`.
//! Not here: what a key means (the capability whose section it is), defaults of platform and team.

mod api;
mod model;
mod operations;
mod store;

pub use api::capability;
pub use operations::{MANIFEST_APPLY, MANIFEST_READ};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "manifests",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "manifests", sql: include_str!("migrations/0001_manifests.sql") }],
};
