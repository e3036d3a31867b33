//! Starting, adopting, stopping, losing.

use crate::fixture::{
    engine, identity, observe, processes, read_log_to_end, say_go, shell, wait_for, wait_for_exit, wait_for_run,
};
use roadbed_compute::{Engine, EngineError, FindingState, Selection};
use roadbed_contracts::workload::{ExitKind, WorkloadPhase};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

#[tokio::test]
async fn a_workload_runs_once_however_often_it_is_started() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    let spec = shell("echo ran; exit 3");
    assert_eq!(observe(&engine, spec.id).await, None);
    let (first, second) = tokio::join!(engine.start(&spec), engine.start(&spec));
    first.unwrap();
    second.unwrap();
    let report = wait_for_exit(&engine, spec.id).await;
    assert_eq!(report.exit, ExitKind::Code(3));
    engine.start(&spec).await.unwrap();
    let log = read_log_to_end(&engine, spec.id, 0).await;
    assert_eq!(String::from_utf8_lossy(&log).matches("ran").count(), 1);
    let observed = engine.observe(Selection::All).await.unwrap();
    assert_eq!(observed.len(), 1);
    let usage = observed[0].usage.as_ref().unwrap();
    assert_eq!((usage.granted_cpu_millis, usage.granted_memory_bytes), (1000, 1 << 30));
    assert_eq!(usage.attribution, spec.attribution);
}

#[tokio::test]
async fn an_engine_made_again_adopts_what_runs_and_loses_no_byte() {
    let data = TempDir::new().unwrap();
    let spec = shell(
        "mkfifo go; i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; read word < go; echo rest; printf end",
    );
    let first = engine(data.path());
    first.start(&spec).await.unwrap();
    wait_for_run(&first, spec.id).await;
    let begin = first.read_log(spec.id, 0, 500).await.unwrap();
    drop(first);

    let second = engine(data.path());
    assert!(matches!(observe(&second, spec.id).await.unwrap().phase, WorkloadPhase::Running { .. }));
    let go = data.path().join("workloads").join(spec.id.to_string()).join("work/go");
    say_go(go).await;
    let report = wait_for_exit(&second, spec.id).await;
    let rest = read_log_to_end(&second, spec.id, begin.bytes.len() as u64).await;
    let log = [begin.bytes, rest].concat();
    assert_eq!((report.exit, report.log_bytes), (ExitKind::Code(0), log.len() as u64));
    let expected: String = (0..3000).map(|i| format!("line {i}\n")).collect();
    assert!(String::from_utf8(log).unwrap().ends_with(&format!("{expected}rest\nend")));
}

#[tokio::test]
async fn a_killed_supervisor_is_lost_and_nothing_of_it_stays() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    // A process that leaves its parents: only the engine's look can find it.
    let spec = shell("setsid sh -c 'setsid sleep 600 & sleep 600' & echo ready; exec sleep 600");
    engine.start(&spec).await.unwrap();
    wait_for_run(&engine, spec.id).await;
    wait_for(&engine, spec.id, |_| (processes(spec.id) >= 4).then_some(())).await;
    let supervisor = identity(data.path(), spec.id);
    let pid = Pid::from_raw(i32::try_from(supervisor.pid).unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    wait_for(&engine, spec.id, |phase| (*phase == WorkloadPhase::Lost).then_some(())).await;
    wait_for(&engine, spec.id, |_| (processes(spec.id) == 0).then_some(())).await;
    observe(&engine, spec.id).await.unwrap();
    assert!(supervisor.control_groups.iter().all(|group| !group.exists()), "{:?}", supervisor.control_groups);
    engine.start(&spec).await.unwrap();
    assert_eq!(observe(&engine, spec.id).await.unwrap().phase, WorkloadPhase::Lost);
}

#[tokio::test]
async fn a_stop_is_final_before_during_and_after() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    let early = shell("echo ran");
    engine.stop(early.id, "cancelled by ada").await.unwrap();
    engine.start(&early).await.unwrap();
    let report = wait_for_exit(&engine, early.id).await;
    assert_eq!((report.exit, report.started_at), (ExitKind::Cancelled, None));
    assert!(report.message.contains("cancelled by ada"));

    let running = shell("echo ready; exec sleep 600");
    engine.start(&running).await.unwrap();
    wait_for_run(&engine, running.id).await;
    engine.stop(running.id, "first reason").await.unwrap();
    engine.stop(running.id, "second reason").await.unwrap();
    let report = wait_for_exit(&engine, running.id).await;
    assert_eq!((report.exit, report.message.as_str()), (ExitKind::Cancelled, "stopped: first reason"));

    let over = shell("exit 0");
    engine.start(&over).await.unwrap();
    wait_for_exit(&engine, over.id).await;
    engine.stop(over.id, "too late").await.unwrap();
    assert_eq!(wait_for_exit(&engine, over.id).await.exit, ExitKind::Code(0));
}

#[tokio::test]
async fn only_ended_workloads_are_removed() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    let spec = shell("mkdir closed; touch closed/file; chmod 555 closed; echo ready; exec sleep 600");
    engine.start(&spec).await.unwrap();
    wait_for_run(&engine, spec.id).await;
    assert!(matches!(engine.remove(spec.id).await, Err(EngineError::NotEnded(id)) if id == spec.id));
    engine.stop(spec.id, "over").await.unwrap();
    wait_for_exit(&engine, spec.id).await;
    engine.remove(spec.id).await.unwrap();
    engine.remove(spec.id).await.unwrap();
    assert_eq!(observe(&engine, spec.id).await, None);
    assert!(matches!(engine.read_log(spec.id, 0, 10).await, Err(EngineError::Unknown(_))));
}

#[tokio::test]
async fn gpus_that_are_not_there_are_refused() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    let mut spec = shell("true");
    spec.resources.gpu = 64;
    let refused = engine.start(&spec).await.unwrap_err();
    assert!(matches!(refused, EngineError::NotEnoughGpus { asked: 64, .. }), "{refused}");
    assert_eq!(observe(&engine, spec.id).await, None);
}

#[tokio::test]
async fn capacity_and_findings_speak_of_this_machine() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    let capacity = engine.capacity().await.unwrap();
    assert!(capacity.cpu_millis >= 1000 && capacity.memory_bytes > 64 << 20, "{capacity:?}");
    let findings = engine.doctor();
    let state = |name: &str| findings.iter().find(|finding| finding.name == name).unwrap().state;
    assert_eq!(state("supervisor"), FindingState::Good);
    assert_eq!(state("uv"), FindingState::Limited);
    assert!(findings.iter().all(|finding| !finding.detail.is_empty()));
}

#[tokio::test]
async fn an_end_wakes_those_who_watch() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    let mut changes = engine.changes();
    let spec = shell("exit 0");
    engine.start(&spec).await.unwrap();
    tokio::time::timeout(crate::fixture::PATIENCE, changes.changed()).await.unwrap().unwrap();
    assert!(matches!(observe(&engine, spec.id).await.unwrap().phase, WorkloadPhase::Exited(_)));
}

/// Not an assertion: prints the time from the call of `start` to the first instruction of user code.
#[tokio::test]
async fn start_latency_is_printed() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    let mut millis = Vec::new();
    for _ in 0..20 {
        let spec = shell("exec sleep 600");
        let started = std::time::Instant::now();
        engine.start(&spec).await.unwrap();
        // The phase is written right after the process was made.
        let path = data.path().join("workloads").join(spec.id.to_string()).join("phase.json");
        while !std::fs::read_to_string(&path).is_ok_and(|text| text.contains("running")) {
            std::thread::yield_now();
        }
        millis.push(started.elapsed().as_secs_f64() * 1000.0);
        engine.stop(spec.id, "measured").await.unwrap();
        wait_for_exit(&engine, spec.id).await;
    }
    millis.sort_by(f64::total_cmp);
    println!("start latency: median {:.1} ms, largest {:.1} ms", millis[10], millis[19]);
}
