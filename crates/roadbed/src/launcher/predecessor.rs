//! What a launcher left behind that was killed: its roles are asked to end by the kernel, and need a moment for it. Until then they hold
//! the ports and the store.

use crate::server_file::ServerFile;
use std::path::Path;
use std::time::{Duration, Instant};

/// Roles end within their own drain times; what takes longer is named by the port or the store it holds.
const PATIENCE: Duration = Duration::from_secs(40);

/// Waits until the roles of the server before this one have ended. The caller holds the directory's lock, so no launcher tends them.
pub(super) fn wait_for_its_roles(data: &Path) {
    let Some(file) = ServerFile::read(data) else { return };
    let left = || [file.control_pid, file.gateway_pid].into_iter().filter(|pid| is_role_on(*pid, data)).count();
    if left() > 0 {
        tracing::warn!("the server before this one was killed; waiting until its processes have ended");
    }
    let until = Instant::now() + PATIENCE;
    while left() > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether the process is a role on this data directory, and not another one that was given the same number since.
fn is_role_on(pid: u32, data: &Path) -> bool {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let mut words = line.split(|byte| *byte == 0);
    words.clone().nth(1) == Some(b"server") && words.any(|word| word == data.as_os_str().as_encoded_bytes())
}
