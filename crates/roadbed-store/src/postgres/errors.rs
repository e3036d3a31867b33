//! PostgreSQL's codes as reasons of the store.

use crate::error::StoreError;
use postgres::error::SqlState;

pub(super) fn convert(error: &postgres::Error, sql: &str) -> StoreError {
    let Some(database) = error.as_db_error() else {
        // No answer of the server: the connection is gone, unless a value could not be encoded.
        return match std::error::Error::source(error) {
            Some(source) if !error.is_closed() && source.downcast_ref::<std::io::Error>().is_none() => {
                StoreError::Statement { detail: format!("{error}: {source}"), sql: sql.to_owned() }
            }
            _ => StoreError::Unavailable { detail: error.to_string() },
        };
    };
    let message = || database.message().to_owned();
    match database.code() {
        code if *code == SqlState::UNIQUE_VIOLATION => {
            StoreError::Unique { constraint: database.constraint().unwrap_or("unknown").to_owned() }
        }
        code if code.code().starts_with("23") => StoreError::Constraint { detail: message() },
        code if *code == SqlState::DISK_FULL => StoreError::Full,
        code if *code == SqlState::OUT_OF_MEMORY => StoreError::OutOfMemory,
        code if code.code().starts_with("58") => StoreError::Disk { detail: message() },
        code if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED => {
            StoreError::DamagedFile { detail: message() }
        }
        code if is_interruption(code) || database.message().contains("cached plan") => {
            StoreError::Interrupted { detail: message() }
        }
        _ => StoreError::Statement { detail: message(), sql: sql.to_owned() },
    }
}

/// Deadlock, serialization, cancelled, shutdown, a transaction paused or a lock waited for too long.
fn is_interruption(code: &SqlState) -> bool {
    let code = code.code();
    code.starts_with("40") || code.starts_with("57") || code.starts_with("08") || ["25P03", "55P03"].contains(&code)
}

pub(super) fn unreachable_database(error: &postgres::Error) -> StoreError {
    let source = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    let hint =
        if error.to_string().contains("TLS") { "; TLS is not supported, use sslmode=disable or a socket" } else { "" };
    StoreError::Unavailable { detail: format!("{error}{source}{hint}") }
}
