use std::io;
use std::path::PathBuf;

/// Why something was not sealed or not opened. Never holds a key or a plain text.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("the sealing key {} cannot be read or made: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("a sealing key is 64 hexadecimal digits, and this one is not")]
    Key,
    #[error("the machine gives no random numbers")]
    Randomness,
    #[error(
        "what was sealed for {purpose:?} does not open: it was sealed under another key, or changed since; put the sealing key of then back"
    )]
    Closed { purpose: String },
}
