//! Why a gateway does not start or stops.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Errors of the process, not of a request.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error("cannot {what} {}: {source}; check that the folder exists and is writable", path.display())]
    Folder { what: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{} is not a list of entries ({source}); delete it and the gateway asks control again", path.display())]
    BrokenEntries { path: PathBuf, source: serde_json::Error },
    #[error("the address of control {url:?} cannot be used: {detail}; give one such as http://127.0.0.1:7070")]
    ControlAddress { url: String, detail: String },
    #[error("the listener cannot be used: {0}")]
    Listener(std::io::Error),
    #[error(
        "insecure-local needs a loopback address and the gateway listens on {0}; listen on 127.0.0.1 or use tokens"
    )]
    InsecureBeyondLoopback(SocketAddr),
}
