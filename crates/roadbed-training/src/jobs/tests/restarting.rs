//! Control goes away and comes back; jobs do not notice.

use super::world::{DEV, World, said};
use roadbed_store::Durability;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_control_adopts_a_running_job_and_its_log_has_every_line() {
    let world = World::new().await.drive();
    let script = "i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); sleep 0.005; done; echo done";
    let id = world.shell(script).await;
    let queued = world.submit(json!({"project": "churn", "run": "echo waited", "shell": true})).await;
    let early = world.log_with(&id, "line 20\n").await;
    let folder = world.kill().await;

    let world = World::open(folder, Durability::Off).await.drive();
    let resumed = world.server.get(&format!("/api/v1/jobs/{id}/logs?follow=true&offset={}", early.len()), DEV).await;
    let log = format!("{early}{}", resumed.expect(200).text());
    let expected: String = (0..300).map(|line| format!("line {line}\n")).collect();
    assert_eq!(said(&log), format!("{expected}done\n"));
    let job = world.finished(&id).await;
    assert_eq!((&job["state"], &job["attempt"]), (&json!("succeeded"), &json!(1)), "{job:#}");
    assert_eq!(world.finished(&queued).await["state"], "succeeded");
    let kinds = world.kinds(&id).await;
    assert_eq!(kinds, ["JobSubmitted", "JobLaunched", "JobStarted", "JobFinished"], "each happened once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_ended_while_control_was_away_is_finished_afterwards() {
    let world = World::new().await.drive();
    let id = world.shell("while [ ! -e go ]; do sleep 0.02; done; exit 4").await;
    let job = world.wait(&id, &["running"]).await;
    let folder = world.kill().await;
    let workload = folder.path().join("workloads").join(job["attempts"][0]["workload"].as_str().unwrap());
    std::fs::write(workload.join("work/go"), "").unwrap();
    for _ in 0..3000 {
        if workload.join("exit.json").exists() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let world = World::open(folder, Durability::Off).await.drive();
    let job = world.finished(&id).await;
    assert_eq!((&job["state"], &job["exit"]["value"]), (&json!("failed"), &json!(4)));
}

/// Time from the accepted submit to the user's process, as the user's process sees it. Run by hand:
/// `cargo test -p roadbed-training --release -- --ignored --nocapture submit_to_exec`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; run it by hand on a quiet machine"]
async fn submit_to_exec() {
    let folder = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let world = World::open(folder, Durability::Full).await.drive();
    let mut millis = Vec::new();
    for _ in 0..30 {
        let sent = roadbed_core::Clock::now(&*world.context.clock);
        let id = world.shell("date +%s%6N").await;
        let accepted = roadbed_core::Clock::now(&*world.context.clock);
        world.finished(&id).await;
        let started: i64 = world.log(&id).await.trim().parse().unwrap();
        millis.push(((started - accepted.as_micros()) / 1000, (started - sent.as_micros()) / 1000));
    }
    millis.sort_unstable();
    println!("accepted → user code, sent → user code (ms): median {:?}, all {millis:?}", millis[millis.len() / 2]);
}
