//! Reads one small text file out of a snapshot without unpacking it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Larger requirements files are refused.
const FILE_LIMIT_BYTES: u64 = 1 << 20;
/// Bytes unpacked in search of the file: what lies behind is as if it were not there, and said so.
const SEARCH_LIMIT_BYTES: u64 = 4 << 30;

/// The text of the file at `path`; `None` when the archive has no such file.
///
/// # Errors
/// A sentence for people: the archive is damaged, the file too large or no text.
pub(super) fn find_in_archive(archive: &Path, path: &str) -> Result<Option<String>, String> {
    let damaged =
        |error: std::io::Error| format!("the code snapshot cannot be read: {error}; pack and upload it again");
    let file = File::open(archive).map_err(damaged)?;
    let decoder = zstd::Decoder::new(file).map_err(damaged)?;
    let mut archive = tar::Archive::new(decoder.take(SEARCH_LIMIT_BYTES));
    let wanted = Path::new(path.strip_prefix("./").unwrap_or(path));
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let is_wanted = entry.header().entry_type().is_file()
            && entry.path().is_ok_and(|own| own.strip_prefix("./").unwrap_or(&own) == wanted);
        if !is_wanted {
            continue;
        }
        if entry.size() > FILE_LIMIT_BYTES {
            return Err(format!("{path} has {} bytes; at most {FILE_LIMIT_BYTES} are accepted", entry.size()));
        }
        let mut text = String::new();
        entry.read_to_string(&mut text).map_err(|error| format!("{path} is no text: {error}"))?;
        return Ok(Some(text));
    }
    Ok(None)
}
