//! # Transfer
//!
//! **Purpose.** Tracking data moves in from another store (MLflow, or an export of Roadbed) with its ids, version numbers and times.
//!
//! **Words.** A *line* is one thing in the form of `roadbed_contracts::transfer`. A line *arrives*: it is made, was present already, or is
//! refused with the reason; nothing that is here is changed by one. A run or logged model is *whole* when all that belongs to it has
//! arrived; the sender says so with a mark of its choice and reads it again to go on after an interruption.
//!
//! **Reads and writes.** Through the capabilities that own the things (`arrive…` of each), whose events are emitted. Own table, records lane,
//! keyed upserts without events: `transfer_whole` (team, item → mark).
//!
//! **Permissions.** `transfer:write`, of the team's admins: what arrives says itself when it was made and by whom.
//!
//! **Endpoints.** `/api/v1/transfer/lines` POST (JSON lines), `/api/v1/transfer/whole` GET, `/api/v1/transfer/files` GET (paths below a folder of
//! artifacts, with sizes and digests). Files go in by the ordinary routes of artifacts, before the version that freezes them.
//!
//! **Not here.** Reading other stores and writing exports: the command line does both.

mod api;
mod model;
mod operations;
mod store;

pub use api::capability;

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "transfer",
    lane: Lane::Records,
    migrations: &[Migration { number: 1, name: "transfer", sql: include_str!("migrations/0001_transfer.sql") }],
}];

#[cfg(test)]
mod tests;
