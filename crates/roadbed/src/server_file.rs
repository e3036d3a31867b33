//! `<data>/server.json` (0600): how local programs find a running server. Written before `/readyz` is 200, removed at the end.

use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Addresses and processes of a running server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ServerFile {
    pub(crate) url: String,
    pub(crate) gateway_url: String,
    pub(crate) pid: u32,
    pub(crate) control_pid: u32,
    pub(crate) gateway_pid: u32,
    /// RFC 3339.
    pub(crate) started_at: String,
    pub(crate) version: String,
}

pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("server.json")
}

impl ServerFile {
    pub(crate) fn read(data: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(path(data)).ok()?).ok()
    }

    /// Replaces the file in one step.
    pub(crate) fn write(&self, data: &Path) -> std::io::Result<()> {
        write_private(&path(data), &serde_json::to_vec_pretty(self)?)
    }
}

/// Writes a file only its owner can read, in one step: readers see the old content or the new.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}
