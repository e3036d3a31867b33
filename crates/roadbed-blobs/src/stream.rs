//! Bytes in and out, a bounded piece at a time.

use crate::error::{BlobError, Doing, run_blocking};
use crate::incoming::{CompleteFile, IncomingFile, IncomingFolder};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use std::fmt;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

/// Bytes read or written in one visit to a blocking thread.
pub(crate) const CHUNK_BYTES: usize = 256 * 1024;

/// The content of a blob or of a range of it, in pieces.
pub struct BlobStream {
    bytes: u64,
    total_bytes: u64,
    pieces: BoxStream<'static, Result<Bytes, BlobError>>,
}

impl BlobStream {
    pub(crate) fn new(bytes: u64, total_bytes: u64, pieces: BoxStream<'static, Result<Bytes, BlobError>>) -> Self {
        Self { bytes, total_bytes, pieces }
    }

    /// Bytes this stream gives, unless it ends with an error.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes of the whole blob; more than [`Self::bytes`] when a range was asked.
    #[must_use]
    pub const fn total_bytes(&self) -> u64 {
        self.total_bytes
    }
}

impl Stream for BlobStream {
    type Item = Result<Bytes, BlobError>;
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pieces.poll_next_unpin(context)
    }
}

impl fmt::Debug for BlobStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobStream").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Cuts a range to what exists. A start beyond the end, or an end before the start, is refused.
pub(crate) fn clip(range: &Range<u64>, total_bytes: u64) -> Result<Range<u64>, BlobError> {
    let end = range.end.min(total_bytes);
    if range.start > total_bytes || range.start > range.end {
        return Err(BlobError::RangeOutside { start: range.start, end: range.end, total_bytes });
    }
    Ok(range.start..end)
}

/// An open file being read; `hold` is kept until the stream is dropped.
struct Reading<H> {
    file: Arc<File>,
    path: Arc<PathBuf>,
    at: u64,
    end: u64,
    hold: H,
}

/// Reads a range of an open file that is known to be inside it.
pub(crate) fn read_file<H: Send + 'static>(
    file: File,
    path: PathBuf,
    range: Range<u64>,
    hold: H,
) -> BoxStream<'static, Result<Bytes, BlobError>> {
    let reading = Reading { file: Arc::new(file), path: Arc::new(path), at: range.start, end: range.end, hold };
    stream::try_unfold(reading, |mut reading| async move {
        let left = reading.end - reading.at;
        if left == 0 {
            return Ok(None);
        }
        let length = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        let (file, path, at) = (Arc::clone(&reading.file), Arc::clone(&reading.path), reading.at);
        let piece = run_blocking(move || {
            let mut buffer = vec![0; length];
            file.read_exact_at(&mut buffer, at).doing("read", &path)?;
            Ok(Bytes::from(buffer))
        })
        .await?;
        reading.at += length as u64;
        let _ = &reading.hold;
        Ok(Some((piece, reading)))
    })
    .boxed()
}

/// Writes a stream into a new file, hashing on the way. Dropping the future or an error removes the file.
pub(crate) async fn receive<S, E>(
    content: S,
    folder: &Arc<IncomingFolder>,
    limit_bytes: u64,
) -> Result<CompleteFile, BlobError>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut content = pin!(content);
    let folder = Arc::clone(folder);
    let mut incoming = run_blocking(move || folder.create(limit_bytes)).await?;
    let (mut waiting, mut waiting_bytes) = (Vec::new(), 0);
    while let Some(chunk) = content.next().await {
        let chunk = chunk.map_err(|error| BlobError::Source(error.into()))?;
        waiting_bytes += chunk.len();
        waiting.push(chunk);
        if waiting_bytes >= CHUNK_BYTES {
            incoming = write_all(incoming, std::mem::take(&mut waiting)).await?;
            waiting_bytes = 0;
        }
    }
    Ok(write_all(incoming, waiting).await?.finish())
}

async fn write_all(mut incoming: IncomingFile, chunks: Vec<Bytes>) -> Result<IncomingFile, BlobError> {
    run_blocking(move || {
        chunks.iter().try_for_each(|chunk| incoming.write(chunk))?;
        Ok(incoming)
    })
    .await
}
