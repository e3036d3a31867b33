//! What an engine must be able to do on one connection. Everything above this trait is the same for both engines.

use crate::error::StoreError;
use crate::row::Row;
use crate::sql::translate::Engine;
use crate::value::Value;
use roadbed_core::{EventSeq, Timestamp};
use std::sync::Arc;

/// Which transaction to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// One snapshot, no writes.
    Read,
    /// The ordered lane: one writer at a time over all processes, so sequence is commit order.
    Ordered,
    /// The append lane: no order, no events.
    Append,
}

/// What a changing statement did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changed {
    pub(crate) rows: u64,
    /// Rows of a capability's table, not of the store's own.
    pub(crate) foreign: bool,
}

/// A column as the catalog knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogColumn {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) kind: ColumnKind,
    pub(crate) nullable: bool,
    /// Place in the primary key, from 1.
    pub(crate) key_position: Option<u32>,
}

/// An index as the catalog knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogIndex {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) unique: bool,
    pub(crate) columns: Vec<String>,
}

/// The store types, see the macros of migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ColumnKind {
    Integer,
    Real,
    Text,
    Bytes,
    Boolean,
}

/// One connection. Calls block; a session is used by one thread at a time.
pub(crate) trait Session: Send {
    fn engine(&self) -> Engine;

    /// Runs a statement and hands its rows over one by one. Says whether a capability's rows may have changed.
    fn stream(
        &mut self,
        sql: &str,
        params: &[Value],
        on_row: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<Changed, StoreError>;

    /// Runs a statement without rows.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Changed, StoreError>;

    /// Runs the same one-row statement for many rows; see [`crate::Execute::execute_rows`].
    fn execute_rows(&mut self, rows: &RowsStatement<'_>) -> Result<Changed, StoreError>;

    fn begin(&mut self, begin: Begin) -> Result<(), StoreError>;
    /// Commits; on PostgreSQL tells the other processes that the head moved.
    fn commit(&mut self, head: Option<EventSeq>) -> Result<(), StoreError>;
    /// Rolls the whole transaction back.
    fn rollback(&mut self) -> Result<(), StoreError>;
    fn savepoint(&mut self) -> Result<(), StoreError>;
    fn release(&mut self) -> Result<(), StoreError>;
    /// Undoes everything since the savepoint and removes it.
    fn undo(&mut self) -> Result<(), StoreError>;

    /// The database's own clock where several processes share it; `None` where the process's clock is the only one.
    fn database_now(&mut self) -> Result<Option<Timestamp>, StoreError>;
    /// All columns of all tables in this session's database, tables in name order, columns in their own.
    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, StoreError>;
    /// Reads the catalog again after migrations, so that translation knows which columns may be null.
    fn learn_catalog(&mut self) -> Result<(), StoreError>;
    /// All indexes made by CREATE INDEX on plain columns.
    fn catalog_indexes(&mut self) -> Result<Vec<CatalogIndex>, StoreError>;
    /// Inside a transaction: lets foreign keys wait for [`Session::end_load`], for loading whole tables in any order.
    /// Called again after further tables were made.
    fn begin_load(&mut self) -> Result<(), StoreError>;
    /// Checks the foreign keys and has them checked at every statement again.
    fn end_load(&mut self) -> Result<(), StoreError>;
    /// Whether the connection can still be used.
    fn is_alive(&self) -> bool;
}

/// Rows for a statement with a `{rows}` mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowsStatement<'a> {
    /// With `{rows}` where the value lists belong.
    pub(crate) sql: &'a str,
    /// Values per row.
    pub(crate) width: usize,
    /// Positions of the conflict key in a row.
    pub(crate) key: &'a [usize],
    /// All rows, one after the other.
    pub(crate) values: &'a [Value],
}

impl RowsStatement<'_> {
    /// The statement for `count` rows.
    pub(crate) fn text(&self, count: usize) -> String {
        let mut lists = String::with_capacity(count * self.width * 6);
        for row in 0..count {
            lists.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.width {
                let number = row * self.width + column + 1;
                lists.push_str(&if column == 0 { format!("?{number}") } else { format!(", ?{number}") });
            }
            lists.push(')');
        }
        self.sql.replacen("{rows}", &lists, 1)
    }
}

/// Opens a new session of the same database.
pub(crate) type Connect = Arc<dyn Fn() -> Result<Box<dyn Session>, StoreError> + Send + Sync>;
