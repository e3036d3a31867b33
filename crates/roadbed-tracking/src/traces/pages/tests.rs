use super::waterfall::steps;
use crate::stage::Stage;
use crate::traces::otlp::{Any, RawSpan, Status};
use crate::traces::spans::Content;
use serde_json::{Value, json};

fn span(id: u8, parent: Option<u8>, start_ns: u64) -> Content {
    let raw = RawSpan {
        id: [id; 8],
        parent: parent.map(|parent| [parent; 8]),
        name: format!("s{id}"),
        start_ns,
        end_ns: start_ns + 5000,
        status: Status::Error,
        attributes: vec![("mlflow.spanInputs".to_owned(), Any::Text("x".repeat(30_000)))],
        ..RawSpan::default()
    };
    Content::new(raw, "tr-1")
}

#[test]
fn steps_lie_below_their_parents_by_start() {
    let spans = vec![
        span(1, None, 1000),
        span(4, Some(2), 4000),
        span(2, Some(1), 2000),
        span(3, Some(1), 1500),
        span(5, Some(99), 9000),
        span(6, Some(7), 1000),
        span(7, Some(6), 1000),
    ];
    let mut spans = spans;
    spans.sort_by_key(|span| span.start_time_unix_nano);
    let steps = steps(spans);
    let shown: Vec<(&str, u32)> = steps.iter().map(|step| (step.name.as_str(), step.depth)).collect();
    assert_eq!(shown[..5], [("s1", 0), ("s3", 1), ("s2", 1), ("s4", 2), ("s5", 0)]);
    assert_eq!(shown.len(), 7);
    assert_eq!((steps[3].start_us, steps[3].duration_us), (3, Some(5)));
    assert!(steps[0].inputs.as_ref().and_then(Value::as_str).unwrap().chars().count() == 20_001);
}

#[tokio::test]
async fn pages_list_show_and_delete() {
    let stage = Stage::new();
    let id = stage.spans(1, &[("session.id", "s"), ("input.value", r#"{"q": 1}"#)]).await;
    let list = stage.server.get("/api/v1/traces?filter=status%20%3D%20'OK'&limit=1", "viewer").await.expect(200).json();
    assert_eq!((&list["items"][0]["id"], &list["items"][0]["session"]), (&json!(id), &json!("s")));
    assert_eq!(list["next_cursor"], Value::Null);
    let path = format!("/api/v1/traces/{id}");
    let page = stage.server.get(&path, "viewer").await.expect(200).json();
    assert_eq!((&page["spans"][0]["inputs"], &page["spans"][0]["depth"]), (&json!({"q": 1}), &json!(0)));
    assert_eq!((&page["duration_ms"], &page["partial"]), (&json!(250), &json!(false)));
    for query in ["limit=0", "limit=501", "filter=nonsense", "order_by=x", "cursor=x", "color=red"] {
        stage.server.get(&format!("/api/v1/traces?{query}"), "viewer").await.expect(400);
    }
    stage.server.get(&path, "outsider").await.expect(404);
    stage.server.delete(&path, "outsider").await.expect(404);
    stage.server.delete(&path, "viewer").await.expect(403);
    stage.server.delete(&format!("{path}?dry_run=true"), "developer").await.expect(204);
    stage.server.get(&path, "viewer").await.expect(200);
    stage.server.delete(&path, "developer").await.expect(204);
    stage.server.get(&path, "viewer").await.expect(404);
    let others = stage.server.get("/api/v1/traces", "outsider").await.expect(200).json();
    assert_eq!(others["items"], json!([]));
}
