//! Ending what a dead supervisor left behind. Every process of a workload carries the workload's id in its variables; the id is used
//! once, so the variable names the process for certain, also after pids were reused.

use roadbed_contracts::workload::folder::{Identity, WORKLOAD_VARIABLE, short_temporary};
use roadbed_core::WorkloadId;
use rustix::process::{Pid, Signal, kill_process};

/// Kills every process of the workload and removes its control groups; true when none was found any more.
pub(super) fn end(id: WorkloadId, identity: &Identity) -> bool {
    let marker = format!("{WORKLOAD_VARIABLE}={id}");
    let mut found = false;
    for pid in processes_with(&marker) {
        found = true;
        if let Err(error) = kill_process(pid, Signal::KILL) {
            tracing::warn!(%id, pid = pid.as_raw_nonzero().get(), %error, "a process of a lost workload could not be ended");
        }
    }
    if found {
        tracing::warn!(%id, "the supervisor is gone without a report; its processes were ended");
        return false;
    }
    for group in &identity.control_groups {
        if let Err(error) = std::fs::remove_dir(group)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%id, ?group, %error, "a control group of a lost workload could not be removed");
        }
    }
    let short = short_temporary(id);
    if short.is_symlink()
        && let Err(error) = std::fs::remove_file(&short)
    {
        tracing::warn!(%id, ?short, %error, "the temporary folder's short name could not be removed");
    }
    true
}

fn processes_with(marker: &str) -> Vec<Pid> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let carries = |entry: std::fs::DirEntry| {
        let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
        let variables = std::fs::read(entry.path().join("environ")).ok()?;
        let found = variables.split(|&byte| byte == 0).any(|variable| variable == marker.as_bytes());
        if found { Pid::from_raw(pid) } else { None }
    };
    entries.filter_map(|entry| carries(entry.ok()?)).collect()
}
