//! Tables without lines, as other tools can cut them.

use super::cells::{at, cell};
use super::column::Shown;
use comfy_table::{ContentArrangement, Table};
use serde_json::Value;

/// Longest text of a cell in a table that is not wide.
const CELL_LIMIT: usize = 60;

/// One row per object.
pub(crate) fn table(columns: &[Shown], items: &[Value], wide: bool, headers: bool) -> String {
    let columns: Vec<&Shown> = columns.iter().filter(|column| wide || !column.is_wide).collect();
    let mut table = bare();
    if headers {
        table.add_row(columns.iter().map(|column| column.title));
    }
    for item in items {
        table.add_row(columns.iter().map(|column| shortened(value(column, item), wide)));
    }
    lines(&table)
}

/// One object, a line per column.
pub(crate) fn details(columns: &[Shown], item: &Value, wide: bool) -> String {
    let mut table = bare();
    for column in columns.iter().filter(|column| wide || !column.is_wide || !at(item, column.path).is_null()) {
        table.add_row([format!("{}:", column.title.to_lowercase()), value(column, item)]);
    }
    lines(&table)
}

fn value(column: &Shown, item: &Value) -> String {
    cell(at(item, column.path))
}

fn shortened(text: String, wide: bool) -> String {
    if wide || text.chars().count() <= CELL_LIMIT {
        return text;
    }
    text.chars().take(CELL_LIMIT - 1).chain(['…']).collect()
}

fn bare() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn lines(table: &Table) -> String {
    let mut text = String::new();
    for line in table.lines() {
        // Cells are padded by one space on both sides.
        let line = line.strip_prefix(' ').unwrap_or(&line);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
