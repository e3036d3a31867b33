//! What control told this gateway, kept on disk so that it starts and serves without control.

mod file;
mod table;

pub(crate) use file::EntryFile;
pub(crate) use table::{Applied, EntryTable};

#[cfg(test)]
mod tests;
