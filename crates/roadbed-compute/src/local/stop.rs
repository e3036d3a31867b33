//! Stopping and removing workloads.

use super::folders::{read_json, write_json};
use super::lock::{Supervision, look};
use super::observe;
use super::state::Inner;
use crate::engine::EngineError;
use roadbed_contracts::workload::folder::{self, Identity, Stop};
use roadbed_contracts::workload::{ExitKind, ExitReport, WorkloadPhase};
use roadbed_core::{Timestamp, WorkloadId};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::sync::PoisonError;

pub(super) fn stop(inner: &Inner, id: WorkloadId, reason: &str) -> Result<(), EngineError> {
    let _gate = inner.gate.lock().unwrap_or_else(PoisonError::into_inner);
    let now = inner.config.clock.now();
    let directory = inner.folders.path(id);
    let request = Stop { reason: reason.to_owned(), requested_at: now };
    if !directory.is_dir() {
        // A tombstone: a start that comes late finds the workload ended.
        let prepared = inner.folders.prepare(id)?;
        write_json(&prepared.join(folder::STOP), &request)?;
        write_json(&prepared.join(folder::EXIT), &cancelled_before_start(reason, now))?;
        inner.folders.publish(&prepared, id)?;
        return Ok(());
    }
    if observe::exit(&directory)?.is_some() {
        return Ok(());
    }
    let path = directory.join(folder::STOP);
    if !path.exists() {
        write_json(&path, &request)?;
    }
    match look(&directory)? {
        // A supervisor looks for the file after it wrote its identity and can take signals: either it sees the file or we see it.
        Supervision::Held => signal(&directory),
        Supervision::Free(_held) if never_supervised(&directory)? => {
            write_json(&directory.join(folder::EXIT), &cancelled_before_start(reason, now))
        }
        Supervision::Free(_held) => Ok(()),
    }
}

/// No supervisor ever wrote its identity, and none wrote a report: the start was cut short.
pub(super) fn never_supervised(directory: &Path) -> Result<bool, EngineError> {
    let identity: Option<Identity> = read_json(&directory.join(folder::IDENTITY))?;
    Ok(identity.is_none() && observe::exit(directory)?.is_none())
}

fn cancelled_before_start(reason: &str, now: Timestamp) -> ExitReport {
    ExitReport {
        exit: ExitKind::Cancelled,
        message: format!("stopped before it started: {reason}"),
        started_at: None,
        ended_at: now,
        cpu_micros: 0,
        memory_kib_millis: 0,
        memory_peak_bytes: 0,
        log_bytes: 0,
    }
}

/// Wakes the supervisor; only when the pid is still the process that wrote the identity.
fn signal(directory: &Path) -> Result<(), EngineError> {
    let Some(identity) = read_json::<Identity>(&directory.join(folder::IDENTITY))? else { return Ok(()) };
    if start_ticks(identity.pid) != Some(identity.start_ticks) {
        return Ok(());
    }
    let pid = i32::try_from(identity.pid).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid
        && let Err(error) = kill_process(pid, Signal::TERM)
    {
        tracing::warn!(%error, ?directory, "a supervisor could not be signalled; it will see the stop file within a second");
    }
    Ok(())
}

/// Field 22 of `/proc/<pid>/stat` (proc(5)): start time in clock ticks since boot. The name in field 2 may hold anything, so fields are
/// counted from the last `)`.
fn start_ticks(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit_once(')')?.1.split_ascii_whitespace().nth(19)?.parse().ok()
}

pub(super) fn remove(inner: &Inner, id: WorkloadId) -> Result<(), EngineError> {
    let _gate = inner.gate.lock().unwrap_or_else(PoisonError::into_inner);
    let directory = inner.folders.path(id);
    if !directory.is_dir() {
        return Ok(());
    }
    match observe::phase(&directory, id)? {
        Some(WorkloadPhase::Preparing { .. } | WorkloadPhase::Running { .. }) => Err(EngineError::NotEnded(id)),
        Some(WorkloadPhase::Exited(_) | WorkloadPhase::Lost) | None => inner.folders.remove(id),
    }
}
