//! An opened engine before its threads start: sessions to migrate with, and how to open more.

use crate::error::StoreError;
use crate::events::read_head;
use crate::migrations::{self, Lane, Migration, MigrationSet, STORE_SETS};
use crate::params;
use crate::scope::Scope;
use crate::session::{Begin, Connect, Session};
use roadbed_core::{Clock, EventSeq};
use std::sync::Arc;

/// One database: a file of SQLite, or the whole of PostgreSQL.
pub(crate) struct Database {
    pub(crate) session: Box<dyn Session>,
    pub(crate) lanes: &'static [Lane],
}

/// How to open further sessions.
#[derive(Clone)]
pub(crate) struct Connects {
    pub(crate) state: Connect,
    pub(crate) records: Connect,
    pub(crate) read_state: Connect,
    pub(crate) read_records: Connect,
}

/// The databases of an engine, the one with the state lane first, and how to open more sessions of them.
pub(crate) struct Databases {
    pub(crate) list: Vec<Database>,
    pub(crate) connects: Connects,
}

/// Which migrations to apply, see [`migrations::run`].
pub(crate) type Wanted<'a> = &'a dyn Fn(&MigrationSet, &Migration) -> bool;

impl Database {
    /// Applies all missing migrations in one transaction.
    pub(crate) fn migrate(&mut self, sets: &[MigrationSet], clock: &Arc<dyn Clock>) -> Result<(), StoreError> {
        self.session.begin(Begin::Ordered)?;
        self.migrate_inside(sets, clock, &|_, _| true)?;
        self.session.commit(None)?;
        self.session.learn_catalog()
    }

    /// Applies the wanted migrations in the running transaction.
    pub(crate) fn migrate_inside(
        &mut self,
        sets: &[MigrationSet],
        clock: &Arc<dyn Clock>,
        wanted: Wanted<'_>,
    ) -> Result<(), StoreError> {
        let all = STORE_SETS.iter().chain(sets);
        let here: Vec<&MigrationSet> = all.filter(|set| self.lanes.contains(&set.lane)).collect();
        migrations::run(self.session.as_mut(), &here, clock.now(), wanted)?;
        if self.lanes.contains(&Lane::State)
            && self.session.catalog()?.iter().any(|column| column.table == "store_head")
        {
            self.session.execute(
                "INSERT INTO store_head (id, seq, audit_seq, audit_hash) VALUES (1, 0, 0, ?1) ON CONFLICT (id) DO NOTHING",
                params![vec![0_u8; 32]],
            )?;
        }
        Ok(())
    }
}

/// The head of the state lane, and the session back.
pub(crate) fn head_of(
    session: Box<dyn Session>,
    clock: &Arc<dyn Clock>,
) -> Result<(EventSeq, Box<dyn Session>), StoreError> {
    let mut scope = Scope::new(session, Arc::clone(clock));
    Ok((read_head(&mut scope)?, scope.session))
}
