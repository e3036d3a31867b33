//! Opening connections with the settings every one of them has.

use super::errors::convert;
use crate::error::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Earlier versions have a bug that can lose committed transactions after a WAL reset.
const OLDEST_SQLITE: (i32, &str) = (3_051_003, "3.51.3");
const BUSY_TIMEOUT_SECONDS: u64 = 10;
const STATEMENTS_KEPT: usize = 256;
const PAGE_CACHE_KIB: i64 = 8 * 1024;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// `durable` waits for the disk at every commit.
    Write {
        durable: bool,
    },
    Read,
}

/// Opens one file of the store.
pub(crate) fn open(file: &Path, access: Access) -> Result<Connection, StoreError> {
    check_version()?;
    let flags = match access {
        Access::Write { .. } => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let directory = file.parent().unwrap_or(file);
    let failed = |error: rusqlite::Error| convert(&error, "open", directory);
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(failed)?;
    settle(&connection, access).map_err(failed)?;
    Ok(connection)
}

fn settle(connection: &Connection, access: Access) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(std::time::Duration::from_secs(BUSY_TIMEOUT_SECONDS))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Plans never depend on the values bound to a statement; else SQLite parses some statements anew each time they run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "cache_size", -PAGE_CACHE_KIB)?;
    // Makes LIKE tell case apart, as it does on PostgreSQL; Filter::like folds both sides where that is not wanted.
    connection.pragma_update(None, "case_sensitive_like", true)?;
    // What a savepoint must be able to undo stays in memory instead of a temporary file.
    connection.pragma_update(None, "temp_store", "memory")?;
    if let Access::Write { durable } = access {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", if durable { "full" } else { "off" })?;
        // The WAL keeps this size after a checkpoint instead of the largest it ever had.
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    }
    Ok(())
}

fn check_version() -> Result<(), StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE.0 {
        return Err(StoreError::SqliteTooOld { found: rusqlite::version().to_owned(), needed: OLDEST_SQLITE.1 });
    }
    Ok(())
}
