//! Processes by their id, and which of them belong to a folder.

use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;

/// Sends a signal; a process that has ended already is fine.
pub(crate) fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    match kill_process(pid, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => {}
        Err(error) => panic!("process {pid:?} takes no signal: {error}"),
    }
}

/// Gone, or dead and only waiting for its parent to notice.
pub(crate) fn has_ended(pid: u32) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return true };
    status.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with(['Z', 'X']))
}

/// Living processes that were started with a path in the folder or work in it: pid and command line.
pub(crate) fn of_folder(folder: &Path) -> Vec<(u32, String)> {
    let wanted = folder.to_str().unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|process| process.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| *pid != std::process::id() && !has_ended(*pid))
        .filter_map(|pid| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            let works_in = std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(folder));
            (line.contains(wanted) || works_in).then_some((pid, line))
        })
        .collect()
}
