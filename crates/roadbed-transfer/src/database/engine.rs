//! The two engines under one form of query: text parameters as `$1`, rows as cells.

use crate::error::TransferError;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::Type;
use rusqlite::types::ValueRef;
use std::ops::ControlFlow;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
}

/// A row, by position.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cells(pub(super) Vec<Cell>);

impl Cells {
    /// Nothing and other kinds are empty.
    pub(super) fn text(&self, place: usize) -> String {
        self.optional_text(place).unwrap_or_default()
    }

    pub(super) fn optional_text(&self, place: usize) -> Option<String> {
        match self.0.get(place) {
            Some(Cell::Text(text)) => Some(text.clone()),
            Some(Cell::Integer(number)) => Some(number.to_string()),
            _ => None,
        }
    }

    pub(super) fn integer(&self, place: usize) -> i64 {
        self.optional_integer(place).unwrap_or(0)
    }

    pub(super) fn optional_integer(&self, place: usize) -> Option<i64> {
        match self.0.get(place) {
            Some(Cell::Integer(number)) => Some(*number),
            Some(Cell::Text(text)) => text.parse().ok(),
            _ => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "SQLite keeps a whole number of a REAL column as one")]
    pub(super) fn real(&self, place: usize) -> f64 {
        match self.0.get(place) {
            Some(Cell::Real(number)) => *number,
            Some(Cell::Integer(number)) => *number as f64,
            _ => 0.0,
        }
    }
}

pub(super) enum Engine {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Engine {
    pub(super) fn sqlite(path: &std::path::Path) -> Result<Self, TransferError> {
        let connection = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(Self::Sqlite(connection))
    }

    pub(super) fn postgres(url: &str) -> Result<Self, TransferError> {
        let mut config: postgres::Config = url.parse()?;
        config.connect_timeout(PATIENCE).application_name("roadbed migrate");
        Ok(Self::Postgres(Box::new(config.connect(postgres::NoTls)?)))
    }

    pub(super) const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Row after row, until `take` breaks.
    pub(super) fn each(
        &mut self,
        sql: &str,
        values: &[&str],
        mut take: impl FnMut(&Cells) -> ControlFlow<()>,
    ) -> Result<(), TransferError> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    let cells = (0..columns).map(|place| row.get_ref(place).map(sqlite_cell));
                    if take(&Cells(cells.collect::<Result<_, _>>()?)).is_break() {
                        break;
                    }
                }
            }
            Self::Postgres(client) => {
                let mut rows = client.query_raw(sql, values.iter().copied())?;
                while let Some(row) = rows.next()? {
                    let cells = (0..row.len()).map(|place| postgres_cell(&row, place));
                    if take(&Cells(cells.collect::<Result<_, _>>()?)).is_break() {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn rows(&mut self, sql: &str, values: &[&str]) -> Result<Vec<Cells>, TransferError> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(row.clone());
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }
}

fn sqlite_cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
    }
}

fn postgres_cell(row: &postgres::Row, place: usize) -> Result<Cell, postgres::Error> {
    let kind = row.columns().get(place).map(postgres::Column::type_);
    let cell = match kind {
        Some(kind) if *kind == Type::INT8 => row.try_get::<_, Option<i64>>(place)?.map(Cell::Integer),
        Some(kind) if *kind == Type::INT4 => row.try_get::<_, Option<i32>>(place)?.map(|one| Cell::Integer(one.into())),
        Some(kind) if *kind == Type::INT2 => row.try_get::<_, Option<i16>>(place)?.map(|one| Cell::Integer(one.into())),
        Some(kind) if *kind == Type::BOOL => {
            row.try_get::<_, Option<bool>>(place)?.map(|one| Cell::Integer(one.into()))
        }
        Some(kind) if *kind == Type::FLOAT8 => row.try_get::<_, Option<f64>>(place)?.map(Cell::Real),
        _ => row.try_get::<_, Option<String>>(place)?.map(Cell::Text),
    };
    Ok(cell.unwrap_or(Cell::Null))
}
