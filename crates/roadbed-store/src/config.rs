//! Where a store lives and how safe its writes are.

use roadbed_core::{Clock, Secret};
use std::path::PathBuf;
use std::sync::Arc;

/// How to open a store.
#[derive(Clone)]
pub struct StoreConfig {
    pub location: StoreLocation,
    pub durability: Durability,
    pub clock: Arc<dyn Clock>,
}

/// Where the store lives.
#[derive(Debug, Clone)]
pub enum StoreLocation {
    /// A directory with `state.db` and `records.db`; made when it is missing.
    Sqlite { directory: PathBuf },
    /// A PostgreSQL database. With a schema everything lives in it; it is made when it is missing.
    Postgres { url: Secret, schema: Option<String> },
}

/// When a write counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// When the disk has it.
    Full,
    /// When the operating system has it: for tests only.
    Off,
}
