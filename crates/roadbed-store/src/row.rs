//! One row of a result, read by column name.

use crate::error::StoreError;
use crate::value::{FromValue, Value};
use std::str::FromStr;
use std::sync::Arc;

/// What the rows of one result share.
#[derive(Debug)]
pub(crate) struct RowHeader {
    pub(crate) columns: Vec<String>,
    pub(crate) sql: String,
}

/// One row. Columns are found by the name the statement gives them.
#[derive(Debug, Clone)]
pub struct Row {
    header: Arc<RowHeader>,
    values: Vec<Value>,
}

impl Row {
    pub(crate) const fn new(header: Arc<RowHeader>, values: Vec<Value>) -> Self {
        Self { header, values }
    }

    /// The value of a column.
    ///
    /// # Errors
    /// There is no such column, or it holds something else ([`StoreError::Corrupt`]; null counts as something else
    /// unless `T` is an `Option`).
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, StoreError> {
        let value = self.value(column)?;
        T::from_value(value).ok_or_else(|| self.corrupt(column, value))
    }

    /// A text column parsed into an id, a name or any other type that reads itself from text.
    ///
    /// # Errors
    /// There is no such column, or it does not parse ([`StoreError::Corrupt`]).
    pub fn parse<T: FromStr>(&self, column: &str) -> Result<T, StoreError> {
        self.parse_optional(column)?.ok_or_else(|| self.corrupt(column, &Value::Null))
    }

    /// As [`Row::parse`], with null as `None`.
    ///
    /// # Errors
    /// There is no such column, or it does not parse ([`StoreError::Corrupt`]).
    pub fn parse_optional<T: FromStr>(&self, column: &str) -> Result<Option<T>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => text.parse().map(Some).map_err(|_| self.corrupt(column, &Value::Text(text.clone()))),
            other => Err(self.corrupt(column, other)),
        }
    }

    /// The bytes of a column, without a copy.
    ///
    /// # Errors
    /// There is no such column, or it holds something else ([`StoreError::Corrupt`]).
    pub fn bytes(&self, column: &str) -> Result<&[u8], StoreError> {
        match self.value(column)? {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(self.corrupt(column, other)),
        }
    }

    /// All values in the order of the statement's columns.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    fn value(&self, column: &str) -> Result<&Value, StoreError> {
        let position = self.header.columns.iter().position(|name| name == column);
        position
            .and_then(|position| self.values.get(position))
            .ok_or_else(|| StoreError::UnknownColumn { column: column.to_owned(), sql: self.header.sql.clone() })
    }

    fn corrupt(&self, column: &str, value: &Value) -> StoreError {
        let shown = match value {
            Value::Null => "null".to_owned(),
            Value::Text(text) => text.chars().take(80).collect(),
            Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
            Value::Integer(number) => number.to_string(),
            Value::Real(number) => number.to_string(),
            Value::Boolean(flag) => flag.to_string(),
            Value::TooLarge(number) => number.to_string(),
        };
        StoreError::Corrupt { table: table_of(&self.header.sql), column: column.to_owned(), value: shown }
    }
}

/// The first table a statement names, for messages.
fn table_of(sql: &str) -> String {
    let mut words = sql.split_whitespace();
    while let Some(word) = words.next() {
        if ["FROM", "INTO", "UPDATE"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword)) {
            return words.next().unwrap_or("?").trim_end_matches([',', ';', '(', ')']).to_owned();
        }
    }
    "?".to_owned()
}
