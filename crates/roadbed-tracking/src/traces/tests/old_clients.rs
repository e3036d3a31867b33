use crate::stage::Stage;
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_trace_is_begun_filed_and_ended() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let body = json!({"experiment_id": "0", "timestamp_ms": 1000, "tags": [{"key": "a", "value": "b"}],
        "request_metadata": [{"key": "mlflow.sourceRun", "value": run}]});
    let begun = stage.post("/traces", body).await.expect(200).json()["trace_info"].clone();
    assert_eq!(begun["status"], "IN_PROGRESS");
    let id = begun["request_id"].as_str().unwrap();
    stage.put_file(&format!("0/traces/{id}/artifacts/traces.json"), "{\"spans\": []}").await.expect(200);
    let end = json!({"timestamp_ms": 1750, "status": "OK", "request_metadata": [{"key": "k", "value": "v"}]});
    let path = format!("/api/2.0/mlflow/traces/{id}");
    let ended = stage.server.patch(&path, "developer", end).await.expect(200).json()["trace_info"].clone();
    assert_eq!((&ended["execution_time_ms"], &ended["status"]), (&json!(750), &json!("OK")));
    let info = stage.get(&format!("/traces/{id}/info")).await.expect(200).json()["trace_info"].clone();
    assert!(info["request_metadata"].as_array().unwrap().contains(&json!({"key": "k", "value": "v"})));
    let found = stage.get("/traces?experiment_ids=0&filter=tags.a%20%3D%20'b'").await.expect(200).json();
    assert_eq!(found["traces"][0]["request_id"], id);
    assert_eq!(stage.found(json!({"filter": format!("run_id = '{run}'")})).await, [id]);
    let file = format!("/ajax-api/2.0/mlflow/get-trace-artifact?request_id={id}");
    assert_eq!(stage.server.get(&file, "viewer").await.expect(200).text(), "{\"spans\": []}");
    // Its spans are in a file, which the client fetches itself.
    stage.v3(Method::GET, &format!("/traces/get?trace_id={id}"), Value::Null).await.expect(404);
    stage.server.get(&file, "outsider").await.expect(404);
    stage.server.get(&format!("{file}&path=../traces.json"), "viewer").await.expect(400);
    // Files go with the trace, so that their bytes are freed.
    let path = format!("0/traces/{id}/artifacts/traces.json");
    stage.file(Method::GET, &path, "viewer", "").await.expect(200);
    let gone = json!({"experiment_id": "0", "request_ids": [id]});
    assert_eq!(stage.post("/traces/delete-traces", gone).await.expect(200).json()["traces_deleted"], 1);
    stage.file(Method::GET, &path, "viewer", "").await.expect(404);
}

#[tokio::test]
async fn tags_are_set_and_removed() {
    let stage = Stage::new();
    let id = stage.spans(1, &[]).await;
    let path = format!("/traces/{id}/tags");
    stage.v3(Method::PATCH, &path, json!({"key": "a", "value": "b"})).await.expect(200);
    assert_eq!(stage.trace(&id).await["tags"]["a"], "b");
    stage.delete(&path, json!({"key": "a"})).await.expect(200);
    stage.delete(&path, json!({"key": "a"})).await.expect(404);
    stage.v3(Method::PATCH, &path, json!({"key": "mlflow.trace.spansLocation", "value": "b"})).await.expect(400);
    stage.v3(Method::PATCH, &path, json!({"key": "a//b", "value": "b"})).await.expect(400);
    for id in ["", "a b", "x/../y", &"x".repeat(101)] {
        stage.tell(id, json!({})).await.expect(400);
    }
    stage.tell("tr-1", json!({"request_time": "yesterday"})).await.expect(400);
    stage.tell("tr-1", json!({"execution_duration": "long"})).await.expect(400);
    stage.tell("tr-1", json!({"trace_location": {"mlflow_experiment": {"experiment_id": "77"}}})).await.expect(404);
}
