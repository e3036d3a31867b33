//! Writes a dump from one snapshot per database.

use super::format::{FORMAT, Line, TableLine, encode, tables_of};
use crate::error::StoreError;
use crate::migrations::read_ledger;
use crate::scope::Reader;
use crate::session::Session;
use crate::sql::translate::Engine;
use crate::store::Store;
use std::io::Write;

/// What a dump holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpReport {
    /// By name.
    pub tables: Vec<TableSummary>,
}

/// One table of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSummary {
    pub table: String,
    pub rows: u64,
    /// BLAKE3 over the rows in key order, the same for the same rows on either engine; 64 hex digits.
    pub hash: String,
}

impl Store {
    /// Writes everything the store holds as JSON lines, while writes go on. Blobs are not part of it.
    ///
    /// # Errors
    /// Any [`StoreError`] of a read; [`StoreError::Dump`] when the writer fails.
    pub async fn dump<W: Write + Send + 'static>(&self, writer: W) -> Result<DumpReport, StoreError> {
        let mut dump = Dump { writer, line: 0, tables: Vec::new() };
        dump.put(&Line::RoadbedDump { format: FORMAT })?;
        let (mut dump, engine) = self.read(move |reader| dump.database(reader)).await?;
        if engine == Engine::Sqlite {
            (dump, _) = self.read_records(move |reader| dump.database(reader)).await?;
        }
        dump.finish()
    }
}

struct Dump<W> {
    writer: W,
    line: u64,
    tables: Vec<TableSummary>,
}

impl<W: Write> Dump<W> {
    fn put(&mut self, line: &Line) -> Result<(), StoreError> {
        let text = serde_json::to_string(line).map_err(|error| self.failed(&error))?;
        self.put_text(&text)
    }

    fn put_text(&mut self, text: &str) -> Result<(), StoreError> {
        self.line += 1;
        writeln!(self.writer, "{text}").map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &dyn std::error::Error) -> StoreError {
        StoreError::Dump { line: self.line, detail: format!("it cannot be written: {error}") }
    }

    fn database(mut self, reader: &mut Reader<'_>) -> Result<(Self, Engine), StoreError> {
        let session = reader.scope.session.as_mut();
        let applied = read_ledger(session)?;
        self.put(&Line::Migrations(applied))?;
        for table in tables_of(session)? {
            self.put(&Line::Table(table.clone()))?;
            let summary = summarize(session, &table, &mut |row| self.put_text(row))?;
            self.put(&Line::End { table: summary.table.clone(), rows: summary.rows, hash: summary.hash.clone() })?;
            self.tables.push(summary);
        }
        let engine = session.engine();
        Ok((self, engine))
    }

    fn finish(mut self) -> Result<DumpReport, StoreError> {
        self.put(&Line::Complete { tables: self.tables.len() as u64 })?;
        self.writer.flush().map_err(|error| self.failed(&error))?;
        self.tables.sort_unstable_by(|one, other| one.table.cmp(&other.table));
        Ok(DumpReport { tables: self.tables })
    }
}

/// Reads a whole table in key order, counting and hashing it on the way.
pub(super) fn summarize(
    session: &mut dyn Session,
    table: &TableLine,
    on_row: &mut dyn FnMut(&str) -> Result<(), StoreError>,
) -> Result<TableSummary, StoreError> {
    let mut hasher = blake3::Hasher::new();
    let mut rows = 0;
    session.stream(&table.select_sql(), &[], &mut |row| {
        let text = encode(row.values(), &table.columns);
        hasher.update(text.as_bytes());
        hasher.update(b"\n");
        rows += 1;
        on_row(&text)
    })?;
    Ok(TableSummary { table: table.name.clone(), rows, hash: hasher.finalize().to_hex().to_string() })
}
