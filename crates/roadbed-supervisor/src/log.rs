//! The log: raw bytes of stdout and stderr in the order they were written, secrets masked, append-only, so that an offset names the same
//! byte for ever. Lines of our own start with `[roadbed] `.

use crate::error::SupervisorError;
use crate::redact::Redactor;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Past this many bytes the rest is dropped and the log says so: a job that prints in a loop must not fill the disk.
const LOG_BYTES_MAX: u64 = 1 << 30;

pub(crate) struct Log {
    file: File,
    bytes: u64,
    redactor: Redactor,
    buffer: Vec<u8>,
    ends_line: bool,
    /// Why the log is not complete, if so.
    loss: Option<String>,
}

impl Log {
    pub(crate) fn open(path: &Path, redactor: Redactor) -> Result<Self, SupervisorError> {
        let opened = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        let file = opened.map_err(SupervisorError::file(path, "opened"))?;
        let bytes = file.metadata().map_err(SupervisorError::file(path, "read"))?.len();
        Ok(Self { file, bytes, redactor, buffer: Vec::new(), ends_line: true, loss: None })
    }

    /// Output of user code or of a tool.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.redactor.push(bytes, &mut self.buffer);
        self.store();
    }

    /// Gives out what was held back as a possible secret.
    pub(crate) fn flush(&mut self) {
        self.redactor.flush(&mut self.buffer);
        self.store();
    }

    pub(crate) fn holds_back(&self) -> bool {
        self.redactor.holds()
    }

    /// A line of our own.
    pub(crate) fn note(&mut self, text: &str) {
        self.flush();
        let start = if self.ends_line { "" } else { "\n" };
        self.write(format!("{start}[roadbed] {text}\n").as_bytes());
        self.flush();
    }

    /// Length of the log; on disk when this returns.
    pub(crate) fn finish(&mut self) -> u64 {
        self.flush();
        if let Err(error) = self.file.sync_data() {
            self.loss.get_or_insert_with(|| format!("the log could not be made durable: {error}"));
        }
        self.bytes
    }

    pub(crate) fn loss(&self) -> Option<&str> {
        self.loss.as_deref()
    }

    fn store(&mut self) {
        if self.loss.is_none() && !self.buffer.is_empty() {
            if self.bytes + self.buffer.len() as u64 > LOG_BYTES_MAX {
                self.buffer = b"\n[roadbed] the log is full (1GiB); the rest is dropped\n".to_vec();
                self.append();
                self.loss = Some("the log is full, its rest was dropped".to_owned());
            } else {
                self.append();
            }
        }
        self.buffer.clear();
    }

    fn append(&mut self) {
        match self.file.write_all(&self.buffer) {
            Ok(()) => {
                self.bytes += self.buffer.len() as u64;
                self.ends_line = self.buffer.last() == Some(&b'\n');
            }
            Err(error) => {
                self.bytes = self.file.metadata().map_or(self.bytes, |metadata| metadata.len());
                self.loss = Some(format!("the log is not complete: {error}"));
            }
        }
    }
}
