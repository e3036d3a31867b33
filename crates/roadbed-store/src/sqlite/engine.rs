//! Opens the two files of a data directory.

use super::connection::Access;
use super::directory::{DirectoryLock, RECORDS_FILE, STATE_FILE};
use super::session::SqliteSession;
use crate::backend::{Connects, Database, Databases};
use crate::config::Durability;
use crate::error::StoreError;
use crate::migrations::Lane;
use crate::session::{Connect, Session};
use std::path::Path;
use std::sync::Arc;

/// Takes the directory and opens its files without touching their tables.
pub(crate) fn open(directory: &Path, durability: Durability) -> Result<(Databases, DirectoryLock), StoreError> {
    let lock = DirectoryLock::take(directory)?;
    let write = Access::Write { durable: durability == Durability::Full };
    let connects = Connects {
        state: connect(directory, STATE_FILE, write),
        records: connect(directory, RECORDS_FILE, write),
        read_state: connect(directory, STATE_FILE, Access::Read),
        read_records: connect(directory, RECORDS_FILE, Access::Read),
    };
    let list = vec![
        Database { session: (connects.state)()?, lanes: &[Lane::State] },
        Database { session: (connects.records)()?, lanes: &[Lane::Records] },
    ];
    Ok((Databases { list, connects }, lock))
}

fn connect(directory: &Path, file: &str, access: Access) -> Connect {
    let path = directory.join(file);
    Arc::new(move || SqliteSession::open(&path, access).map(|session| Box::new(session) as Box<dyn Session>))
}
