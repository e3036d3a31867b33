//! The platform's end of a worker's socket.

use super::protocol::{Answer, BrokenProtocol, PREFIX_BYTES, Prefix, decode_answer};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as BlockingStream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// Why nothing more comes out of a connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectionError {
    #[error("its socket closed ({0})")]
    Closed(#[from] std::io::Error),
    #[error(transparent)]
    Broken(#[from] BrokenProtocol),
}

#[derive(Debug)]
pub(super) struct Connection {
    stream: UnixStream,
    frame_bytes: u64,
}

impl Connection {
    /// A connected pair: our end and the worker's.
    pub(super) fn pair(frame_bytes: u64) -> std::io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = BlockingStream::pair()?;
        ours.set_nonblocking(true)?;
        Ok((Self { stream: UnixStream::from_std(ours)?, frame_bytes }, theirs.into()))
    }

    /// Sends a whole frame.
    pub(super) async fn send(&mut self, frame: &[u8]) -> Result<(), ConnectionError> {
        Ok(self.stream.write_all(frame).await?)
    }

    /// Asks a busy worker to dump its stacks into its log; nothing else may be sent afterwards.
    pub(super) fn ask_for_stacks(&self) {
        // A worker that cannot take the byte cannot be helped; it is ended next.
        let _ = self.stream.try_write(b"!");
    }

    /// Receives the next answer. Not to be continued after being dropped half way.
    pub(super) async fn receive(&mut self) -> Result<Answer, ConnectionError> {
        let mut prefix = [0; PREFIX_BYTES];
        self.stream.read_exact(&mut prefix).await?;
        let prefix = Prefix::decode(prefix, self.frame_bytes)?;
        let mut frame = vec![0; prefix.header_bytes + prefix.body_bytes];
        self.stream.read_exact(&mut frame).await?;
        let (header, body) = frame.split_at(prefix.header_bytes);
        Ok(decode_answer(header, body)?)
    }
}
