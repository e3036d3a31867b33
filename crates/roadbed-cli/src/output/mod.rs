//! Data as people and scripts want it: tables for the first, JSON, YAML and bare names for the second.

mod cells;
mod column;
mod format;
mod table;
mod yaml;

pub(crate) use cells::{at, cell, printable};
pub(crate) use column::Shown;
pub(crate) use format::{Format, Shape};
pub(crate) use table::{details, table};
