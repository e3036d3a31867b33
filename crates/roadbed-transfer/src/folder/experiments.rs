//! Experiments and their folders.

use super::yaml::Meta;
use crate::error::TransferError;
use roadbed_contracts::transfer::{ExperimentLine, Stage};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(super) const TRASH: &str = ".trash";
/// Of the registry at the top, of logged models in an experiment.
pub(super) const MODELS: &str = "models";
pub(super) const TAGS: &str = "tags";
const KEEP_LIMIT_BYTES: u64 = 16 << 20;

/// Folders below one, by name; none when there is no such folder.
pub(super) fn folders(folder: &Path) -> Result<Vec<PathBuf>, TransferError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(TransferError::file(folder, "listed")(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(TransferError::file(folder, "listed"))?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

pub(super) fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// One file per key below a folder: keys with `/` are files in folders.
pub(super) fn pairs(folder: &Path) -> Result<BTreeMap<String, String>, TransferError> {
    let mut found = BTreeMap::new();
    for file in crate::roots::local_files(folder)? {
        let path = folder.join(&file.path);
        if file.bytes > KEEP_LIMIT_BYTES {
            return Err(TransferError::form(&path, "a value of more than 16 MiB"));
        }
        let text = std::fs::read(&path).map_err(TransferError::file(&path, "read"))?;
        found.insert(file.path, String::from_utf8_lossy(&text).into_owned());
    }
    Ok(found)
}

/// The experiments with their folders, those in the trash too, by id.
pub(super) fn all(root: &Path) -> Result<Vec<(ExperimentLine, PathBuf)>, TransferError> {
    let mut found = Vec::new();
    for (top, is_trash) in [(root.to_path_buf(), false), (root.join(TRASH), true)] {
        for folder in folders(&top)? {
            let named = name(&folder);
            if !is_trash && matches!(named.as_str(), TRASH | MODELS) {
                continue;
            }
            let Some(meta) = Meta::read(&folder)? else { continue };
            let Some(id) = meta.integer("experiment_id").filter(|id| id.to_string() == named) else { continue };
            let state = if is_trash { Stage::Deleted } else { meta.stage() };
            let created_ms = meta.integer("creation_time").unwrap_or(0);
            let line = ExperimentLine {
                id,
                name: meta.text("name"),
                state,
                tags: pairs(&folder.join(TAGS))?,
                created_ms,
                updated_ms: meta.integer("last_update_time").unwrap_or(created_ms),
            };
            found.push((line, folder));
        }
    }
    found.sort_by_key(|(line, _)| line.id);
    Ok(found)
}
