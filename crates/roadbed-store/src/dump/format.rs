//! The lines of a dump.

use crate::error::StoreError;
use crate::migrations::Applied;
use crate::session::{CatalogColumn, CatalogIndex, ColumnKind, Session};
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// Version of the format.
pub(super) const FORMAT: u32 = 1;

/// Every line that is not a row. Rows are JSON arrays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// The first line.
    RoadbedDump { format: u32 },
    /// What was applied to the tables that follow.
    Migrations(Vec<Applied>),
    /// Rows of this table follow.
    Table(TableLine),
    /// The rows of the table end.
    End { table: String, rows: u64, hash: String },
    /// The last line.
    Complete { tables: u64 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct TableLine {
    pub(super) name: String,
    pub(super) columns: Vec<ColumnLine>,
    /// Names of the primary key's columns in order.
    pub(super) key: Vec<String>,
    pub(super) indexes: Vec<IndexLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ColumnLine {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
    pub(super) nullable: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct IndexLine {
    pub(super) name: String,
    pub(super) unique: bool,
    pub(super) columns: Vec<String>,
}

/// The ledger of migrations travels as [`Line::Migrations`].
const LEDGER: &str = "store_migrations";

/// All tables of a session's database.
pub(super) fn tables_of(session: &mut dyn Session) -> Result<Vec<TableLine>, StoreError> {
    let mut tables: Vec<TableLine> = Vec::new();
    let mut keys: Vec<(u32, String)> = Vec::new();
    for column in session.catalog()?.into_iter().filter(|column| column.table != LEDGER) {
        let CatalogColumn { table, column: name, kind, nullable, key_position } = column;
        if tables.last().is_none_or(|known| known.name != table) {
            finish_key(tables.last_mut(), &mut keys);
            tables.push(TableLine { name: table, columns: Vec::new(), key: Vec::new(), indexes: Vec::new() });
        }
        if let Some(position) = key_position {
            keys.push((position, name.clone()));
        }
        if let Some(table) = tables.last_mut() {
            table.columns.push(ColumnLine { name, kind, nullable });
        }
    }
    finish_key(tables.last_mut(), &mut keys);
    for CatalogIndex { table, name, unique, columns } in session.catalog_indexes()? {
        if let Some(known) = tables.iter_mut().find(|known| known.name == table) {
            known.indexes.push(IndexLine { name, unique, columns });
        }
    }
    Ok(tables)
}

fn finish_key(table: Option<&mut TableLine>, keys: &mut Vec<(u32, String)>) {
    keys.sort_unstable();
    if let Some(table) = table {
        table.key = keys.drain(..).map(|(_, name)| name).collect();
    }
}

impl TableLine {
    /// Every row in the order of the key, or of all columns where there is none.
    pub(super) fn select_sql(&self) -> String {
        let columns = quoted(self.columns.iter().map(|column| column.name.as_str()));
        let order = if self.key.is_empty() { columns.clone() } else { quoted(self.key.iter().map(String::as_str)) };
        format!("SELECT {columns} FROM \"{}\" ORDER BY {order}", self.name)
    }

    pub(super) fn insert_sql(&self) -> String {
        let columns = quoted(self.columns.iter().map(|column| column.name.as_str()));
        format!("INSERT INTO \"{}\" ({columns}) VALUES {{rows}}", self.name)
    }

    /// The statements that make the table, for tables that a capability made at run time.
    pub(super) fn create_sql(&self) -> Vec<String> {
        let kind = |kind| match kind {
            ColumnKind::Integer => "{INTEGER}",
            ColumnKind::Real => "{REAL}",
            ColumnKind::Text => "{TEXT}",
            ColumnKind::Bytes => "{BYTES}",
            ColumnKind::Boolean => "{BOOLEAN}",
        };
        let mut parts: Vec<String> = self
            .columns
            .iter()
            .map(|column| {
                format!("\"{}\" {}{}", column.name, kind(column.kind), if column.nullable { "" } else { " NOT NULL" })
            })
            .collect();
        if !self.key.is_empty() {
            parts.push(format!("PRIMARY KEY ({})", quoted(self.key.iter().map(String::as_str))));
        }
        let mut statements = vec![format!("CREATE TABLE \"{}\" ({})", self.name, parts.join(", "))];
        for index in &self.indexes {
            let unique = if index.unique { "UNIQUE " } else { "" };
            let columns = quoted(index.columns.iter().map(String::as_str));
            statements.push(format!("CREATE {unique}INDEX \"{}\" ON \"{}\" ({columns})", index.name, self.name));
        }
        statements
    }

    /// Names come from a file and go into statements: plain identifiers only.
    pub(super) fn names_are_plain(&self) -> bool {
        let plain = |name: &String| {
            name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let indexes = self.indexes.iter().flat_map(|index| index.columns.iter().chain([&index.name]));
        let columns = self.columns.iter().map(|column| &column.name);
        columns.chain(&self.key).chain(indexes).chain([&self.name]).all(plain)
    }
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// A row as JSON: numbers are integers, reals and bytes are marked texts.
pub(super) fn encode(values: &[Value], columns: &[ColumnLine]) -> String {
    let cells = values.iter().zip(columns).map(|(value, column)| match (value, column.kind) {
        (Value::Null | Value::TooLarge(_), _) => serde_json::Value::Null,
        (Value::Integer(number), ColumnKind::Boolean) => (*number != 0).into(),
        #[expect(clippy::cast_precision_loss, reason = "a real column that SQLite gives back as a whole number")]
        (Value::Integer(number), ColumnKind::Real) => serde_json::json!({ "real": format!("{:?}", *number as f64) }),
        (Value::Integer(number), _) => (*number).into(),
        // The shortest text that reads back to the same bits; JSON numbers know no infinity.
        (Value::Real(number), _) => serde_json::json!({ "real": format!("{number:?}") }),
        (Value::Text(text), _) => text.as_str().into(),
        (Value::Bytes(bytes), _) => serde_json::json!({ "bytes": hex(bytes) }),
        (Value::Boolean(flag), _) => (*flag).into(),
    });
    serde_json::Value::Array(cells.collect()).to_string()
}

/// The values of a row, or what is wrong with it.
pub(super) fn decode(cells: Vec<serde_json::Value>, columns: &[ColumnLine]) -> Result<Vec<Value>, String> {
    if cells.len() != columns.len() {
        return Err(format!("the row has {} values and the table {} columns", cells.len(), columns.len()));
    }
    let wrong = |column: &ColumnLine| format!("column {} does not hold what it should", column.name);
    cells
        .into_iter()
        .zip(columns)
        .map(|(cell, column)| decode_cell(cell, column.kind).ok_or_else(|| wrong(column)))
        .collect()
}

fn decode_cell(cell: serde_json::Value, kind: ColumnKind) -> Option<Value> {
    Some(match (cell, kind) {
        (serde_json::Value::Null, _) => Value::Null,
        (serde_json::Value::Number(number), ColumnKind::Integer) => Value::Integer(number.as_i64()?),
        (serde_json::Value::String(text), ColumnKind::Text) => Value::Text(text),
        (serde_json::Value::Bool(flag), ColumnKind::Boolean) => Value::Boolean(flag),
        (serde_json::Value::Object(marked), ColumnKind::Real) => {
            Value::Real(marked.get("real")?.as_str()?.parse().ok()?)
        }
        (serde_json::Value::Object(marked), ColumnKind::Bytes) => Value::Bytes(unhex(marked.get("bytes")?.as_str()?)?),
        _ => return None,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
            _ => None,
        })
        .collect()
}
