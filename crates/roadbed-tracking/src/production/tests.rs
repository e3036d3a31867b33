//! What was in production, as an auditor asks.

use crate::stage::{Stage, TEAM};
use roadbed_contracts::events::serving::{RevisionCreated, RolloutEnded};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_core::{Digest, RevisionId, RolloutId, ServiceId};
use roadbed_store::Transaction;
use serde_json::{Value, json};
use std::time::Duration;

/// Two versions of `churn` from a run of a job, with data and code; its id.
async fn registered(stage: &Stage) -> String {
    let body = json!({"experiment_id": "0", "run_name": "train", "start_time": 5, "tags": [
        {"key": "mlflow.source.git.commit", "value": "c0ffee"}, {"key": "mlflow.source.name", "value": "train.py"}]});
    let made = stage.server.post("/api/2.0/mlflow/runs/create", "job", body).await.expect(200).json();
    let run = made["run"]["info"]["run_id"].as_str().unwrap().to_owned();
    stage.put_file(&format!("0/{run}/artifacts/model/MLmodel"), "flavors: {}\n").await.expect(200);
    let data = json!({"name": "customers", "digest": "abc123", "source_type": "local", "source": "{}"});
    stage.post("/runs/log-inputs", json!({"run_id": run, "datasets": [{"dataset": data}]})).await.expect(200);
    for _ in 0..2 {
        let body = json!({"run": run, "path": "model"});
        stage.server.post("/api/v1/models/churn/versions", "developer", body).await.expect(201);
    }
    run
}

async fn crown(stage: &Stage, version: i64) {
    let path = "/api/v1/models/churn/aliases/champion";
    stage.server.put(path, "deployer", json!({"version": version})).await.expect(200);
}

/// The events of a service that released a version.
async fn release(stage: &Stage, number: i64) {
    let header = EventHeader::new(Subject::new("service", "shop"), Actor::system()).with_team(TEAM);
    let write = move |tx: &mut Transaction<'_>| {
        let service = ServiceId::from_u128(5);
        let revision = RevisionId::from_u128(number.unsigned_abs().into());
        let (model, digest) = (format!("churn/{number}"), Digest::from_bytes([7; 32]));
        tx.emit(&header, &RevisionCreated { service, revision, number, model, digest })?;
        let ended = RolloutEnded {
            rollout: RolloutId::from_u128(1),
            service,
            from_revision: None,
            to_revision: revision,
            state: "promoted".to_owned(),
            sentence: String::new(),
        };
        tx.emit(&header, &ended)?;
        Ok::<_, roadbed_store::StoreError>(())
    };
    stage.platform.context.store.write(write).await.unwrap();
}

async fn told(stage: &Stage) {
    let run = registered(stage).await;
    crown(stage, 1).await;
    release(stage, 1).await;
    let first = stage.platform.context.clock.now().to_string();
    stage.platform.clock.advance(Duration::from_secs(3600));
    crown(stage, 2).await;
    release(stage, 2).await;
    stage.react("production").await;
    stage.react("production").await;

    let path = |at: &str| format!("/api/v1/models/churn/production{at}");
    let now = stage.server.get(&path(""), "viewer").await.expect(200).json();
    assert_eq!((&now["aliases"][0]["version"], &now["services"][0]["version"]), (&json!(2), &json!(2)));
    let then = stage.server.get(&path(&format!("?at={first}")), "viewer").await.expect(200).json();
    let alias = &then["aliases"][0];
    assert_eq!(
        (&alias["alias"], &alias["version"], &then["services"][0]["service"]),
        (&json!("champion"), &json!(1), &json!("shop"))
    );
    let origin = &alias["origin"];
    assert_eq!(
        (&origin["run"], &origin["commit"], &origin["datasets"][0]["digest"]),
        (&json!(run), &json!("c0ffee"), &json!("abc123"))
    );
    assert!(origin["job"].is_string(), "{origin}");
    let served = format!("/api/v1/services/shop/production?at={first}");
    let served = stage.server.get(&served, "viewer").await.expect(200).json();
    assert_eq!((&served["served"]["version"], &served["served"]["origin"]["run"]), (&json!(1), &json!(run)));
    stage.server.get("/api/v1/services/shop/production", "outsider").await.expect(404);
    stage.server.get(&path("?at=yesterday"), "viewer").await.expect(400);

    // What was in production stays told after the version is gone; now nothing is.
    stage.server.delete("/api/v1/models/churn", "deployer").await.expect(204);
    stage.react("production").await;
    let then = stage.server.get(&path(&format!("?at={first}")), "viewer").await.expect(200).json();
    assert_eq!((&then["aliases"][0]["version"], &then["aliases"][0]["origin"]["run"]), (&json!(1), &Value::Null));
    stage.platform.clock.advance(Duration::from_secs(1));
    assert_eq!(stage.server.get(&path(""), "viewer").await.expect(200).json()["aliases"], json!([]));
}

#[tokio::test]
async fn what_was_in_production_is_told_for_any_moment() {
    told(&Stage::new()).await;
}

#[tokio::test]
async fn what_was_in_production_is_told_for_any_moment_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    told(&stage).await;
}

#[tokio::test]
async fn a_version_leads_back_to_data_and_code_and_on_to_its_service() {
    let stage = Stage::new();
    let run = registered(&stage).await;
    crown(&stage, 1).await;
    release(&stage, 1).await;
    stage.react("production").await;
    let path = "/api/v1/models/churn/versions/1/lineage";
    let graph = stage.server.get(path, "viewer").await.expect(200).json();
    let kinds: Vec<&str> =
        graph["nodes"].as_array().unwrap().iter().map(|node| node["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["version", "alias", "revision", "service", "run", "job", "commit", "dataset"]);
    let edges: Vec<(&str, &str)> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| (edge["from"].as_str().unwrap().split(':').next().unwrap(), edge["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(
        edges,
        [
            ("commit", "ran"),
            ("dataset", "read"),
            ("job", "made"),
            ("revision", "served_by"),
            ("run", "registered_as"),
            ("version", "named_by"),
            ("version", "became")
        ]
    );
    assert_eq!((&graph["truncated"], &graph["nodes"][4]["id"]), (&json!(false), &json!(format!("run:{run}"))));
    stage.server.get(path, "outsider").await.expect(404);
    stage.server.get("/api/v1/models/churn/versions/9/lineage", "viewer").await.expect(404);
    stage.server.get("/api/v1/models/churn/versions/x/lineage", "viewer").await.expect(400);
}
