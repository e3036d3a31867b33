use crate::stage::Stage;
use serde_json::{Value, json};

async fn create(stage: &Stage, name: &str, run: &str) -> String {
    let body = json!({"experiment_id": "0", "name": name, "source_run_id": run, "params": [{"key": "depth", "value": "4"}],
        "tags": [{"key": "team", "value": name}]});
    let answer = stage.post("/logged-models", body).await.expect(200).json();
    assert_eq!(answer["model"]["info"]["status"], "LOGGED_MODEL_PENDING");
    answer["model"]["info"]["model_id"].as_str().unwrap().to_owned()
}

async fn patch(stage: &Stage, route: &str, body: Value) -> roadbed_testkit::TestAnswer {
    stage.server.patch(&format!("/api/2.0/mlflow/logged-models/{route}"), "developer", body).await
}

async fn found(stage: &Stage, body: Value) -> Vec<String> {
    let answer = stage.post("/logged-models/search", body).await.expect(200).json();
    let models = answer["models"].as_array().cloned().unwrap_or_default();
    models.iter().map(|model| model["info"]["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_model_is_made_finished_tagged_and_deleted() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let id = create(&stage, "churn", &run).await;
    let done = patch(&stage, &id, json!({"model_id": id, "status": "LOGGED_MODEL_READY"})).await.expect(200).json();
    assert_eq!(done["model"]["info"]["status"], "LOGGED_MODEL_READY");
    patch(&stage, &format!("{id}/tags"), json!({"tags": [{"key": "a/b", "value": "c"}]})).await.expect(200);
    stage
        .post(&format!("/logged-models/{id}/params"), json!({"params": [{"key": "lr", "value": "1"}]}))
        .await
        .expect(200);
    let metric = json!({"run_id": run, "key": "auc", "value": 0.9, "timestamp": 1, "model_id": id});
    stage.post("/runs/log-metric", metric).await.expect(200);
    let model = stage.get(&format!("/logged-models/{id}")).await.expect(200).json()["model"].clone();
    assert_eq!(model["info"]["artifact_uri"], format!("mlflow-artifacts:/0/models/{id}/artifacts"));
    assert_eq!(model["info"]["tags"], json!([{"key": "a/b", "value": "c"}, {"key": "team", "value": "churn"}]));
    assert_eq!(model["data"]["params"], json!([{"key": "depth", "value": "4"}, {"key": "lr", "value": "1"}]));
    assert_eq!(model["data"]["metrics"][0]["value"], 0.9);
    stage.delete(&format!("/logged-models/{id}/tags/a/b"), json!({})).await.expect(200);
    stage.delete(&format!("/logged-models/{id}/tags/a/b"), json!({})).await.expect(404);
    stage.put_file(&format!("0/models/{id}/artifacts/MLmodel"), "x").await.expect(200);
    let files = stage.get(&format!("/logged-models/{id}/artifacts/directories")).await.expect(200).json();
    assert_eq!(files["files"], json!([{"path": "MLmodel", "is_dir": false, "file_size": 1}]));
    stage.delete(&format!("/logged-models/{id}"), json!({})).await.expect(200);
    stage.get(&format!("/logged-models/{id}")).await.expect(404);
    stage.get(&format!("/logged-models/{id}?allow_deleted=true")).await.expect(200);
}

#[tokio::test]
async fn another_teams_model_does_not_exist() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let id = create(&stage, "secret", &run).await;
    let path = format!("/api/2.0/mlflow/logged-models/{id}");
    stage.server.get(&path, "outsider").await.expect(404);
    stage.server.delete(&path, "outsider").await.expect(404);
    stage.server.patch(&path, "outsider", json!({"status": "LOGGED_MODEL_READY"})).await.expect(404);
    stage.server.patch(&path, "viewer", json!({"status": "LOGGED_MODEL_READY"})).await.expect(403);
    stage.server.get(&format!("{path}/artifacts/directories"), "outsider").await.expect(404);
    let body = json!({"experiment_id": "0", "source_run_id": run});
    stage.server.post("/api/2.0/mlflow/logged-models", "outsider", body).await.expect(404);
    // Metrics they log under the id of our model do not reach it.
    let body = json!({"experiment_id": "0", "start_time": 1});
    let theirs = stage.server.post("/api/2.0/mlflow/runs/create", "outsider", body).await.expect(200).json();
    let metric =
        json!({"run_id": theirs["run"]["info"]["run_id"], "key": "auc", "value": 0, "timestamp": 1, "model_id": id});
    stage.server.post("/api/2.0/mlflow/runs/log-metric", "outsider", metric).await.expect(200);
    let model = stage.get(&format!("/logged-models/{id}")).await.expect(200).json();
    assert!(model["model"]["data"].get("metrics").is_none());
}

#[tokio::test]
async fn search_looks_at_params_tags_metrics_and_datasets() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    for (name, auc) in [("a", json!(0.5)), ("b", json!(0.9)), ("c", Value::Null)] {
        let id = create(&stage, name, &run).await;
        if !auc.is_null() {
            let metric = json!({"run_id": run, "key": "auc", "value": auc, "timestamp": 1, "model_id": id,
                "dataset_name": "test", "dataset_digest": "x"});
            stage.post("/runs/log-metric", metric).await.expect(200);
        }
    }
    let by_auc = json!([{"field_name": "metrics.auc", "ascending": false}]);
    let all = json!({"experiment_ids": ["0"], "order_by": by_auc});
    assert_eq!(found(&stage, all).await, ["b", "a", "c"]);
    for (filter, names) in [
        ("metrics.auc > 0.6", vec!["b"]),
        ("tags.team = 'c' AND params.depth = '4'", vec!["c"]),
        ("name IN ('a', 'c')", vec!["a", "c"]),
        ("attributes.name LIKE '%b'", vec!["b"]),
        ("creation_timestamp > 0 AND status = 'LOGGED_MODEL_PENDING'", vec!["a", "b", "c"]),
    ] {
        let body = json!({"experiment_ids": ["0"], "filter": filter, "order_by": [{"field_name": "name"}]});
        assert_eq!(found(&stage, body).await, names, "{filter}");
    }
    let on = |name: &str| json!({"experiment_ids": ["0"], "filter": "metrics.auc > 0", "datasets": [{"dataset_name": name}]});
    assert_eq!(found(&stage, on("test")).await.len(), 2);
    assert_eq!(found(&stage, on("train")).await.len(), 0);
    for body in [
        json!({"experiment_ids": []}),
        json!({"experiment_ids": ["0"], "filter": "bad.x > 1"}),
        json!({"experiment_ids": ["0"], "order_by": [{"field_name": "nothing"}]}),
        json!({"experiment_ids": ["0"], "datasets": [{}]}),
    ] {
        stage.post("/logged-models/search", body).await.expect(400);
    }
    stage.post("/logged-models", json!({"experiment_id": "0", "name": "a/b"})).await.expect(400);
}
