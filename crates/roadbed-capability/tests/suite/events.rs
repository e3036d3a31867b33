use crate::things::{OURS, platform};
use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt as _;
use roadbed_capability::events::{Rhythm, capability_with};
use roadbed_testkit::{TestServer, principal};
use serde_json::json;
use std::time::Duration;
use tower::ServiceExt as _;

async fn make(server: &TestServer, name: &str) {
    server.post("/api/v1/things", "developer", json!({"name": name, "size": 1})).await.expect(201);
}

#[tokio::test]
async fn events_are_listed_in_order_within_the_callers_scope() {
    let (_platform, server) = platform();
    for name in ["a", "b", "c"] {
        make(&server, name).await;
    }
    let list = server.get("/api/v1/events?limit=2", "viewer").await.expect(200).json();
    let names: Vec<_> = list["items"].as_array().unwrap().iter().map(|event| event["subject_id"].clone()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(list["items"][0]["team"], OURS.to_string());
    let rest = server.get(&format!("/api/v1/events?after={}", list["next"]), "viewer").await.json();
    assert_eq!(rest["items"][0]["subject_id"], "c");
    assert_eq!(server.get("/api/v1/events", "stranger").await.json()["items"], json!([]));
    assert_eq!(server.get("/api/v1/events?subject_id=b", "root").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_live_stream_gives_what_came_before_and_what_comes_after() {
    let (_platform, server) = platform();
    make(&server, "a").await;
    let request = Request::get("/api/v1/events?after=0")
        .header("host", "localhost")
        .header("authorization", "Bearer viewer")
        .header("accept", "text/event-stream");
    let answer = server.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let mut body = answer.into_body().into_data_stream();
    let mut text = String::new();
    make(&server, "b").await;
    while !text.contains("\"subject_id\":\"b\"") {
        let piece = tokio::time::timeout(Duration::from_secs(10), body.next()).await.expect("the stream goes on");
        text.push_str(std::str::from_utf8(&piece.unwrap().unwrap()).unwrap());
    }
    assert!(text.contains("\"subject_id\":\"a\""));
    assert!(text.contains("event: ThingMade"));
    assert!(text.contains("id: 1"), "a browser can resume from the last id");
    let greeting = text.split("\n\n").next().unwrap();
    assert!(greeting.contains("event: hello") && greeting.contains("\"head\":2"), "{greeting}");
    assert!(greeting.contains("id: 0"), "{greeting}");
}

async fn listen(server: &TestServer, token: &str) -> axum::response::Response {
    let request = Request::get("/api/v1/events")
        .header("host", "localhost")
        .header("authorization", format!("Bearer {token}"))
        .header("accept", "text/event-stream");
    server.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_quiet_stream_has_heartbeats_and_ends_with_the_right_to_listen() {
    let (platform, _) = platform();
    let rhythm = Rhythm { heartbeat: Duration::from_millis(5), recheck: Duration::from_millis(20) };
    let server = platform.serve(vec![capability_with(&platform.context, rhythm)]);
    let answer = listen(&server, "viewer").await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    let mut body = answer.into_body().into_data_stream();
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let piece = body.next().await.unwrap().unwrap();
        heard.push(std::str::from_utf8(&piece).unwrap().lines().next().unwrap().to_owned());
    }
    assert_eq!(heard, ["event: hello", "event: heartbeat", "event: heartbeat"]);
    platform.callers.add("viewer", principal("viewer", &[]));
    let rest = async { while body.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(10), rest).await.expect("the stream ends");
}
