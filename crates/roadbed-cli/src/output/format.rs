//! One answer in the format that `-o` asks for.

use super::column::Shown;
use super::table::{details, table};
use super::yaml::to_yaml;
use clap::ValueEnum;
use serde_json::Value;

/// Value of `-o`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; may change between versions.
    #[default]
    Table,
    /// A table with more columns.
    Wide,
    /// Stable, for scripts.
    Json,
    /// One line of JSON per object.
    Jsonl,
    Yaml,
    /// Only names, one per line.
    Name,
}

impl Format {
    pub(crate) const fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Wide)
    }
}

/// How objects of one kind are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Path of the value that names an object.
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Shown],
}

impl Shape {
    /// Several objects. JSON is one list.
    #[must_use]
    pub(crate) fn list(&self, format: Format, items: &[Value], headers: bool) -> String {
        match format {
            Format::Table | Format::Wide => table(self.columns, items, format == Format::Wide, headers),
            Format::Json => pretty(&Value::from(items)),
            Format::Yaml => to_yaml(&Value::from(items)),
            Format::Jsonl | Format::Name => items.iter().map(|item| self.item(format, item)).collect(),
        }
    }

    /// One object.
    #[must_use]
    pub(crate) fn item(&self, format: Format, item: &Value) -> String {
        match format {
            Format::Table | Format::Wide => details(self.columns, item, format == Format::Wide),
            Format::Json => pretty(item),
            Format::Jsonl => format!("{item}\n"),
            Format::Yaml => to_yaml(item),
            Format::Name => format!("{}\n", super::cell(super::at(item, self.name))),
        }
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
