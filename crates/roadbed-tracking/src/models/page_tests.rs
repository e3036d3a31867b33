//! `/api/v1/models`, as the portal and the command line use it.

use crate::stage::Stage;
use axum::http::Method;
use serde_json::{Value, json};

const MLMODEL: &str = "flavors:\n  sklearn: {}\n  python_function:\n    python_version: 3.11.7\nsignature:\n  inputs: '[{\"type\": \"double\", \"name\": \"a\"}]'\n";

/// A run that logged a model folder.
async fn run_with_model(stage: &Stage) -> String {
    let run = stage.run("train").await;
    stage.put_file(&format!("0/{run}/artifacts/model/MLmodel"), MLMODEL).await.expect(200);
    stage.put_file(&format!("0/{run}/artifacts/model/model.bin"), "weights").await.expect(200);
    run
}

async fn send(stage: &Stage, method: Method, path: &str, token: &str, body: Value) -> roadbed_testkit::TestAnswer {
    match method {
        Method::POST => stage.server.post(path, token, body).await,
        Method::PUT => stage.server.put(path, token, body).await,
        Method::PATCH => stage.server.patch(path, token, body).await,
        _ => stage.server.delete(path, token).await,
    }
}

#[tokio::test]
async fn a_run_is_registered_under_a_new_name_and_seen() {
    let stage = Stage::new();
    let run = run_with_model(&stage).await;
    let body = json!({"run": run, "path": "model", "description": "the first"});
    let rehearsed = "/api/v1/models/churn/versions?dry_run=true";
    send(&stage, Method::POST, rehearsed, "developer", body.clone()).await.expect(201);
    stage.server.get("/api/v1/models/churn", "viewer").await.expect(404);
    let path = "/api/v1/models/churn/versions";
    send(&stage, Method::POST, path, "viewer", body.clone()).await.expect(403);
    let made = send(&stage, Method::POST, path, "developer", body).await.expect(201).json();
    assert_eq!((&made["version"], &made["run"], &made["description"]), (&json!(1), &json!(run), &json!("the first")));
    let shown = stage.server.get("/api/v1/models/churn/versions/1", "viewer").await.expect(200).json();
    assert_eq!(shown["flavors"], json!(["sklearn", "python_function"]));
    assert_eq!(shown["signature"]["inputs"][0]["name"], "a");
    assert!(shown["created_by"].as_str().unwrap().starts_with("token:"), "{shown}");
    assert_eq!((&shown["file_count"], &shown["python_version"]), (&json!(2), &json!("3.11")));
    assert_eq!(shown["bytes"], MLMODEL.len() + "weights".len());
    let model = stage.server.get("/api/v1/models/churn", "viewer").await.expect(200).json();
    assert_eq!((&model["latest_version"], &model["version_count"]), (&json!(1), &json!(1)));
    stage.server.get("/api/v1/models/churn/versions/2", "viewer").await.expect(404);
    stage.server.get("/api/v1/models/churn/versions/x", "viewer").await.expect(400);
    stage.server.get("/api/v1/models/churn/versions/1", "outsider").await.expect(404);
}

#[tokio::test]
async fn which_files_are_meant_must_be_said_once() {
    let stage = Stage::new();
    let run = run_with_model(&stage).await;
    for body in [json!({"run": run}), json!({"run": run, "path": "model", "logged_model": "m-1"})] {
        let answer = send(&stage, Method::POST, "/api/v1/models/churn/versions", "developer", body).await.expect(400);
        assert_eq!(answer.json()["field"], "path");
    }
    let body = json!({"run": run, "path": "nothing"});
    let none = send(&stage, Method::POST, "/api/v1/models/churn/versions", "developer", body).await.expect(400).json();
    assert!(none["detail"].as_str().unwrap().contains("no files"), "{none}");
    stage.server.get("/api/v1/models/churn", "viewer").await.expect(404);
    let body = json!({"run": "0".repeat(32), "path": "model"});
    send(&stage, Method::POST, "/api/v1/models/churn/versions", "developer", body).await.expect(404);
}

#[tokio::test]
async fn aliases_move_and_their_history_stays() {
    let stage = Stage::new();
    let run = run_with_model(&stage).await;
    for _ in 0..2 {
        let body = json!({"run": run, "path": "model"});
        send(&stage, Method::POST, "/api/v1/models/churn/versions", "developer", body).await.expect(201);
    }
    let path = "/api/v1/models/churn/aliases/champion";
    send(&stage, Method::PUT, path, "developer", json!({"version": 1})).await.expect(403);
    for version in [1, 2] {
        let moved = send(&stage, Method::PUT, path, "deployer", json!({"version": version})).await.expect(200).json();
        assert_eq!(moved["aliases"]["champion"], version);
    }
    send(&stage, Method::PUT, path, "deployer", json!({"version": 9})).await.expect(404);
    send(&stage, Method::DELETE, path, "deployer", Value::Null).await.expect(204);
    let told = stage.server.get("/api/v1/models/churn/history?limit=3", "viewer").await.expect(200).json();
    let items: Vec<(&Value, &Value)> =
        told["items"].as_array().unwrap().iter().map(|item| (&item["version"], &item["previous"])).collect();
    assert_eq!(items, [(&Value::Null, &json!(2)), (&json!(2), &json!(1)), (&json!(1), &Value::Null)]);
    let next = format!("/api/v1/models/churn/history?cursor={}", told["next_cursor"].as_str().unwrap());
    let rest = stage.server.get(&next, "viewer").await.expect(200).json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 2, "{rest}");
    assert_eq!((&rest["items"][0]["what"], &rest["items"][0]["run"]), (&json!("version_registered"), &json!(run)));
    stage.server.get("/api/v1/models/churn/history", "outsider").await.expect(404);
    stage.server.get("/api/v1/models/churn/history?cursor=x", "viewer").await.expect(400);
}

#[tokio::test]
async fn two_people_who_describe_a_model_lose_nothing() {
    let stage = Stage::new();
    send(&stage, Method::POST, "/api/v1/models", "developer", json!({"name": "churn"})).await.expect(201);
    let taken = send(&stage, Method::POST, "/api/v1/models", "developer", json!({"name": "churn"})).await;
    assert_eq!(taken.expect(400).json()["field"], "name");
    let path = "/api/v1/models/churn";
    let first = json!({"description": "mine", "previous_description": ""});
    send(&stage, Method::PATCH, path, "developer", first).await.expect(200);
    let second = json!({"description": "yours", "previous_description": ""});
    let lost = send(&stage, Method::PATCH, path, "developer", second).await.expect(409).json();
    assert_eq!((&lost["code"], &lost["field"]), (&json!("models.described_meanwhile"), &json!("description")));
    let now = stage.server.get(path, "viewer").await.expect(200).json();
    assert_eq!(now["description"], "mine");
    send(&stage, Method::PATCH, path, "outsider", json!({"description": "x"})).await.expect(404);
    send(&stage, Method::DELETE, path, "viewer", Value::Null).await.expect(403);
    send(&stage, Method::DELETE, "/api/v1/models/churn?dry_run=true", "developer", Value::Null).await.expect(204);
    stage.server.get(path, "viewer").await.expect(200);
    send(&stage, Method::DELETE, path, "developer", Value::Null).await.expect(204);
    stage.server.get(path, "viewer").await.expect(404);
}

#[tokio::test]
async fn models_are_found_by_a_part_of_their_name() {
    let stage = Stage::new();
    for name in ["churn", "Big Churn 2", "fraud"] {
        send(&stage, Method::POST, "/api/v1/models", "developer", json!({"name": name})).await.expect(201);
    }
    let found = stage.server.get("/api/v1/models?q=CHURN", "viewer").await.expect(200).json();
    let names: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Big Churn 2", "churn"]);
    stage.server.get("/api/v1/models?limit=0", "viewer").await.expect(400);
}

#[tokio::test]
async fn files_of_a_version_stay_when_those_of_the_run_change() {
    let stage = Stage::new();
    let run = run_with_model(&stage).await;
    let body = json!({"run": run, "path": "model"});
    send(&stage, Method::POST, "/api/v1/models/ch%C3%BCrn%20x/versions", "developer", body).await.expect(201);
    stage.put_file(&format!("0/{run}/artifacts/model/model.bin"), "changed").await.expect(200);
    let base = "/api/v1/models/ch%C3%BCrn%20x/versions/1";
    let listed = stage.server.get(&format!("{base}/files"), "viewer").await.expect(200).json();
    let paths: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["MLmodel", "model.bin"]);
    let content = stage.server.get(&format!("{base}/files/model.bin"), "viewer").await.expect(200);
    assert_eq!(content.text(), "weights");
    let preview = stage.server.get(&format!("{base}/file-preview?path=MLmodel"), "viewer").await.expect(200).json();
    assert_eq!((&preview["kind"], &preview["model"]["inputs"][0]["name"]), (&json!("model"), &json!("a")));
    stage.server.get(&format!("{base}/files/..%2F..%2Fx"), "viewer").await.expect(400);
    for address in ["files", "files/model.bin", "file-preview?path=MLmodel"] {
        stage.server.get(&format!("{base}/{address}"), "outsider").await.expect(404);
        stage.server.get(&format!("/api/v1/models/ch%C3%BCrn%20x/versions/9/{address}"), "viewer").await.expect(404);
    }
}

#[tokio::test]
async fn versions_are_paged_newest_first() {
    let stage = Stage::new();
    let run = run_with_model(&stage).await;
    let path = "/api/v1/models/churn/versions";
    for _ in 0..3 {
        let body = json!({"run": run, "path": "model"});
        send(&stage, Method::POST, path, "developer", body).await.expect(201);
    }
    send(&stage, Method::PUT, "/api/v1/models/churn/aliases/champion", "deployer", json!({"version": 2}))
        .await
        .expect(200);
    let numbers = |page: &Value| -> Vec<i64> {
        page["items"].as_array().unwrap().iter().map(|one| one["version"].as_i64().unwrap()).collect()
    };
    let first = stage.server.get(&format!("{path}?limit=2"), "viewer").await.expect(200).json();
    assert_eq!((numbers(&first), &first["items"][1]["aliases"]), (vec![3, 2], &json!(["champion"])));
    let next = format!("{path}?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = stage.server.get(&next, "viewer").await.expect(200).json();
    assert_eq!((numbers(&second), &second["next_cursor"]), (vec![1], &Value::Null));
    stage.server.get(&format!("{path}?cursor=x"), "viewer").await.expect(400);
    stage.server.get(path, "outsider").await.expect(404);
}
