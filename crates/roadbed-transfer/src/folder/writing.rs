//! Small files of MLflow's folder store, each written whole or not at all.

use super::yaml::{META, quoted};
use crate::error::TransferError;
use roadbed_contracts::transfer::{Number, Stage};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// One `meta.yaml`.
#[derive(Default)]
pub(super) struct Meta(String);

impl Meta {
    pub(super) fn text(mut self, key: &str, value: &str) -> Self {
        let _ = writeln!(self.0, "{key}: {}", quoted(value));
        self
    }

    /// Nothing is null.
    pub(super) fn optional(self, key: &str, value: &str) -> Self {
        if value.is_empty() { self.plain(key, "null") } else { self.text(key, value) }
    }

    pub(super) fn plain(mut self, key: &str, value: impl std::fmt::Display) -> Self {
        let _ = writeln!(self.0, "{key}: {value}");
        self
    }

    pub(super) fn map(mut self, key: &str, pairs: &BTreeMap<String, String>) -> Self {
        let _ = writeln!(self.0, "{key}:{}", if pairs.is_empty() { " {}" } else { "" });
        for (key, value) in pairs {
            let _ = writeln!(self.0, "  {}: {}", quoted(key), quoted(value));
        }
        self
    }
}

pub(super) const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Active => "active",
        Stage::Deleted => "deleted",
    }
}

pub(super) fn place(words: &[&str], word: &str) -> usize {
    words.iter().position(|known| *known == word).unwrap_or(0) + 1
}

/// As Python reads numbers.
pub(super) fn python(Number(value): Number) -> String {
    if value.is_nan() { "nan".to_owned() } else { format!("{value:?}") }
}

/// A key or path as a file below a folder; it must not lead out of it.
pub(super) fn below(folder: &Path, path: &str) -> Result<PathBuf, TransferError> {
    let is_plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if path.is_empty() || !is_plain {
        return Err(TransferError::form(folder, format!("{path:?} cannot be the name of a file")));
    }
    Ok(folder.join(path))
}

pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), TransferError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(TransferError::file(folder, "made"))?;
    }
    let part = path.with_file_name(".part");
    std::fs::write(&part, content).map_err(TransferError::file(&part, "written"))?;
    std::fs::rename(&part, path).map_err(TransferError::file(path, "written"))
}

pub(super) fn write_meta(folder: &Path, meta: &Meta) -> Result<(), TransferError> {
    write(&folder.join(META), meta.0.as_bytes())
}

pub(super) fn write_pairs(folder: &Path, pairs: &BTreeMap<String, String>) -> Result<(), TransferError> {
    std::fs::create_dir_all(folder).map_err(TransferError::file(folder, "made"))?;
    pairs.iter().try_for_each(|(key, value)| write(&below(folder, key)?, value.as_bytes()))
}
