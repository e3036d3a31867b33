//! Running a job again.

use super::world::{DEV, World, pack};
use axum::http::Method;
use serde_json::{Value, json};

async fn rerun(world: &World, id: &str, body: Value) -> roadbed_testkit::TestAnswer {
    world.server.post(&format!("/api/v1/jobs/{id}/rerun"), DEV, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_code_runs_again_with_other_values() {
    let world = World::new().await.drive();
    let (packed, digest) = pack(&[("train.sh", "echo depth $1 $TAG")]);
    world.server.call(Method::PUT, "/api/v1/snapshots?project=churn", DEV, &[], packed).await.expect(200);
    let first = world
        .submit(json!({"project": "churn", "name": "train", "run": "sh train.sh {{depth}}", "parameters": {"depth": 4},
            "snapshot": digest.to_string(), "environment": {"variables": {"TAG": "x"}}, "timeout": "1h", "retries": 2,
            "resources": {"cpu": "500m", "memory": "128MiB"}}))
        .await;
    let before = world.finished(&first).await;
    let made = rerun(&world, &first, json!({"parameters": {"depth": "6"}, "resources": {"memory": "256MiB"}})).await;
    let made = made.expect(201).json();
    assert_eq!((&made["rerun_of"], &made["parameters"]), (&json!(first), &json!({"depth": 6})));
    assert_eq!(made["resources"], json!({"cpu": "500m", "memory": "256MiB", "gpu": 0}));
    for same in ["name", "project", "team", "run", "snapshot", "timeout", "retries"] {
        assert_eq!(made[same], before[same], "{same}");
    }
    let again = made["id"].as_str().unwrap();
    world.finished(again).await;
    assert_eq!((world.said(&first).await, world.said(again).await), ("depth 4 x\n".into(), "depth 6 x\n".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shell_job_stays_one_and_a_repeated_call_is_one_job() {
    let world = World::new().await;
    let first = world
        .submit(
            json!({"project": "churn", "run": "echo $ROADBED_PARAM_WHO", "shell": true, "parameters": {"who": "a"}}),
        )
        .await;
    let send = || {
        let (server, path) = (world.server.clone(), format!("/api/v1/jobs/{first}/rerun"));
        let headers = [("content-type", "application/json"), ("idempotency-key", "k1")];
        async move { server.call(Method::POST, &path, DEV, &headers, br#"{"parameters": {"who": "b; c"}}"#.to_vec()).await }
    };
    let (one, two) = (send().await.expect(201).json(), send().await.expect(201).json());
    assert_eq!((&one["id"], &one["parameters"]), (&two["id"], &json!({"who": "b; c"})));
    let dry = format!("/api/v1/jobs/{first}/rerun?dry_run=true");
    world.server.post(&dry, DEV, json!({})).await.expect(201);
    assert_eq!(world.events().await.len(), 2, "nothing was started by the dry run");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_changes_name_their_field() {
    let world = World::new().await;
    let first = world.submit(json!({"project": "churn", "run": "echo {{n}}", "parameters": {"n": 1}})).await;
    let cases = [
        (json!({"parameters": {"m": 1}}), 400, "parameters"),
        (json!({"parameters": {"n": "many"}}), 400, "parameters.n"),
        (json!({"resources": {"memory": "much"}}), 400, "resources.memory"),
        (json!({"resources": {"gpu": 7}}), 400, "resources"),
        (json!({"retries": 1000}), 400, "retries"),
        (json!({"timeout": "soon"}), 400, "timeout"),
        (json!({"colour": 1}), 400, "colour"),
    ];
    for (body, status, field) in cases {
        let problem = rerun(&world, &first, body).await.expect(status).json();
        assert_eq!(problem["field"], field, "{problem}");
    }
    rerun(&world, "nonsense", json!({})).await.expect(404);
}
