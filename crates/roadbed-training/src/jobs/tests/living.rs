//! Lives of jobs: how they start, end, are tried again and are cancelled.

use super::world::{DEV, World, pack, said};
use http_body_util::BodyExt as _;
use roadbed_core::JobId;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_runs_and_says_how_it_ended() {
    let world = World::new().await.drive();
    let id = world
        .submit(json!({"project": "churn", "name": "hello", "shell": true, "parameters": {"who": "you", "times": 2},
            "run": "echo hello $ROADBED_PARAM_WHO $ROADBED_PARAM_TIMES; echo $MLFLOW_EXPERIMENT_NAME; mkdir out; echo result > out/r.txt",
            "outputs": ["out/**"]}))
        .await;
    let run = "0123456789abcdef0123456789abcdef".to_owned();
    world.ports.runs.lock().unwrap().insert(id.parse::<JobId>().unwrap(), vec![run.clone()]);
    let job = world.finished(&id).await;
    assert_eq!(job["state"], "succeeded");
    assert_eq!(job["exit"], json!({"kind": "code", "value": 0}));
    assert_eq!(job["run_ids"], json!([run]));
    assert_eq!(job["cost"], json!({"micros": 1500, "currency": "USD"}));
    assert!(job["started_at"].is_string() && job["ended_at"].is_string(), "{job}");
    assert_eq!(world.said(&id).await, "hello you 2\nchurn/hello\n");
    let outputs = world.server.get(&format!("/api/v1/jobs/{id}/outputs"), DEV).await.expect(200).json();
    assert_eq!(outputs["items"], json!([{"path": "out/r.txt", "bytes": 7}]));
    let file = world.server.get(&format!("/api/v1/jobs/{id}/outputs/out/r.txt"), DEV).await.expect(200);
    assert_eq!(file.text(), "result\n");
    assert_eq!(file.headers["content-disposition"], "attachment");
    let missing = world.server.get(&format!("/api/v1/jobs/{id}/outputs/../spec.json"), DEV).await.expect(404);
    assert_eq!(missing.code(), "jobs.unknown_output");
    assert_eq!(world.kinds(&id).await, ["JobSubmitted", "JobLaunched", "JobStarted", "JobFinished"]);
    let workload = job["attempts"][0]["workload"].as_str().unwrap().parse().unwrap();
    assert!(world.ports.revoked.lock().unwrap().contains(&workload), "its token is dead");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_job_says_its_exit_code_and_one_that_cannot_start_says_why() {
    let world = World::new().await.drive();
    let failing = world.shell("echo before; exit 3").await;
    let missing = world.submit(json!({"project": "churn", "run": "/no/such/program"})).await;
    let late = world.submit(json!({"project": "churn", "run": "sleep 1000", "timeout": "200ms", "retries": 5})).await;
    let job = world.finished(&failing).await;
    assert_eq!((&job["state"], &job["exit"]), (&json!("failed"), &json!({"kind": "code", "value": 3})));
    let job = world.finished(&missing).await;
    assert_eq!((&job["state"], &job["exit"]["kind"]), (&json!("failed"), &json!("not_started")));
    assert!(job["message"].as_str().unwrap().contains("/no/such/program"), "{job:#}");
    let job = world.finished(&late).await;
    assert_eq!(
        (&job["state"], &job["exit"]["kind"], &job["attempt"]),
        (&json!("failed"), &json!("timeout"), &json!(1))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_attempt_is_tried_again_with_its_checkpoints() {
    let world = World::new().await.drive();
    let script = "echo attempt $ROADBED_JOB_ATTEMPT
        if [ -e $ROADBED_CHECKPOINT_DIR/step ]; then cat $ROADBED_CHECKPOINT_DIR/step; exit 0; fi
        echo from the checkpoint > $ROADBED_CHECKPOINT_DIR/step; exit 1";
    let id = world.submit(json!({"project": "churn", "run": script, "shell": true, "retries": 3})).await;
    let job = world.finished(&id).await;
    assert_eq!((&job["state"], &job["attempt"], &job["retries"]), (&json!("succeeded"), &json!(2), &json!(3)));
    let exits: Vec<_> =
        job["attempts"].as_array().unwrap().iter().map(|attempt| attempt["exit"]["value"].clone()).collect();
    assert_eq!(exits, [1, 0]);
    assert_ne!(job["attempts"][0]["workload"], job["attempts"][1]["workload"], "a workload id is used once");
    assert_eq!(world.said(&id).await, "attempt 1\nattempt 2\nfrom the checkpoint\n");
    let kinds = world.kinds(&id).await;
    assert_eq!(
        kinds,
        ["JobSubmitted", "JobLaunched", "JobStarted", "JobRetried", "JobLaunched", "JobStarted", "JobFinished"]
    );
    assert_eq!(job["cost"]["micros"], 3000, "both attempts cost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retries_run_out() {
    let world = World::new().await.drive();
    let id = world.submit(json!({"project": "churn", "run": "false", "retries": 2})).await;
    let job = world.finished(&id).await;
    assert_eq!((&job["state"], &job["attempt"]), (&json!("failed"), &json!(3)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_ends_the_whole_process_group_and_is_not_retried() {
    let world = World::new().await.drive();
    let script = "trap '' TERM; sleep 1000 & echo child $!; sleep 1000";
    let id = world.submit(json!({"project": "churn", "run": script, "shell": true, "retries": 3})).await;
    let log = world.log_with(&id, "child ").await;
    world.wait(&id, &["running"]).await;
    let pid: u32 = log.lines().find_map(|line| line.strip_prefix("child ")).unwrap().parse().unwrap();
    let answer = world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({"reason": "enough"})).await;
    assert_eq!(answer.expect(200).json()["cancel_requested"], true);
    // Again changes nothing.
    world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200);
    let job = world.finished(&id).await;
    assert_eq!(
        (&job["state"], &job["exit"]["kind"], &job["attempt"]),
        (&json!("cancelled"), &json!("cancelled"), &json!(1))
    );
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists(), "the child of the shell is gone too");
    let kinds = world.kinds(&id).await;
    assert_eq!(kinds, ["JobSubmitted", "JobLaunched", "JobStarted", "JobCancelRequested", "JobFinished"]);
    let late = world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200);
    assert_eq!(late.json()["state"], "cancelled");
    let done = world.shell("true").await;
    world.finished(&done).await;
    let refused = world.server.post(&format!("/api/v1/jobs/{done}/cancel"), DEV, json!({})).await.expect(409);
    assert_eq!(refused.code(), "jobs.finished");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queued_job_is_cancelled_at_once_and_never_starts() {
    let world = World::new().await;
    let id = world.shell("echo never").await;
    let answer = world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200).json();
    assert_eq!((&answer["state"], &answer["message"]), (&json!("cancelled"), &json!("cancelled by dev")));
    world.pass().await;
    world.pass().await;
    let job = world.job(&id).await;
    assert_eq!(job["attempts"][0]["phase"], "ended");
    assert_eq!(world.said(&id).await, "");
    assert_eq!(world.kinds(&id).await, ["JobSubmitted", "JobFinished", "JobAttemptClosed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_followed_to_the_end_and_resumed_from_an_offset() {
    let world = World::new().await.drive();
    let script = "echo one; while [ ! -e go ]; do sleep 0.02; done; echo two; exit $((2 - $ROADBED_JOB_ATTEMPT))";
    let id = world.submit(json!({"project": "churn", "run": script, "shell": true, "retries": 1})).await;
    let early = world.log_with(&id, "one\n").await;
    let follow = |offset: usize| {
        let (server, path) = (world.server.clone(), format!("/api/v1/jobs/{id}/logs?follow=true&offset={offset}"));
        async move { server.get(&path, DEV).await.expect(200).text() }
    };
    let mut followers = tokio::task::JoinSet::new();
    followers.spawn(follow(0));
    followers.spawn(follow(early.len()));
    for attempt in [0, 1] {
        let job = world.wait_for(&id, |job| job["state"] == "running" && job["attempt"] == attempt + 1).await;
        let workload = job["attempts"][attempt]["workload"].as_str().unwrap().to_owned();
        std::fs::write(world.folder.path().join("workloads").join(workload).join("work/go"), "").unwrap();
        world.wait_for(&id, |job| job["attempts"][attempt]["phase"] == "ended").await;
    }
    let mut logs = followers.join_all().await;
    logs.sort_by_key(String::len);
    let [resumed, whole] = &logs[..] else { panic!("{logs:?}") };
    assert_eq!(said(whole), "one\ntwo\none\ntwo\n");
    assert_eq!(format!("{early}{resumed}"), *whole);
    let part = world.server.get(&format!("/api/v1/jobs/{id}/logs?offset={}", early.len()), DEV).await.expect(200);
    assert_eq!(part.text(), *resumed);
    assert_eq!(part.headers["x-roadbed-log-next"], whole.len().to_string());
    let rest = world.server.get(&format!("/api/v1/jobs/{id}/logs?offset={}", whole.len()), DEV).await.expect(200);
    assert_eq!((rest.text().as_str(), &rest.headers["x-roadbed-log-end"]), ("", &"true".parse().unwrap()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_followed_log_arrives_while_the_job_runs() {
    use tower::ServiceExt as _;
    let world = World::new().await.drive();
    let id = world.shell("echo first; sleep 1000").await;
    let request = axum::http::Request::get(format!("/api/v1/jobs/{id}/logs?follow=true"))
        .header("host", "localhost")
        .header("authorization", format!("Bearer {DEV}"));
    let answer = world.server.router().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    let mut body = answer.into_body();
    let mut heard = String::new();
    while said(&heard) != "first\n" {
        let frame = tokio::time::timeout(Duration::from_secs(30), body.frame()).await.unwrap().unwrap().unwrap();
        heard.push_str(std::str::from_utf8(&frame.into_data().unwrap()).unwrap());
    }
    world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200);
    let rest = tokio::time::timeout(Duration::from_secs(30), body.collect()).await.unwrap().unwrap();
    let rest = String::from_utf8(rest.to_bytes().to_vec()).unwrap();
    assert!(!rest.contains("first"), "{rest}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_travels_by_digest_and_only_to_its_own_job() {
    let world = World::new().await.drive();
    let (packed, digest) = pack(&[("train.sh", "echo trained with depth $1; pwd | wc -l")]);
    let digest = digest.to_string();
    let known = format!("/api/v1/snapshots/{digest}");
    assert_eq!(world.server.get(&known, DEV).await.expect(404).code(), "snapshots.unknown");
    let put = |token: &'static str, project: &str, body: Vec<u8>| {
        let (server, path) = (world.server.clone(), format!("/api/v1/snapshots?project={project}"));
        async move { server.call(axum::http::Method::PUT, &path, token, &[], body).await }
    };
    let stored = put(DEV, "churn", packed.clone()).await.expect(200).json();
    assert_eq!(stored, json!({"digest": digest, "bytes": packed.len()}));
    assert_eq!(world.server.get(&known, DEV).await.expect(200).json(), stored);
    let head = world.server.call(axum::http::Method::HEAD, &known, DEV, &[], Vec::new()).await.expect(200);
    assert!(head.body.is_empty());
    // Another team does not learn that it is here, and cannot run from it.
    world.server.get(&known, "otto").await.expect(404);
    let theirs = json!({"project": "fraud", "run": "true", "snapshot": digest});
    let refused = world.server.post("/api/v1/jobs", "otto", theirs).await.expect(404);
    assert_eq!(refused.code(), "jobs.unknown_snapshot");
    assert_eq!(put("vera", "churn", packed.clone()).await.expect(403).code(), "access.forbidden");
    assert_eq!(put("otto", "churn", packed.clone()).await.expect(404).code(), "jobs.unknown_project");
    assert_eq!(put(DEV, "churn", b"PK\x03\x04 no snapshot".to_vec()).await.expect(400).code(), "snapshots.format");
    let id = world
        .submit(
            json!({"project": "churn", "run": "sh train.sh {{depth}}", "parameters": {"depth": 4}, "snapshot": digest}),
        )
        .await;
    let job = world.finished(&id).await;
    assert_eq!((&job["state"], &job["snapshot"]), (&json!("succeeded"), &json!(digest)), "{job:#}");
    assert_eq!(world.said(&id).await, "trained with depth 4\n1\n");
    let digest = digest.parse().unwrap();
    assert!(world.context.store.unreferenced(vec![digest]).await.unwrap().is_empty(), "the job holds its code");
    let other = world.shell("true").await;
    let other = world.finished(&other).await["attempts"][0]["workload"].as_str().unwrap().parse().unwrap();
    let token = world.ports.tokens.lock().unwrap()[&other].clone();
    world.server.get(&format!("/internal/v1/blobs/{digest}"), token.expose()).await.expect(404);
    world.server.get(&format!("/internal/v1/blobs/{digest}"), DEV).await.expect(403);
}
