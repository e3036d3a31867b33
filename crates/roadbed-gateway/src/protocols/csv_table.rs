//! CSV with a header line, typed as pandas does: a column is integers, numbers, booleans or text, whatever all its values are.

use crate::json::{MixedValues, Number, Scanner};
use crate::protocols::InputError;
use crate::protocols::table::build_columns;
use roadbed_contracts::tensor::{Signature, Tensor};

/// Texts that mean "missing" to pandas.
const MISSING: [&str; 15] =
    ["", "NA", "N/A", "n/a", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "<NA>", "#N/A", "#NA", "1.#QNAN"];

pub(crate) fn read_csv(body: &[u8], signature: Option<&Signature>) -> Result<Vec<Tensor>, InputError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(body);
    let csv_error = |error: csv::Error| InputError::Csv(error.to_string());
    let names: Vec<String> = reader.headers().map_err(csv_error)?.iter().map(str::to_owned).collect();
    let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(csv_error)?;
        if record.len() != names.len() {
            return Err(InputError::RowLength { row, found: record.len(), columns: names.len() });
        }
        for (column, cell) in cells.iter_mut().zip(record.iter()) {
            column.push(cell.to_owned());
        }
    }
    let mut columns = Vec::with_capacity(names.len());
    for (name, cells) in names.into_iter().zip(cells) {
        let values = type_column(&cells).map_err(|detail| InputError::Column { column: name.clone(), detail })?;
        columns.push((name, values));
    }
    build_columns(columns.into_iter(), signature)
}

fn type_column(cells: &[String]) -> Result<MixedValues, String> {
    let present = || cells.iter().filter(|cell| !MISSING.contains(&cell.as_str()));
    let all = |test: fn(&str) -> bool| present().next().is_some() && present().all(|cell| test(cell.trim()));
    let numbers = all(|cell| number(cell).is_some());
    let booleans = all(|cell| boolean(cell).is_some());
    let mut values = MixedValues::default();
    for cell in cells {
        let trimmed = cell.trim();
        let pushed = if MISSING.contains(&cell.as_str()) {
            values.push_missing()
        } else if let (true, Some(number)) = (numbers, number(trimmed)) {
            values.push_number(number)
        } else if let (true, Some(value)) = (booleans, boolean(trimmed)) {
            values.push_bool(value)
        } else {
            values.push_text(cell.as_bytes())
        };
        pushed.map_err(|error| error.to_string())?;
    }
    Ok(values)
}

fn number(cell: &str) -> Option<Number> {
    let mut scanner = Scanner::new(cell.as_bytes());
    if let Ok(number) = scanner.number()
        && scanner.finish().is_ok()
    {
        return Some(number);
    }
    // Forms JSON does not have: +1, .5, 1., inf.
    cell.parse().ok().map(Number::Float)
}

fn boolean(cell: &str) -> Option<bool> {
    match cell {
        "True" | "true" | "TRUE" => Some(true),
        "False" | "false" | "FALSE" => Some(false),
        _ => None,
    }
}
