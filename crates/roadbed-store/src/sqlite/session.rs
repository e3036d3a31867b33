//! One SQLite connection as a session of the store.

use super::connection::{Access, open};
use super::errors::convert;
use crate::error::StoreError;
use crate::parameters::{check_params, check_value};
use crate::row::{Row, RowHeader};
use crate::session::{Begin, CatalogColumn, CatalogIndex, Changed, ColumnKind, RowsStatement, Session};
use crate::sql::translate::{Engine, StatementKind, Translated, Translator};
use crate::value::Value;
use roadbed_core::{EventSeq, Timestamp};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Statement, ToSql};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A connection to one of the two files.
pub(crate) struct SqliteSession {
    connection: Connection,
    translator: Translator,
    directory: PathBuf,
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null | Self::TooLarge(_) => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Boolean(flag) => ValueRef::Integer(i64::from(*flag)),
        }))
    }
}

fn bind(statement: &mut Statement<'_>, params: &[Value]) -> Result<(), rusqlite::Error> {
    params.iter().enumerate().try_for_each(|(index, value)| statement.raw_bind_parameter(index + 1, value))
}

fn value_of(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        // Only valid UTF-8 is ever written; a damaged text becomes visible as replacement characters.
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

impl SqliteSession {
    pub(crate) fn open(file: &Path, access: Access) -> Result<Self, StoreError> {
        let directory = file.parent().unwrap_or(file).to_owned();
        Ok(Self { connection: open(file, access)?, translator: Translator::new(Engine::Sqlite), directory })
    }

    fn failed(&self, error: &rusqlite::Error, sql: &str) -> StoreError {
        convert(error, sql, &self.directory)
    }

    fn prepare<'a>(&'a self, translated: &Translated, sql: &str) -> Result<CachedStatement<'a>, StoreError> {
        self.connection.prepare_cached(&translated.text).map_err(|error| self.failed(&error, sql))
    }

    fn control(&self, sql: &'static str) -> Result<(), StoreError> {
        let run = || self.connection.prepare_cached(sql)?.raw_execute();
        run().map(|_| ()).map_err(|error| self.failed(&error, sql))
    }

    fn pragma(&self, sql: &'static str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(|error| self.failed(&error, sql))
    }

    fn stream_rows(
        &self,
        translated: &Translated,
        sql: &str,
        params: &[Value],
        on_row: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        let mut statement = self.prepare(translated, sql)?;
        bind(&mut statement, params).map_err(|error| self.failed(&error, sql))?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let width = columns.len();
        let header = Arc::new(RowHeader { columns, sql: sql.to_owned() });
        let mut rows = statement.raw_query();
        let mut count = 0;
        while let Some(row) = rows.next().map_err(|error| self.failed(&error, sql))? {
            let values = (0..width).map(|column| row.get_ref(column).map(value_of)).collect::<Result<_, _>>();
            on_row(Row::new(Arc::clone(&header), values.map_err(|error| self.failed(&error, sql))?))?;
            count += 1;
        }
        Ok(count)
    }
}

fn changed(translated: &Translated, rows: u64) -> Changed {
    Changed { rows, foreign: translated.kind == StatementKind::Change && !translated.internal }
}

impl Session for SqliteSession {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn stream(
        &mut self,
        sql: &str,
        params: &[Value],
        on_row: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<Changed, StoreError> {
        let translated = self.translator.translate(sql)?;
        check_params(&translated, params, sql)?;
        self.stream_rows(&translated, sql, params, on_row).map(|rows| changed(&translated, rows))
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Changed, StoreError> {
        let translated = self.translator.translate(sql)?;
        check_params(&translated, params, sql)?;
        let run = || {
            let mut statement = self.connection.prepare_cached(&translated.text)?;
            bind(&mut statement, params)?;
            statement.raw_execute()
        };
        let rows = run().map_err(|error| self.failed(&error, sql))?;
        // For definitions SQLite repeats the count of the statement before.
        let rows = if translated.kind == StatementKind::Change { rows as u64 } else { 0 };
        Ok(changed(&translated, rows))
    }

    /// The one-row statement again and again: as fast here as long value lists, and each row sees those before it.
    fn execute_rows(&mut self, rows: &RowsStatement<'_>) -> Result<Changed, StoreError> {
        let sql = rows.text(1);
        let translated = self.translator.translate(&sql)?;
        if rows.width == 0 || translated.parameters != rows.width || !rows.values.len().is_multiple_of(rows.width) {
            let (expected, given) = (translated.parameters, rows.values.len());
            return Err(StoreError::Arity { expected, given, sql });
        }
        let mut statement = self.prepare(&translated, &sql)?;
        let mut count = 0;
        for row in rows.values.chunks_exact(rows.width) {
            row.iter().enumerate().try_for_each(|(index, value)| check_value(value, index + 1))?;
            let executed = bind(&mut statement, row).and_then(|()| statement.raw_execute());
            count += executed.map_err(|error| self.failed(&error, &sql))? as u64;
        }
        Ok(changed(&translated, count))
    }

    fn begin(&mut self, begin: Begin) -> Result<(), StoreError> {
        self.control(if begin == Begin::Read { "BEGIN" } else { "BEGIN IMMEDIATE" })
    }

    fn commit(&mut self, _head: Option<EventSeq>) -> Result<(), StoreError> {
        self.control("COMMIT")
    }

    fn rollback(&mut self) -> Result<(), StoreError> {
        // A full disk ends the transaction by itself.
        if self.connection.is_autocommit() { Ok(()) } else { self.control("ROLLBACK") }
    }

    fn savepoint(&mut self) -> Result<(), StoreError> {
        self.control("SAVEPOINT member")
    }

    fn release(&mut self) -> Result<(), StoreError> {
        self.control("RELEASE member")
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.control("ROLLBACK TO member")?;
        self.control("RELEASE member")
    }

    fn database_now(&mut self) -> Result<Option<Timestamp>, StoreError> {
        Ok(None)
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, StoreError> {
        const SQL: &str = "SELECT m.name AS table_name, c.name AS column_name, c.type AS type, c.\"notnull\" AS required, \
             c.pk AS key_position FROM sqlite_schema m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT GLOB 'sqlite_*' ORDER BY m.name, c.cid";
        let mut columns = Vec::new();
        let translated = Translated { text: SQL.to_owned(), parameters: 0, kind: StatementKind::Read, internal: true };
        self.stream_rows(&translated, SQL, &[], &mut |row| {
            let key: u32 = row.get("key_position")?;
            columns.push(CatalogColumn {
                table: row.get("table_name")?,
                column: row.get("column_name")?,
                kind: kind_of(&row)?,
                nullable: !row.get::<bool>("required")? && key == 0,
                key_position: (key > 0).then_some(key),
            });
            Ok(())
        })?;
        Ok(columns)
    }

    fn learn_catalog(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn catalog_indexes(&mut self) -> Result<Vec<CatalogIndex>, StoreError> {
        const SQL: &str = "SELECT m.name AS table_name, l.name AS index_name, l.\"unique\" AS is_unique, i.name AS column_name \
             FROM sqlite_schema m, pragma_index_list(m.name) l, pragma_index_info(l.name) i \
             WHERE m.type = 'table' AND l.origin = 'c' AND l.partial = 0 ORDER BY m.name, l.name, i.seqno";
        let mut indexes: Vec<CatalogIndex> = Vec::new();
        let translated = Translated { text: SQL.to_owned(), parameters: 0, kind: StatementKind::Read, internal: true };
        self.stream_rows(&translated, SQL, &[], &mut |row| {
            let (table, name): (String, String) = (row.get("table_name")?, row.get("index_name")?);
            let column = row.get("column_name")?;
            match indexes.last_mut().filter(|index| index.name == name) {
                Some(index) => index.columns.push(column),
                None => {
                    indexes.push(CatalogIndex { table, name, unique: row.get("is_unique")?, columns: vec![column] });
                }
            }
            Ok(())
        })?;
        Ok(indexes)
    }

    fn begin_load(&mut self) -> Result<(), StoreError> {
        self.pragma("PRAGMA defer_foreign_keys = ON")
    }

    fn end_load(&mut self) -> Result<(), StoreError> {
        const SQL: &str = "PRAGMA foreign_key_check";
        let translated = Translated { text: SQL.to_owned(), parameters: 0, kind: StatementKind::Read, internal: true };
        self.stream_rows(&translated, SQL, &[], &mut |row| {
            let (table, parent): (String, String) = (row.get("table")?, row.get("parent")?);
            Err(StoreError::Constraint {
                detail: format!("a row of {table} names a row of {parent} that is not there"),
            })
        })?;
        self.pragma("PRAGMA defer_foreign_keys = OFF")
    }

    fn is_alive(&self) -> bool {
        true
    }
}

fn kind_of(row: &Row) -> Result<ColumnKind, StoreError> {
    let declared: String = row.get("type")?;
    match declared.as_str() {
        "INTEGER" => Ok(ColumnKind::Integer),
        "REAL" => Ok(ColumnKind::Real),
        "TEXT" => Ok(ColumnKind::Text),
        "BLOB" => Ok(ColumnKind::Bytes),
        "BOOLEAN" => Ok(ColumnKind::Boolean),
        _ => {
            Err(StoreError::Corrupt { table: row.get("table_name")?, column: row.get("column_name")?, value: declared })
        }
    }
}
