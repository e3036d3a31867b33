use super::{OpenAttempt, OpenJob, PATIENCE, Room, Step, View, plan, waiting_sentence};
use crate::jobs::model::AttemptPhase;
use crate::jobs::state::AttemptEnd;
use roadbed_compute::EngineCapacity;
use roadbed_contracts::workload::{ExitKind, ExitReport, Resources, WorkloadPhase};
use roadbed_core::{ByteSize, CpuMillis, JobId, Timestamp, WorkloadId};
use std::collections::BTreeMap;
use std::time::Duration;

const GIB: u64 = 1 << 30;
const NOW: Timestamp = Timestamp::from_micros(10_000_000_000);
const MACHINE: EngineCapacity = EngineCapacity { cpu_millis: 4000, memory_bytes: 8 * GIB, gpus: 0 };

fn attempt(id: u128, phase: AttemptPhase, job_state: OpenJob, cpu: u32) -> OpenAttempt {
    OpenAttempt {
        job: JobId::from_u128(id),
        workload: WorkloadId::from_u128(id),
        number: 1,
        phase,
        job_state,
        cancel_reason: None,
        resources: Resources { cpu: CpuMillis(cpu), memory: ByteSize(GIB), gpu: 0 },
        created_at: NOW,
    }
}

fn waiting(id: u128, cpu: u32) -> OpenAttempt {
    attempt(id, AttemptPhase::Waiting, OpenJob::Queued, cpu)
}

fn preparing() -> WorkloadPhase {
    WorkloadPhase::Preparing { step: "fetching the code".into() }
}

fn running() -> WorkloadPhase {
    WorkloadPhase::Running { started_at: NOW, pid: 7 }
}

fn exited(exit: ExitKind) -> WorkloadPhase {
    WorkloadPhase::Exited(ExitReport {
        exit,
        message: "over".into(),
        started_at: Some(NOW),
        ended_at: NOW,
        cpu_micros: 0,
        memory_kib_millis: 0,
        memory_peak_bytes: 0,
        log_bytes: 5,
    })
}

/// `(attempt id, word of the step)` of each step.
fn steps(
    attempts: &[OpenAttempt],
    observed: &[(u128, WorkloadPhase)],
    capacity: EngineCapacity,
) -> Vec<(u128, &'static str)> {
    let observed: BTreeMap<WorkloadId, WorkloadPhase> =
        observed.iter().map(|(id, phase)| (WorkloadId::from_u128(*id), phase.clone())).collect();
    let view = View { attempts, observed: &observed, capacity, now: NOW };
    let id_of = |attempt: &OpenAttempt| (1..100).find(|id| WorkloadId::from_u128(*id) == attempt.workload).unwrap();
    plan(&view).into_iter().map(|(attempt, step)| (id_of(&attempt), word(&step))).collect()
}

fn word(step: &Step) -> &'static str {
    match step {
        Step::Launch => "launch",
        Step::NoteLaunched => "launched",
        Step::NoteRunning { .. } => "running",
        Step::Stop { .. } => "stop",
        Step::End { end: AttemptEnd::Exited(_), .. } => "exited",
        Step::End { end: AttemptEnd::Lost { .. }, .. } => "lost",
        Step::Close => "close",
    }
}

#[test]
fn each_attempt_gets_the_step_it_needs() {
    use AttemptPhase::{Launched, Waiting};
    use OpenJob::{Finished, Queued, Running, Starting};
    let cases: [(AttemptPhase, OpenJob, Option<WorkloadPhase>, Option<&str>); 16] = [
        (Waiting, Queued, None, Some("launch")),
        (Waiting, Queued, Some(preparing()), Some("launched")),
        (Waiting, Queued, Some(running()), Some("running")),
        (Waiting, Queued, Some(exited(ExitKind::Code(0))), Some("exited")),
        (Waiting, Queued, Some(WorkloadPhase::Lost), Some("lost")),
        (Launched, Starting, Some(preparing()), None),
        (Launched, Starting, Some(running()), Some("running")),
        (Launched, Starting, None, Some("lost")),
        (Launched, Running, Some(running()), None),
        (Launched, Running, Some(exited(ExitKind::Signal(9))), Some("exited")),
        (Launched, Running, Some(WorkloadPhase::Lost), Some("lost")),
        (Launched, Running, None, Some("lost")),
        (Waiting, Finished, None, Some("close")),
        (Waiting, Finished, Some(preparing()), Some("stop")),
        (Waiting, Finished, Some(running()), Some("stop")),
        (Waiting, Finished, Some(exited(ExitKind::Cancelled)), Some("close")),
    ];
    for (phase, job_state, observed, expected) in cases {
        let observed: Vec<_> = observed.into_iter().map(|phase| (1, phase)).collect();
        let found = steps(&[attempt(1, phase, job_state, 1000)], &observed, MACHINE);
        assert_eq!(
            found,
            expected.map(|word| (1, word)).into_iter().collect::<Vec<_>>(),
            "{phase:?} {job_state:?} {observed:?}"
        );
    }
}

#[test]
fn a_job_that_is_to_end_is_stopped_until_it_has_ended() {
    let mut wanted = attempt(1, AttemptPhase::Launched, OpenJob::Running, 1000);
    wanted.cancel_reason = Some("enough".into());
    assert_eq!(steps(&[wanted.clone()], &[(1, running())], MACHINE), [(1, "stop")]);
    assert_eq!(steps(&[wanted.clone()], &[(1, preparing())], MACHINE), [(1, "stop")]);
    assert_eq!(steps(&[wanted], &[(1, exited(ExitKind::Cancelled))], MACHINE), [(1, "exited")]);
}

#[test]
fn starts_are_in_order_as_far_as_there_is_room() {
    let busy = attempt(1, AttemptPhase::Launched, OpenJob::Running, 2000);
    let queue = [busy, waiting(2, 1000), waiting(3, 2000), waiting(4, 1000), waiting(5, 1000)];
    // Job 3 does not fit beside 2, job 4 does.
    assert_eq!(steps(&queue, &[(1, running())], MACHINE), [(2, "launch"), (4, "launch")]);
}

#[test]
fn room_that_an_end_frees_is_used_in_the_same_pass() {
    let ended = attempt(1, AttemptPhase::Launched, OpenJob::Running, 4000);
    let queue = [ended, waiting(2, 4000)];
    assert_eq!(steps(&queue, &[(1, running())], MACHINE), []);
    assert_eq!(steps(&queue, &[(1, exited(ExitKind::Code(0)))], MACHINE), [(1, "exited"), (2, "launch")]);
}

#[test]
fn nobody_passes_a_job_that_has_waited_long_unless_it_can_never_fit() {
    let busy = attempt(1, AttemptPhase::Launched, OpenJob::Running, 2000);
    let mut large = waiting(2, 4000);
    large.created_at = NOW.minus(PATIENCE + Duration::from_secs(1));
    assert_eq!(steps(&[busy.clone(), large.clone(), waiting(3, 1000)], &[(1, running())], MACHINE), []);
    large.resources.cpu = CpuMillis(64_000);
    assert_eq!(steps(&[busy, large, waiting(3, 1000)], &[(1, running())], MACHINE), [(3, "launch")]);
}

#[test]
fn what_the_engine_has_is_not_started_again() {
    let queue = [waiting(1, 4000), waiting(2, 1000)];
    assert_eq!(steps(&queue, &[(1, preparing())], MACHINE), [(1, "launched")], "and its room is taken");
}

#[test]
fn memory_and_gpus_count_too() {
    let mut hungry = waiting(1, 1000);
    hungry.resources.memory = ByteSize(9 * GIB);
    assert_eq!(steps(&[hungry], &[], MACHINE), []);
    let mut graphic = waiting(1, 1000);
    graphic.resources.gpu = 1;
    assert_eq!(steps(&[graphic.clone()], &[], MACHINE), []);
    assert_eq!(steps(&[graphic], &[], EngineCapacity { gpus: 1, ..MACHINE }), [(1, "launch")]);
}

#[test]
fn waiting_is_explained() {
    let room = |cpu_millis, gibibytes, gpus| Room { cpu_millis, memory_bytes: gibibytes * GIB, gpus };
    let total = room(4000, 8, 0);
    let cases = [
        (room(1000, 1, 0), total, 0, "starts now"),
        (room(1000, 1, 0), total, 1, "waits behind 1 job"),
        (room(1000, 1, 0), total, 7, "waits behind 7 jobs"),
        (
            room(2500, 4, 0),
            room(1000, 6, 0),
            7,
            "waits for room: asks for 2500m CPUs and 4GiB of memory, and 1 CPU and 6GiB of memory are free",
        ),
        (
            room(1000, 1, 2),
            total,
            0,
            "asks for 1 CPU, 1GiB of memory and 2 GPUs; this machine has 4 CPUs and 8GiB of memory in total",
        ),
    ];
    for (asked, free, ahead, expected) in cases {
        assert_eq!(waiting_sentence(asked, free, total, ahead), expected);
    }
}
