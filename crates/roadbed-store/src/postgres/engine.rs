//! Opens the database for all lanes.
//!
//! One connection writes the ordered lane: the advisory lock lets one transaction through at a time and is held until
//! the commit is on disk, so a second connection would only wait. Throughput comes from the group.

use super::location::PostgresLocation;
use super::session::PostgresSession;
use crate::backend::{Connects, Database, Databases};
use crate::error::StoreError;
use crate::migrations::Lane;
use crate::session::{Connect, Session};
use std::sync::Arc;

/// Connects and makes the schema, without touching tables.
pub(crate) fn open(location: &PostgresLocation) -> Result<Databases, StoreError> {
    let first = PostgresSession::open_first(location)?;
    let location = location.clone();
    let connect: Connect = Arc::new(move || {
        let mut session = PostgresSession::open(&location)?;
        session.learn_catalog()?;
        Ok(Box::new(session) as Box<dyn Session>)
    });
    let connects = Connects {
        state: Arc::clone(&connect),
        records: Arc::clone(&connect),
        read_state: Arc::clone(&connect),
        read_records: connect,
    };
    let list = vec![Database { session: Box::new(first), lanes: &[Lane::State, Lane::Records] }];
    Ok(Databases { list, connects })
}
