//! Reading and writing the files of workload folders.

use crate::engine::EngineError;
use roadbed_core::WorkloadId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// `<data>/workloads`.
pub(super) struct Folders {
    root: PathBuf,
}

/// Prefix of folders being made or removed: never a workload id.
const UNFINISHED: &str = ".unfinished-";

impl Folders {
    pub(super) fn open(data_directory: &Path) -> Result<Self, EngineError> {
        let root = data_directory.join("workloads");
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&root);
        made.map_err(file_error(&root, "made"))?;
        Ok(Self { root })
    }

    pub(super) fn path(&self, id: WorkloadId) -> PathBuf {
        self.root.join(id.to_string())
    }

    /// The folder, when the engine knows the workload.
    pub(super) fn existing(&self, id: WorkloadId) -> Result<PathBuf, EngineError> {
        let path = self.path(id);
        if path.is_dir() { Ok(path) } else { Err(EngineError::Unknown(id)) }
    }

    /// Every workload folder, oldest first (ids sort by time).
    pub(super) fn all(&self) -> Result<Vec<WorkloadId>, EngineError> {
        let entries = fs::read_dir(&self.root).map_err(file_error(&self.root, "listed"))?;
        let mut ids: Vec<WorkloadId> =
            entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// A new empty folder that becomes visible by [`Folders::publish`].
    pub(super) fn prepare(&self, id: WorkloadId) -> Result<PathBuf, EngineError> {
        let path = self.root.join(format!("{UNFINISHED}{id}"));
        remove_tree(&path)?;
        fs::DirBuilder::new().mode(0o700).create(&path).map_err(file_error(&path, "made"))?;
        Ok(path)
    }

    /// Makes a prepared folder the workload's: complete or not there at all.
    pub(super) fn publish(&self, prepared: &Path, id: WorkloadId) -> Result<PathBuf, EngineError> {
        let path = self.path(id);
        fs::rename(prepared, &path).map_err(file_error(&path, "made"))?;
        Ok(path)
    }

    /// Removes a workload's folder; it disappears from listings at once.
    pub(super) fn remove(&self, id: WorkloadId) -> Result<(), EngineError> {
        let (path, doomed) = (self.path(id), self.root.join(format!("{UNFINISHED}{id}")));
        remove_tree(&doomed)?;
        match fs::rename(&path, &doomed) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(file_error(&path, "removed")(error)),
            Ok(()) => remove_tree(&doomed),
        }
    }
}

/// Removes a tree, also where user code took write permission from folders.
fn remove_tree(path: &Path) -> Result<(), EngineError> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            open_folders(path).and_then(|()| fs::remove_dir_all(path)).map_err(file_error(path, "removed"))
        }
        Err(error) => Err(file_error(path, "removed")(error)),
    }
}

fn open_folders(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_folders(&entry.path())?;
        }
    }
    Ok(())
}

/// Adds path and action to an I/O error.
pub(crate) fn file_error(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> EngineError {
    let path = path.to_path_buf();
    move |source| EngineError::File { path, action, source }
}

/// Reads a JSON file; `None` when it is not there.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, EngineError> {
    match fs::read(path) {
        Ok(bytes) => parse(path, &bytes).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(file_error(path, "read")(error)),
    }
}

pub(super) fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, EngineError> {
    serde_json::from_slice(bytes)
        .map_err(|error| EngineError::Damaged { path: path.to_path_buf(), reason: error.to_string() })
}

/// Writes a JSON file (0600) so that a reader sees all of it or nothing.
pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), EngineError> {
    let text = serde_json::to_vec(value)
        .map_err(|error| EngineError::Damaged { path: path.to_path_buf(), reason: error.to_string() })?;
    let unfinished = path.with_extension("unfinished");
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(&text)?;
        fs::rename(&unfinished, path)
    };
    write().map_err(file_error(path, "written"))
}
