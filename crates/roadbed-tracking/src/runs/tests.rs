use crate::runs::plan::Plan;
use crate::stage::{JOB, Stage};
use roadbed_contracts::events::training::JobStarted;
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_store::StoreError;
use serde_json::{Value, json};

async fn data(stage: &Stage, run: &str) -> Value {
    stage.get(&format!("/runs/get?run_id={run}")).await.expect(200).json()["run"]["data"].clone()
}

fn value<'a>(list: &'a Value, key: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|entry| entry["key"] == key).map(|entry| &entry["value"])
}

async fn log(stage: &Stage, run: &str, key: &str, value: Value, timestamp: i64, step: i64) {
    let body = json!({"run_id": run, "key": key, "value": value, "timestamp": timestamp, "step": step});
    stage.post("/runs/log-metric", body).await.expect(200);
}

async fn found(stage: &Stage, filter: &str, order_by: &[&str]) -> Vec<String> {
    let body = json!({"experiment_ids": ["0"], "filter": filter, "order_by": order_by});
    let answer = stage.post("/runs/search", body).await.expect(200).json();
    let runs = answer["runs"].as_array().cloned().unwrap_or_default();
    runs.iter().map(|run| run["info"]["run_name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_latest_value_has_the_largest_step_and_history_goes_by_time() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    log(&stage, &run, "m", json!(1.5), 10, 7).await;
    log(&stage, &run, "m", json!(9), 99, 3).await;
    log(&stage, &run, "m", json!(1.5), 10, 7).await;
    log(&stage, &run, "m", json!("NaN"), 0, -1).await;
    log(&stage, &run, "big", json!("Infinity"), 0, 0).await;
    let logged = data(&stage, &run).await;
    assert_eq!(value(&logged["metrics"], "m"), Some(&json!(1.5)));
    assert_eq!(value(&logged["metrics"], "big"), Some(&json!(f64::MAX)));
    let history = stage.get(&format!("/metrics/get-history?run_id={run}&metric_key=m")).await.expect(200).json();
    let values: Vec<&Value> = history["metrics"].as_array().unwrap().iter().map(|point| &point["value"]).collect();
    assert_eq!(values, [&json!("NaN"), &json!(1.5), &json!(9.0)]);
    let page = stage.get(&format!("/metrics/get-history?run_id={run}&metric_key=m&max_results=2")).await.json();
    let token = page["next_page_token"].as_str().unwrap();
    let rest = format!("/metrics/get-history?run_id={run}&metric_key=m&max_results=2&page_token={token}");
    assert_eq!(stage.get(&rest).await.json()["metrics"].as_array().unwrap().len(), 1);
    stage.get(&format!("/metrics/get-history?run_id={run}&metric_key=m&max_results=0")).await.expect(400);
}

#[tokio::test]
async fn params_are_written_once_and_batches_whole_or_not_at_all() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let param = |value: &str| json!({"run_id": run, "key": "p", "value": value});
    stage.post("/runs/log-parameter", param("1")).await.expect(200);
    stage.post("/runs/log-parameter", param("1")).await.expect(200);
    let changed = stage.post("/runs/log-parameter", param("2")).await.expect(400);
    assert!(changed.text().contains("was already logged with value='1'"), "{}", changed.text());
    let batch = json!({"run_id": run, "params": [{"key": "p", "value": "2"}, {"key": "q", "value": "1"}],
        "metrics": [{"key": "m", "value": 1, "timestamp": 0}], "tags": [{"key": "t", "value": "v"}]});
    stage.post("/runs/log-batch", batch).await.expect(400);
    let logged = data(&stage, &run).await;
    assert_eq!(value(&logged["params"], "q"), None);
    assert!(logged.get("metrics").is_none() && value(&logged["tags"], "t").is_none());
    let long = "ä".repeat(7000);
    let batch = json!({"run_id": run, "params": [{"key": "q", "value": long}], "tags": [{"key": "mlflow.runName", "value": "new"}]});
    stage.post("/runs/log-batch", batch).await.expect(200);
    let logged = data(&stage, &run).await;
    assert_eq!(value(&logged["params"], "q").unwrap().as_str().unwrap().chars().count(), 6000);
    assert_eq!(found(&stage, "run_name = 'new'", &[]).await, ["new"]);
}

#[tokio::test]
async fn bad_input_says_what_is_wrong() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let many = |count: usize| (0..count).map(|n| json!({"key": format!("k{n}"), "value": "v"})).collect::<Vec<_>>();
    for (route, body, words) in [
        ("log-metric", json!({"run_id": run, "key": "m", "value": 1}), "'timestamp'"),
        ("log-metric", json!({"run_id": run, "key": "m", "timestamp": 1}), "'value'"),
        ("log-metric", json!({"run_id": run, "key": "m", "value": "x", "timestamp": 1}), "type 'str'"),
        ("log-metric", json!({"run_id": run, "key": "m", "value": 1, "timestamp": -1}), "nonnegative"),
        ("log-metric", json!({"run_id": run, "key": "a//b", "value": 1, "timestamp": 1}), "would resolve to 'a/b'"),
        ("log-metric", json!({"key": "m", "value": 1, "timestamp": 1}), "'run_id'"),
        ("log-batch", json!({"run_id": run, "metrics": [{"key": "m", "value": 1}]}), "'metrics[0].timestamp'"),
        ("log-batch", json!({"run_id": run, "params": many(101)}), "at most 100 params. Got 101"),
        ("log-batch", json!({"run_id": run, "params": [{"key": "a"}, {"key": "a"}]}), "Duplicate parameter keys"),
        ("update", json!({"run_id": run, "status": "DONE"}), "\\\"DONE\\\""),
        ("search", json!({"experiment_ids": ["0"], "filter": "a ="}), "Invalid comparison clause"),
        ("search", json!({"experiment_ids": ["0"], "max_results": 50_001}), "'max_results'"),
        ("search", json!({"experiment_ids": ["x"]}), "Invalid experiment ID 'x'"),
        ("log-model", json!({"run_id": run, "model_json": "{"}), "is not a valid JSON"),
        ("log-model", json!({"run_id": run, "model_json": "{}"}), "missing mandatory fields"),
        ("create", json!({"run_name": "a", "tags": [{"key": "mlflow.runName", "value": "b"}]}), "different values"),
    ] {
        let answer = stage.post(&format!("/runs/{route}"), body.clone()).await;
        assert_eq!(answer.status, 400, "{route} {body}");
        assert!(answer.text().contains(words), "{route} {body}: {}", answer.text());
    }
    assert_eq!(Stage::code(&stage.get("/runs/get?run_id=nope").await.expect(404)), "RESOURCE_DOES_NOT_EXIST");
    stage.get("/runs/get").await.expect(400);
}

#[tokio::test]
async fn another_teams_run_does_not_exist() {
    let stage = Stage::new();
    let run = stage.run("secret").await;
    log(&stage, &run, "m", json!(1), 0, 0).await;
    let theirs = |route: &str| format!("/api/2.0/mlflow{route}");
    for route in ["/runs/get", "/artifacts/list"] {
        let path = theirs(&format!("{route}?run_id={run}&metric_key=m"));
        stage.server.get(&path, "outsider").await.expect(404);
    }
    for (route, name, nothing) in [
        ("get-history", "run_id", json!({})),
        ("get-history-bulk", "run_id", json!({"metrics": []})),
        ("get-history-bulk-interval", "run_ids", json!({})),
    ] {
        let path = theirs(&format!("/metrics/{route}?{name}={run}&metric_key=m"));
        assert_eq!(stage.server.get(&path, "outsider").await.expect(200).json(), nothing);
    }
    for route in [
        "update",
        "delete",
        "restore",
        "log-metric",
        "log-parameter",
        "set-tag",
        "delete-tag",
        "log-batch",
        "log-inputs",
        "outputs",
    ] {
        let body = json!({"run_id": run, "key": "k", "value": 1, "timestamp": 1});
        let body = if matches!(route, "log-metric" | "log-batch") {
            body
        } else {
            json!({"run_id": run, "key": "k", "value": "v", "models": [{"model_id": "m-1", "step": 0}]})
        };
        let answer = stage.server.post(&theirs(&format!("/runs/{route}")), "outsider", body).await;
        assert_eq!(Stage::code(&answer.expect(404)), "RESOURCE_DOES_NOT_EXIST", "{route}");
        let answer = stage.server.post(&theirs(&format!("/runs/{route}")), "viewer", json!({})).await;
        assert_eq!(Stage::code(&answer.expect(403)), "PERMISSION_DENIED", "{route}");
    }
    let body = json!({"experiment_ids": ["0"], "filter": format!("run_id IN ('{run}')")});
    let none = stage.server.post(&theirs("/runs/search"), "outsider", body).await.expect(200);
    assert_eq!(none.json(), json!({}));
}

#[tokio::test]
async fn a_deleted_run_takes_no_writes_and_comes_back() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    stage.post("/runs/delete", json!({"run_id": run})).await.expect(200);
    stage.post("/runs/delete", json!({"run_id": run})).await.expect(200);
    let refused = stage.post("/runs/set-tag", json!({"run_id": run, "key": "k", "value": "v"})).await.expect(400);
    assert!(refused.text().contains("must be in the 'active' state. Current state is deleted."), "{}", refused.text());
    stage.post("/runs/update", json!({"run_id": run, "status": "FINISHED"})).await.expect(400);
    assert_eq!(found(&stage, "", &[]).await, Vec::<String>::new());
    stage.post("/runs/restore", json!({"run_id": run})).await.expect(200);
    assert_eq!(found(&stage, "", &[]).await, ["one"]);
    let kinds = stage.platform.event_kinds().await;
    assert_eq!(kinds, ["ExperimentCreated", "RunCreated", "RunDeleted", "RunRestored"]);
}

#[tokio::test]
async fn search_orders_values_then_nan_then_missing() {
    let stage = Stage::new();
    for (name, score) in [("a", json!(2)), ("b", json!("NaN")), ("c", json!(1)), ("d", Value::Null)] {
        let run = stage.run(name).await;
        if !score.is_null() {
            log(&stage, &run, "score", score, 0, 0).await;
        }
        let body = json!({"run_id": run, "key": "kind", "value": name.repeat(2)});
        stage.post("/runs/log-parameter", body).await.expect(200);
    }
    assert_eq!(found(&stage, "", &["metrics.score"]).await, ["c", "a", "b", "d"]);
    assert_eq!(found(&stage, "", &["metrics.score DESC"]).await, ["a", "c", "b", "d"]);
    assert_eq!(found(&stage, "metrics.score != 2", &["run_name"]).await, ["b", "c"]);
    assert_eq!(found(&stage, "params.kind LIKE '%c'", &[]).await, ["c"]);
    assert_eq!(
        found(&stage, "tags.none IS NULL AND status = 'RUNNING'", &["params.kind DESC"]).await,
        ["d", "c", "b", "a"]
    );
    let body = json!({"experiment_ids": ["0"], "max_results": 3});
    let first = stage.post("/runs/search", body).await.expect(200).json();
    let body = json!({"experiment_ids": ["0"], "max_results": 3, "page_token": first["next_page_token"]});
    let second = stage.post("/runs/search", body).await.expect(200).json();
    assert_eq!(second["runs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn runs_of_a_jobs_token_are_linked_to_the_job() {
    let stage = Stage::new();
    let body = json!({"experiment_id": "0", "start_time": 1, "tags": [{"key": "roadbed.job_id", "value": "forged"}]});
    let answer = stage.server.post("/api/2.0/mlflow/runs/create", "job", body).await.expect(200).json();
    let run = answer["run"]["info"]["run_id"].as_str().unwrap().to_owned();
    stage.run("by hand").await;
    assert_eq!(stage.ports.lineage.runs_of_job(JOB).await.unwrap(), [run.as_str()]);
    let logged = data(&stage, &run).await;
    assert_eq!(value(&logged["tags"], "roadbed.job_id"), Some(&json!(JOB.to_string())));
    assert_eq!(found(&stage, &format!("tags.`roadbed.job_id` = '{JOB}'"), &[]).await.len(), 1);
}

#[tokio::test]
async fn a_run_of_a_job_is_there_because_the_job_started() {
    let stage = Stage::new();
    let started = stage.platform.context.store.write(|tx| -> Result<_, StoreError> {
        let header = EventHeader::new(Subject::new("job", JOB), Actor::controller("jobs"));
        tx.emit(&header, &JobStarted { job: JOB, name: "train".to_owned(), attempt: 1 })
    });
    let started = started.await.unwrap();
    let body = json!({"experiment_id": "0", "start_time": 1});
    stage.server.post("/api/2.0/mlflow/runs/create", "job", body).await.expect(200);
    stage.run("by hand").await;
    let events = stage.platform.events().await;
    let causes: Vec<_> =
        events.iter().filter(|event| event.kind == "RunCreated").map(|event| event.header.cause).collect();
    assert_eq!(causes, [Some(started), None]);
}

#[tokio::test]
async fn inputs_and_outputs_belong_to_the_run() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let dataset = json!({"name": "d", "digest": "x", "source_type": "local", "source": "s"});
    let input = json!({"dataset": dataset, "tags": [{"key": "mlflow.data.context", "value": "training"}]});
    let body = json!({"run_id": run, "datasets": [input], "models": [{"model_id": "m-1"}]});
    stage.post("/runs/log-inputs", body.clone()).await.expect(200);
    stage.post("/runs/log-inputs", body).await.expect(200);
    stage.post("/runs/outputs", json!({"run_id": run, "models": [{"model_id": "m-2", "step": 3}]})).await.expect(200);
    let shown = stage.get(&format!("/runs/get?run_id={run}")).await.expect(200).json();
    assert_eq!(shown["run"]["inputs"]["dataset_inputs"].as_array().unwrap().len(), 1);
    assert_eq!(shown["run"]["inputs"]["model_inputs"], json!([{"model_id": "m-1"}]));
    assert_eq!(shown["run"]["outputs"]["model_outputs"], json!([{"model_id": "m-2", "step": 3}]));
    assert_eq!(found(&stage, "datasets.context = 'training' AND dataset.name LIKE 'd%'", &[]).await, ["one"]);
    assert_eq!(found(&stage, "datasets.name != 'd'", &[]).await, Vec::<String>::new());
    let summary = stage.post("/experiments/search-datasets", json!({"experiment_ids": ["0"]})).await.expect(200).json();
    let wanted = json!([{"experiment_id": "0", "name": "d", "digest": "x", "context": "training"}]);
    assert_eq!(summary["dataset_summaries"], wanted);
}

#[tokio::test]
async fn long_histories_are_thinned_evenly_with_both_ends() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let points: Vec<Value> =
        (0..1000).map(|step| json!({"key": "m", "value": step, "timestamp": step, "step": step})).collect();
    stage.post("/runs/log-batch", json!({"run_id": run, "metrics": points})).await.expect(200);
    let path = format!("/metrics/get-history-bulk-interval?run_ids={run}&metric_key=m&max_results=10");
    let answer = stage.get(&path).await.expect(200).json();
    let steps: Vec<i64> =
        answer["metrics"].as_array().unwrap().iter().map(|point| point["step"].as_i64().unwrap()).collect();
    assert_eq!(steps, [0, 100, 200, 300, 400, 500, 600, 700, 800, 999]);
    let part = format!("{path}&start_step=5&end_step=7");
    assert_eq!(stage.get(&part).await.json()["metrics"].as_array().unwrap().len(), 3);
    stage.get(&format!("{path}&start_step=5")).await.expect(400);
}

#[test]
fn a_plan_without_conditions_lets_the_store_cut_the_page() {
    assert!(Plan::parse("", &[]).unwrap().is_natural());
    assert!(!Plan::parse("metrics.a > 1", &[]).unwrap().is_natural());
    assert!(Plan::parse("", &["datasets.name".to_owned()]).is_err());
}
