//! Dump, restore and move, generic over tables, so that no capability writes them.
//!
//! A dump is JSON lines: per database its migrations, then per table its columns, its rows in key order, and their
//! number and hash. It is the same for both engines, so `SQLite → PostgreSQL → SQLite` is a dump and a restore each.
//! A restore brings an empty target to the migrations of the dump, loads, reads everything back against the hashes,
//! and then applies the migrations the dump did not have, all in one transaction per database.

mod format;
mod reading;
mod writing;

pub use writing::{DumpReport, TableSummary};
