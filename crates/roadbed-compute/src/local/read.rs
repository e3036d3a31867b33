//! Logs, outputs and usage of a workload.

use super::folders::{file_error, parse, read_json};
use super::observe;
use super::state::Inner;
use crate::engine::{EngineError, LogChunk, MAX_CHUNK_BYTES, OutputChunk};
use roadbed_contracts::records::Usage;
use roadbed_contracts::workload::folder::{self, OutputFile, UsageSnapshot, UsageSpan};
use roadbed_contracts::workload::{WorkloadPhase, WorkloadSpec};
use roadbed_core::WorkloadId;
use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::PoisonError;

pub(super) fn log(inner: &Inner, id: WorkloadId, offset: u64, max_bytes: usize) -> Result<LogChunk, EngineError> {
    let directory = inner.folders.existing(id)?;
    // The phase first: what is in the file after an end is all there will ever be.
    let phase = {
        let _gate = inner.gate.lock().unwrap_or_else(PoisonError::into_inner);
        observe::phase(&directory, id)?
    };
    let ended = matches!(phase, Some(WorkloadPhase::Exited(_) | WorkloadPhase::Lost));
    let path = directory.join(folder::LOG);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(LogChunk { offset, bytes: Vec::new(), end: ended, length: 0 });
        }
        Err(error) => return Err(file_error(&path, "opened")(error)),
    };
    let Chunk { bytes, is_last, length } = chunk(&path, &file, offset, max_bytes)?;
    Ok(LogChunk { offset, bytes, end: ended && is_last, length })
}

pub(super) fn outputs(inner: &Inner, id: WorkloadId) -> Result<Vec<OutputFile>, EngineError> {
    let directory = inner.folders.existing(id)?;
    Ok(read_json(&directory.join(folder::OUTPUTS))?.unwrap_or_default())
}

/// The path is opened beneath the working folder without following any link: the work could have planted one to a file of ours.
pub(super) fn output(
    inner: &Inner,
    id: WorkloadId,
    path: String,
    offset: u64,
    max_bytes: usize,
) -> Result<OutputChunk, EngineError> {
    let directory = inner.folders.existing(id)?;
    if !outputs(inner, id)?.iter().any(|output| output.path == path) {
        return Err(EngineError::NoSuchOutput { workload: id, path });
    }
    let work = directory.join(folder::WORK);
    let parent = File::open(&work).map_err(file_error(&work, "opened"))?;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let opened = openat2(&parent, path.as_str(), flags, Mode::empty(), resolve);
    let full = work.join(&path);
    let file = File::from(opened.map_err(|error| file_error(&full, "opened")(error.into()))?);
    if !file.metadata().map_err(file_error(&full, "read"))?.is_file() {
        return Err(EngineError::NoSuchOutput { workload: id, path });
    }
    let Chunk { bytes, is_last, .. } = chunk(&full, &file, offset, max_bytes)?;
    Ok(OutputChunk { offset, bytes, end: is_last })
}

struct Chunk {
    bytes: Vec<u8>,
    /// The file ends with them.
    is_last: bool,
    /// Bytes of the whole file.
    length: u64,
}

/// Bytes from an offset.
fn chunk(path: &Path, file: &File, offset: u64, max_bytes: usize) -> Result<Chunk, EngineError> {
    let length = file.metadata().map_err(file_error(path, "read"))?.len();
    let left = usize::try_from(length.saturating_sub(offset)).unwrap_or(usize::MAX);
    let mut bytes = vec![0; left.min(max_bytes).min(MAX_CHUNK_BYTES)];
    file.read_exact_at(&mut bytes, offset).map_err(file_error(path, "read"))?;
    let is_last = bytes.len() == left;
    Ok(Chunk { bytes, is_last, length })
}

pub(super) fn usage_minutes(inner: &Inner, id: WorkloadId, after_micros: i64) -> Result<Vec<Usage>, EngineError> {
    let directory = inner.folders.existing(id)?;
    let Some(spec) = read_json::<WorkloadSpec>(&directory.join(folder::SPEC))? else { return Ok(Vec::new()) };
    let path = directory.join(folder::USAGE_MINUTES);
    let finished = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(file_error(&path, "read")(error)),
    };
    let mut spans: Vec<UsageSpan> = Vec::new();
    // A line without its end is still being written.
    for line in finished.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n")) {
        spans.push(parse(&path, line)?);
    }
    let current = read_json::<UsageSnapshot>(&directory.join(folder::USAGE))?.map(|snapshot| snapshot.minute);
    if let Some(current) = current
        && spans.last().is_none_or(|last| last.from < current.from)
    {
        spans.push(current);
    }
    spans.retain(|span| span.to.as_micros() > after_micros);
    Ok(spans.iter().map(|span| observe::attribute(&spec, span)).collect())
}
