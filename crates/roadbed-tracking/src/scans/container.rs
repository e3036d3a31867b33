//! Which parts of a file are pickles: the file itself, an array of objects, or entries of a zip, each also compressed.
//! Sources: PKWARE APPNOTE 4.3 (zip), numpy `lib/format.py`, RFC 1950 to 1952 (zlib, deflate, gzip), joblib 1.5
//! `numpy_pickle_utils.py` (which compressions its files have).

use super::search::search;
use super::unpack::{Budget, Packing, Section, Source, Unpacked};
use super::walk::{End, Report, walk};
use super::zip::{ENTRIES, Method, content, directory};
use std::io::{self, Read as _, SeekFrom};

const NPY: &[u8] = b"\x93NUMPY";
const ZIP: &[u8] = b"PK\x03\x04";
const GZIP: &[u8] = b"\x1f\x8b";
/// Compressions that are not unpacked here.
const OTHERS: [(&[u8], &str); 5] = [
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x5d\x00\x00", "LZMA"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"ZF", "an old form of joblib"),
];
/// Ends of names of files that hold pickles.
const PICKLES: [&str; 9] = [".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".dill", ".cloudpickle", ".p"];
/// Ends that say how a file is compressed.
const PACKED: [&str; 7] = [".gz", ".z", ".zlib", ".bz2", ".xz", ".lzma", ".lz4"];
/// Containers inside each other that are opened.
const DEPTH: usize = 4;

/// The name without what says how it is compressed.
fn unpacked_name(path: &str) -> &str {
    let lower = path.to_lowercase();
    let end = PACKED.iter().find(|end| lower.ends_with(*end));
    end.and_then(|end| path.get(..path.len() - end.len())).unwrap_or(path)
}

/// Could a file of this name hold a pickle? Others are looked at by their first bytes.
fn is_named_so(path: &str) -> bool {
    let path = unpacked_name(path).to_lowercase();
    PICKLES.iter().any(|end| path.ends_with(end))
}

/// A zlib stream with deflate and the usual window says so in two bytes (RFC 1950, 2.2).
fn is_zlib(head: &[u8]) -> bool {
    matches!(head, [0x78, second, ..] if (0x7800 + u16::from(*second)).is_multiple_of(31))
}

fn is_binary_pickle(head: &[u8]) -> bool {
    matches!(head, [0x80, protocol, ..] if (2..=5).contains(protocol))
}

/// The first bytes.
fn head(input: &mut dyn Source, bytes: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    input.seek(SeekFrom::Start(0))?;
    input.take(bytes.min(16)).read_to_end(&mut head)?;
    Ok(head)
}

/// Looks at a file of so many bytes; none when it holds no pickle. What compressed parts unpack to is taken from `budget`.
///
/// # Errors
/// The file cannot be read.
pub(super) fn scan(mut input: impl Source, path: &str, bytes: u64, budget: &Budget) -> io::Result<Option<Report>> {
    let mut report = Report::default();
    let looked = Look { report: &mut report, budget }.part(&mut input, bytes, path, 0)?;
    Ok(looked.then_some(report))
}

struct Look<'a> {
    report: &'a mut Report,
    budget: &'a Budget,
}

impl Look<'_> {
    /// A file, or what stands in place of one inside another; whether there was something to look at.
    fn part(&mut self, input: &mut dyn Source, bytes: u64, path: &str, depth: usize) -> io::Result<bool> {
        let head = head(input, bytes)?;
        if depth > DEPTH {
            self.report.miss("not looked at: too many containers are inside each other");
            return Ok(true);
        }
        if head.starts_with(ZIP) {
            return self.zip(input, bytes, depth);
        }
        if head.starts_with(NPY) {
            return self.array(input, bytes);
        }
        if head.starts_with(GZIP) {
            return self.packed(input, (0, bytes), Packing::Gzip, unpacked_name(path), depth);
        }
        if is_binary_pickle(&head) {
            return self.pickle(input, (0, bytes)).map(|()| true);
        }
        if !is_named_so(path) {
            return Ok(false);
        }
        if is_zlib(&head) {
            return self.packed(input, (0, bytes), Packing::Zlib, unpacked_name(path), depth);
        }
        if let Some((_, name)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
            self.report.miss(&format!("not looked at: it is compressed as {name}, which is not unpacked here"));
            return Ok(true);
        }
        self.pickle(input, (0, bytes)).map(|()| true)
    }

    /// What is compressed between two places. Its end is found first: a walk must know where it is to end.
    fn packed(
        &mut self,
        input: &mut dyn Source,
        (start, end): (u64, u64),
        packing: Packing,
        path: &str,
        depth: usize,
    ) -> io::Result<bool> {
        let mut inside = Unpacked::new(Section::new(input, start, end), packing, self.budget.clone());
        let head = head(&mut inside, u64::MAX)?;
        let is_container = [ZIP, NPY, GZIP].iter().any(|magic| head.starts_with(magic));
        if !is_container && !is_binary_pickle(&head) && !is_named_so(path) {
            if inside.is_over() {
                self.report.miss("not looked at: other parts unpacked to all that is looked at");
                return Ok(true);
            }
            // Data that was only made smaller.
            return Ok(false);
        }
        let length = inside.length()?;
        if inside.is_over() {
            self.report.miss("only looked at in part: it unpacks to more than is looked at");
        } else if inside.is_broken() {
            self.report.miss("only looked at in part: it cannot be unpacked to its end");
        }
        let looked = self.part(&mut inside, length, path, depth + 1)?;
        if inside.is_over() {
            self.report.miss("only looked at in part: it unpacks to more than is looked at");
        }
        Ok(looked)
    }

    fn pickle(&mut self, input: &mut dyn Source, (start, end): (u64, u64)) -> io::Result<()> {
        if let End::NoPickle(place) = walk(&mut *input, (start, end), self.report)? {
            self.report.stop("part of it is no pickle and was only searched for dangerous names");
            search(&mut *input, (place, end), self.report)?;
        }
        Ok(())
    }

    /// An array of objects is a header and a pickle.
    fn array(&mut self, input: &mut dyn Source, end: u64) -> io::Result<bool> {
        input.seek(SeekFrom::Start(6))?;
        let mut version = [0; 2];
        input.read_exact(&mut version)?;
        let mut length = [0; 4];
        let width = if version.first() == Some(&1) { 2 } else { 4 };
        input.read_exact(length.get_mut(..width).unwrap_or_default())?;
        let length = u64::from(u32::from_le_bytes(length)).min(1 << 20);
        let mut header = Vec::new();
        input.take(length).read_to_end(&mut header)?;
        let header = String::from_utf8_lossy(&header).into_owned();
        // A kind of `O` is an object, also as a field of a record.
        let has_objects = header.contains("|O") || header.contains("'O'") || header.contains("\"O\"");
        if has_objects {
            self.pickle(input, (8 + width as u64 + length, end))?;
        }
        Ok(has_objects)
    }

    fn zip(&mut self, input: &mut dyn Source, bytes: u64, depth: usize) -> io::Result<bool> {
        let Some(entries) = directory(input, bytes)? else {
            self.report.miss("not looked at: it is a zip whose directory cannot be read");
            return Ok(true);
        };
        if entries.len() >= ENTRIES {
            self.report.miss("only looked at in part: it has too many entries");
        }
        let mut looked = false;
        for entry in entries {
            let Some(start) = content(input, &entry)? else {
                self.report.miss("only looked at in part: entries are not where its directory says");
                looked = true;
                continue;
            };
            let end = start.saturating_add(entry.bytes).min(bytes);
            let why = match entry.method {
                Method::Stored => {
                    let mut inside = Section::new(&mut *input, start, end);
                    let length = inside.length();
                    looked |= self.part(&mut inside, length, &entry.name, depth + 1)?;
                    continue;
                }
                Method::Deflated => {
                    looked |= self.packed(&mut *input, (start, end), Packing::Deflate, &entry.name, depth)?;
                    continue;
                }
                Method::Other(method) => format!("compressed by method {method}"),
                Method::Encrypted => "encrypted".to_owned(),
            };
            // Nobody can tell what is inside: its name is all there is.
            if is_named_so(&entry.name) || entry.name.ends_with(".npy") {
                self.report.miss(&format!("only looked at in part: entries are {why}"));
                looked = true;
            }
        }
        Ok(looked)
    }
}
