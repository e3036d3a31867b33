//! From what happened to what people are told.

use crate::control_group::ControlGroups;
use crate::error::NotStarted;
use crate::tree::EndStatus;
use crate::watch::{EndCause, Outcome};
use roadbed_contracts::workload::{ExitKind, ExitReport, WorkloadSpec};
use roadbed_core::{ByteSize, Timestamp};
use rustix::process::Signal;

/// A shell tells of a killed child by 128 plus the signal.
const KILLED_IN_SHELL: i32 = 137;

/// Kind and sentence for work that ran.
pub(crate) fn judge(outcome: &Outcome, groups: &ControlGroups, spec: &WorkloadSpec) -> (ExitKind, String) {
    let killed = if outcome.was_killed {
        format!("; it did not end within {} and was killed", spec.grace)
    } else {
        String::new()
    };
    match &outcome.cause {
        Some(EndCause::Timeout) => {
            let limit = spec.timeout.map_or_else(String::new, |timeout| format!(" of {timeout}"));
            return (ExitKind::Timeout, format!("stopped after its time limit{limit}{killed}"));
        }
        Some(EndCause::Stopped(reason)) => return (ExitKind::Cancelled, format!("stopped: {reason}{killed}")),
        Some(EndCause::Vanished) => return (ExitKind::Cancelled, "its folder was removed".to_owned()),
        None => {}
    }
    let kills = groups.memory_kills();
    let memory = spec.resources.memory;
    match outcome.status {
        Some(EndStatus::Code(0)) if kills > 0 => (
            ExitKind::Code(0),
            format!("succeeded, although {kills} of its processes were killed for using more than {memory} of memory"),
        ),
        Some(EndStatus::Code(0)) => (ExitKind::Code(0), "succeeded".to_owned()),
        Some(_) if kills > 0 => (ExitKind::OutOfMemory, out_of_memory(memory)),
        Some(EndStatus::Code(code)) => {
            let hint = if code == KILLED_IN_SHELL { possibly_memory(groups) } else { "" };
            (ExitKind::Code(code), format!("exited with code {code}{hint}"))
        }
        Some(EndStatus::Signal(signal)) => {
            let hint = if signal == libc::SIGKILL { possibly_memory(groups) } else { "" };
            (ExitKind::Signal(signal), format!("killed by signal {signal}{}{hint}", name_of(signal)))
        }
        None => (
            ExitKind::Signal(libc::SIGKILL),
            "killed; its first process did not end, the machine may have trouble".to_owned(),
        ),
    }
}

fn out_of_memory(memory: ByteSize) -> String {
    format!("killed: used more than {memory} of memory; ask for more or use less")
}

fn possibly_memory(groups: &ControlGroups) -> &'static str {
    if groups.limits_memory() {
        ""
    } else {
        ", possibly memory (this host does not limit memory, so it cannot be told)"
    }
}

fn name_of(signal: i32) -> String {
    const NAMES: [(Signal, &str); 9] = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::TERM, "SIGTERM"),
    ];
    let known = NAMES.iter().find(|(known, _)| known.as_raw() == signal);
    known.map_or_else(String::new, |(_, name)| format!(" ({name})"))
}

/// The report of work that never ran; `None` when there is nobody to tell.
pub(crate) fn not_started(reason: NotStarted, stop_reason: Option<String>, now: Timestamp) -> Option<ExitReport> {
    let (exit, message) = match reason {
        NotStarted::Refused(message) => (ExitKind::NotStarted, message),
        NotStarted::Stopped => {
            let reason = stop_reason.unwrap_or_else(|| "its supervisor was told to end".to_owned());
            (ExitKind::Cancelled, format!("stopped before it started: {reason}"))
        }
        NotStarted::Vanished => return None,
    };
    Some(ExitReport {
        exit,
        message,
        started_at: None,
        ended_at: now,
        cpu_micros: 0,
        memory_kib_millis: 0,
        memory_peak_bytes: 0,
        log_bytes: 0,
    })
}
