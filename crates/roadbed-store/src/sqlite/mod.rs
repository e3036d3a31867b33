//! The SQLite side: a directory with `state.db` and `records.db`, one writer each, readers on snapshots of the WAL.

pub(crate) mod connection;
pub(crate) mod directory;
pub(crate) mod engine;
mod errors;
pub(crate) mod session;

#[cfg(test)]
mod tests;
