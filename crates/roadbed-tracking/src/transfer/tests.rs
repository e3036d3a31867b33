use crate::stage::Stage;
use axum::http::Method;
use roadbed_testkit::TestAnswer;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/transfer/lines";
const RUN: &str = "0123456789abcdef0123456789abcdef";
const MODEL: &str = "m-0123456789abcdef0123456789abcdef";

async fn send(stage: &Stage, token: &str, path: &str, lines: &[Value]) -> TestAnswer {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    stage.server.call(Method::POST, path, token, &[("content-type", "application/x-ndjson")], body.into_bytes()).await
}

fn admin(stage: &Stage) {
    let team = crate::stage::TEAM;
    stage.platform.member("admin", team, roadbed_capability::Grantee::Admin);
}

fn experiment(id: i64, name: &str) -> Value {
    json!({"kind": "experiment", "id": id, "name": name, "tags": {"é": "ü"}, "created_ms": 5, "updated_ms": 6})
}

fn run() -> Value {
    json!({"kind": "run", "id": RUN, "experiment": 42, "name": "one", "user": "ada", "status": "FINISHED", "state": "deleted",
        "started_ms": 7, "ended_ms": 9, "params": {"depth": "4"}, "tags": {"mlflow.runName": "one", "area": "sales"},
        "datasets": [{"name": "d", "digest": "x", "source_type": "local", "source": "{}", "tags": {"mlflow.data.context": "training"}}],
        "model_outputs": [{"model": MODEL, "step": 3}]})
}

fn logged_model() -> Value {
    json!({"kind": "logged_model", "id": MODEL, "experiment": 42, "name": "net", "status": "LOGGED_MODEL_READY", "run": RUN,
        "params": {"depth": "4"}, "created_ms": 8, "updated_ms": 9})
}

#[tokio::test]
async fn everything_arrives_once_with_its_ids_and_times() {
    let stage = Stage::new();
    admin(&stage);
    let points = json!([[10, 0, 0.1], [11, 1, "NaN"], [12, 2, "Infinity"], [10, 0, 0.1]]);
    let version = json!({"kind": "version", "model": "churn", "version": 3, "source": "models:/m-1", "run": RUN, "stage": "Staging",
        "tags": {"t": "v"}, "created_ms": 21, "updated_ms": 22, "files_at": "imports/churn/3"});
    stage.put_file("imports/churn/3/MLmodel", "flavors: {}").await.expect(200);
    let lines = [
        experiment(42, "churn/ü"),
        run(),
        logged_model(),
        json!({"kind": "metric", "run": RUN, "key": "auc", "points": points}),
        json!({"kind": "model_metric", "model": MODEL, "run": RUN, "key": "auc", "points": [[10, 0, 0.5]]}),
        json!({"kind": "model", "name": "churn", "description": "d", "created_ms": 20, "updated_ms": 23}),
        version,
        json!({"kind": "alias", "model": "churn", "alias": "champion", "version": 3}),
        json!({"kind": "whole", "item": format!("run/{RUN}"), "mark": "1"}),
    ];
    send(&stage, "developer", PATH, &lines).await.expect(403);
    let rehearsed = send(&stage, "admin", &format!("{PATH}?dry_run=true"), &lines).await.expect(200).json();
    assert_eq!((&rehearsed["made"]["version"], &rehearsed["refused"]), (&json!(1), &json!([])));
    stage.get("/experiments/get?experiment_id=42").await.expect(404);
    let arrived = send(&stage, "admin", PATH, &lines).await.expect(200).json();
    assert_eq!(arrived["refused"], json!([]));
    assert_eq!(arrived["made"]["run"], 1);
    let again = send(&stage, "admin", PATH, &lines).await.expect(200).json();
    assert_eq!(
        (&again["refused"], &again["present"]["version"], &again["made"]["run"]),
        (&json!([]), &json!(1), &Value::Null)
    );
    let found = stage.get("/experiments/get?experiment_id=42").await.expect(200).json()["experiment"].clone();
    assert_eq!((&found["name"], &found["creation_time"]), (&json!("churn/ü"), &json!(5)));
    let found = stage.get(&format!("/runs/get?run_id={RUN}")).await.expect(200).json()["run"].clone();
    assert_eq!((&found["info"]["lifecycle_stage"], &found["info"]["end_time"]), (&json!("deleted"), &json!(9)));
    assert_eq!(found["outputs"]["model_outputs"][0]["model_id"], MODEL);
    assert_eq!(found["inputs"]["dataset_inputs"][0]["dataset"]["digest"], "x");
    let history = stage.get(&format!("/metrics/get-history?run_id={RUN}&metric_key=auc")).await.expect(200).json();
    assert_eq!(history["metrics"].as_array().unwrap().len(), 3);
    let found = stage.get("/model-versions/get?name=churn&version=3").await.expect(200).json()["model_version"].clone();
    assert_eq!((&found["creation_timestamp"], &found["current_stage"]), (&json!(21), &json!("Staging")));
    assert_eq!(found["aliases"], json!(["champion"]));
    let frozen = stage.server.get("/api/v1/models/churn/versions/3/files", "viewer").await.expect(200).json();
    assert_eq!(frozen["items"][0]["path"], "MLmodel");
    let landed = stage.server.get("/api/v1/transfer/files?folder=imports/churn/3", "admin").await.expect(200).json();
    assert_eq!(landed["items"], json!([]));
    let whole = stage.server.get("/api/v1/transfer/whole", "admin").await.expect(200).json();
    assert_eq!(whole["items"], json!([{"item": format!("run/{RUN}"), "mark": "1"}]));
    let next =
        stage.post("/model-versions/create", json!({"name": "churn", "source": "s3://x/y"})).await.expect(200).json();
    assert_eq!(next["model_version"]["version"], "4");
}

#[tokio::test]
async fn what_is_here_is_never_overwritten() {
    let stage = Stage::new();
    admin(&stage);
    let mine = stage.post("/experiments/create", json!({"name": "mine"})).await.expect(200).json();
    let id: i64 = mine["experiment_id"].as_str().unwrap().parse().unwrap();
    send(&stage, "admin", PATH, &[experiment(42, "churn"), run()]).await.expect(200);
    let mut other = run();
    other["started_ms"] = json!(8);
    other["tags"]["area"] = json!("fraud");
    let mut changed = run();
    changed["params"]["depth"] = json!("5");
    let lines = [
        experiment(id, "theirs"),
        experiment(43, "mine"),
        other,
        changed,
        json!({"kind": "run", "id": "..", "experiment": 42, "name": "x", "status": "FINISHED", "started_ms": 1}),
        json!({"kind": "metric", "run": "nobody", "key": "k", "points": []}),
        json!({"kind": "version", "model": "nothing", "version": 1, "source": "", "stage": "None", "created_ms": 1, "updated_ms": 1}),
    ];
    let arrived = send(&stage, "admin", PATH, &lines).await.expect(200).json();
    let refused: Vec<u64> =
        arrived["refused"].as_array().unwrap().iter().map(|one| one["line"].as_u64().unwrap()).collect();
    assert_eq!(refused, [1, 2, 3, 5, 7, 4, 6], "{arrived}");
    let tags = stage.get(&format!("/runs/get?run_id={RUN}")).await.json()["run"]["data"]["tags"].clone();
    assert!(tags.as_array().unwrap().contains(&json!({"key": "area", "value": "sales"})), "{tags}");
    // Ids of another team are taken, too.
    stage.platform.member("other_admin", roadbed_core::TeamId::from_u128(2), roadbed_capability::Grantee::Admin);
    let arrived = send(&stage, "other_admin", PATH, &[experiment(42, "churn"), run()]).await.expect(200).json();
    assert_eq!((&arrived["made"]["experiment"], &arrived["refused"][0]["kind"]), (&json!(1), &json!("run")));
    for bad in [json!({"kind": "run"}), json!({"kind": "nothing"}), json!([])] {
        let answer = send(&stage, "admin", PATH, &[bad]).await.expect(400).json();
        assert_eq!(answer["code"], "transfer.line");
    }
}
