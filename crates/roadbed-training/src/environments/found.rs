//! What lies in the engine's folder of environments: one folder per key, `.ready` written last, `pyvenv.cfg` with the version.

use super::model::FoundEnvironment;
use roadbed_core::{Digest, Timestamp};
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Files looked at in one environment; a larger one is counted up to here.
const FILES_MAX: usize = 500_000;

/// Every environment, by key. A folder that does not exist yet holds none.
///
/// # Errors
/// The folder cannot be read.
pub(super) fn list(directory: &Path) -> std::io::Result<Vec<FoundEnvironment>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let key = entry.file_name().to_str().and_then(|name| name.parse::<Digest>().ok());
        if let Some(key) = key.filter(|_| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            found.push(look(&entry.path(), key));
        }
    }
    found.sort_by_key(|environment| environment.key);
    Ok(found)
}

fn look(path: &Path, key: Digest) -> FoundEnvironment {
    let ready = path.join(".ready").is_file();
    // Reading files of an environment is using it; where the file system keeps no such times, when it was made.
    let last_used_at = fs::metadata(path.join("pyvenv.cfg")).ok().and_then(|metadata| time_of_use(&metadata));
    let settings = fs::read_to_string(path.join("pyvenv.cfg")).unwrap_or_default();
    FoundEnvironment { key, python: python_of(&settings), ready, bytes: bytes_in(path), last_used_at }
}

/// `version_info = 3.11.9` as uv writes it, or `version = …` as `venv` does.
fn python_of(settings: &str) -> Option<String> {
    let value = |wanted: &str| {
        settings
            .lines()
            .filter_map(|line| line.split_once('='))
            .find(|(name, _)| name.trim() == wanted)
            .map(|(_, value)| value)
    };
    value("version_info").or_else(|| value("version")).map(|version| version.trim().to_owned())
}

fn time_of_use(metadata: &Metadata) -> Option<Timestamp> {
    let accessed = metadata.accessed().ok().into_iter().chain(metadata.modified().ok()).max()?;
    let since_epoch = accessed.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since_epoch.as_micros()).ok().map(Timestamp::from_micros)
}

fn bytes_in(path: &Path) -> u64 {
    let mut bytes = 0;
    let mut seen = 0;
    let mut waiting = vec![path.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        // What vanishes while we look was not there.
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let Ok(metadata) = entry.metadata() else { continue };
            seen += 1;
            if metadata.is_dir() {
                waiting.push(entry.path());
            } else if metadata.is_file() {
                bytes += metadata.len();
            }
        }
        if seen > FILES_MAX {
            break;
        }
    }
    bytes
}
