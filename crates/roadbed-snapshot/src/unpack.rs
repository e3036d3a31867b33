//! Unpacking a snapshot that nobody vouches for.
//!
//! Files are written before links exist, into a folder nobody else uses, so that no write can go through a link. The tar stream is read
//! raw: names longer than a header holds are bounded here and not by the sender.

mod input;
mod name;

use crate::error::SnapshotError;
use crate::limits::Limits;
use crate::pack::stays_inside;
use input::{Counters, HashingReader, LimitedReader};
use roadbed_core::Digest;
use std::collections::BTreeSet;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};
use tar::{Archive, Entry, EntryType};

/// What was unpacked. The caller compares the digest with the one it asked for and discards the folder when it differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    pub digest: Digest,
    /// Packed bytes read.
    pub bytes: u64,
    pub entries: u64,
    pub unpacked_bytes: u64,
}

/// Largest back-reference window accepted (2^27 bytes), which bounds the decoder's memory.
const WINDOW_LOG_MAX: u32 = 27;

/// Unpacks into `target`, which is made when missing and must be empty. After an error the target holds rubbish and is to be removed.
pub fn unpack(reader: impl Read, target: &Path, limits: &Limits) -> Result<Unpacked, SnapshotError> {
    make_folder(target)?;
    let mut existing = std::fs::read_dir(target).map_err(SnapshotError::file(target, "listed"))?;
    if existing.next().is_some() {
        return Err(SnapshotError::Refused { path: target.to_path_buf(), what: "a folder with files in it already" });
    }
    let counters = Counters::default();
    let mut source = HashingReader::new(reader, counters.clone());
    let result = read_archive(&mut source, target, limits, &counters);
    // A refusal of ours travels through the readers as an I/O error; the counters remember it.
    let (entries, unpacked_bytes) = counters.refusal(limits, target).map_or(result, Err)?;
    let digest = source.finish().map_err(SnapshotError::Damaged)?;
    Ok(Unpacked { digest, bytes: counters.packed(), entries, unpacked_bytes })
}

fn read_archive(
    source: &mut impl Read,
    target: &Path,
    limits: &Limits,
    counters: &Counters,
) -> Result<(u64, u64), SnapshotError> {
    let mut decoder = zstd::Decoder::new(source).map_err(SnapshotError::Damaged)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(SnapshotError::Damaged)?;
    let mut archive = Archive::new(LimitedReader::new(decoder, *limits, counters.clone()));
    let mut writer = TreeWriter { target, limits, links: Vec::new(), entries: 0, bytes: 0 };
    let mut names = name::LongNames::default();
    for entry in archive.entries().map_err(SnapshotError::Damaged)?.raw(true) {
        let mut entry = entry.map_err(SnapshotError::Damaged)?;
        if names.take(&mut entry)? {
            continue;
        }
        let path = names.path(&entry)?;
        writer.write(&mut entry, path, &mut names)?;
    }
    writer.write_links()?;
    let result = (writer.entries, writer.bytes);
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(SnapshotError::Damaged)?;
    Ok(result)
}

struct TreeWriter<'a> {
    target: &'a Path,
    limits: &'a Limits,
    links: Vec<(PathBuf, PathBuf)>,
    entries: u64,
    bytes: u64,
}

impl TreeWriter<'_> {
    fn write<R: Read>(
        &mut self,
        entry: &mut Entry<'_, R>,
        path: PathBuf,
        names: &mut name::LongNames,
    ) -> Result<(), SnapshotError> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(SnapshotError::TooMany { limit: self.limits.entries });
        }
        match entry.header().entry_type() {
            EntryType::Regular => self.write_file(entry, &path),
            EntryType::Directory => make_folder(&self.target.join(path)),
            EntryType::Symlink => {
                let link = names.link(entry)?;
                self.links.push((path, link));
                Ok(())
            }
            EntryType::Link => Err(SnapshotError::Refused { path, what: "a hard link" }),
            EntryType::Char | EntryType::Block => Err(SnapshotError::Refused { path, what: "a device" }),
            EntryType::Fifo => Err(SnapshotError::Refused { path, what: "a named pipe" }),
            _ => Err(SnapshotError::Refused { path, what: "of an unknown kind" }),
        }
    }

    fn write_file<R: Read>(&mut self, entry: &mut Entry<'_, R>, path: &Path) -> Result<(), SnapshotError> {
        let size = entry.header().entry_size().map_err(SnapshotError::Damaged)?;
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > self.limits.bytes {
            return Err(SnapshotError::TooLarge { path: path.to_path_buf(), limit: self.limits.bytes });
        }
        let full = self.target.join(path);
        if let Some(parent) = full.parent() {
            make_folder(parent)?;
        }
        let mode = if entry.header().mode().map_err(SnapshotError::Damaged)? & 0o100 == 0 { 0o644 } else { 0o755 };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&full)
            .map_err(SnapshotError::file(&full, "written"))?;
        let written = std::io::copy(entry, &mut file).map_err(SnapshotError::file(&full, "written"))?;
        if written == size { Ok(()) } else { Err(SnapshotError::damaged(format!("{path:?} is cut short"))) }
    }

    fn write_links(&self) -> Result<(), SnapshotError> {
        let links: BTreeSet<&Path> = self.links.iter().map(|(path, _)| path.as_path()).collect();
        for (path, link) in &self.links {
            if link.is_absolute() {
                return Err(SnapshotError::LinkLeaves { path: path.clone(), target: link.clone() });
            }
            // Otherwise making the second link would write through the first.
            if path.ancestors().skip(1).any(|parent| links.contains(parent)) {
                return Err(SnapshotError::Refused { path: path.clone(), what: "below a link" });
            }
            let full = self.target.join(path);
            if let Some(parent) = full.parent() {
                make_folder(parent)?;
            }
            symlink(link, &full).map_err(SnapshotError::file(&full, "written"))?;
        }
        // Only when all links are there is it known where each leads.
        for (path, link) in &self.links {
            if !stays_inside(self.target, path, link)? {
                return Err(SnapshotError::LinkLeaves { path: path.clone(), target: link.clone() });
            }
        }
        Ok(())
    }
}

fn make_folder(path: &Path) -> Result<(), SnapshotError> {
    DirBuilder::new().recursive(true).mode(0o755).create(path).map_err(SnapshotError::file(path, "made"))
}
