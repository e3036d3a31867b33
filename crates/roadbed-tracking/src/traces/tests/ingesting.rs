use super::{EXPERIMENT, PROTOBUF, id_of};
use crate::stage::Stage;
use crate::traces::otlp::tests::request;
use axum::http::Method;
use serde_json::{Value, json};
use std::io::Write;

#[tokio::test]
async fn spans_make_a_trace_and_come_back() {
    let stage = Stage::new();
    let chat = r#"{"messages": [{"role": "user", "content": "hello"}]}"#;
    let usage = r#"{"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}"#;
    let id = stage
        .spans(
            1,
            &[
                ("input.value", chat),
                ("mlflow.chat.tokenUsage", usage),
                ("session.id", "s-1"),
                ("user.id", "ada"),
                ("mlflow.traceTag.color", "red"),
            ],
        )
        .await;
    let info = stage.trace(&id).await;
    assert_eq!((&info["state"], &info["execution_duration"]), (&json!("OK"), &json!("0.250s")));
    assert_eq!((&info["request_preview"], &info["request_time"]), (&json!("hello"), &json!("2023-11-14T22:13:20Z")));
    let metadata = &info["trace_metadata"];
    assert_eq!(metadata["mlflow.trace.session"], "s-1");
    assert_eq!(metadata["mlflow.trace.user"], "ada");
    assert!(info["tags"]["color"] == "red" && info["tags"]["service.name"] == "shop");
    assert_eq!(info["tags"]["mlflow.artifactLocation"], format!("mlflow-artifacts:/0/traces/{id}/artifacts"));
    let full = stage.v3(Method::GET, &format!("/traces/get?trace_id={id}"), Value::Null).await.expect(200).json();
    let span = &full["trace"]["spans"][0];
    assert_eq!((&span["name"], &span["status"]["code"]), (&json!("work"), &json!("STATUS_CODE_OK")));
    assert_eq!(span["start_time_unix_nano"], 1_700_000_000_000_000_000_u64);
    let attributes = span["attributes"].as_array().unwrap();
    let named = attributes.iter().find(|one| one["key"] == "mlflow.traceRequestId").unwrap();
    assert_eq!(named["value"]["string_value"], id);
    let file = format!("/ajax-api/2.0/mlflow/get-trace-artifact?request_id={id}");
    let file = stage.server.get(&file, "viewer").await.expect(200).json();
    assert_eq!(file["spans"][0]["attributes"]["session.id"], "\"s-1\"");
    let batch = stage.v3(Method::GET, &format!("/traces/batchGet?trace_ids={id}&trace_ids=tr-x"), Value::Null).await;
    assert_eq!(batch.expect(200).json()["traces"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn children_come_before_their_root_and_again() {
    let stage = Stage::new();
    let usage = ("mlflow.chat.tokenUsage", r#"{"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}"#);
    for _ in 0..2 {
        let child = request([1; 16], [2; 8], &[1; 8], &[usage]);
        stage.export("developer", &[PROTOBUF, EXPERIMENT], child).await.expect(200);
    }
    assert_eq!(stage.trace(&id_of(1)).await["state"], "IN_PROGRESS");
    // A root that says what all used together counts instead of its children.
    let id = stage
        .spans(1, &[("mlflow.chat.tokenUsage", r#"{"input_tokens": 5, "output_tokens": 5, "total_tokens": 10}"#)])
        .await;
    let info = stage.trace(&id).await;
    assert_eq!(info["state"], "OK");
    let used: Value =
        serde_json::from_str(info["trace_metadata"]["mlflow.trace.tokenUsage"].as_str().unwrap()).unwrap();
    assert_eq!(used, json!({"input_tokens": 5, "output_tokens": 5, "total_tokens": 10}));
    // The client speaks of three spans, and two are there.
    stage.tell(&id, json!({"trace_metadata": {"mlflow.trace.sizeStats": "{\"num_spans\": 3}"}})).await.expect(200);
    let wanted = format!("/traces/get?trace_id={id}");
    stage.v3(Method::GET, &wanted, Value::Null).await.expect(404);
    let partial = stage.v3(Method::GET, &format!("{wanted}&allow_partial=true"), Value::Null).await.expect(200).json();
    assert_eq!(partial["trace"]["spans"].as_array().unwrap().len(), 2);
    // What was told as a whole stands before what spans say.
    stage.spans(1, &[]).await;
    assert_eq!(stage.trace(&id).await["execution_duration"], "1.250s");
}

#[tokio::test]
async fn every_form_of_otlp_is_taken() {
    let stage = Stage::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&request([1; 16], [1; 8], &[], &[])).unwrap();
    let packed = gzip.finish().unwrap();
    let answer = stage.export("developer", &[PROTOBUF, EXPERIMENT, ("content-encoding", "gzip")], packed).await;
    assert_eq!(answer.expect(200).body.len(), 0);
    let json = ("content-type", "application/json; charset=utf-8");
    let span =
        json!({"traceId": "02".repeat(16), "spanId": "01".repeat(8), "name": "x", "startTimeUnixNano": "1000000"});
    let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]});
    let run = stage.run("one").await;
    let headers = [json, EXPERIMENT, ("x-mlflow-run-id", &run)];
    let answer = stage.export("developer", &headers, serde_json::to_vec(&body).unwrap()).await.expect(200);
    assert_eq!(answer.text(), "{}");
    assert_eq!(stage.found(json!({"filter": format!("run_id = '{run}'")})).await, [id_of(2)]);
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused() {
    let stage = Stage::new();
    let good = request([1; 16], [1; 8], &[], &[]);
    let plain = ("content-type", "text/plain");
    let other = ("x-mlflow-experiment-id", "99");
    for (token, headers, body, status) in [
        ("", vec![PROTOBUF, EXPERIMENT], good.clone(), 401),
        ("viewer", vec![PROTOBUF, EXPERIMENT], good.clone(), 403),
        ("developer", vec![plain, EXPERIMENT], good.clone(), 400),
        ("developer", vec![PROTOBUF], good.clone(), 400),
        ("developer", vec![PROTOBUF, other], good.clone(), 404),
        ("developer", vec![PROTOBUF, EXPERIMENT, ("x-mlflow-run-id", "nothing")], good.clone(), 404),
        ("developer", vec![PROTOBUF, EXPERIMENT, ("content-encoding", "br")], good.clone(), 400),
        ("developer", vec![PROTOBUF, EXPERIMENT, ("content-encoding", "gzip")], good.clone(), 400),
        ("developer", vec![PROTOBUF, EXPERIMENT], b"not protobuf".to_vec(), 400),
        ("developer", vec![PROTOBUF, EXPERIMENT], Vec::new(), 400),
    ] {
        stage.export(token, &headers, body).await.expect(status);
    }
    assert_eq!(stage.found(json!({})).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_same_id_in_two_teams_is_two_traces() {
    let stage = Stage::new();
    let id = stage.spans(1, &[("session.id", "ours")]).await;
    let theirs = request([1; 16], [1; 8], &[], &[("session.id", "theirs")]);
    stage.export("outsider", &[PROTOBUF, EXPERIMENT], theirs).await.expect(200);
    assert_eq!(stage.trace(&id).await["trace_metadata"]["mlflow.trace.session"], "ours");
    let other = stage.spans(2, &[]).await;
    for (method, route, body) in [
        (Method::GET, format!("/traces/{other}"), Value::Null),
        (Method::GET, format!("/traces/get?trace_id={other}"), Value::Null),
        (Method::PATCH, format!("/traces/{other}/tags"), json!({"key": "a", "value": "b"})),
        (Method::POST, format!("/traces/{other}/assessments"), super::assessing::feedback("q", &json!(1))),
        (Method::GET, format!("/traces/{other}/assessments/a-1"), Value::Null),
        (Method::DELETE, format!("/traces/{other}/assessments/a-1"), Value::Null),
        (Method::POST, "/traces/link-prompts".to_owned(), json!({"trace_id": other, "prompt_versions": []})),
    ] {
        stage.v3_as("outsider", method, &route, body).await.expect(404);
    }
    let gone = json!({"experiment_id": "0", "request_ids": [other]});
    let deleted = stage.v3_as("outsider", Method::POST, "/traces/delete-traces", gone).await.expect(200).json();
    assert_eq!(deleted["traces_deleted"], 0);
    stage.v3_as("viewer", Method::PATCH, &format!("/traces/{id}/tags"), json!({"key": "a"})).await.expect(403);
    stage.trace(&other).await;
}
