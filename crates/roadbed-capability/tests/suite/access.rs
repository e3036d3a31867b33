use crate::things::platform;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_call_needs_a_known_token_with_the_permission() {
    let (_platform, server) = platform();
    let thing = json!({"name": "a", "size": 1});
    let answer = server.get("/api/v1/things", "").await.expect(401);
    assert_eq!(answer.code(), "access.unauthenticated");
    assert!(answer.headers.contains_key("www-authenticate"));
    server.get("/api/v1/things", "rb_wrong").await.expect(401);
    server.get("/api/v1/things", "viewer").await.expect(200);
    let answer = server.post("/api/v1/things", "viewer", thing.clone()).await.expect(403);
    assert_eq!(answer.code(), "access.forbidden");
    assert!(answer.json()["fix"].as_str().unwrap().contains("developer"), "names who can");
    server.post("/api/v1/things", "developer", thing).await.expect(201);
}

#[tokio::test]
async fn the_password_of_basic_is_a_token_too() {
    let (_platform, server) = platform();
    let header = [("authorization", "Basic YW55OnZpZXdlcg==")];
    server.call(Method::GET, "/api/v1/things", "", &header, vec![]).await.expect(200);
    for bad in ["Basic !!", "Basic YW55", "Digest x", "Bearer ", ""] {
        server.call(Method::GET, "/api/v1/things", "", &[("authorization", bad)], vec![]).await.expect(401);
    }
}

#[tokio::test]
async fn rows_of_other_teams_are_not_there() {
    let (_platform, server) = platform();
    server.post("/api/v1/things", "developer", json!({"name": "a", "size": 1})).await.expect(201);
    assert_eq!(server.get("/api/v1/things", "viewer").await.json().as_array().unwrap().len(), 1);
    assert_eq!(server.get("/api/v1/things", "root").await.json().as_array().unwrap().len(), 1);
    assert_eq!(server.get("/api/v1/things", "stranger").await.json().as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn foreign_hosts_and_origins_reach_nothing_on_any_verb() {
    let (_platform, server) = platform();
    for host in ["evil.example", "localhost.evil.example", "10.0.0.1:7070", ""] {
        for method in [Method::GET, Method::DELETE, Method::OPTIONS] {
            let answer = server.call(method, "/api/v1/things", "root", &[("host", host)], vec![]).await;
            assert_eq!(answer.status, 421, "{host}");
        }
    }
    for host in ["localhost", "LOCALHOST:7070", "127.0.0.1:1", "[::1]:7070", "x.localhost"] {
        server.call(Method::GET, "/api/v1/things", "root", &[("host", host)], vec![]).await.expect(200);
    }
    for origin in ["https://evil.example", "null", "file://"] {
        let answer = server.call(Method::GET, "/api/v1/things", "root", &[("origin", origin)], vec![]).await;
        assert_eq!(answer.status, 403, "{origin}");
    }
    server
        .call(Method::GET, "/api/v1/things", "root", &[("origin", "http://localhost:7070")], vec![])
        .await
        .expect(200);
}

#[tokio::test]
async fn every_answer_names_its_request_and_problems_repeat_it() {
    let (_platform, server) = platform();
    let answer =
        server.call(Method::GET, "/api/v1/nothing", "root", &[("x-request-id", "abc-1")], vec![]).await.expect(404);
    assert_eq!(answer.headers["x-request-id"], "abc-1");
    assert_eq!(answer.json()["request_id"], "abc-1");
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let hostile = "x".repeat(200);
    for bad in ["a b", "<script>", hostile.as_str()] {
        let answer =
            server.call(Method::GET, "/api/v1/things", "root", &[("x-request-id", bad)], vec![]).await.expect(200);
        assert_ne!(answer.headers["x-request-id"], bad);
    }
}

#[tokio::test]
async fn a_panic_is_a_500_without_its_text_and_the_server_goes_on() {
    let (_platform, server) = platform();
    let answer = server.get("/api/v1/panic", "").await.expect(500);
    assert!(!answer.text().contains("on purpose"));
    server.get("/api/v1/things", "root").await.expect(200);
}

#[tokio::test]
async fn the_api_document_lists_the_routes_and_the_page_needs_nothing_else() {
    let (_platform, server) = platform();
    let document = server.get("/api/v1/openapi.json", "").await.expect(200).json();
    let make = &document["paths"]["/api/v1/things"]["post"];
    assert_eq!(make["x-permission"], "thing:write");
    assert_eq!(make["requestBody"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Thing");
    let parameters = document["paths"]["/api/v1/things"]["get"]["parameters"].as_array().unwrap();
    let mut names: Vec<_> = parameters.iter().map(|parameter| parameter["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["cursor", "limit"]);
    assert!(document["components"]["schemas"]["Problem"].is_object());
    let page = server.get("/api", "").await.expect(200).text();
    assert!(!page.contains("https://") && !page.contains("http://"), "works offline");
}

#[tokio::test]
async fn measurements_need_a_token_away_from_loopback() {
    let (platform, _server) = platform();
    let server = platform.serve(vec![roadbed_capability::platform::capability(
        &platform.context,
        std::sync::Arc::new(Nobody),
        roadbed_capability::driver::LoopStatuses::default(),
    )]);
    server.get("/metrics", "").await.expect(401);
    let page = server.get("/metrics", "viewer").await.expect(200).text();
    assert!(page.contains("\nroadbed_event_seq 0\n"), "{page}");
}

struct Nobody;

#[async_trait::async_trait]
impl roadbed_capability::platform::Readiness for Nobody {
    async fn roles(&self) -> std::collections::BTreeMap<String, String> {
        std::collections::BTreeMap::new()
    }
}
