//! What jobs use and what the machine offers become records.

use super::world::{CHURN, DEV, GROWTH, World};
use roadbed_capability::records::Series;
use roadbed_contracts::records::{Capacity, Usage};
use roadbed_core::Timestamp;
use serde_json::json;
use std::time::Duration;

async fn meter(world: &World) -> String {
    world.pass_of("metering").await
}

async fn records<V: serde::de::DeserializeOwned>(world: &World, kind: &str, series: &str) -> Vec<V> {
    let (from, to) = (Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX));
    let found = world.context.records.read(kind, Series::one(series), from, to).await.unwrap();
    found.into_iter().map(|record| serde_json::from_value(record.record.value).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_of_an_ended_job_is_recorded_once_with_its_owner() {
    let world = World::new().await.drive();
    let id = world
        .submit(
            json!({"project": "churn", "name": "burn", "shell": true, "resources": {"cpu": "1500m", "memory": "256MiB"},
            "run": "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"}),
        )
        .await;
    let job = world.finished(&id).await;
    let workload = job["attempts"][0]["workload"].as_str().unwrap();
    meter(&world).await;
    let usage: Vec<Usage> = records(&world, "usage", workload).await;
    assert!(!usage.is_empty());
    let cpu: u64 = usage.iter().map(|usage| usage.cpu_micros).sum();
    assert!(cpu > 0, "{usage:?}");
    for usage in &usage {
        assert_eq!((usage.attribution.team, usage.attribution.instance), (GROWTH, CHURN));
        assert_eq!(usage.attribution.object, "job/burn");
        assert_eq!((usage.granted_cpu_millis, usage.granted_memory_bytes), (1500, 256 << 20));
    }
    let shown = world.server.get(&format!("/api/v1/jobs/{id}/usage"), "vera").await.expect(200).json();
    assert_eq!((&shown["granted_cpu_cores"], &shown["granted_memory_bytes"]), (&json!(1.5), &json!(256 << 20)));
    assert_eq!(shown["at"].as_array().unwrap().len(), usage.len());
    assert_eq!((&shown["attempt"][0], &shown["at"][0]), (&json!(1), &json!(usage[0].from.to_string())));
    assert!(shown["cpu_cores"][0].as_f64().unwrap() > 0.0, "{shown}");
    std::fs::remove_dir_all(world.folder.path().join("workloads").join(workload)).unwrap();
    let kept = world.server.get(&format!("/api/v1/jobs/{id}/usage"), DEV).await.expect(200).json();
    assert_eq!(kept, shown, "the records say the same when the files are gone");
    let second = meter(&world).await;
    assert!(second.starts_with("0 attempts"), "{second}");
    assert_eq!(records::<Usage>(&world, "usage", workload).await, usage, "nothing is counted twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_job_is_metered_again_and_again_without_counting_twice() {
    let world = World::new().await.drive();
    let id = world.shell("i=0; while [ ! -e go ]; do i=$((i+1)); done").await;
    let job = world.wait(&id, &["running"]).await;
    let workload = job["attempts"][0]["workload"].as_str().unwrap().to_owned();
    for _ in 0..5 {
        meter(&world).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    std::fs::write(world.folder.path().join("workloads").join(&workload).join("work/go"), "").unwrap();
    world.finished(&id).await;
    meter(&world).await;
    let usage: Vec<Usage> = records(&world, "usage", &workload).await;
    let spans: Vec<_> = usage.iter().map(|usage| (usage.from, usage.to)).collect();
    assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "minutes do not overlap: {spans:?}");
    let exit = std::fs::read(world.folder.path().join("workloads").join(&workload).join("exit.json")).unwrap();
    let exit: serde_json::Value = serde_json::from_slice(&exit).unwrap();
    let recorded: u64 = usage.iter().map(|usage| usage.cpu_micros).sum();
    assert_eq!(json!(recorded), exit["cpu_micros"], "what was recorded is what the exit report says");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_machine_is_recorded_each_minute() {
    let world = World::new().await;
    meter(&world).await;
    meter(&world).await;
    let capacity: Vec<Capacity> = records(&world, "capacity", "local").await;
    assert!((1..=2).contains(&capacity.len()), "one per minute: {capacity:?}");
    assert!(capacity[0].cpu_millis >= 1000 && capacity[0].memory_bytes > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_old_jobs_go_once_their_usage_is_recorded() {
    let world = World::new().await.drive();
    let id = world.shell("echo x > $ROADBED_CHECKPOINT_DIR/step; echo said").await;
    let job = world.finished(&id).await;
    let workload = world.folder.path().join("workloads").join(job["attempts"][0]["workload"].as_str().unwrap());
    let checkpoints = world.folder.path().join("checkpoints").join(&id);
    assert_eq!(world.pass_of("job-retention").await, "removed the files of 0 attempts", "nothing is metered yet");
    meter(&world).await;
    assert!(workload.exists() && checkpoints.join("step").exists());
    assert_eq!(world.pass_of("job-retention").await, "removed the files of 1 attempts");
    assert!(!workload.exists() && !checkpoints.exists());
    assert_eq!(world.pass_of("job-retention").await, "removed the files of 0 attempts");
    assert_eq!(world.job(&id).await["state"], "succeeded", "the job itself stays");
    let log = world.server.get(&format!("/api/v1/jobs/{id}/logs"), DEV).await.expect(404);
    assert_eq!(log.code(), "jobs.log_removed");
    let outputs = world.server.get(&format!("/api/v1/jobs/{id}/outputs"), DEV).await.expect(200).json();
    assert_eq!(outputs["items"], json!([]));
}
