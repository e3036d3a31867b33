//! # Retention
//!
//! **Purpose.** Old runs make room, by a rule people set, and what somebody deleted is really gone after a while.
//!
//! **Words.** A *policy* belongs to an experiment, or to every experiment of the team without its own. It deletes runs that ended long
//! ago, and purges runs that have been deleted for long. To *delete* can be undone; to *purge* cannot: rows, points and files go, and
//! files that nobody else holds are taken from the disk by the collector of blobs a day later. A run is *kept* when a version was
//! registered from it or from a logged model of it, or when it carries the tag `roadbed.keep`. Traces made in a run are purged with it, unless
//! another run has them too; traces that were only linked to it stay.
//!
//! **Reads and writes.** State lane: tables `retention_policies`, `retention_deleted` (since when the controller has seen a run deleted);
//! events `RetentionChanged`, `RunsPurged` (audit), and `RunDeleted` of `runs`. Runs are condemned first, after which they
//! cannot be restored; then goes what they logged (records lane), then they do. A crash in between leaves deleted runs that are purged again.
//!
//! **Controller** `run-retention`.
//!
//! **Endpoints.** `/api/v1/retention[/{scope}]` (`team`, or the id of an experiment), `/api/v1/purge` POST.
//!
//! **Not here.** Files of jobs: the room of training. Blobs: the collector.

mod acting;
mod api;
mod controller;
mod model;
mod operations;
mod policies;
mod store;
mod traces;

pub use api::capability;
pub use model::{RetentionChanged, RunsPurged};

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "retention",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "retention", sql: include_str!("migrations/0001_retention.sql") }],
}];

#[cfg(test)]
mod tests;
