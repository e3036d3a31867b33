//! Making a snapshot.

use crate::error::SnapshotError;
use crate::limits::Limits;
use crate::select::{Selected, select};
use roadbed_core::Digest;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tar::{Builder, EntryType, Header};

/// A packed snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    pub digest: Digest,
    /// Packed bytes.
    pub bytes: u64,
    /// Files and links.
    pub entries: u64,
    /// Bytes of the files.
    pub unpacked_bytes: u64,
}

/// Part of the format: another level gives other bytes, hence another digest for the same files.
const COMPRESSION_LEVEL: i32 = 3;

/// Writes a snapshot of `root` to `writer`. `inputs` are patterns of ignored files to take along (see [`select`]).
pub fn pack(root: &Path, inputs: &[String], limits: &Limits, writer: impl Write) -> Result<Packed, SnapshotError> {
    let selected = select(root, inputs)?;
    if selected.len() as u64 > limits.entries {
        return Err(SnapshotError::TooMany { limit: limits.entries });
    }
    let sink = HashingWriter { inner: writer, hasher: blake3::Hasher::new(), bytes: 0 };
    let mut encoder = zstd::Encoder::new(sink, COMPRESSION_LEVEL).map_err(SnapshotError::Damaged)?;
    encoder.include_checksum(true).map_err(SnapshotError::Damaged)?;
    let mut archive = Builder::new(encoder);
    let mut unpacked_bytes = 0_u64;
    for entry in &selected {
        unpacked_bytes = unpacked_bytes.saturating_add(entry.bytes);
        if unpacked_bytes > limits.bytes {
            return Err(SnapshotError::TooLarge { path: entry.path.clone(), limit: limits.bytes });
        }
        if entry.is_link { append_link(&mut archive, root, entry)? } else { append_file(&mut archive, root, entry)? }
    }
    let write_error = SnapshotError::file(root, "packed");
    let sink = archive.into_inner().and_then(zstd::Encoder::finish).map_err(write_error)?;
    if limits.is_too_dense(unpacked_bytes, sink.bytes) {
        return Err(SnapshotError::TooDense { ratio: limits.ratio });
    }
    let digest = Digest::from_bytes(*sink.hasher.finalize().as_bytes());
    Ok(Packed { digest, bytes: sink.bytes, entries: selected.len() as u64, unpacked_bytes })
}

/// A header without anything that differs between two copies of the same file.
fn header(kind: EntryType, mode: u32, bytes: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(bytes);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header
}

fn append_file<W: Write>(archive: &mut Builder<W>, root: &Path, entry: &Selected) -> Result<(), SnapshotError> {
    let path = root.join(&entry.path);
    let file = File::open(&path).map_err(SnapshotError::file(&path, "opened"))?;
    let metadata = file.metadata().map_err(SnapshotError::file(&path, "read"))?;
    if metadata.len() != entry.bytes {
        return Err(SnapshotError::Changed { path });
    }
    let mode = if metadata.permissions().mode() & 0o100 == 0 { 0o644 } else { 0o755 };
    let mut content = Counted { inner: file.take(entry.bytes), bytes: 0 };
    let mut header = header(EntryType::Regular, mode, entry.bytes);
    archive.append_data(&mut header, &entry.path, &mut content).map_err(SnapshotError::file(&path, "packed"))?;
    if content.bytes == entry.bytes { Ok(()) } else { Err(SnapshotError::Changed { path }) }
}

fn append_link<W: Write>(archive: &mut Builder<W>, root: &Path, entry: &Selected) -> Result<(), SnapshotError> {
    let path = root.join(&entry.path);
    let target = std::fs::read_link(&path).map_err(SnapshotError::file(&path, "read"))?;
    if !stays_inside(root, &entry.path, &target)? {
        return Err(SnapshotError::LinkLeaves { path: entry.path.clone(), target });
    }
    let mut header = header(EntryType::Symlink, 0o777, 0);
    archive.append_link(&mut header, &entry.path, &target).map_err(SnapshotError::file(&path, "packed"))
}

/// Whether a link is relative and, when it leads anywhere, leads below the root. One that leads nowhere is harmless.
pub(crate) fn stays_inside(root: &Path, link: &Path, target: &Path) -> Result<bool, SnapshotError> {
    if target.is_absolute() {
        return Ok(false);
    }
    let inside = root.canonicalize().map_err(SnapshotError::file(root, "resolved"))?;
    match root.join(link).canonicalize() {
        Ok(resolved) => Ok(resolved.starts_with(&inside)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(!leaves_by_name(link, target)),
        Err(_) => Ok(false),
    }
}

fn leaves_by_name(link: &Path, target: &Path) -> bool {
    let mut depth = link.parent().map_or(0, |parent| parent.components().count());
    for part in target.components() {
        match part {
            std::path::Component::ParentDir if depth == 0 => return true,
            std::path::Component::ParentDir => depth -= 1,
            std::path::Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    false
}

/// Hashes and counts what passes.
struct HashingWriter<W> {
    inner: W,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hasher.update(buffer.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
