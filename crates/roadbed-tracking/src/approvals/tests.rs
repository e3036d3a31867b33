//! Rules and approvals as people and clients meet them.

use crate::stage::{Stage, TEAM};
use axum::http::Method;
use roadbed_capability::Grantee;
use serde_json::{Value, json};

const CHAMPION: &str = "/api/v1/models/churn/aliases/champion";
const APPROVALS: &str = "/api/v1/models/churn/versions/1/approvals";

/// A version of `churn` registered by `author`, whose run measured this.
async fn version(stage: &Stage, author: &str, auc: f64) -> String {
    let run = stage.run("train").await;
    stage.put_file(&format!("0/{run}/artifacts/model/MLmodel"), "flavors: {}\n").await.expect(200);
    measure(stage, &run, auc, 1).await;
    let body = json!({"run": run, "path": "model"});
    stage.server.post("/api/v1/models/churn/versions", author, body).await.expect(201);
    run
}

async fn measure(stage: &Stage, run: &str, auc: f64, step: i64) {
    let body = json!({"run_id": run, "key": "auc", "value": auc, "timestamp": step, "step": step});
    stage.post("/runs/log-metric", body).await.expect(200);
}

fn people(stage: &Stage) {
    for name in ["ben", "eva"] {
        stage.platform.member(name, TEAM, Grantee::Deployer);
    }
    stage.platform.member("boss", TEAM, Grantee::Admin);
}

async fn rule(stage: &Stage, conditions: &[&str], approvers: i64) {
    let body = json!({"conditions": conditions, "approvers": approvers});
    let path = "/api/v1/models/churn/approval-rules/champion";
    stage.server.put(path, "boss", body).await.expect(200);
}

async fn approve(stage: &Stage, person: &str) -> roadbed_testkit::TestAnswer {
    stage.server.post(APPROVALS, person, json!({"alias": "champion", "comment": "looks right"})).await
}

async fn crown(stage: &Stage) -> roadbed_testkit::TestAnswer {
    stage.server.put(CHAMPION, "deployer", json!({"version": 1})).await
}

async fn four_eyes(stage: &Stage) {
    people(stage);
    let run = version(stage, "ben", 0.85).await;
    rule(stage, &["metrics.auc >= 0.9"], 1).await;
    let refused = crown(stage).await.expect(403).json();
    assert_eq!(refused["code"], "approvals.rule_not_met");
    let detail = refused["detail"].as_str().unwrap();
    assert!(
        detail.contains("metrics.auc >= 0.9 is asked for and it is 0.85") && detail.contains("1 person"),
        "{detail}"
    );
    measure(stage, &run, 0.93, 2).await;
    // Clients of MLflow get the same answer in their form, and a rehearsal tells it too.
    let body = json!({"name": "churn", "alias": "champion", "version": "1"});
    let alias = "/api/2.0/mlflow/registered-models/alias";
    let refused = stage.server.post(alias, "deployer", body.clone()).await.expect(403);
    assert_eq!(Stage::code(&refused), "PERMISSION_DENIED");
    stage.server.put(&format!("{CHAMPION}?dry_run=true"), "deployer", json!({"version": 1})).await.expect(403);
    let port = &stage.ports.registry;
    port.set_alias(TEAM, &"churn".parse().unwrap(), "champion", 1).await.unwrap_err();

    assert!(approve(stage, "ben").await.expect(403).json()["detail"].as_str().unwrap().contains("somebody else"));
    approve(stage, "developer").await.expect(403);
    approve(stage, "outsider").await.expect(404);
    let given = approve(stage, "eva").await.expect(201).json();
    assert_eq!((&given["person"], &given["comment"]), (&json!("eva"), &json!("looks right")));
    assert_eq!(approve(stage, "eva").await.expect(201).json()["id"], given["id"]);
    stage.server.post(alias, "deployer", body).await.expect(200);
    // An alias without a rule stays free, and so does taking one away.
    stage.server.put("/api/v1/models/churn/aliases/try", "deployer", json!({"version": 1})).await.expect(200);
    stage.server.call(Method::DELETE, CHAMPION, "deployer", &[], Vec::new()).await.expect(204);

    measure(stage, &run, 0.95, 3).await;
    let detail = crown(stage).await.expect(403).json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("1 approved before files or measurements changed"), "{detail}");
    let shown = stage.server.get(APPROVALS, "viewer").await.expect(200).json();
    assert_eq!((&shown["aliases"][0]["met"], &shown["aliases"][0]["approved_by"]), (&json!(false), &json!([])));
    let renewed = approve(stage, "eva").await.expect(201).json();
    let shown = stage.server.get(APPROVALS, "viewer").await.expect(200).json();
    let states: Vec<&Value> = shown["items"].as_array().unwrap().iter().map(|item| &item["state"]).collect();
    assert_eq!(states, ["revoked", "given"]);
    crown(stage).await.expect(200);
    let path = format!("{APPROVALS}/{}", renewed["id"].as_str().unwrap());
    stage.server.delete(&format!("{path}?why=x"), "eva").await.expect(400);
    stage.server.delete(&format!("{path}?because={}", "x".repeat(5001)), "eva").await.expect(400);
    stage.server.delete(&format!("{path}?because=no&dry_run=true"), "eva").await.expect(204);
    stage.server.delete(&format!("{path}?because=it%20leaks"), "eva").await.expect(204);
    stage.server.delete(&path, "eva").await.expect(404);
    let listed = stage.server.get("/api/v1/approvals?limit=1", "viewer").await.expect(200).json();
    assert_eq!((&listed["items"][0]["state"], &listed["next_cursor"]), (&json!("revoked"), &json!("2")));
    assert_eq!(listed["items"][0]["revoked_because"], "taken back by eva: it leaks");
}

#[tokio::test]
async fn an_alias_moves_once_it_is_measured_and_others_agree() {
    four_eyes(&Stage::new()).await;
}

#[tokio::test]
async fn an_alias_moves_once_it_is_measured_and_others_agree_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    four_eyes(&stage).await;
}

#[tokio::test]
async fn a_model_has_its_own_rule_instead_of_the_teams() {
    let stage = Stage::new();
    people(&stage);
    version(&stage, "developer", 0.5).await;
    let team = "/api/v1/approval-rules/champion";
    stage.server.put(team, "deployer", json!({"approvers": 1})).await.expect(403);
    stage.server.put(&format!("{team}?dry_run=true"), "boss", json!({"approvers": 1})).await.expect(200);
    crown(&stage).await.expect(200);
    stage.server.delete(CHAMPION, "deployer").await.expect(204);
    stage.server.put(team, "boss", json!({"approvers": 1})).await.expect(200);
    crown(&stage).await.expect(403);
    rule(&stage, &[], 0).await;
    let of_model = stage.server.get("/api/v1/models/churn/approval-rules", "viewer").await.expect(200).json();
    assert_eq!((&of_model["items"][0]["from"], of_model["items"].as_array().unwrap().len()), (&json!("model"), 1));
    crown(&stage).await.expect(200);
    let path = "/api/v1/models/churn/approval-rules/champion";
    stage.server.delete(path, "boss").await.expect(204);
    stage.server.delete(path, "boss").await.expect(404);
    let listed = stage.server.get("/api/v1/approval-rules", "outsider").await.expect(200).json();
    assert_eq!(listed["items"], json!([]));
    for body in [json!({"conditions": ["auc"]}), json!({"approvers": 99}), json!({}), json!({"approvers": -1})] {
        stage.server.put(team, "boss", body).await.expect(400);
    }
    stage.server.put("/api/v1/approval-rules/a%20b", "boss", json!({"approvers": 1})).await.expect(400);
    stage.server.put("/api/v1/models/none/approval-rules/x", "boss", json!({"approvers": 1})).await.expect(404);
}

#[tokio::test]
async fn what_rests_on_changed_measurements_is_revoked_and_told() {
    let stage = Stage::new();
    people(&stage);
    let run = version(&stage, "developer", 0.95).await;
    rule(&stage, &["auc > 0.9"], 1).await;
    approve(&stage, "eva").await.expect(201);
    stage.pass("approvals").await;
    assert_eq!(stage.server.get(APPROVALS, "viewer").await.expect(200).json()["items"][0]["state"], "given");
    measure(&stage, &run, 0.99, 2).await;
    stage.pass("approvals").await;
    stage.pass("approvals").await;
    let shown = stage.server.get(APPROVALS, "viewer").await.expect(200).json();
    assert_eq!(shown["items"][0]["state"], "revoked");
    let events = stage.platform.context.store.events_after(roadbed_core::EventSeq(0), 500).await.unwrap();
    let kinds: Vec<&str> =
        events.iter().map(|event| event.kind.as_str()).filter(|kind| kind.starts_with("Approval")).collect();
    assert_eq!(kinds, ["ApprovalRuleChanged", "ApprovalGiven", "ApprovalRevoked"]);
}
