//! Traces through HTTP on the testkit.

mod assessing;
mod ingesting;
mod measuring;
mod old_clients;
mod searching;

use crate::stage::Stage;
use crate::traces::otlp::tests::request;
use axum::http::Method;
use roadbed_testkit::TestAnswer;
use serde_json::{Value, json};

const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");
const EXPERIMENT: (&str, &str) = ("x-mlflow-experiment-id", "0");

impl Stage {
    /// Sends spans as the developer, or as somebody else.
    pub(super) async fn export(&self, token: &str, headers: &[(&str, &str)], body: Vec<u8>) -> TestAnswer {
        self.server.call(Method::POST, "/v1/traces", token, headers, body).await
    }

    /// A root span with these attributes.
    pub(super) async fn spans(&self, number: u8, attributes: &[(&str, &str)]) -> String {
        let body = request([number; 16], [1; 8], &[], attributes);
        self.export("developer", &[PROTOBUF, EXPERIMENT], body).await.expect(200);
        id_of(number)
    }

    pub(super) async fn trace(&self, id: &str) -> Value {
        self.v3(Method::GET, &format!("/traces/{id}"), Value::Null).await.expect(200).json()["trace"]["trace_info"]
            .clone()
    }

    /// A call of an MLflow 3 route as the developer.
    pub(super) async fn v3(&self, method: Method, route: &str, body: Value) -> TestAnswer {
        self.v3_as("developer", method, route, body).await
    }

    pub(super) async fn v3_as(&self, token: &str, method: Method, route: &str, body: Value) -> TestAnswer {
        let headers = [("content-type", "application/json")];
        let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(&body).unwrap() };
        self.server.call(method, &format!("/api/3.0/mlflow{route}"), token, &headers, body).await
    }

    /// Tells a trace as a whole.
    pub(super) async fn tell(&self, id: &str, more: Value) -> TestAnswer {
        let mut info = json!({
            "trace_id": id,
            "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}},
            "request_time": "2023-11-14T22:13:20.500Z",
            "execution_duration": "1.250s",
            "state": "OK",
        });
        for (key, value) in more.as_object().unwrap() {
            info[key] = value.clone();
        }
        self.v3(Method::POST, "/traces", json!({"trace": {"trace_info": info}})).await
    }

    /// Ids that a search finds.
    pub(super) async fn found(&self, body: Value) -> Vec<String> {
        let mut body = body;
        body["locations"] = json!([{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}}]);
        let answer = self.v3(Method::POST, "/traces/search", body).await.expect(200).json();
        let traces = answer["traces"].as_array().cloned().unwrap_or_default();
        traces.iter().map(|trace| trace["trace_id"].as_str().unwrap().to_owned()).collect()
    }
}

/// The id of the trace whose bytes are all this number.
pub(super) fn id_of(number: u8) -> String {
    format!("tr-{}", format!("{number:02x}").repeat(16))
}

#[tokio::test]
async fn traces_work_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    whole_story(&stage).await;
}

#[tokio::test]
async fn traces_work_on_sqlite() {
    whole_story(&Stage::new()).await;
}

/// Everything once, with many writers of one trace at a time.
async fn whole_story(stage: &Stage) {
    let usage = ("mlflow.chat.tokenUsage", r#"{"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}"#);
    let writes = (2..=9).map(|span| {
        let body = request([1; 16], [span; 8], &[1; 8], &[usage]);
        stage.export("developer", &[PROTOBUF, EXPERIMENT], body)
    });
    for answer in futures_util::future::join_all(writes).await {
        answer.expect(200);
    }
    let id = stage.spans(1, &[("session.id", "s")]).await;
    stage.tell(&id, json!({"tags": {"mlflow.traceName": "story"}})).await.expect(200);
    let info = stage.trace(&id).await;
    let used: Value =
        serde_json::from_str(info["trace_metadata"]["mlflow.trace.tokenUsage"].as_str().unwrap()).unwrap();
    assert_eq!(used["total_tokens"], 16);
    let path = format!("/traces/{id}/assessments");
    stage.v3(Method::POST, &path, assessing::feedback("q", &json!("ö"))).await.expect(200);
    let run = stage.run("one").await;
    stage.post("/traces/link-to-run", json!({"trace_ids": [id], "run_id": run})).await.expect(200);
    for filter in [
        "name = 'story' AND feedback.q = 'ö'".to_owned(),
        format!("run_id = '{run}' AND metadata.`mlflow.trace.session` = 's'"),
        "span.name = 'work' AND trace.text LIKE '%total_tokens%'".to_owned(),
        "timestamp_ms > 1 AND execution_time_ms < 5000".to_owned(),
    ] {
        assert_eq!(
            stage.found(json!({"filter": filter, "order_by": ["execution_time DESC"]})).await,
            std::slice::from_ref(&id)
        );
        assert_eq!(
            stage.found(json!({"filter": filter, "max_results": 1})).await,
            std::slice::from_ref(&id),
            "{filter}"
        );
    }
    let page = stage.server.get(&format!("/api/v1/traces/{id}"), "viewer").await.expect(200).json();
    assert_eq!(page["spans"].as_array().unwrap().len(), 9);
    stage.server.delete(&format!("/api/v1/traces/{id}"), "developer").await.expect(204);
    assert_eq!(stage.found(json!({})).await, Vec::<String>::new());
}
