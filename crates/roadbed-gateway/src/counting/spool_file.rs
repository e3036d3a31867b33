//! The spool on disk: one record per line, appended at each tick, written anew when most of it has been acknowledged.
//! Not synced: the page cache survives a killed process, and a second of counters is not worth a disk flush each second.

use crate::counting::Spool;
use crate::error::GatewayError;
use roadbed_contracts::records::Record;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

const NAME: &str = "spool.jsonl";

pub(crate) struct SpoolFile {
    path: PathBuf,
    file: File,
    bytes: usize,
}

impl SpoolFile {
    /// Opens the file and gives the records in it. A line cut short by a crash is left out.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Vec<Record>), GatewayError> {
        let path = folder.join(NAME);
        let failed = |source| GatewayError::Folder { what: "open", path: path.clone(), source };
        let text = std::fs::read(&path).unwrap_or_default();
        let lines = || text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let records: Vec<Record> = lines().filter_map(|line| serde_json::from_slice(line).ok()).collect();
        let unreadable = lines().count() - records.len();
        if unreadable > 0 {
            tracing::warn!(unreadable, "lines of the counters' file cannot be read and are left out");
        }
        let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
        let mut opened = Self { path: path.clone(), file, bytes: 0 };
        opened.rewrite(records.iter()).map_err(failed)?;
        Ok((opened, records))
    }

    pub(crate) fn append(&mut self, records: &[Record]) -> std::io::Result<()> {
        let text = lines(records.iter());
        self.file.write_all(&text)?;
        self.bytes += text.len();
        Ok(())
    }

    /// Whether less than half of the file is still waiting.
    pub(crate) fn is_stale(&self, spool: &Spool) -> bool {
        self.bytes > 4096 && spool.state().bytes * 2 < self.bytes
    }

    /// Replaces the file by these records.
    pub(crate) fn rewrite<'r>(&mut self, records: impl Iterator<Item = &'r Record>) -> std::io::Result<()> {
        let text = lines(records);
        let fresh = self.path.with_extension("new");
        std::fs::write(&fresh, &text)?;
        std::fs::rename(&fresh, &self.path)?;
        self.file = File::options().append(true).open(&self.path)?;
        self.bytes = text.len();
        Ok(())
    }
}

fn lines<'r>(records: impl Iterator<Item = &'r Record>) -> Vec<u8> {
    let mut text = Vec::new();
    for record in records {
        if serde_json::to_writer(&mut text, record).is_ok() {
            text.push(b'\n');
        }
    }
    text
}
