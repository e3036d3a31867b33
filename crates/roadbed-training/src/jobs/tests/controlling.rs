//! The controller: twice is once, old news does no harm, the queue is fair and explained.

use super::world::{DEV, World};
use crate::jobs::controller::JobsController;
use crate::jobs::operations::Jobs;
use crate::jobs::plan::{Step, View, plan};
use crate::jobs::state::{AttemptEnd, AttemptExit};
use crate::jobs::store;
use roadbed_compute::{Engine as _, EngineCapacity, Selection};
use roadbed_contracts::workload::ExitKind;
use roadbed_core::WorkloadId;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

fn workload(job: &Value) -> WorkloadId {
    job["attempts"][0]["workload"].as_str().unwrap().parse().unwrap()
}

/// Passes until the job is in one of the states.
async fn pass_until(world: &World, id: &str, states: &[&str]) -> Value {
    for _ in 0..2000 {
        world.pass().await;
        let job = world.job(id).await;
        if states.contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{:#}", world.job(id).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_pass_finds_nothing_to_do() {
    let world = World::new().await;
    let id = world.shell("sleep 1000").await;
    pass_until(&world, &id, &["running"]).await;
    let (events, job) = (world.events().await.len(), world.job(&id).await);
    for _ in 0..3 {
        world.pass().await;
    }
    assert_eq!(world.events().await.len(), events);
    assert_eq!(world.job(&id).await, job);
    assert_eq!(world.engine.observe(Selection::All).await.unwrap().len(), 1, "it was started once");
    world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200);
    pass_until(&world, &id, &["cancelled"]).await;
    let events = world.events().await.len();
    assert_eq!(world.pass().await, "no open jobs");
    assert_eq!(world.events().await.len(), events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_to_a_job_says_what_led_to_it() {
    let world = World::new().await;
    let id = world.shell("sleep 1000").await;
    pass_until(&world, &id, &["running"]).await;
    world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200);
    pass_until(&world, &id, &["cancelled"]).await;
    let events = world.events().await;
    let kind = |seq| events.iter().find(|event| event.seq == seq).map(|event| event.kind.as_str());
    let about = events.iter().filter(|event| event.header.subject.id == id);
    let led: Vec<_> = about.map(|event| (event.kind.as_str(), event.header.cause.and_then(kind))).collect();
    let expected = [
        ("JobSubmitted", None),
        ("JobLaunched", Some("JobSubmitted")),
        ("JobStarted", Some("JobLaunched")),
        ("JobCancelRequested", None),
        ("JobFinished", Some("JobCancelRequested")),
    ];
    assert_eq!(led, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_decided_on_an_old_view_change_nothing() {
    let world = World::new().await;
    let id = world.shell("exit 0").await;
    let open = world.context.store.read(|r| store::open_attempts(r, 10)).await.unwrap();
    let [old] = &open[..] else { panic!("{open:?}") };
    pass_until(&world, &id, &["succeeded"]).await;
    let before = (world.job(&id).await, world.events().await.len());
    let controller = JobsController::new(jobs_of(&world));
    let lease = world.context.store.acquire_lease("jobs", "test", Duration::from_secs(60)).await.unwrap().unwrap();
    let at = roadbed_core::Timestamp::from_micros(5);
    let exit = AttemptExit { exit: ExitKind::Code(1), message: "late".into(), started_at: None, ended_at: at };
    let steps = [
        Step::Launch,
        Step::NoteLaunched,
        Step::NoteRunning { started_at: at },
        Step::Stop { reason: "late".into() },
        Step::End { end: AttemptEnd::Exited(exit), log_bytes: Some(0) },
        Step::End { end: AttemptEnd::Lost { noticed_at: at }, log_bytes: None },
        Step::Close,
    ];
    for step in steps {
        controller.apply(&lease, old.clone(), step.clone()).await.unwrap();
        assert_eq!((world.job(&id).await, world.events().await.len()), before, "{step:?}");
    }
}

/// The use cases behind the world's routes, over the same store and engine.
fn jobs_of(world: &World) -> Jobs {
    let used = crate::UsedPorts {
        directory: world.ports.clone(),
        lineage: world.ports.clone(),
        prices: world.ports.clone(),
        secrets: world.ports.clone(),
    };
    let settings = crate::TrainingSettings::in_data_directory(world.folder.path(), "http://127.0.0.1:9");
    let snapshots = crate::snapshots::Snapshots::new(&world.context, world.ports.clone(), 1 << 20);
    Jobs::new(&world.context, world.engine.clone(), used, settings, snapshots)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controller_that_lost_its_lease_writes_nothing() {
    let world = World::new().await;
    let id = world.shell("sleep 1000").await;
    let store = &world.context.store;
    let stale = store.acquire_lease("jobs", "old", Duration::ZERO).await.unwrap().unwrap();
    store.acquire_lease("jobs", "test", Duration::from_secs(60)).await.unwrap().unwrap();
    let error = world.controller("jobs").pass(&stale).await.unwrap_err().to_string();
    assert!(error.contains("lease"), "{error}");
    assert_eq!(world.job(&id).await["state"], "queued");
    // The engine may have it; the rightful controller takes it over instead of starting it again.
    pass_until(&world, &id, &["running"]).await;
    assert_eq!(world.engine.observe(Selection::All).await.unwrap().len(), 1);
    world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200);
    pass_until(&world, &id, &["cancelled"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_cancelled_while_the_engine_started_it_is_stopped() {
    let world = World::new().await;
    let id = world.shell("sleep 1000").await;
    let queued = world.job(&id).await;
    let open = world.context.store.read(|r| store::open_attempts(r, 10)).await.unwrap();
    world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200);
    // A pass that began before the cancel goes on with what it saw.
    let lease = world.context.store.acquire_lease("jobs", "test", Duration::from_secs(60)).await.unwrap().unwrap();
    let controller = JobsController::new(jobs_of(&world));
    controller.apply(&lease, open[0].clone(), Step::Launch).await.unwrap();
    assert_eq!(world.job(&id).await["state"], "cancelled");
    for _ in 0..2000 {
        world.pass().await;
        if world.job(&id).await["attempts"][0]["phase"] == "ended" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let observed = world.engine.observe(Selection::Ids(&[workload(&queued)])).await.unwrap();
    let [found] = &observed[..] else { panic!("{observed:?}") };
    assert!(matches!(&found.phase, roadbed_contracts::workload::WorkloadPhase::Exited(_)), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_machine_lets_jobs_wait_and_says_why() {
    let world = World::new().await;
    let EngineCapacity { cpu_millis, .. } = world.engine.capacity().await.unwrap();
    let all = json!({"project": "churn", "run": "sleep 1000", "resources": {"cpu": format!("{cpu_millis}m"), "memory": "64MiB"}});
    let first = world.submit(all.clone()).await;
    pass_until(&world, &first, &["running"]).await;
    let second = world.submit(all.clone()).await;
    let third = world.submit(all).await;
    world.pass().await;
    let waiting = world.job(&second).await;
    assert_eq!((&waiting["state"], &waiting["waiting"]["position"]), (&json!("queued"), &json!(1)));
    let reason = waiting["waiting"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("waits for room: asks for "), "{reason}");
    assert_eq!(world.job(&third).await["waiting"]["position"], 2);
    let cancel = |id: String| {
        let server = world.server.clone();
        async move { server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200) }
    };
    cancel(first.clone()).await;
    pass_until(&world, &first, &["cancelled"]).await;
    pass_until(&world, &second, &["running"]).await;
    assert_eq!(world.job(&third).await["state"], "queued");
    cancel(third).await;
    cancel(second.clone()).await;
    pass_until(&world, &second, &["cancelled"]).await;
    let too_large = json!({"project": "churn", "run": "true", "resources": {"cpu": 4_000_000}});
    let refused = world.server.post("/api/v1/jobs", DEV, too_large).await.expect(400);
    assert_eq!(refused.code(), "jobs.too_large");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workload_whose_supervisor_was_killed_is_lost_and_tried_again() {
    let world = World::new().await;
    let id = world.submit(json!({"project": "churn", "run": "sleep 1000", "retries": 1})).await;
    let job = pass_until(&world, &id, &["running"]).await;
    kill_supervisor(&world, workload(&job));
    let again = pass_until(&world, &id, &["queued", "starting"]).await;
    assert_eq!(again["attempt"], 2);
    let job = pass_until(&world, &id, &["running"]).await;
    kill_supervisor(&world, job["attempts"][1]["workload"].as_str().unwrap().parse().unwrap());
    let job = pass_until(&world, &id, &["lost"]).await;
    assert_eq!(job["exit"], Value::Null);
    assert_eq!(world.kinds(&id).await.last().unwrap(), "JobFinished");
}

fn kill_supervisor(world: &World, workload: WorkloadId) {
    let folder = world.folder.path().join("workloads").join(workload.to_string());
    let identity: Value = serde_json::from_slice(&std::fs::read(folder.join("identity.json")).unwrap()).unwrap();
    let killed = std::process::Command::new("kill").args(["-9", &identity["pid"].to_string()]).status().unwrap();
    assert!(killed.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_of_a_deleted_project_ends_with_the_reason() {
    let world = World::new().await;
    let id = world.shell("true").await;
    let gone = roadbed_core::InstanceId::from_u128(99).to_string();
    let job: roadbed_core::JobId = id.parse().unwrap();
    let moved = world.context.store.write(move |tx| -> Result<(), roadbed_store::StoreError> {
        use roadbed_store::{Execute as _, params};
        tx.without_event("a test takes the project away");
        tx.execute("UPDATE jobs_jobs SET instance_id = ?2 WHERE id = ?1", params![job, gone.as_str()])?;
        Ok(())
    });
    moved.await.unwrap();
    let job = pass_until(&world, &id, &["failed"]).await;
    assert_eq!(job["message"], "the job got no token: the project was deleted");
}

#[test]
fn an_empty_view_needs_nothing() {
    let capacity = EngineCapacity { cpu_millis: 0, memory_bytes: 0, gpus: 0 };
    let view =
        View { attempts: &[], observed: &BTreeMap::new(), capacity, now: roadbed_core::Timestamp::from_micros(0) };
    assert!(plan(&view).is_empty());
}
