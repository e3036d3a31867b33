//! Metrics through HTTP; what they answer in every case is compared with MLflow's server by the suite of differences.

use super::{EXPERIMENT, PROTOBUF, assessing};
use crate::stage::Stage;
use crate::traces::otlp::tests::request;
use axum::http::Method;
use serde_json::{Value, json};

impl Stage {
    async fn measured(&self, view: &str, metric: &str, kind: &str, more: Value) -> Value {
        let mut body = json!({"experiment_ids": ["0"], "view_type": view, "metric_name": metric,
            "aggregations": [{"aggregation_type": kind}]});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let answer = self.v3(Method::POST, "/traces/metrics", body).await.expect(200).json();
        answer.get("data_points").cloned().unwrap_or_else(|| json!([]))
    }
}

async fn numbers(stage: &Stage) {
    let cost = r#"{"input_cost": 0.5, "output_cost": 1, "total_cost": 1.5}"#;
    let attributes = [("mlflow.llm.cost", cost), ("mlflow.llm.model", "big"), ("mlflow.llm.provider", "inc")];
    let id = stage.spans(1, &attributes).await;
    let run = stage.run("one").await;
    let spans = request([2; 16], [1; 8], &[], &[("session.id", "s")]);
    let headers = [PROTOBUF, EXPERIMENT, ("x-mlflow-run-id", run.as_str())];
    stage.export("developer", &headers, spans).await.expect(200);
    for number in 3..=4 {
        let more =
            json!({"tags": {"mlflow.traceName": format!("n{number}")}, "execution_duration": format!("{number}s")});
        stage.tell(&format!("tr-{number}"), more).await.expect(200);
    }
    let path = format!("/traces/{id}/assessments");
    for value in [json!("yes"), json!(false), json!("words")] {
        stage.v3(Method::POST, &path, assessing::feedback("good", &value)).await.expect(200);
    }
    assert_eq!(stage.measured("TRACES", "trace_count", "COUNT", json!({})).await[0]["values"]["COUNT"], 4.0);
    let by_name = stage.measured("TRACES", "latency", "MAX", json!({"dimensions": ["trace_name"]})).await;
    assert_eq!(
        by_name,
        json!([
            {"metric_name": "latency", "dimensions": {"trace_name": "n3"}, "values": {"MAX": 3000.0}},
            {"metric_name": "latency", "dimensions": {"trace_name": "n4"}, "values": {"MAX": 4000.0}},
        ])
    );
    let of_run = json!({"filters": [format!("trace.metadata.mlflow.sourceRun = '{run}'")]});
    assert_eq!(stage.measured("SPANS", "span_count", "COUNT", of_run).await[0]["values"]["COUNT"], 1.0);
    let by_model = json!({"dimensions": ["span_model_name", "span_model_provider"]});
    let costs = stage.measured("SPANS", "total_cost", "SUM", by_model).await;
    assert_eq!(costs[0]["dimensions"], json!({"span_model_name": "big", "span_model_provider": "inc"}));
    assert_eq!((&costs[0]["values"]["SUM"], costs.as_array().unwrap().len()), (&json!(1.5), 1));
    let verdicts = stage.measured("ASSESSMENTS", "assessment_value", "AVG", json!({})).await;
    assert_eq!(verdicts[0]["values"]["AVG"], 0.5);
    assert_eq!(stage.measured("TRACES", "session_count", "COUNT", json!({})).await[0]["values"]["COUNT"], 1.0);
}

#[tokio::test]
async fn people_see_the_name_of_the_root_and_the_run_of_the_header() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let headers = [PROTOBUF, EXPERIMENT, ("x-mlflow-run-id", run.as_str())];
    stage.export("developer", &headers, request([7; 16], [1; 8], &[], &[])).await.expect(200);
    stage.tell("tr-told", json!({"tags": {"mlflow.traceName": "told"}})).await.expect(200);
    let items = stage.server.get("/api/v1/traces", "viewer").await.expect(200).json()["items"].clone();
    let told: Vec<_> =
        items.as_array().unwrap().iter().map(|item| (item["name"].clone(), item["run"].clone())).collect();
    assert_eq!(told, [(json!("told"), Value::Null), (json!("work"), json!(run))]);
    let path = format!("/api/v1/traces/{}", super::id_of(7));
    let page = stage.server.get(&path, "viewer").await.expect(200).json();
    assert_eq!((&page["name"], &page["run"]), (&json!("work"), &json!(run)));
    // Clients of MLflow find what its own server tells them.
    assert!(stage.trace(&super::id_of(7)).await["tags"].get("mlflow.traceName").is_none());
}

#[tokio::test]
async fn metrics_count_and_measure() {
    numbers(&Stage::new()).await;
}

#[tokio::test]
async fn metrics_count_and_measure_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    numbers(&stage).await;
}

#[tokio::test]
async fn metrics_are_for_those_who_read_traces_and_of_their_team() {
    let stage = Stage::new();
    stage.spans(1, &[]).await;
    let body = json!({"experiment_ids": ["0"], "view_type": "TRACES", "metric_name": "trace_count",
        "aggregations": [{"aggregation_type": "COUNT"}]});
    stage.v3_as("viewer", Method::POST, "/traces/metrics", body.clone()).await.expect(200);
    let other = stage.v3_as("outsider", Method::POST, "/traces/metrics", body.clone()).await.expect(200).json();
    assert_eq!(other["data_points"][0]["values"]["COUNT"], 0.0);
    for (key, value) in [("view_type", json!("BAD")), ("metric_name", json!("bad")), ("aggregations", json!([]))] {
        let mut body = body.clone();
        body[key] = value;
        stage.v3(Method::POST, "/traces/metrics", body).await.expect(400);
    }
}
