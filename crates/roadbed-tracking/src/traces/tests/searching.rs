use super::id_of;
use crate::stage::Stage;
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn pages_follow_each_other_while_traces_come() {
    let stage = Stage::new();
    for number in 1..=7 {
        let at = format!("2024-01-01T00:00:0{number}Z");
        stage
            .tell(
                &format!("tr-{number}"),
                json!({"request_time": at, "tags": {"mlflow.traceName": format!("n{}", number % 2)}}),
            )
            .await
            .expect(200);
    }
    for (order, wanted) in [
        (json!([]), ["tr-7", "tr-6", "tr-5", "tr-4", "tr-3", "tr-2", "tr-1"]),
        (json!(["timestamp_ms ASC"]), ["tr-1", "tr-2", "tr-3", "tr-4", "tr-5", "tr-6", "tr-7"]),
        (json!(["name DESC"]), ["tr-7", "tr-5", "tr-3", "tr-1", "tr-6", "tr-4", "tr-2"]),
    ] {
        let (mut seen, mut token) = (Vec::new(), Value::Null);
        loop {
            let body = json!({"max_results": 3, "order_by": order, "page_token": token,
                "locations": [{"mlflow_experiment": {"experiment_id": "0"}}]});
            let page = stage.v3(Method::POST, "/traces/search", body).await.expect(200).json();
            seen.extend(
                page["traces"].as_array().unwrap().iter().map(|one| one["trace_id"].as_str().unwrap().to_owned()),
            );
            token = page["next_page_token"].clone();
            if token.is_null() {
                break;
            }
            // The newest of all moves no page that follows.
            stage
                .tell("tr-9", json!({"request_time": "2025-01-01T00:00:00Z", "tags": {"mlflow.traceName": "z"}}))
                .await
                .expect(200);
        }
        seen.retain(|id| id != "tr-9");
        assert_eq!(seen, wanted, "{order}");
        let gone = json!({"experiment_id": "0", "request_ids": ["tr-9"]});
        stage.post("/traces/delete-traces", gone).await.expect(200);
    }
}

#[tokio::test]
async fn filters_look_at_everything_a_trace_has() {
    let stage = Stage::new();
    let (one, two) = (stage.spans(1, &[("model", "small"), ("session.id", "s")]).await, stage.spans(2, &[]).await);
    stage.tell(&two, json!({"state": "ERROR", "tags": {"mlflow.traceName": "two", "env": "prod"}})).await.expect(200);
    let prompts = json!({"trace_id": two, "prompt_versions": [{"name": "greet", "version": "3"}]});
    stage.post("/traces/link-prompts", prompts).await.expect(200);
    for (filter, wanted) in [
        ("status = 'ERROR'", vec![&two]),
        ("tags.env = 'prod' AND name = 'two'", vec![&two]),
        ("metadata.`mlflow.trace.session` = 's'", vec![&one]),
        ("span.attributes.model = 'small'", vec![&one]),
        ("span.name = 'work'", vec![&one, &two]),
        ("span.status = 'ERROR'", vec![]),
        ("trace.text LIKE '%small%'", vec![&one]),
        ("prompt = 'greet/3'", vec![&two]),
        ("prompt = 'greet/4'", vec![]),
        ("execution_time_ms > 1000", vec![&two]),
        ("timestamp_ms >= 1700000000500", vec![&two]),
        ("timestamp_ms < 1700000000500", vec![&one]),
    ] {
        let mut found = stage.found(json!({"filter": filter})).await;
        found.sort();
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{filter}");
    }
    for body in [
        json!({"filter": "nonsense", "locations": [{"mlflow_experiment": {"experiment_id": "0"}}]}),
        json!({"max_results": 501, "locations": [{"mlflow_experiment": {"experiment_id": "0"}}]}),
        json!({"page_token": "x", "locations": [{"mlflow_experiment": {"experiment_id": "0"}}]}),
        json!({"locations": []}),
    ] {
        stage.v3(Method::POST, "/traces/search", body).await.expect(400);
    }
    let both =
        json!({"experiment_ids": ["0"], "filter_string1": "status = 'ERROR'", "filter_string2": "tags.env = 'prod'"});
    let found = stage.v3(Method::POST, "/traces/calculate-filter-correlation", both).await.expect(200).json();
    assert_eq!((&found["joint_count"], &found["total_count"], &found["npmi"]), (&json!(1), &json!(2), &json!(1.0)));
}

#[tokio::test]
async fn deletes_take_everything_and_say_so() {
    let stage = Stage::new();
    let id = stage.spans(1, &[]).await;
    stage
        .v3(Method::POST, &format!("/traces/{id}/assessments"), super::assessing::feedback("q", &json!(1)))
        .await
        .expect(200);
    for number in 2..=4 {
        stage
            .tell(&format!("tr-{number}"), json!({"request_time": format!("2024-01-01T00:00:0{number}Z")}))
            .await
            .expect(200);
    }
    for body in [
        json!({"experiment_id": "0"}),
        json!({"experiment_id": "0", "max_timestamp_millis": 5, "request_ids": ["x"]}),
        json!({"experiment_id": "0", "max_traces": 1, "request_ids": ["x"]}),
        json!({"experiment_id": "0", "max_timestamp_millis": 5, "max_traces": 0}),
    ] {
        stage.post("/traces/delete-traces", body).await.expect(400);
    }
    let named = json!({"experiment_id": "0", "request_ids": [id, "tr-none"]});
    assert_eq!(stage.post("/traces/delete-traces", named).await.expect(200).json()["traces_deleted"], 1);
    stage.v3(Method::GET, &format!("/traces/{id}"), Value::Null).await.expect(404);
    // What comes later under the same id begins anew.
    stage.spans(1, &[]).await;
    assert!(stage.trace(&id_of(1)).await.get("assessments").is_none());
    let old = json!({"experiment_id": "0", "max_timestamp_millis": 4_102_444_800_000_i64, "max_traces": 2});
    assert_eq!(stage.post("/traces/delete-traces", old).await.expect(200).json()["traces_deleted"], 2);
    assert_eq!(stage.found(json!({})).await, ["tr-4", "tr-3"]);
    let kinds = stage.platform.event_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "TracesDeleted").count(), 2);
}
