//! `/api/v1/experiments`, as the portal and the command line use it.

use crate::stage::Stage;
use axum::http::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/experiments";

async fn create(stage: &Stage, name: &str) -> String {
    let made = stage.server.post(PATH, "developer", json!({"name": name})).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

async fn names(stage: &Stage, query: &str) -> Vec<String> {
    let found = stage.server.get(&format!("{PATH}?{query}"), "viewer").await.expect(200).json();
    found["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn rename(stage: &Stage, id: &str, seen: &str, name: &str) -> roadbed_testkit::TestAnswer {
    let headers = [("content-type", "application/json"), ("if-match", seen)];
    let body = serde_json::to_vec(&json!({"name": name})).unwrap();
    stage.server.call(Method::PATCH, &format!("{PATH}/{id}"), "developer", &headers, body).await
}

#[tokio::test]
async fn an_experiment_is_made_once() {
    let stage = Stage::new();
    let new = json!({"name": "churn", "tags": {"area": "sales"}});
    stage.server.post(PATH, "viewer", new.clone()).await.expect(403);
    stage.server.post(&format!("{PATH}?dry_run=true"), "developer", new.clone()).await.expect(201);
    assert_eq!(names(&stage, "").await, ["Default"]);
    let made = stage.server.post(PATH, "developer", new.clone()).await.expect(201).json();
    assert_eq!((&made["name"], &made["tags"], &made["runs"]), (&json!("churn"), &json!({"area": "sales"}), &json!(0)));
    let taken = stage.server.post(PATH, "developer", new).await.expect(400).json();
    assert_eq!((&taken["field"], &taken["code"]), (&json!("name"), &json!("tracking.exists")));
    let unnamed = stage.server.post(PATH, "developer", json!({"name": " "})).await.expect(400).json();
    assert_eq!(unnamed["field"], "name");
    stage.server.post(PATH, "developer", json!({"nam": "x"})).await.expect(400);
}

#[tokio::test]
async fn experiments_are_found_by_name_and_state_with_their_runs() {
    let stage = Stage::new();
    let id = create(&stage, "Churn Search").await;
    create(&stage, "fraud").await;
    let body = json!({"experiment_id": id, "start_time": 5});
    let run = stage.post("/runs/create", body.clone()).await.expect(200).json()["run"]["info"]["run_id"].clone();
    stage.post("/runs/create", body).await.expect(200);
    stage.post("/runs/delete", json!({"run_id": run})).await.expect(200);
    let end = 4_102_444_800_000_i64;
    let runs = stage.server.get(&format!("/api/v1/runs?experiment={id}"), "viewer").await.json();
    stage.post("/runs/update", json!({"run_id": runs["items"][0]["id"], "end_time": end})).await.expect(200);
    assert_eq!(names(&stage, "q=CHURN").await, ["Churn Search"]);
    let shown = stage.server.get(&format!("{PATH}/{id}"), "viewer").await.expect(200);
    assert_eq!(shown.headers["etag"].to_str().unwrap(), format!("\"{}\"", shown.json()["version"].as_str().unwrap()));
    assert_eq!((&shown.json()["runs"], &shown.json()["updated_at"]), (&json!(1), &json!("2100-01-01T00:00:00Z")));
    stage.server.delete(&format!("{PATH}/{id}"), "developer").await.expect(204);
    assert!(names(&stage, "q=churn").await.is_empty());
    assert_eq!(names(&stage, "q=churn&state=deleted").await, ["Churn Search"]);
    assert_eq!(names(&stage, "state=all").await.len(), 3);
    let first = stage.server.get(&format!("{PATH}?state=all&limit=2"), "viewer").await.json();
    let next = format!("state=all&limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(names(&stage, &next).await.len(), 1);
    assert!(stage.server.get(PATH, "outsider").await.expect(200).json()["items"][0]["runs"] == 0);
    for (query, field) in [("limit=0", "limit"), ("cursor=x", "cursor")] {
        let answer = stage.server.get(&format!("{PATH}?{query}"), "viewer").await.expect(400).json();
        assert_eq!(answer["field"], field);
    }
    stage.server.get(&format!("{PATH}?state=old"), "viewer").await.expect(400);
}

#[tokio::test]
async fn a_rename_does_not_overwrite_another() {
    let stage = Stage::new();
    let id = create(&stage, "one").await;
    create(&stage, "two").await;
    let seen = stage.server.get(&format!("{PATH}/{id}"), "viewer").await.json()["version"].as_str().unwrap().to_owned();
    let rehearsed = format!("{PATH}/{id}?dry_run=true");
    let rehearsal = stage.server.patch(&rehearsed, "developer", json!({"name": "three"})).await.expect(200).json();
    assert_eq!(rehearsal["name"], "three");
    let renamed = rename(&stage, &id, &seen, "uno").await.expect(200).json();
    assert_eq!(renamed["name"], "uno");
    let lost = rename(&stage, &id, &seen, "eins").await.expect(412).json();
    assert_eq!(lost["code"], "request.changed_meanwhile");
    let taken = rename(&stage, &id, renamed["version"].as_str().unwrap(), "two").await.expect(400).json();
    assert_eq!(taken["field"], "name");
    let path = format!("{PATH}/{id}");
    stage.server.patch(&path, "viewer", json!({"name": "x"})).await.expect(403);
    stage.server.patch(&path, "outsider", json!({"name": "x"})).await.expect(404);
    stage.server.patch(&path, "developer", json!({"name": ""})).await.expect(400);
    assert_eq!(names(&stage, "q=uno").await, ["uno"]);
}

#[tokio::test]
async fn an_experiment_leaves_and_comes_back_with_its_runs() {
    let stage = Stage::new();
    let id = create(&stage, "one").await;
    stage.post("/runs/create", json!({"experiment_id": id, "start_time": 5})).await.expect(200);
    let (path, restore) = (format!("{PATH}/{id}"), format!("{PATH}/{id}/restore"));
    stage.server.delete(&path, "viewer").await.expect(403);
    stage.server.delete(&path, "outsider").await.expect(404);
    stage.server.delete(&format!("{path}?dry_run=true"), "developer").await.expect(204);
    stage.server.post(&restore, "developer", Value::Null).await.expect(404);
    stage.server.delete(&path, "developer").await.expect(204);
    stage.server.delete(&path, "developer").await.expect(404);
    let gone = stage.server.get(&path, "viewer").await.expect(200).json();
    assert_eq!((&gone["state"], &gone["runs"]), (&json!("deleted"), &json!(1)));
    stage.server.post(&restore, "viewer", Value::Null).await.expect(403);
    stage.server.post(&restore, "outsider", Value::Null).await.expect(404);
    let back = stage.server.post(&restore, "developer", Value::Null).await.expect(200).json();
    assert_eq!((&back["state"], &back["runs"]), (&json!("active"), &json!(1)));
    let runs = stage.server.get(&format!("/api/v1/runs?experiment={id}"), "viewer").await.json();
    assert_eq!(runs["items"].as_array().unwrap().len(), 1);
}
