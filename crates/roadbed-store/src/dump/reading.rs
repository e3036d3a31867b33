//! Restores a dump into an empty place.

use super::format::{FORMAT, Line, TableLine, decode, tables_of};
use super::writing::summarize;
use crate::backend::Database;
use crate::config::{StoreConfig, StoreLocation};
use crate::error::StoreError;
use crate::migrations::{Applied, Lane, Migration, MigrationSet, check_known, validate};
use crate::opening::{Companion, Opened, on_own_thread, open_engine, start};
use crate::session::{Begin, RowsStatement};
use crate::sqlite;
use crate::store::Store;
use crate::value::Value;
use roadbed_core::Clock;
use std::io::BufRead;
use std::sync::Arc;

/// Rows written in one go.
const ROWS_PER_BATCH: usize = 500;
/// The longest line read; a longer one is no dump of ours.
const LINE_LIMIT_BYTES: u64 = 256 * 1024 * 1024;

impl Store {
    /// Makes a store from a dump and opens it; blocks. The target must be empty, and is left as it was on an error.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::NewerStore`], [`StoreError::Dump`] with the line, or any of [`Store::open`].
    pub fn restore(
        config: StoreConfig,
        sets: &[MigrationSet],
        reader: impl BufRead + Send,
    ) -> Result<Self, StoreError> {
        validate(sets)?;
        on_own_thread(move || {
            let mut opened = open_engine(&config)?;
            require_empty(&mut opened)?;
            match load(&mut opened.databases.list, sets, &config.clock, reader) {
                Ok(()) => start(opened, &config.clock),
                Err(error) => {
                    discard(opened, &config);
                    Err(error)
                }
            }
        })
    }
}

fn require_empty(opened: &mut Opened) -> Result<(), StoreError> {
    for database in &mut opened.databases.list {
        if !database.session.catalog()?.is_empty() {
            return Err(StoreError::NotEmpty);
        }
    }
    Ok(())
}

/// Rolls back, and removes the files this restore made.
fn discard(opened: Opened, config: &StoreConfig) {
    let Opened { databases, companion } = opened;
    drop(databases);
    if let (StoreLocation::Sqlite { directory }, Companion::Lock(lock)) = (&config.location, companion) {
        sqlite::directory::remove_files(directory, lock);
    }
}

fn load(
    databases: &mut [Database],
    sets: &[MigrationSet],
    clock: &Arc<dyn Clock>,
    reader: impl BufRead,
) -> Result<(), StoreError> {
    for database in &mut *databases {
        database.session.begin(Begin::Ordered)?;
    }
    let mut restore = Restore { databases, sets, clock, lines: Lines { reader, number: 0 }, loaded: Vec::new() };
    restore.run()?;
    for (place, table, rows, hash) in &restore.loaded {
        let found = summarize(restore.databases[*place].session.as_mut(), table, &mut |_| Ok(()))?;
        if (found.rows, &found.hash) != (*rows, hash) {
            return Err(restore.lines.wrong(format!("table {} came out different from the dump", table.name)));
        }
    }
    for database in databases {
        database.session.end_load()?;
        database.migrate_inside(sets, clock, &|_, _| true)?;
        database.session.commit(None)?;
        database.session.learn_catalog()?;
    }
    Ok(())
}

struct Restore<'a, R> {
    databases: &'a mut [Database],
    sets: &'a [MigrationSet],
    clock: &'a Arc<dyn Clock>,
    lines: Lines<R>,
    /// Database, table, rows and hash of each table.
    loaded: Vec<(usize, TableLine, u64, String)>,
}

impl<R: BufRead> Restore<'_, R> {
    fn run(&mut self) -> Result<(), StoreError> {
        match self.lines.next()? {
            Entry::Line(Line::RoadbedDump { format: FORMAT }) => {}
            _ => return Err(self.lines.wrong(format!("it does not begin as a roadbed dump of format {FORMAT}"))),
        }
        loop {
            match self.lines.next()? {
                Entry::Line(Line::Migrations(applied)) => self.migrate(&applied)?,
                Entry::Line(Line::Table(table)) => self.table(table)?,
                Entry::Line(Line::Complete { tables }) if tables == self.loaded.len() as u64 => return Ok(()),
                _ => return Err(self.lines.wrong("expected a table or the end of the dump")),
            }
        }
    }

    /// Brings every database to what the dump has, and empties what migrations filled.
    fn migrate(&mut self, applied: &[Applied]) -> Result<(), StoreError> {
        check_known(self.sets, applied)?;
        let wanted = |set: &MigrationSet, migration: &Migration| {
            applied.iter().any(|old| {
                old.lane == set.lane.as_str() && old.capability == set.capability && old.number == migration.number
            })
        };
        for database in &mut *self.databases {
            let known = tables_of(database.session.as_mut())?;
            database.migrate_inside(self.sets, self.clock, &wanted)?;
            database.session.begin_load()?;
            let made = tables_of(database.session.as_mut())?;
            for table in made.iter().filter(|table| known.iter().all(|known| known.name != table.name)) {
                database.session.execute(&format!("DELETE FROM \"{}\"", table.name), &[])?;
            }
        }
        Ok(())
    }

    fn table(&mut self, table: TableLine) -> Result<(), StoreError> {
        if !table.names_are_plain() {
            return Err(self.lines.wrong("a name of the table is no plain identifier"));
        }
        let place = self.place(&table)?;
        let insert = table.insert_sql();
        let width = table.columns.len();
        let mut values: Vec<Value> = Vec::new();
        let (rows, hash) = loop {
            match self.lines.next()? {
                Entry::Row(cells) => {
                    values.extend(decode(cells, &table.columns).map_err(|detail| self.lines.wrong(detail))?);
                    if values.len() >= ROWS_PER_BATCH * width {
                        self.insert(place, &insert, width, &mut values)?;
                    }
                }
                Entry::Line(Line::End { table: name, rows, hash }) if name == table.name => break (rows, hash),
                Entry::Line(_) => return Err(self.lines.wrong(format!("expected a row of {} or its end", table.name))),
            }
        };
        self.insert(place, &insert, width, &mut values)?;
        self.loaded.push((place, table, rows, hash));
        Ok(())
    }

    fn insert(&mut self, place: usize, sql: &str, width: usize, values: &mut Vec<Value>) -> Result<(), StoreError> {
        let rows = RowsStatement { sql, width, key: &[], values };
        let inserted = self.databases[place].session.execute_rows(&rows);
        inserted.map_err(|error| if error.is_fatal() { error } else { self.lines.wrong(error.to_string()) })?;
        values.clear();
        Ok(())
    }

    /// The database that has the table. A table that no migration makes was made at run time, in the append lane.
    fn place(&mut self, table: &TableLine) -> Result<usize, StoreError> {
        for (place, database) in self.databases.iter_mut().enumerate() {
            if tables_of(database.session.as_mut())?.iter().any(|known| known.name == table.name) {
                return Ok(place);
            }
        }
        let place = self.databases.iter().position(|database| database.lanes.contains(&Lane::Records));
        let place = place.ok_or_else(|| self.lines.wrong("there is no append lane"))?;
        for statement in table.create_sql() {
            self.databases[place].session.execute(&statement, &[])?;
        }
        Ok(place)
    }
}

enum Entry {
    Line(Line),
    Row(Vec<serde_json::Value>),
}

struct Lines<R> {
    reader: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    fn wrong(&self, detail: impl Into<String>) -> StoreError {
        StoreError::Dump { line: self.number, detail: detail.into() }
    }

    fn next(&mut self) -> Result<Entry, StoreError> {
        use std::io::Read;
        self.number += 1;
        let mut text = String::new();
        let read = self.reader.by_ref().take(LINE_LIMIT_BYTES).read_line(&mut text);
        read.map_err(|error| self.wrong(format!("it cannot be read: {error}")))?;
        if !text.ends_with('\n') {
            return Err(self.wrong("it ends in the middle; the dump is not complete"));
        }
        let parsed = match text.starts_with('[') {
            true => serde_json::from_str(&text).map(Entry::Row),
            false => serde_json::from_str(&text).map(Entry::Line),
        };
        parsed.map_err(|error| self.wrong(format!("it does not parse: {error}")))
    }
}
