//! The state of one connection while closures run on it, and the three faces a closure may see of it:
//! [`Transaction`], [`Appender`] and [`Reader`].

use crate::error::StoreError;
use crate::row::Row;
use crate::session::{Changed, RowsStatement, Session};
use crate::value::Value;
use roadbed_core::{Clock, Timestamp};
use std::sync::Arc;

/// Last event number and audit hash inside the running transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outbox {
    pub(crate) seq: i64,
    pub(crate) audit_seq: i64,
    pub(crate) audit_hash: [u8; 32],
}

/// One closure's doings.
#[derive(Debug, Default)]
struct Unit {
    failed: Option<StoreError>,
    changed_by: Option<String>,
    emitted: bool,
    without_event: bool,
}

/// A connection with what the running transaction has done so far. Owned by a store thread.
pub(crate) struct Scope {
    pub(crate) session: Box<dyn Session>,
    clock: Arc<dyn Clock>,
    /// Loaded by the first event of a transaction.
    pub(crate) outbox: Option<Outbox>,
    unit: Unit,
}

impl Scope {
    pub(crate) fn new(session: Box<dyn Session>, clock: Arc<dyn Clock>) -> Self {
        Self { session, clock, outbox: None, unit: Unit::default() }
    }

    pub(crate) fn begin_unit(&mut self) {
        self.unit = Unit::default();
    }

    /// The error that makes the whole group fail, when the last closure met one.
    pub(crate) fn fatal(&self) -> Option<StoreError> {
        self.unit.failed.clone().filter(StoreError::is_fatal)
    }

    /// Whether the last closure's success may stand: no failed statement was swallowed, and what changed has an event.
    pub(crate) fn check_unit(&self, events_required: bool) -> Result<(), StoreError> {
        if let Some(earlier) = &self.unit.failed {
            return Err(StoreError::Poisoned { earlier: earlier.to_string() });
        }
        match &self.unit.changed_by {
            Some(sql)
                if events_required && cfg!(debug_assertions) && !self.unit.emitted && !self.unit.without_event =>
            {
                Err(StoreError::ChangedWithoutEvent { sql: sql.clone() })
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn mark_emitted(&mut self) {
        self.unit.emitted = true;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn guard(&self) -> Result<(), StoreError> {
        match &self.unit.failed {
            Some(earlier) => Err(StoreError::Poisoned { earlier: earlier.to_string() }),
            None => Ok(()),
        }
    }

    fn keep_failure<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        result.inspect_err(|error| self.unit.failed = Some(error.clone()))
    }

    fn note_change(&mut self, changed: Changed, sql: &str) {
        if changed.foreign && changed.rows > 0 && self.unit.changed_by.is_none() {
            self.unit.changed_by = Some(sql.to_owned());
        }
    }

    pub(crate) fn query_rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.guard()?;
        let mut rows = Vec::new();
        let streamed = self.session.stream(sql, params, &mut |row| {
            rows.push(row);
            Ok(())
        });
        let changed = self.keep_failure(streamed)?;
        self.note_change(changed, sql);
        Ok(rows)
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.guard()?;
        let executed = self.session.execute(sql, params);
        let changed = self.keep_failure(executed)?;
        self.note_change(changed, sql);
        Ok(changed.rows)
    }

    fn execute_rows(&mut self, rows: &RowsStatement<'_>) -> Result<u64, StoreError> {
        self.guard()?;
        let executed = self.session.execute_rows(rows);
        let changed = self.keep_failure(executed)?;
        self.note_change(changed, rows.sql);
        Ok(changed.rows)
    }
}

/// Reading rows. Implemented by [`Transaction`], [`Appender`] and [`Reader`].
pub trait Query {
    /// All rows of a statement; parameters are written `?1`, `?2`.
    ///
    /// # Errors
    /// Any [`StoreError`] about the statement or the disk. After an error the transaction can only be given up.
    fn query_rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError>;

    /// All rows of a statement, each made into a `T`.
    ///
    /// # Errors
    /// As [`Query::query_rows`], and the first error of `map`.
    fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        map: impl FnMut(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError>
    where
        Self: Sized,
    {
        self.query_rows(sql, params)?.iter().map(map).collect()
    }

    /// The row of a statement that has at most one.
    ///
    /// # Errors
    /// As [`Query::query`]; [`StoreError::TooManyRows`] when there are several.
    fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        map: impl FnMut(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError>
    where
        Self: Sized,
    {
        let rows = self.query_rows(sql, params)?;
        if rows.len() > 1 {
            return Err(StoreError::TooManyRows { sql: sql.to_owned() });
        }
        rows.first().map(map).transpose()
    }
}

/// Changing rows. Implemented by [`Transaction`] and [`Appender`].
pub trait Execute: Query {
    /// Runs a statement and returns how many rows it changed.
    ///
    /// # Errors
    /// Any [`StoreError`] about the statement or the disk. After an error the transaction can only be given up.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError>;

    /// Inserts or upserts many rows: `sql` has `{rows}` where the value lists belong, `width` is the number of values
    /// per row, `values` holds the rows one after the other, and `key` names the positions of the conflict key in a
    /// row. A later row with the same key meets the earlier one already written, on both engines.
    ///
    /// ```text
    /// append.execute_rows("INSERT INTO m (run, step, value) VALUES {rows} ON CONFLICT (run, step) DO UPDATE SET value = excluded.value", 3, &[0, 1], &values)
    /// ```
    ///
    /// # Errors
    /// As [`Execute::execute`]; [`StoreError::Arity`] when `values` is no multiple of `width`.
    fn execute_rows(&mut self, sql: &str, width: usize, key: &[usize], values: &[Value]) -> Result<u64, StoreError>;

    /// The time of this transaction's clock.
    fn now(&self) -> Timestamp;
}

/// A write to the state lane. Durable with everything else of its closure, or not there at all.
pub struct Transaction<'a> {
    pub(crate) scope: &'a mut Scope,
}

/// A write to the append lane: records, run metrics, params and tags. No events.
pub struct Appender<'a> {
    pub(crate) scope: &'a mut Scope,
}

/// A read of one snapshot.
pub struct Reader<'a> {
    pub(crate) scope: &'a mut Scope,
}

impl Transaction<'_> {
    /// Says why rows of a capability change without an event, such as a counter nobody watches. Debug builds refuse
    /// a commit that neither emits nor says so.
    pub fn without_event(&mut self, reason: &'static str) {
        tracing::trace!(reason, "rows change without an event");
        self.scope.unit.without_event = true;
    }
}

macro_rules! queries {
    ($($face:ident),*) => {$(
        impl Query for $face<'_> {
            fn query_rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
                self.scope.query_rows(sql, params)
            }
        }
    )*};
}
queries!(Transaction, Appender, Reader);

macro_rules! executes {
    ($($face:ident),*) => {$(
        impl Execute for $face<'_> {
            fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
                self.scope.execute(sql, params)
            }

            fn execute_rows(
                &mut self,
                sql: &str,
                width: usize,
                key: &[usize],
                values: &[Value],
            ) -> Result<u64, StoreError> {
                self.scope.execute_rows(&RowsStatement { sql, width, key, values })
            }

            fn now(&self) -> Timestamp {
                self.scope.now()
            }
        }
    )*};
}
executes!(Transaction, Appender);
