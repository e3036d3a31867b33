//! The room on PostgreSQL; the tests of the capabilities run on SQLite. Skipped, loudly, where PostgreSQL is not installed.

use crate::stage::{JOB, Stage, TEAM};
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn experiments_and_runs_work_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    let made = stage.post("/experiments/create", json!({"name": "churn"})).await.expect(200).json();
    let experiment = made["experiment_id"].as_str().unwrap();
    let tag = json!({"experiment_id": experiment, "key": "color", "value": "Red"});
    stage.post("/experiments/set-experiment-tag", tag).await.expect(200);
    let query = json!({"max_results": 9, "filter": "tags.color ILIKE 'r%' AND name LIKE 'c%'"});
    let found = stage.post("/experiments/search", query).await.expect(200).json();
    assert_eq!(names(&found["experiments"], "name"), ["churn"]);

    for (name, score) in [("a", json!(2)), ("b", json!("NaN")), ("c", json!(1)), ("d", Value::Null)] {
        let run = stage.run(name).await;
        let metrics = if score.is_null() { json!([]) } else { json!([point(&score, 7), point(&json!(9), 3)]) };
        let body = json!({"run_id": run, "metrics": metrics, "params": [{"key": "kind", "value": name}],
            "tags": [{"key": "t", "value": "v"}]});
        stage.post("/runs/log-batch", body.clone()).await.expect(200);
        stage.post("/runs/log-batch", body).await.expect(200);
    }
    assert_eq!(found_runs(&stage, "", &["metrics.score"]).await, ["c", "a", "b", "d"]);
    assert_eq!(found_runs(&stage, "metrics.score != 2", &["params.kind DESC"]).await, ["c", "b"]);
    assert_eq!(found_runs(&stage, "params.kind LIKE 'D'", &[]).await, Vec::<String>::new());

    let run = stage.run("whole").await;
    let dataset = json!({"name": "d", "digest": "x", "source_type": "local", "source": "s"});
    let inputs = json!({"run_id": run, "datasets": [{"dataset": dataset}], "models": [{"model_id": "m-1"}]});
    stage.post("/runs/log-inputs", inputs.clone()).await.expect(200);
    stage.post("/runs/log-inputs", inputs).await.expect(200);
    assert_eq!(found_runs(&stage, "datasets.name = 'd'", &[]).await, ["whole"]);
    stage.post("/runs/log-metric", json!({"run_id": run, "key": "m", "value": 1, "timestamp": 0})).await.expect(200);
    let history = stage.get(&format!("/metrics/get-history?run_id={run}&metric_key=m")).await.expect(200).json();
    assert_eq!(history["metrics"].as_array().unwrap().len(), 1);
    stage.post("/runs/update", json!({"run_id": run, "status": "FINISHED", "end_time": 9})).await.expect(200);
    stage.post("/experiments/delete", json!({"experiment_id": "0"})).await.expect(200);
    assert_eq!(found_runs(&stage, "", &[]).await, Vec::<String>::new());
    stage.post("/experiments/restore", json!({"experiment_id": "0"})).await.expect(200);
    assert_eq!(found_runs(&stage, "attributes.status = 'FINISHED'", &[]).await, ["whole"]);

    let body = json!({"experiment_id": "0", "start_time": 1});
    let of_job = stage.server.post("/api/2.0/mlflow/runs/create", "job", body).await.expect(200).json();
    let linked = stage.ports.lineage.runs_of_job(JOB).await.unwrap();
    assert_eq!(linked, [of_job["run"]["info"]["run_id"].as_str().unwrap()]);
}

#[tokio::test]
async fn artifacts_and_models_work_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    let run = stage.run("train").await;
    let folder = format!("0/{run}/artifacts/model");
    stage.put_file(&format!("{folder}/MLmodel"), "first").await.expect(200);
    stage.put_file(&format!("{folder}/MLmodel"), "flavors: {}\n").await.expect(200);
    stage.put_file(&format!("{folder}/data/model.bin"), "weights").await.expect(200);
    let listed = stage.get(&format!("/artifacts/list?run_id={run}&path=model")).await.expect(200).json();
    assert_eq!(names(&listed["files"], "path"), ["model/MLmodel", "model/data"]);

    let body = json!({"experiment_id": "0", "name": "churn", "source_run_id": run, "params": [{"key": "depth", "value": "4"}]});
    let logged = stage.post("/logged-models", body).await.expect(200).json();
    let logged = logged["model"]["info"]["model_id"].as_str().unwrap().to_owned();
    let metric = json!({"run_id": run, "key": "auc", "value": 0.9, "timestamp": 1, "model_id": logged});
    stage.post("/runs/log-metric", metric).await.expect(200);
    let query = json!({"experiment_ids": ["0"], "filter": "metrics.auc > 0.5 AND params.depth = '4'"});
    let found = stage.post("/logged-models/search", query).await.expect(200).json();
    assert_eq!(found["models"].as_array().unwrap().len(), 1);

    stage.post("/registered-models/create", json!({"name": "churn"})).await.expect(200);
    let taken = stage.post("/registered-models/create", json!({"name": "churn"})).await.expect(400);
    assert_eq!(Stage::code(&taken), "RESOURCE_ALREADY_EXISTS");
    let version = json!({"name": "churn", "source": format!("mlflow-artifacts:/{folder}"), "run_id": run});
    for number in ["1", "2"] {
        let made = stage.post("/model-versions/create", version.clone()).await.expect(200).json();
        assert_eq!(made["model_version"]["version"], number);
    }
    for to in ["1", "2"] {
        let body = json!({"name": "churn", "alias": "champion", "version": to});
        stage.server.post("/api/2.0/mlflow/registered-models/alias", "deployer", body).await.expect(200);
    }
    let resolved = stage.ports.registry.resolve(TEAM, &"churn@champion".parse().unwrap()).await.unwrap();
    assert_eq!((resolved.version, resolved.files.len()), (2, 2));
    let found = stage.get("/registered-models/search?filter=name%20ILIKE%20'C%25'").await.expect(200).json();
    assert_eq!(names(&found["registered_models"], "name"), ["churn"]);

    // What was registered stays when the run's files go; what was deleted is held no more.
    stage.file(Method::DELETE, &format!("0/{run}"), "developer", "").await.expect(200);
    let digests: Vec<_> = resolved.files.iter().map(|file| file.digest).collect();
    let store = &stage.platform.context.store;
    assert_eq!(store.unreferenced(digests.clone()).await.unwrap(), []);
    let alias = json!({"name": "churn", "alias": "champion"});
    let path = "/api/2.0/mlflow/registered-models/alias?name=churn&alias=champion";
    let body = serde_json::to_vec(&alias).unwrap();
    let json = [("content-type", "application/json")];
    stage.server.call(Method::DELETE, path, "deployer", &json, body).await.expect(200);
    stage.delete("/registered-models/delete", json!({"name": "churn"})).await.expect(200);
    assert_eq!(store.unreferenced(digests).await.unwrap().len(), 2);
    let pages = ["/api/v1/models", "/api/v1/runs?filter=metrics.auc%20%3E%200.1", "/api/v1/experiments"];
    for (path, count) in pages.into_iter().zip([0, 1, 1]) {
        let page = stage.server.get(path, "viewer").await.expect(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{path}");
    }
}

fn point(value: &Value, step: i64) -> Value {
    json!({"key": "score", "value": value, "timestamp": 1, "step": step})
}

fn names<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().into_iter().flatten().filter_map(|one| one[key].as_str()).collect()
}

/// Names of the runs of the default experiment.
async fn found_runs(stage: &Stage, filter: &str, order_by: &[&str]) -> Vec<String> {
    let body = json!({"experiment_ids": ["0"], "filter": filter, "order_by": order_by});
    let answer = stage.post("/runs/search", body).await.expect(200).json();
    let runs = answer["runs"].as_array().cloned().unwrap_or_default();
    runs.iter().map(|run| run["info"]["run_name"].as_str().unwrap().to_owned()).collect()
}
