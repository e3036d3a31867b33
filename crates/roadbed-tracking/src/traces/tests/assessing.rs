use crate::stage::Stage;
use axum::http::Method;
use serde_json::{Value, json};

/// A request that says something.
pub(super) fn feedback(name: &str, value: &Value) -> Value {
    json!({"assessment": {"assessment_name": name, "source": {"source_type": "HUMAN", "source_id": "ada"},
        "feedback": {"value": value}, "create_time": "2024-01-01T00:00:00Z"}})
}

async fn said(stage: &Stage, id: &str, body: Value) -> Value {
    stage.v3(Method::POST, &format!("/traces/{id}/assessments"), body).await.expect(200).json()["assessment"].clone()
}

#[tokio::test]
async fn what_is_said_can_be_changed_overridden_and_taken_back() {
    let stage = Stage::new();
    let id = stage.spans(1, &[]).await;
    let first = said(&stage, &id, feedback("quality", &json!("good"))).await;
    let first_id = first["assessment_id"].as_str().unwrap();
    assert_eq!((&first["valid"], &first["create_time"]), (&json!(true), &json!("2024-01-01T00:00:00Z")));
    let path = format!("/traces/{id}/assessments/{first_id}");
    let change = json!({"assessment": {"feedback": {"value": "poor"}, "rationale": "why", "metadata": {"a": "b"}},
        "update_mask": "feedback,rationale,metadata"});
    let changed = stage.v3(Method::PATCH, &path, change).await.expect(200).json()["assessment"].clone();
    assert_eq!((&changed["feedback"]["value"], &changed["rationale"]), (&json!("poor"), &json!("why")));
    let wrong = json!({"assessment": {"expectation": {"value": 1}}, "update_mask": "expectation"});
    stage.v3(Method::PATCH, &path, wrong).await.expect(400);

    let mut better = feedback("quality", &json!("fine"));
    better["assessment"]["overrides"] = json!(first_id);
    let better = said(&stage, &id, better).await;
    let read = |path: String| {
        let stage = &stage;
        async move { stage.v3(Method::GET, &path, Value::Null).await.expect(200).json()["assessment"].clone() }
    };
    assert_eq!(read(path.clone()).await["valid"], false);
    assert_eq!(stage.found(json!({"filter": "feedback.quality = 'fine'"})).await.len(), 1);
    assert_eq!(stage.found(json!({"filter": "feedback.quality = 'poor'"})).await.len(), 0);
    let newer = format!("/traces/{id}/assessments/{}", better["assessment_id"].as_str().unwrap());
    stage.v3(Method::DELETE, &newer, Value::Null).await.expect(200);
    stage.v3(Method::DELETE, &newer, Value::Null).await.expect(200);
    stage.v3(Method::GET, &newer, Value::Null).await.expect(404);
    assert_eq!(read(path).await["valid"], true);
}

#[tokio::test]
async fn expectations_keep_their_shape() {
    let stage = Stage::new();
    let id = stage.spans(1, &[]).await;
    let written = json!({"serialization_format": "JSON_FORMAT", "value": "{\"b\": [1, 2]}"});
    let body = json!({"assessment": {"assessment_name": "facts", "source": {"source_type": 3, "source_id": "x"},
        "expectation": {"serialized_value": written}}});
    let made = said(&stage, &id, body).await;
    assert_eq!(made["expectation"]["serialized_value"]["value"], "{\"b\":[1,2]}");
    assert_eq!(made["source"]["source_type"], "CODE");
    assert_eq!(stage.trace(&id).await["assessments"][0]["assessment_name"], "facts");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let stage = Stage::new();
    let id = stage.spans(1, &[]).await;
    let path = format!("/traces/{id}/assessments");
    let mut unknown = feedback("q", &json!(1));
    unknown["assessment"]["overrides"] = json!("a-nothing");
    stage.v3(Method::POST, &path, unknown).await.expect(404);
    for body in [
        json!({}),
        json!({"assessment": {"assessment_name": "q"}}),
        json!({"assessment": {"assessment_name": "q", "source": {}, "expectation": {"serialized_value": {"value": "{"}}}}),
        feedback("", &json!(1)),
        feedback(&"x".repeat(251), &json!(1)),
        feedback("q", &json!("x".repeat(2 << 20))),
    ] {
        stage.v3(Method::POST, &path, body).await.expect(400);
    }
    stage.v3_as("viewer", Method::POST, &path, feedback("q", &json!(1))).await.expect(403);
}
