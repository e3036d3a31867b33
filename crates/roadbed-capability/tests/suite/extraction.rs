use crate::things::platform;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn unknown_fields_are_refused_with_the_nearest_known_name() {
    let (_platform, server) = platform();
    let answer = server.post("/api/v1/things", "developer", json!({"nmae": "a", "size": 1})).await.expect(400);
    assert_eq!(answer.json()["field"], "nmae");
    assert_eq!(answer.json()["fix"], "did you mean name?");
    assert!(answer.json()["line"].is_string());
    let answer = server.get("/api/v1/things?limt=3", "viewer").await.expect(400);
    assert_eq!(answer.json()["fix"], "did you mean limit?");
}

#[tokio::test]
async fn bodies_of_the_wrong_kind_are_refused() {
    let (platform, server) = platform();
    let send = |kind: &'static str, body: &'static str| {
        let server = server.clone();
        async move {
            let headers = [("content-type", kind)];
            server.call(Method::POST, "/api/v1/things", "developer", &headers, body.into()).await.status.as_u16()
        }
    };
    assert_eq!(send("text/plain", "{}").await, 415);
    assert_eq!(send("application/json", "{").await, 400);
    assert_eq!(send("application/json", "").await, 400);
    assert_eq!(send("application/json", r#"{"name": 3, "size": 1}"#).await, 400);
    assert_eq!(send("application/json; charset=utf-8", r#"{"name": "a", "size": 1}"#).await, 201);
    let large = json!({"name": "x".repeat(2000), "size": 1});
    assert_eq!(server.post("/api/v1/things", "developer", large).await.expect(413).code(), "request.too_large");
    assert_eq!(platform.event_kinds().await, ["ThingMade"]);
}

#[tokio::test]
async fn limits_out_of_range_are_refused() {
    let (_platform, server) = platform();
    for bad in ["0", "1001", "-1", "x"] {
        server.get(&format!("/api/v1/things?limit={bad}"), "viewer").await.expect(400);
    }
    server.get("/api/v1/things?limit=1000", "viewer").await.expect(200);
}

#[tokio::test]
async fn a_dry_run_answers_as_the_real_run_and_changes_nothing() {
    let (platform, server) = platform();
    let thing = json!({"name": "a", "size": 1});
    let answer = server.post("/api/v1/things?dry_run=true", "developer", thing.clone()).await.expect(201);
    assert_eq!(answer.json(), thing);
    assert!(platform.events().await.is_empty());
    server.post("/api/v1/things", "developer", thing.clone()).await.expect(201);
    server.post("/api/v1/things?dry_run=true", "developer", thing.clone()).await.expect(409);
    server.post("/api/v1/things?dry_run=maybe", "developer", thing).await.expect(400);
}

#[tokio::test]
async fn a_repeated_create_gives_the_first_answer_and_one_event() {
    let (platform, server) = platform();
    let send = |key: &'static str, size: i64| {
        let server = server.clone();
        async move {
            let headers = [("idempotency-key", key), ("content-type", "application/json")];
            let body = json!({"name": "a", "size": size}).to_string().into_bytes();
            server.call(Method::POST, "/api/v1/things", "developer", &headers, body).await
        }
    };
    let first = send("k1", 1).await.expect(201);
    let again = send("k1", 1).await.expect(201);
    assert_eq!(first.body, again.body);
    assert_eq!(send("k1", 2).await.expect(409).code(), "request.idempotency_key_reused");
    assert_eq!(send("k2", 1).await.expect(409).code(), "things.taken");
    assert_eq!(platform.event_kinds().await, ["ThingMade"]);
}

#[tokio::test]
async fn an_update_of_something_changed_meanwhile_is_refused() {
    let (_platform, server) = platform();
    let body = json!({"name": "a", "size": 1}).to_string().into_bytes();
    for (seen, status) in [("\"7\"", 200), ("7", 200), ("*", 200), ("\"6\"", 412), ("x", 412)] {
        let headers = [("if-match", seen), ("content-type", "application/json")];
        server.call(Method::PATCH, "/api/v1/things/a", "developer", &headers, body.clone()).await.expect(status);
    }
}
