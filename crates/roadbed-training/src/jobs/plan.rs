//! What a pass of the controller does, decided from what is known: pure, so a stale view leads to steps that are refused or repeated
//! harmlessly, never to wrong ones.

use super::model::AttemptPhase;
use super::state::{AttemptEnd, AttemptExit};
use roadbed_compute::EngineCapacity;
use roadbed_contracts::workload::{Resources, WorkloadPhase};
use roadbed_core::{ByteSize, CpuMillis, JobId, Timestamp, WorkloadId};
use std::collections::BTreeMap;
use std::time::Duration;

/// Later jobs that fit may pass one that does not for this long; then the room is kept free for it.
pub(super) const PATIENCE: Duration = Duration::from_secs(600);
/// Starts of one pass: the next pass follows at once.
const LAUNCHES_MAX: usize = 32;

/// An attempt the controller has not seen to the end of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OpenAttempt {
    pub job: JobId,
    pub workload: WorkloadId,
    pub number: u32,
    pub phase: AttemptPhase,
    pub job_state: OpenJob,
    /// Why the job is to end, when it is.
    pub cancel_reason: Option<String>,
    pub resources: Resources,
    pub created_at: Timestamp,
}

/// What the table knows of the job of an open attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenJob {
    Queued,
    Starting,
    Running,
    /// Cancelled while it waited: the engine may have started the attempt meanwhile.
    Finished,
}

/// Everything a pass knows.
pub(super) struct View<'a> {
    /// Oldest job first.
    pub attempts: &'a [OpenAttempt],
    pub observed: &'a BTreeMap<WorkloadId, WorkloadPhase>,
    pub capacity: EngineCapacity,
    pub now: Timestamp,
}

/// One thing to do about one attempt.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Start it on the engine.
    Launch,
    /// The engine has it and the table does not know yet: started before a restart of ours.
    NoteLaunched,
    NoteRunning {
        started_at: Timestamp,
    },
    Stop {
        reason: String,
    },
    /// `log_bytes` is `None` when nobody wrote a report.
    End {
        end: AttemptEnd,
        log_bytes: Option<u64>,
    },
    /// The job had ended already; stop what there may be and forget the attempt.
    Close,
}

/// What is free or asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    pub cpu_millis: u64,
    pub memory_bytes: u64,
    pub gpus: u64,
}

impl From<EngineCapacity> for Room {
    fn from(capacity: EngineCapacity) -> Self {
        Self { cpu_millis: capacity.cpu_millis.into(), memory_bytes: capacity.memory_bytes, gpus: capacity.gpus.into() }
    }
}

impl From<Resources> for Room {
    fn from(resources: Resources) -> Self {
        Self { cpu_millis: resources.cpu.0.into(), memory_bytes: resources.memory.0, gpus: resources.gpu.into() }
    }
}

impl Room {
    #[must_use]
    pub(super) const fn without(self, taken: Self) -> Self {
        Self {
            cpu_millis: self.cpu_millis.saturating_sub(taken.cpu_millis),
            memory_bytes: self.memory_bytes.saturating_sub(taken.memory_bytes),
            gpus: self.gpus.saturating_sub(taken.gpus),
        }
    }

    #[must_use]
    pub(super) const fn holds(self, asked: Self) -> bool {
        asked.cpu_millis <= self.cpu_millis && asked.memory_bytes <= self.memory_bytes && asked.gpus <= self.gpus
    }

    /// For people: `2 CPUs, 4GiB of memory and 1 GPU`.
    #[must_use]
    pub(super) fn words(self) -> String {
        let cpus = CpuMillis(u32::try_from(self.cpu_millis).unwrap_or(u32::MAX));
        let cpu = if self.cpu_millis == 1000 { "1 CPU".to_owned() } else { format!("{cpus} CPUs") };
        // Free memory is odd to the byte; nobody wants to read it.
        let mebibytes = self.memory_bytes >> 20 << 20;
        let memory = ByteSize(if mebibytes == 0 { self.memory_bytes } else { mebibytes });
        match self.gpus {
            0 => format!("{cpu} and {memory} of memory"),
            1 => format!("{cpu}, {memory} of memory and 1 GPU"),
            more => format!("{cpu}, {memory} of memory and {more} GPUs"),
        }
    }
}

/// The steps of a pass, at most one per attempt; ends come before starts, so what they free is used at once.
#[must_use]
pub(super) fn plan(view: &View<'_>) -> Vec<(OpenAttempt, Step)> {
    let mut steps = Vec::new();
    let total = Room::from(view.capacity);
    let mut free = total;
    for attempt in view.attempts {
        let phase = view.observed.get(&attempt.workload);
        if is_live(attempt, phase) {
            free = free.without(attempt.resources.into());
        }
        if let Some(step) = follow(attempt, phase, view.now) {
            steps.push((attempt.clone(), step));
        }
    }
    let waiting = view.attempts.iter().filter(|attempt| is_waiting(attempt, view.observed));
    let mut launches = 0;
    for attempt in waiting {
        let asked = Room::from(attempt.resources);
        if launches == LAUNCHES_MAX {
            break;
        }
        if free.holds(asked) {
            free = free.without(asked);
            launches += 1;
            steps.push((attempt.clone(), Step::Launch));
        } else if total.holds(asked) && view.now.since(attempt.created_at) > PATIENCE {
            break;
        }
    }
    steps
}

fn is_waiting(attempt: &OpenAttempt, observed: &BTreeMap<WorkloadId, WorkloadPhase>) -> bool {
    attempt.phase == AttemptPhase::Waiting
        && attempt.job_state != OpenJob::Finished
        && !observed.contains_key(&attempt.workload)
}

const fn is_live(attempt: &OpenAttempt, phase: Option<&WorkloadPhase>) -> bool {
    match phase {
        Some(WorkloadPhase::Preparing { .. } | WorkloadPhase::Running { .. }) => true,
        Some(WorkloadPhase::Exited(_) | WorkloadPhase::Lost) => false,
        None => matches!(attempt.phase, AttemptPhase::Launched),
    }
}

/// What an attempt that the engine has (or should have) needs.
fn follow(attempt: &OpenAttempt, phase: Option<&WorkloadPhase>, now: Timestamp) -> Option<Step> {
    if attempt.job_state == OpenJob::Finished {
        return Some(match phase {
            Some(WorkloadPhase::Preparing { .. } | WorkloadPhase::Running { .. }) => {
                Step::Stop { reason: reason(attempt) }
            }
            Some(WorkloadPhase::Exited(_) | WorkloadPhase::Lost) | None => Step::Close,
        });
    }
    match phase {
        Some(WorkloadPhase::Exited(report)) => {
            Some(Step::End { end: AttemptEnd::Exited(AttemptExit::from(report)), log_bytes: Some(report.log_bytes) })
        }
        Some(WorkloadPhase::Lost) => Some(Step::End { end: AttemptEnd::Lost { noticed_at: now }, log_bytes: None }),
        Some(WorkloadPhase::Preparing { .. } | WorkloadPhase::Running { .. }) if attempt.cancel_reason.is_some() => {
            Some(Step::Stop { reason: reason(attempt) })
        }
        Some(WorkloadPhase::Running { started_at, .. }) if attempt.job_state != OpenJob::Running => {
            Some(Step::NoteRunning { started_at: *started_at })
        }
        Some(WorkloadPhase::Preparing { .. }) if attempt.phase == AttemptPhase::Waiting => Some(Step::NoteLaunched),
        Some(WorkloadPhase::Preparing { .. } | WorkloadPhase::Running { .. }) => None,
        // The engine had it and has it no more: its folder was removed by hand.
        None if attempt.phase == AttemptPhase::Launched => {
            Some(Step::End { end: AttemptEnd::Lost { noticed_at: now }, log_bytes: None })
        }
        None => None,
    }
}

fn reason(attempt: &OpenAttempt) -> String {
    attempt.cancel_reason.clone().unwrap_or_else(|| "cancelled".to_owned())
}

/// Why a queued job waits, in a sentence. `ahead` counts the jobs before it.
#[must_use]
pub(super) fn waiting_sentence(asked: Room, free: Room, total: Room, ahead: u64) -> String {
    if !total.holds(asked) {
        return format!("asks for {}; this machine has {} in total", asked.words(), total.words());
    }
    if !free.holds(asked) {
        return format!("waits for room: asks for {}, and {} are free", asked.words(), free.words());
    }
    match ahead {
        0 => "starts now".to_owned(),
        1 => "waits behind 1 job".to_owned(),
        more => format!("waits behind {more} jobs"),
    }
}

#[cfg(test)]
mod tests;
