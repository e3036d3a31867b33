//! One PostgreSQL connection as a session of the store.

use super::errors::convert;
use super::location::PostgresLocation;
use super::many_rows::pieces;
use super::value::{Decoded, Parameter};
use crate::error::StoreError;
use crate::parameters::check_params;
use crate::row::{Row, RowHeader};
use crate::session::{Begin, CatalogColumn, CatalogIndex, Changed, ColumnKind, RowsStatement, Session};
use crate::sql::translate::{Engine, StatementKind, Translated, Translator};
use crate::value::Value;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::{Client, Statement};
use roadbed_core::{EventSeq, Timestamp};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Statements kept prepared per connection; beyond that all are dropped and start over.
const STATEMENTS_KEPT: usize = 512;
/// First half of the ordered lane's advisory lock; the second is the schema's number.
const LANE_LOCK: i32 = 0x0B0A_D001;

pub(super) struct PostgresSession {
    client: Client,
    location: PostgresLocation,
    translator: Translator,
    prepared: HashMap<String, Statement>,
}

impl PostgresSession {
    pub(super) fn open(location: &PostgresLocation) -> Result<Self, StoreError> {
        let client = location.connect()?;
        let translator = Translator::new(Engine::Postgres);
        Ok(Self { client, location: location.clone(), translator, prepared: HashMap::new() })
    }

    /// As [`PostgresSession::open`], after making the schema.
    pub(super) fn open_first(location: &PostgresLocation) -> Result<Self, StoreError> {
        let mut session = Self::open(location)?;
        location.create_schema(&mut session.client)?;
        Ok(session)
    }

    fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        self.client.batch_execute(sql).map_err(|error| convert(&error, sql))
    }

    fn prepare(&mut self, sql: &str, params: &[Value]) -> Result<(Arc<Translated>, Statement), StoreError> {
        let translated = self.translator.translate(sql)?;
        check_params(&translated, params, sql)?;
        if let Some(statement) = self.prepared.get(&translated.text) {
            return Ok((translated, statement.clone()));
        }
        let statement = self.client.prepare(&translated.text).map_err(|error| convert(&error, sql))?;
        if self.prepared.len() >= STATEMENTS_KEPT {
            self.prepared.clear();
        }
        if translated.kind != StatementKind::Definition {
            self.prepared.insert(translated.text.clone(), statement.clone());
        }
        Ok((translated, statement))
    }

    /// The catalog's foreign keys, those that wait or those that do not, as `ALTER TABLE` prefixes.
    fn foreign_keys(&mut self, deferrable: bool) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT format('ALTER TABLE %I ALTER CONSTRAINT %I', r.relname, c.conname) \
             FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace \
             WHERE c.contype = 'f' AND n.nspname = current_schema() AND c.condeferrable = $1 ORDER BY 1";
        let rows = self.client.query(SQL, &[&deferrable]).map_err(|error| convert(&error, SQL))?;
        rows.iter().map(|row| row.try_get(0).map_err(|error| convert(&error, SQL))).collect()
    }
}

fn changed(translated: &Translated, rows: u64) -> Changed {
    let is_change = translated.kind == StatementKind::Change;
    Changed { rows: if is_change { rows } else { 0 }, foreign: is_change && !translated.internal }
}

fn parameters(params: &[Value]) -> Vec<Parameter<'_>> {
    params.iter().map(Parameter).collect()
}

impl Session for PostgresSession {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn stream(
        &mut self,
        sql: &str,
        params: &[Value],
        on_row: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<Changed, StoreError> {
        let (translated, statement) = self.prepare(sql, params)?;
        let columns: Vec<String> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let width = columns.len();
        let header = Arc::new(RowHeader { columns, sql: sql.to_owned() });
        let failed = |error: postgres::Error| convert(&error, sql);
        let mut rows = self.client.query_raw(&statement, parameters(params)).map_err(failed)?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            let values = (0..width).map(|column| row.try_get::<_, Decoded>(column).map(|decoded| decoded.0));
            on_row(Row::new(Arc::clone(&header), values.collect::<Result<_, _>>().map_err(failed)?))?;
            count += 1;
        }
        Ok(changed(&translated, count))
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Changed, StoreError> {
        let (translated, statement) = self.prepare(sql, params)?;
        let params = parameters(params);
        let references: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let rows = self.client.execute(&statement, &references).map_err(|error| convert(&error, sql))?;
        if translated.kind == StatementKind::Definition {
            self.prepared.clear();
            self.translator.forget();
        }
        Ok(changed(&translated, rows))
    }

    fn execute_rows(&mut self, rows: &RowsStatement<'_>) -> Result<Changed, StoreError> {
        if rows.width == 0 || !rows.values.len().is_multiple_of(rows.width) {
            let (expected, given) = (rows.width, rows.values.len());
            return Err(StoreError::Arity { expected, given, sql: rows.sql.to_owned() });
        }
        let mut total = Changed { rows: 0, foreign: false };
        for piece in pieces(rows) {
            let changed = self.execute(&rows.text(piece.len() / rows.width), piece)?;
            total = Changed { rows: total.rows + changed.rows, foreign: total.foreign || changed.foreign };
        }
        Ok(total)
    }

    fn begin(&mut self, begin: Begin) -> Result<(), StoreError> {
        match begin {
            Begin::Read => self.control("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            Begin::Append => self.control("BEGIN"),
            Begin::Ordered => {
                let schema = self.location.number();
                self.control(&format!("BEGIN; SELECT pg_advisory_xact_lock({LANE_LOCK}, {schema})"))
            }
        }
    }

    fn commit(&mut self, head: Option<EventSeq>) -> Result<(), StoreError> {
        if let Some(head) = head {
            let channel = self.location.channel();
            self.control(&format!("SELECT pg_notify('{channel}', '{head}')"))?;
        }
        self.client.batch_execute("COMMIT").map_err(|error| {
            let answered = error.as_db_error().is_some() && !self.client.is_closed();
            if answered { convert(&error, "COMMIT") } else { StoreError::CommitUnknown }
        })
    }

    fn rollback(&mut self) -> Result<(), StoreError> {
        self.control("ROLLBACK")
    }

    fn savepoint(&mut self) -> Result<(), StoreError> {
        self.control("SAVEPOINT member")
    }

    fn release(&mut self) -> Result<(), StoreError> {
        self.control("RELEASE SAVEPOINT member")
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.control("ROLLBACK TO SAVEPOINT member; RELEASE SAVEPOINT member")
    }

    fn database_now(&mut self) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
        let row = self.client.query_one(SQL, &[]).map_err(|error| convert(&error, SQL))?;
        let micros: i64 = row.try_get(0).map_err(|error| convert(&error, SQL))?;
        Ok(Some(Timestamp::from_micros(micros)))
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, StoreError> {
        const SQL: &str = "SELECT c.relname, a.attname, format_type(a.atttypid, NULL), NOT a.attnotnull, \
             array_position(CAST(i.indkey AS int2[]), a.attnum) + 1 \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
             WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.relname COLLATE \"C\", a.attnum";
        let failed = |error: postgres::Error| convert(&error, SQL);
        let rows = self.client.query(SQL, &[]).map_err(failed)?;
        rows.iter()
            .map(|row| {
                let (table, column): (String, String) =
                    (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
                let kind = kind_of(row.try_get(2).map_err(failed)?, &table, &column)?;
                let key: Option<i32> = row.try_get(4).map_err(failed)?;
                let key_position = key.and_then(|key| u32::try_from(key).ok());
                Ok(CatalogColumn { table, column, kind, nullable: row.try_get(3).map_err(failed)?, key_position })
            })
            .collect()
    }

    fn learn_catalog(&mut self) -> Result<(), StoreError> {
        let catalog = self.catalog()?;
        let nullable: HashSet<&str> =
            catalog.iter().filter(|column| column.nullable).map(|column| column.column.as_str()).collect();
        let names = catalog.iter().map(|column| column.column.as_str());
        let required = names.filter(|name| !nullable.contains(name)).map(str::to_owned).collect();
        self.translator.set_required_columns(required);
        Ok(())
    }

    fn catalog_indexes(&mut self) -> Result<Vec<CatalogIndex>, StoreError> {
        const SQL: &str = "SELECT t.relname, x.relname, i.indisunique, ARRAY(SELECT CAST(a.attname AS text) \
             FROM unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY k (number, place) \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.place) \
             FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
             JOIN pg_namespace n ON n.oid = t.relnamespace \
             WHERE n.nspname = current_schema() AND NOT i.indisprimary AND i.indpred IS NULL AND i.indexprs IS NULL \
             AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1, 2";
        let failed = |error: postgres::Error| convert(&error, SQL);
        let rows = self.client.query(SQL, &[]).map_err(failed)?;
        let read = |row: &postgres::Row| {
            Ok(CatalogIndex {
                table: row.try_get(0)?,
                name: row.try_get(1)?,
                unique: row.try_get(2)?,
                columns: row.try_get(3)?,
            })
        };
        rows.iter().map(|row| read(row).map_err(failed)).collect()
    }

    fn begin_load(&mut self) -> Result<(), StoreError> {
        // The dump may come slowly; the transaction waits for it.
        self.control("SET LOCAL idle_in_transaction_session_timeout = 0")?;
        let keys = self.foreign_keys(false)?;
        keys.iter().try_for_each(|key| self.control(&format!("{key} DEFERRABLE INITIALLY DEFERRED")))
    }

    fn end_load(&mut self) -> Result<(), StoreError> {
        self.control("SET CONSTRAINTS ALL IMMEDIATE")?;
        let keys = self.foreign_keys(true)?;
        keys.iter().try_for_each(|key| self.control(&format!("{key} NOT DEFERRABLE")))
    }

    fn is_alive(&self) -> bool {
        !self.client.is_closed()
    }
}

fn kind_of(declared: &str, table: &str, column: &str) -> Result<ColumnKind, StoreError> {
    match declared {
        "bigint" => Ok(ColumnKind::Integer),
        "double precision" => Ok(ColumnKind::Real),
        "text" => Ok(ColumnKind::Text),
        "bytea" => Ok(ColumnKind::Bytes),
        "boolean" => Ok(ColumnKind::Boolean),
        other => Err(StoreError::Corrupt { table: table.into(), column: column.into(), value: other.into() }),
    }
}
