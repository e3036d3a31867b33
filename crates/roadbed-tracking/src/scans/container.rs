//! Which parts of a file are pickles: the file itself, an array of objects, or entries of a zip.
//! Sources: PKWARE APPNOTE 4.3 (zip), numpy `lib/format.py`.

use super::search::search;
use super::walk::{End, Report, walk};
use std::io::{self, Read, Seek, SeekFrom};

/// Entries of a zip looked at.
const ENTRIES: usize = 20_000;
const DIRECTORY_BYTES: u64 = 16 << 20;
/// Longest end of a zip: its record and a comment.
const TAIL_BYTES: u64 = 22 + 65_535;
const NPY: &[u8] = b"\x93NUMPY";
/// Ends of names of files that hold pickles.
const PICKLES: [&str; 9] = [".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".dill", ".cloudpickle", ".p"];

/// Could a file of this name hold a pickle? Others are looked at by their first bytes.
pub(super) fn is_named_so(path: &str) -> bool {
    let path = path.to_lowercase();
    PICKLES.iter().any(|end| path.ends_with(end))
}

fn head(input: &mut (impl Read + Seek), (start, end): (u64, u64)) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    input.seek(SeekFrom::Start(start))?;
    input.take(end.saturating_sub(start).min(16)).read_to_end(&mut head)?;
    Ok(head)
}

/// Looks at a file of so many bytes; none when it holds no pickle.
///
/// # Errors
/// The file cannot be read.
pub(super) fn scan(mut input: impl Read + Seek, path: &str, bytes: u64) -> io::Result<Option<Report>> {
    let mut report = Report::default();
    let whole = (0, bytes);
    let head = head(&mut input, whole)?;
    let looked = if head.starts_with(b"PK\x03\x04") {
        zip(&mut input, bytes, &mut report)?
    } else {
        part(&mut input, path, whole, &head, &mut report)?
    };
    Ok(looked.then_some(report))
}

/// Whether there was something to look at.
fn part(
    input: &mut (impl Read + Seek),
    path: &str,
    (start, end): (u64, u64),
    head: &[u8],
    report: &mut Report,
) -> io::Result<bool> {
    if head.starts_with(NPY) {
        return array(input, (start, end), report);
    }
    let is_binary_pickle =
        head.first() == Some(&0x80) && head.get(1).is_some_and(|protocol| (2..=5).contains(protocol));
    if !is_binary_pickle && !is_named_so(path) {
        return Ok(false);
    }
    let compressed: [&[u8]; 5] = [b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x78\x9c", b"\x04\x22\x4d\x18"];
    if compressed.iter().any(|magic| head.starts_with(magic)) {
        report.stop("it is compressed, and was not looked into");
        return Ok(true);
    }
    pickle(input, (start, end), report)?;
    Ok(true)
}

fn pickle(input: &mut (impl Read + Seek), (start, end): (u64, u64), report: &mut Report) -> io::Result<()> {
    if let End::NoPickle(place) = walk(&mut *input, (start, end), report)? {
        report.stop("part of it is no pickle and was only searched for dangerous names");
        search(&mut *input, (place, end), report)?;
    }
    Ok(())
}

/// An array of objects is a header and a pickle.
fn array(input: &mut (impl Read + Seek), (start, end): (u64, u64), report: &mut Report) -> io::Result<bool> {
    input.seek(SeekFrom::Start(start + 6))?;
    let mut version = [0; 2];
    input.read_exact(&mut version)?;
    let mut length = [0; 4];
    let width = if version.first() == Some(&1) { 2 } else { 4 };
    input.read_exact(length.get_mut(..width).unwrap_or_default())?;
    let length = u64::from(u32::from_le_bytes(length)).min(1 << 20);
    let mut header = Vec::new();
    (&mut *input).take(length).read_to_end(&mut header)?;
    let header = String::from_utf8_lossy(&header).into_owned();
    // A kind of `O` is an object, also as a field of a record.
    let has_objects = header.contains("|O") || header.contains("'O'") || header.contains("\"O\"");
    if has_objects {
        pickle(input, (start + 8 + width as u64 + length, end), report)?;
    }
    Ok(has_objects)
}

struct ZipEntry {
    name: String,
    method: u16,
    /// In the file.
    bytes: u64,
    at: u64,
}

fn zip(input: &mut (impl Read + Seek), bytes: u64, report: &mut Report) -> io::Result<bool> {
    let Some(entries) = directory(input, bytes)? else {
        report.stop("it is a zip whose directory cannot be read");
        return Ok(true);
    };
    if entries.len() >= ENTRIES {
        report.stop("it has too many entries");
    }
    let mut looked = false;
    for entry in entries {
        let Some(start) = content(input, &entry)? else { continue };
        let place = (start, start.saturating_add(entry.bytes).min(bytes));
        if entry.method != 0 {
            if is_named_so(&entry.name) || entry.name.ends_with(".npy") {
                report.stop("it has compressed entries that were not looked into");
                looked = true;
            }
            continue;
        }
        let head = head(input, place)?;
        looked |= part(input, &entry.name, place, &head, report)?;
    }
    Ok(looked)
}

/// Where the content of an entry begins.
fn content(input: &mut (impl Read + Seek), entry: &ZipEntry) -> io::Result<Option<u64>> {
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

fn directory(input: &mut (impl Read + Seek), bytes: u64) -> io::Result<Option<Vec<ZipEntry>>> {
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
    let method = u16::try_from(number(directory, 10, 2)?).ok()?;
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
