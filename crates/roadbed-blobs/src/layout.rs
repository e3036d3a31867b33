//! Names of blobs: `ab/cd/abcd…` below a folder or a prefix, so that no folder grows without bound.

use crate::error::{BlobError, Doing};
use roadbed_core::Digest;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The two folders and the name, relative.
pub(crate) fn relative_name(digest: &Digest) -> String {
    let [first, second, ..] = digest.as_bytes();
    format!("{first:02x}/{second:02x}/{digest}")
}

pub(crate) fn path_of(directory: &Path, digest: &Digest) -> PathBuf {
    directory.join(relative_name(digest))
}

/// Creates a folder with its parents, readable by this user only. An existing one is fine.
pub(crate) fn create_folder(path: &Path) -> Result<(), BlobError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).doing("create the folder", path)
}

/// Makes names in a folder survive a power cut.
pub(crate) fn sync_folder(path: &Path) -> Result<(), BlobError> {
    File::open(path).and_then(|folder| folder.sync_all()).doing("write to disk the folder", path)
}

/// Names in a folder, sorted; nothing when it does not exist.
pub(crate) fn sorted_names(path: &Path) -> Result<Vec<String>, BlobError> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.doing("list the folder", path)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        if let Ok(name) = entry.doing("list the folder", path)?.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Names of the 256 fan-out folders that exist, sorted.
pub(crate) fn fan_out_folders(path: &Path) -> Result<Vec<String>, BlobError> {
    let is_fan_out = |name: &String| name.len() == 2 && u8::from_str_radix(name, 16).is_ok();
    Ok(sorted_names(path)?.into_iter().filter(is_fan_out).collect())
}
