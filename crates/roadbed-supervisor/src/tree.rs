//! The processes of the work: all descendants of this process, which is their reaper, so that none can leave by orphaning itself.

use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeMap;

/// What the living descendants use now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TreeUsage {
    /// CPU of the living and of the children they have collected.
    pub(crate) cpu_micros: u64,
    pub(crate) memory_bytes: u64,
}

/// A process that ended and was collected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Collected {
    pub(crate) pid: i32,
    pub(crate) status: EndStatus,
    /// Of the process and the children it had collected itself.
    pub(crate) cpu_micros: u64,
    pub(crate) memory_peak_bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndStatus {
    Code(i32),
    Signal(i32),
}

struct ProcessStat {
    parent: i32,
    cpu_ticks: u64,
    memory_pages: u64,
}

/// `/proc/<pid>/stat` (proc(5)). The name in field 2 may hold anything, so fields are counted from the last `)`: parent is field 4,
/// user and system time 14 and 15, those of collected children 16 and 17, resident pages 24.
fn read_stat(pid: i32) -> Option<ProcessStat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<i64>().ok();
    let ticks: i64 = (11..=14).map(|index| number(index).unwrap_or(0)).sum();
    Some(ProcessStat {
        parent: i32::try_from(number(1)?).ok()?,
        cpu_ticks: u64::try_from(ticks).unwrap_or(0),
        memory_pages: u64::try_from(number(21)?).unwrap_or(0),
    })
}

/// Start time of a process in clock ticks since boot (field 22).
pub(crate) fn start_ticks(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit_once(')')?.1.split_ascii_whitespace().nth(19)?.parse().ok()
}

/// All living descendants (zombies included), parents before children.
fn descendants() -> Vec<i32> {
    let own = rustix::process::getpid().as_raw_nonzero().get();
    let mut found = Vec::new();
    let mut waiting = vec![own];
    while let Some(pid) = waiting.pop() {
        let Some(children) = children(pid) else { return descendants_by_scan(own) };
        found.extend_from_slice(&children);
        waiting.extend(children);
    }
    found
}

/// From `/proc/<pid>/task/*/children`; `None` where the kernel does not offer it. A process that is gone has no children.
fn children(pid: i32) -> Option<Vec<i32>> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return Some(Vec::new()) };
    let mut children = Vec::new();
    for thread in threads.filter_map(Result::ok) {
        match std::fs::read_to_string(thread.path().join("children")) {
            Ok(text) => children.extend(text.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && thread.path().exists() => return None,
            Err(_) => {}
        }
    }
    Some(children)
}

fn descendants_by_scan(own: i32) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for pid in entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()) {
        if let Some(stat) = read_stat(pid) {
            children.entry(stat.parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut waiting = vec![own];
    while let Some(pid) = waiting.pop() {
        let own_children = children.remove(&pid).unwrap_or_default();
        found.extend_from_slice(&own_children);
        waiting.extend(own_children);
    }
    found
}

/// Signals every descendant. One that starts meanwhile is met by the next call.
pub(crate) fn signal_all(signal: Signal) {
    for pid in descendants().into_iter().filter_map(Pid::from_raw) {
        // The process may be gone: that is what was wanted.
        let _gone = kill_process(pid, signal);
    }
}

pub(crate) fn usage() -> TreeUsage {
    let ticks_per_second = rustix::param::clock_ticks_per_second().max(1);
    let page_bytes = rustix::param::page_size() as u64;
    let mut usage = TreeUsage::default();
    for stat in descendants().into_iter().filter_map(read_stat) {
        usage.cpu_micros += stat.cpu_ticks.saturating_mul(1_000_000) / ticks_per_second;
        usage.memory_bytes += stat.memory_pages.saturating_mul(page_bytes);
    }
    usage
}

/// What `collect` found.
pub(crate) enum Collection {
    Ended(Collected),
    /// Descendants live and none has ended.
    NoneEnded,
    /// There are no descendants.
    NoneLeft,
}

/// Collects one ended child without waiting.
#[expect(unsafe_code, reason = "the safe wrappers of wait4 do not give the resources used")]
pub(crate) fn collect() -> Collection {
    let mut status = 0;
    // SAFETY: zero is a valid value of this plain struct of integers.
    let mut resources: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live local variables of the right type.
    let pid = unsafe { libc::wait4(-1, &raw mut status, libc::WNOHANG, &raw mut resources) };
    if pid < 0 {
        return Collection::NoneLeft;
    }
    if pid == 0 {
        return Collection::NoneEnded;
    }
    let status = if libc::WIFSIGNALED(status) {
        EndStatus::Signal(libc::WTERMSIG(status))
    } else {
        EndStatus::Code(libc::WEXITSTATUS(status))
    };
    let micros = |time: libc::timeval| u64::try_from(time.tv_sec.saturating_mul(1_000_000) + time.tv_usec).unwrap_or(0);
    Collection::Ended(Collected {
        pid,
        status,
        cpu_micros: micros(resources.ru_utime) + micros(resources.ru_stime),
        // The kernel counts in KiB (getrusage(2)).
        memory_peak_bytes: u64::try_from(resources.ru_maxrss).unwrap_or(0).saturating_mul(1024),
    })
}
