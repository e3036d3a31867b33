//! The platform's memory: SQLite on one machine, PostgreSQL for several control planes, one SQL text for both.
//!
//! Owns: transactions as synchronous closures, group commit, the outbox of events, migrations, leases, cursors, blob
//! references, dump and restore. Never: a table of a capability.
//! Start reading at [`Store`], then `lane`, then `sql::translate`.
//!
//! Invariant: acknowledged means durable. Invariant: event order is commit order, no consumer misses one.

mod backend;
mod config;
mod cursors;
mod dump;
mod error;
mod events;
mod job;
mod lane;
mod leases;
mod migrations;
mod opening;
mod parameters;
mod postgres;
mod reading;
mod references;
mod remembered;
mod row;
mod scope;
mod session;
mod sql;
mod sqlite;
mod store;
mod value;

pub use config::{Durability, StoreConfig, StoreLocation};
pub use dump::{DumpReport, TableSummary};
pub use error::StoreError;
pub use events::{AuditReport, EventsBackwards};
pub use leases::Lease;
pub use migrations::{Lane, Migration, MigrationSet};
pub use references::Owner;
pub use remembered::Remembered;
pub use row::Row;
pub use scope::{Appender, Execute, Query, Reader, Transaction};
pub use sql::filter::{Case, Filter, Order, escape_like};
pub use sql::translate::Engine;
pub use store::Store;
pub use value::{FromValue, Value};
