//! Policies and purging, as people see them.

use crate::experiments::Lifecycle;
use crate::runs::{self, Former};
use crate::stage::{Stage, TEAM};
use roadbed_capability::Grantee;
use roadbed_store::{Reader, Transaction};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// A run that ended just now, with a file of ten bytes and a metric.
async fn ended(stage: &Stage, name: &str, content: &str) -> String {
    let run = stage.run(name).await;
    stage.put_file(&format!("0/{run}/artifacts/model/MLmodel"), content).await.expect(200);
    let metric = json!({"run_id": run, "key": "auc", "value": 1, "timestamp": 1});
    stage.post("/runs/log-metric", metric).await.expect(200);
    let now = stage.platform.context.clock.now().as_millis();
    let end = json!({"run_id": run, "status": "FINISHED", "end_time": now});
    stage.post("/runs/update", end).await.expect(200);
    run
}

async fn state(stage: &Stage, run: &str) -> Value {
    let answer = stage.server.get(&format!("/api/v1/runs/{run}"), "viewer").await;
    if answer.status == 404 { Value::Null } else { answer.json()["state"].clone() }
}

async fn kept_and_gone(stage: &Stage) {
    stage.platform.member("boss", TEAM, Grantee::Admin);
    let old = ended(stage, "old", "only here!").await;
    let shared = ended(stage, "shared", "used twice").await;
    let registered = ended(stage, "registered", "used twice").await;
    let body = json!({"run": registered, "path": "model"});
    stage.server.post("/api/v1/models/churn/versions", "developer", body).await.expect(201);
    let tagged = ended(stage, "tagged", "x").await;
    stage.post("/runs/set-tag", json!({"run_id": tagged, "key": "roadbed.keep", "value": "yes"})).await.expect(200);
    stage.platform.clock.advance(31 * DAY);
    let young = ended(stage, "young", "y").await;

    let policy = json!({"delete_after_days": 30, "purge_after_days": 7});
    let path = "/api/v1/retention/team";
    stage.server.put(path, "deployer", policy.clone()).await.expect(403);
    let told = stage.server.put(&format!("{path}?dry_run=true"), "boss", policy.clone()).await.expect(200).json();
    assert_eq!((&told["next_deleted"]["runs"], &told["next_deleted"]["kept"]), (&json!(2), &json!(2)));
    stage.pass("run-retention").await;
    assert_eq!(state(stage, &old).await, "active");
    stage.server.put(path, "boss", policy).await.expect(200);
    stage.pass("run-retention").await;
    for (run, expected) in
        [(&old, "deleted"), (&shared, "deleted"), (&registered, "active"), (&tagged, "active"), (&young, "active")]
    {
        assert_eq!(state(stage, run).await, expected);
    }
    // Restoring starts the time anew.
    stage.platform.clock.advance(6 * DAY);
    stage.post("/runs/restore", json!({"run_id": shared})).await.expect(200);
    stage.pass("run-retention").await;
    stage.platform.clock.advance(2 * DAY);
    let next = stage.server.get(path, "viewer").await.expect(200).json();
    assert_eq!((&next["next_purged"]["runs"], &next["next_purged"]["bytes"]), (&json!(1), &json!(10)));
    let said = stage.pass("run-retention").await;
    assert!(said.ends_with("purged 1 and freed 10 bytes"), "{said}");
    assert_eq!((state(stage, &old).await, state(stage, &shared).await), (Value::Null, json!("deleted")));

    let purge = json!({"experiment": "0"});
    stage.server.post("/api/v1/purge", "deployer", purge.clone()).await.expect(403);
    let told = stage.server.post("/api/v1/purge?dry_run=true", "boss", purge.clone()).await.expect(200).json();
    assert_eq!((&told["runs"], &told["bytes"], &told["bytes_freed"]), (&json!(1), &json!(10), &json!(0)));
    assert_eq!(state(stage, &shared).await, "deleted");
    let done = stage.server.post("/api/v1/purge", "boss", purge).await.expect(200).json();
    // The registered version holds the same content.
    assert_eq!((&done["runs"], &done["files"], &done["bytes_freed"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(state(stage, &shared).await, Value::Null);
    let keys = stage.server.get("/api/v1/experiments/0/keys?kind=metrics", "viewer").await.expect(200).json();
    assert_eq!(keys["items"][0]["runs"], 3, "{keys}");
    let kinds = stage.platform.event_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "RunsPurged").count(), 2);
}

#[tokio::test]
async fn old_runs_go_and_what_somebody_needs_stays() {
    kept_and_gone(&Stage::new()).await;
}

#[tokio::test]
async fn old_runs_go_and_what_somebody_needs_stays_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    kept_and_gone(&stage).await;
}

#[tokio::test]
async fn an_experiment_has_its_own_policy_and_days_are_checked() {
    let stage = Stage::new();
    stage.platform.member("boss", TEAM, Grantee::Admin);
    let run = ended(&stage, "old", "x").await;
    stage.platform.clock.advance(10 * DAY);
    let put = async |path: &str, body: Value| stage.server.put(path, "boss", body).await;
    put("/api/v1/retention/0", json!({"delete_after_days": 100})).await.expect(200);
    put("/api/v1/retention/team", json!({"delete_after_days": 5})).await.expect(200);
    stage.pass("run-retention").await;
    assert_eq!(state(&stage, &run).await, "active");
    stage.server.delete("/api/v1/retention/0", "boss").await.expect(204);
    stage.server.delete("/api/v1/retention/0", "boss").await.expect(404);
    stage.pass("run-retention").await;
    assert_eq!(state(&stage, &run).await, "deleted");
    for body in [json!({}), json!({"delete_after_days": 0}), json!({"purge_after_days": 99_999_999})] {
        put("/api/v1/retention/team", body).await.expect(400);
    }
    put("/api/v1/retention/77", json!({"delete_after_days": 5})).await.expect(404);
    let listed = stage.server.get("/api/v1/retention", "outsider").await.expect(200).json();
    assert_eq!(listed["items"], json!([]));
}

/// Tells a trace that was made in a run, and puts a file of ten bytes beside it.
async fn traced(stage: &Stage, id: &str, run: &str) {
    let info = json!({
        "trace_id": id, "request_time": "2023-11-14T22:13:20.500Z", "state": "OK",
        "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}},
        "trace_metadata": {"mlflow.sourceRun": run},
    });
    let headers = [("content-type", "application/json")];
    let body = serde_json::to_vec(&json!({"trace": {"trace_info": info}})).unwrap();
    stage
        .server
        .call(axum::http::Method::POST, "/api/3.0/mlflow/traces", "developer", &headers, body)
        .await
        .expect(200);
    stage.put_file(&format!("0/traces/{id}/artifacts/traces.json"), &format!("{id:>10}")).await.expect(200);
}

async fn with_traces(stage: &Stage) {
    stage.platform.member("boss", TEAM, Grantee::Admin);
    let (gone, stays) = (stage.run("gone").await, stage.run("stays").await);
    for (id, run) in [("tr-own", &gone), ("tr-shared", &gone), ("tr-looked", &stays), ("tr-other", &stays)] {
        traced(stage, id, run).await;
    }
    let link = |run: &String, ids: Value| stage.post("/traces/link-to-run", json!({"run_id": run, "trace_ids": ids}));
    link(&stays, json!(["tr-shared"])).await.expect(200);
    link(&gone, json!(["tr-looked"])).await.expect(200);
    stage.post("/runs/delete", json!({"run_id": gone})).await.expect(200);
    let shown = async |id: &str| stage.server.get(&format!("/api/v1/traces/{id}"), "viewer").await.status;
    let told = stage.server.post("/api/v1/purge?dry_run=true", "boss", json!({})).await.expect(200).json();
    assert_eq!((&told["traces"], &told["files"], &told["bytes"]), (&json!(1), &json!(1), &json!(10)));
    assert_eq!(shown("tr-own").await, 200);
    let done = stage.server.post("/api/v1/purge", "boss", json!({})).await.expect(200).json();
    assert_eq!((&done["traces"], &done["files"], &done["bytes_freed"]), (&json!(1), &json!(1), &json!(10)));
    for (id, status) in [("tr-own", 404), ("tr-shared", 200), ("tr-looked", 200), ("tr-other", 200)] {
        assert_eq!(shown(id).await, status, "{id}");
    }
    // The shared one goes with the last run that has it.
    stage.post("/runs/delete", json!({"run_id": stays})).await.expect(200);
    let done = stage.server.post("/api/v1/purge", "boss", json!({})).await.expect(200).json();
    assert_eq!(done["traces"], 3);
    let kinds = stage.platform.event_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "TracesDeleted").count(), 2);
}

#[tokio::test]
async fn traces_go_with_the_run_they_were_made_in() {
    with_traces(&Stage::new()).await;
}

#[tokio::test]
async fn traces_go_with_the_run_they_were_made_in_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    with_traces(&stage).await;
}

#[tokio::test]
async fn a_run_is_restored_before_its_purge_began_or_not_at_all() {
    let stage = Stage::new();
    let (early, late) = (ended(&stage, "early", "a").await, ended(&stage, "late", "b").await);
    for run in [&early, &late] {
        stage.post("/runs/delete", json!({"run_id": run})).await.expect(200);
    }
    let former = Former { team: TEAM, experiment: None, stage: Lifecycle::Deleted, ended_before_ms: None };
    let store = &stage.platform.context.store;
    let runs = store.read(move |r: &mut Reader<'_>| runs::former_runs(r, &former, 0, 10)).await.unwrap();
    let number = |id: &String| runs.iter().find(|run| run.run_id == *id).unwrap().number;
    let numbers = [number(&early), number(&late)];
    stage.post("/runs/restore", json!({"run_id": early})).await.expect(200);
    let condemned = store.write(move |tx: &mut Transaction<'_>| {
        tx.without_event("a test");
        runs::condemn(tx, &numbers)
    });
    assert_eq!(condemned.await.unwrap(), [numbers[1]].into());
    let refused = stage.post("/runs/restore", json!({"run_id": late})).await.expect(400).json();
    assert!(refused["message"].as_str().unwrap().contains("removed for good"), "{refused}");
    stage.post("/experiments/delete", json!({"experiment_id": "0"})).await.expect(200);
    stage.post("/experiments/restore", json!({"experiment_id": "0"})).await.expect(200);
    assert_eq!((state(&stage, &early).await, state(&stage, &late).await), (json!("active"), json!("deleted")));
}
