//! Model folders that no entry needs are kept for a while, within a bound: a rollback of a rollback finds its files here.

use roadbed_core::Digest;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

struct Unneeded {
    path: PathBuf,
    bytes: u64,
    modified: SystemTime,
}

/// Removes the oldest unneeded model folders until the others fit into `limit_bytes`, and half-fetched ones nobody works on.
/// Blocking. Gives the bytes of what was removed.
pub(crate) fn collect(models: &Path, needed: &HashSet<Digest>, limit_bytes: u64, remove_incoming: bool) -> u64 {
    let mut unneeded: Vec<Unneeded> = Vec::new();
    let mut removed = 0;
    for entry in std::fs::read_dir(models).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy();
        if name.starts_with("incoming-") {
            if remove_incoming {
                removed += folder_bytes(&path);
                std::fs::remove_dir_all(&path).ok();
            }
            continue;
        }
        match name.parse::<Digest>() {
            Ok(digest) if !needed.contains(&digest) => {}
            _ => continue,
        }
        let modified = entry.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        unneeded.push(Unneeded { bytes: folder_bytes(&path), path, modified });
    }
    unneeded.sort_by_key(|folder| folder.modified);
    let mut kept: u64 = unneeded.iter().map(|folder| folder.bytes).sum();
    for folder in unneeded {
        if kept <= limit_bytes {
            break;
        }
        match std::fs::remove_dir_all(&folder.path) {
            Ok(()) => removed += folder.bytes,
            Err(error) => tracing::warn!(path = %folder.path.display(), %error, "cannot remove an unneeded model"),
        }
        kept -= folder.bytes;
    }
    removed
}

fn folder_bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => folder_bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
