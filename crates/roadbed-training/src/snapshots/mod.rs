//! # Snapshots
//! Purpose: the exact files a job runs from, uploaded once: the same files travel and are stored only once.
//!
//! Words: *code snapshot* (a zstd-compressed tar, named by the BLAKE3 digest of its bytes).
//! States: known to a team or not; one that no job uses is forgotten after a day.
//! Reads and writes: table `snapshots_snapshots`; blobs. A job that uses a snapshot keeps its blob.
//! Endpoints: `PUT /api/v1/snapshots`, `GET /api/v1/snapshots/{digest}` (also HEAD).
//! Not here: what travels and how it is unpacked (the snapshot crate, the supervisor).

mod api;
mod operations;
mod requirements;
mod store;

pub use api::capability;
pub use operations::Snapshots;

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "snapshots",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "snapshots", sql: include_str!("migrations/0001_snapshots.sql") }],
};
