//! SQLite's codes as reasons of the store.

use crate::error::StoreError;
use rusqlite::ErrorCode;
use rusqlite::ffi;

/// Below this many free bytes a failed write is called "full": SQLite reports some of them as plain input/output errors.
const NEARLY_FULL_BYTES: u64 = 128 * 1024;

pub(super) fn convert(error: &rusqlite::Error, sql: &str, directory: &std::path::Path) -> StoreError {
    let statement = |detail: String| StoreError::Statement { detail, sql: sql.to_owned() };
    let (failure, message) = match error {
        rusqlite::Error::SqliteFailure(failure, message) => (failure, message.clone().unwrap_or_default()),
        rusqlite::Error::SqlInputError { error: failure, msg, .. } => (failure, msg.clone()),
        other => return statement(other.to_string()),
    };
    match failure.code {
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen if is_nearly_full(directory) => StoreError::Full,
        ErrorCode::SystemIoFailure | ErrorCode::ReadOnly | ErrorCode::CannotOpen => {
            StoreError::Disk { detail: format!("{message} (code {})", failure.extended_code) }
        }
        ErrorCode::OutOfMemory => StoreError::OutOfMemory,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::DamagedFile { detail: message },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Interrupted { detail: message },
        ErrorCode::ConstraintViolation => match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                StoreError::Unique { constraint: message.trim_start_matches("UNIQUE constraint failed: ").to_owned() }
            }
            _ => StoreError::Constraint { detail: message },
        },
        _ => statement(message),
    }
}

fn is_nearly_full(directory: &std::path::Path) -> bool {
    rustix::fs::statvfs(directory).is_ok_and(|space| space.f_bavail * space.f_frsize < NEARLY_FULL_BYTES)
}
