//! The store's own migration runner and the store's own tables.
//!
//! A new store is created in one transaction. Migrations first expand and a release later contract, so the previous
//! release runs on a store that this one has expanded. A migration contracts when it drops or renames something, or
//! when its name begins with `contract`; a release that does not know an applied contraction refuses the store.

mod runner;
mod sets;

pub(crate) use runner::{Applied, check_known, read_ledger, run, validate};
pub(crate) use sets::STORE_SETS;
pub use sets::{Lane, Migration, MigrationSet};
