//! Files of JSON lines below one header.

use super::layout::Summed;
use crate::error::TransferError;
use roadbed_contracts::transfer::{FORMAT, Header, VERSION};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// A file that gets its name when it is complete.
pub(super) struct LinesWriter {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
}

impl LinesWriter {
    pub(super) fn create(path: PathBuf, kind: &str) -> Result<Self, TransferError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(TransferError::file(folder, "made"))?;
        }
        let part = path.with_extension("part");
        let file = BufWriter::new(File::create(&part).map_err(TransferError::file(&part, "written"))?);
        let mut writer = Self { path, part, file };
        writer.put(&Header::new(kind))?;
        Ok(writer)
    }

    pub(super) fn put(&mut self, line: &impl Serialize) -> Result<(), TransferError> {
        serde_json::to_writer(&mut self.file, line).map_err(|error| TransferError::form(&self.part, error))?;
        self.file.write_all(b"\n").map_err(TransferError::file(&self.part, "written"))
    }

    pub(super) fn finish(mut self) -> Result<(), TransferError> {
        let written = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        written.map_err(TransferError::file(&self.part, "written"))?;
        std::fs::rename(&self.part, &self.path).map_err(TransferError::file(&self.path, "written"))
    }
}

/// Line after line of a file whose header was checked.
pub(super) struct LinesReader {
    path: PathBuf,
    file: BufReader<File>,
    pub(super) offset: u64,
    number: usize,
}

impl LinesReader {
    pub(super) fn open(path: PathBuf, kind: &str) -> Result<Self, TransferError> {
        let file = BufReader::new(File::open(&path).map_err(TransferError::file(&path, "read"))?);
        let mut reader = Self { path, file, offset: 0, number: 0 };
        let header: Option<Header> = reader.next()?;
        let fits = |header: &Header| header.format == FORMAT && header.version <= VERSION && header.kind == kind;
        match header {
            Some(header) if fits(&header) => Ok(reader),
            Some(header) if header.format == FORMAT && header.version > VERSION => Err(TransferError::form(
                &reader.path,
                format!("it has version {} of the format; this program reads up to {VERSION}", header.version),
            )),
            _ => Err(TransferError::form(&reader.path, format!("it does not begin with a header of {kind} lines"))),
        }
    }

    pub(super) fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, TransferError> {
        let mut text = Vec::new();
        let length = self.file.read_until(b'\n', &mut text).map_err(TransferError::file(&self.path, "read"))?;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.offset += length as u64;
        let odd = |error| TransferError::form(&self.path, format!("line {}: {error}", self.number));
        serde_json::from_slice(&text).map(Some).map_err(odd)
    }

    pub(super) fn all<T: DeserializeOwned>(mut self) -> Result<Vec<T>, TransferError> {
        let mut found = Vec::new();
        while let Some(line) = self.next()? {
            found.push(line);
        }
        Ok(found)
    }
}

/// Size, digest and lines of a file.
pub(super) fn summed(path: &Path) -> Result<Summed, TransferError> {
    let mut file = File::open(path).map_err(TransferError::file(path, "read"))?;
    let (mut hasher, mut bytes, mut lines) = (blake3::Hasher::new(), 0, 0_u64);
    let mut piece = vec![0; 1 << 16];
    loop {
        let length = file.read(&mut piece).map_err(TransferError::file(path, "read"))?;
        let read = piece.get(..length).unwrap_or_default();
        if read.is_empty() {
            break;
        }
        hasher.update(read);
        bytes += length as u64;
        lines += read.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    Ok(Summed { bytes, digest: hasher.finalize().to_hex().to_string(), lines: lines.saturating_sub(1) })
}
