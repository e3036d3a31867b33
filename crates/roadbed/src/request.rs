//! What a control process is started with.

use crate::settings::S3Settings;
use roadbed_core::Secret;
use std::path::PathBuf;

/// What a control process is started with.
#[derive(Debug, Clone)]
pub(crate) struct ControlRequest {
    pub(crate) data: PathBuf,
    pub(crate) url: String,
    pub(crate) gateway_url: String,
    pub(crate) hosts: Vec<String>,
    pub(crate) insecure_local: bool,
    pub(crate) database: Option<String>,
    pub(crate) uv: Option<PathBuf>,
    pub(crate) seal_key: Option<Secret>,
    pub(crate) s3: Option<S3Settings>,
    /// Webhooks may lead into private networks.
    pub(crate) private_webhooks: bool,
    /// The portal's files from here instead of the embedded ones.
    pub(crate) ui_dir: Option<PathBuf>,
    pub(crate) stop_jobs: bool,
    /// A launcher holds the sockets and writes `server.json`.
    pub(crate) launched: bool,
}
