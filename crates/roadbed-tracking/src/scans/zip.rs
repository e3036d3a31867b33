//! The directory of a zip. Source: PKWARE APPNOTE 4.3.

use super::unpack::Source;
use std::io::{self, Read as _, SeekFrom};

/// Entries looked at.
pub(super) const ENTRIES: usize = 20_000;
const DIRECTORY_BYTES: u64 = 16 << 20;
/// Longest end of a zip: its record and a comment.
const TAIL_BYTES: u64 = 22 + 65_535;

/// How an entry was made smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
    Other(u16),
    Encrypted,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ZipEntry {
    pub name: String,
    pub method: Method,
    /// In the file.
    pub bytes: u64,
    at: u64,
}

/// Where the content of an entry begins.
pub(super) fn content(input: &mut dyn Source, entry: &ZipEntry) -> io::Result<Option<u64>> {
    let mut header = [0; 30];
    input.seek(SeekFrom::Start(entry.at))?;
    if input.read_exact(&mut header).is_err() || !header.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let name = number(&header, 26, 2).unwrap_or(0);
    let extra = number(&header, 28, 2).unwrap_or(0);
    Ok(Some(entry.at + 30 + name + extra))
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let mut number = [0; 8];
    number.get_mut(..width)?.copy_from_slice(bytes.get(at..at + width)?);
    Some(u64::from_le_bytes(number))
}

/// The entries; none when there is no directory that can be read.
///
/// # Errors
/// The file cannot be read.
pub(super) fn directory(input: &mut dyn Source, bytes: u64) -> io::Result<Option<Vec<ZipEntry>>> {
    let tail_at = bytes.saturating_sub(TAIL_BYTES);
    let mut tail = Vec::new();
    input.seek(SeekFrom::Start(tail_at))?;
    (&mut *input).take(TAIL_BYTES).read_to_end(&mut tail)?;
    let Some(end) = tail.windows(4).rposition(|window| window == b"PK\x05\x06") else { return Ok(None) };
    let (mut length, mut at) = (number(&tail, end + 12, 4), number(&tail, end + 16, 4));
    if at == Some(u64::from(u32::MAX)) || length == Some(u64::from(u32::MAX)) {
        // The large form says where its record is.
        let locator = end.checked_sub(20).filter(|at| tail.get(*at..*at + 4) == Some(b"PK\x06\x07"));
        let Some(record_at) = locator.and_then(|at| number(&tail, at + 8, 8)) else { return Ok(None) };
        let mut record = [0; 56];
        input.seek(SeekFrom::Start(record_at))?;
        if input.read_exact(&mut record).is_err() {
            return Ok(None);
        }
        (length, at) = (number(&record, 40, 8), number(&record, 48, 8));
    }
    let (Some(length), Some(at)) = (length, at) else { return Ok(None) };
    let mut directory = Vec::new();
    input.seek(SeekFrom::Start(at))?;
    (&mut *input).take(length.min(DIRECTORY_BYTES)).read_to_end(&mut directory)?;
    Ok(Some(entries(&directory)))
}

fn entries(mut directory: &[u8]) -> Vec<ZipEntry> {
    let mut found = Vec::new();
    while found.len() < ENTRIES && directory.starts_with(b"PK\x01\x02") {
        let Some(entry) = entry(directory) else { break };
        found.push(entry.0);
        directory = directory.get(entry.1..).unwrap_or_default();
    }
    found
}

/// The first entry and how long its part of the directory is.
fn entry(directory: &[u8]) -> Option<(ZipEntry, usize)> {
    let width = |at| number(directory, at, 2).and_then(|number| usize::try_from(number).ok());
    let (name, extra, comment) = (width(28)?, width(30)?, width(32)?);
    let (mut bytes, mut at) = (number(directory, 20, 4)?, number(directory, 42, 4)?);
    let plain = number(directory, 24, 4)?;
    let mut large = large_numbers(directory.get(46 + name..46 + name + extra)?).into_iter();
    let maximum = u64::from(u32::MAX);
    if plain == maximum {
        large.next();
    }
    if bytes == maximum {
        bytes = large.next()?;
    }
    if at == maximum {
        at = large.next()?;
    }
    let text = String::from_utf8_lossy(directory.get(46..46 + name)?).into_owned();
    let is_encrypted = number(directory, 8, 2)? & 1 == 1;
    let method = match u16::try_from(number(directory, 10, 2)?).ok()? {
        _ if is_encrypted => Method::Encrypted,
        0 => Method::Stored,
        8 => Method::Deflated,
        other => Method::Other(other),
    };
    Some((ZipEntry { name: text, method, bytes, at }, 46 + name + extra + comment))
}

/// The numbers of the extra field for large files, in their order.
fn large_numbers(mut extra: &[u8]) -> Vec<u64> {
    while let (Some(kind), Some(length)) = (number(extra, 0, 2), number(extra, 2, 2)) {
        let length = usize::try_from(length).unwrap_or(0);
        let content = extra.get(4..4 + length).unwrap_or_default();
        if kind == 1 {
            return (0..length / 8).filter_map(|place| number(content, place * 8, 8)).collect();
        }
        extra = extra.get(4 + length..).unwrap_or_default();
    }
    Vec::new()
}
