//! Webhooks as people and clients of MLflow set them up.

use super::receiver::Receiver;
use crate::stage::{Stage, TEAM};
use axum::http::Method;
use roadbed_capability::Grantee;
use serde_json::{Value, json};

const OURS: &str = "/api/v1/webhooks";
const THEIRS: &str = "/api/2.0/mlflow/webhooks";

fn created() -> Value {
    json!([{"entity": "MODEL_VERSION", "action": "CREATED"}])
}

fn body(name: &str) -> Value {
    json!({"name": name, "url": "https://example.com/hook", "events": ["model_version.created", "model_alias.moved"]})
}

async fn patch_seen(stage: &Stage, path: &str, version: &str, body: Value) -> roadbed_testkit::TestAnswer {
    let headers = [("content-type", "application/json"), ("if-match", version)];
    stage.server.call(Method::PATCH, path, "admin", &headers, serde_json::to_vec(&body).unwrap()).await
}

async fn two_faces(stage: &Stage) {
    let new = json!({"name": "ci", "url": "https://example.com/hook", "events": created(), "secret": "s3cret", "description": "tells CI"});
    let made = stage.server.post(THEIRS, "admin", new).await.expect(200).json()["webhook"].clone();
    let id = made["webhook_id"].as_str().unwrap().to_owned();
    assert_eq!((&made["status"], &made["events"], id.len()), (&json!("ACTIVE"), &created(), 36));
    assert_eq!(made["description"], "tells CI");
    let shown = stage.server.get(&format!("{OURS}/ci"), "admin").await.expect(200);
    assert_eq!(shown.headers["etag"], "\"1\"");
    let shown = shown.json();
    assert_eq!((&shown["id"], &shown["signed"], &shown["health"]), (&json!(id), &json!(true), &json!("unused")));
    assert!(!shown.to_string().contains("s3cret") && !made.to_string().contains("s3cret"));

    // Events of ours are added here, stay when MLflow's are changed there, and are not shown there.
    let events = json!({"events": ["model_version.created", "approval.given"]});
    let path = format!("{OURS}/{id}");
    patch_seen(stage, &path, "\"7\"", events.clone()).await.expect(412);
    let changed = patch_seen(stage, &path, "\"1\"", events).await.expect(200).json();
    assert_eq!(changed["version"], "2");
    let tags = json!({"events": [{"entity": 3, "action": "SET"}], "status": "DISABLED", "secret": ""});
    let changed = stage.server.patch(&format!("{THEIRS}/{id}"), "admin", tags).await.expect(200).json();
    assert_eq!(changed["webhook"]["events"], json!([{"entity": "MODEL_VERSION_TAG", "action": "SET"}]));
    assert_eq!(changed["webhook"]["status"], "DISABLED");
    let shown = stage.server.get(&path, "admin").await.expect(200).json();
    assert_eq!(shown["events"], json!(["model_version_tag.set", "approval.given"]));
    assert_eq!((&shown["enabled"], &shown["signed"], &shown["version"]), (&json!(false), &json!(false), &json!("3")));
    // What is there already changes nothing.
    let same = stage.server.patch(&path, "admin", json!({"enabled": false, "name": "ci"})).await.expect(200).json();
    assert_eq!(same["version"], "3");

    stage.platform.clock.advance(std::time::Duration::from_millis(5));
    let own = json!({"name": "own", "url": "https://example.com/", "events": ["production.changed"]});
    stage.server.post(OURS, "admin", own).await.expect(201);
    stage.server.post(OURS, "admin", body("both")).await.expect(201);
    let listed = stage.server.get(&format!("{THEIRS}?max_results=1"), "admin").await.expect(200).json();
    assert_eq!((&listed["webhooks"][0]["name"], listed["next_page_token"].is_string()), (&json!("both"), true));
    let token = listed["next_page_token"].as_str().unwrap().replace('=', "%3D");
    let listed =
        stage.server.get(&format!("{THEIRS}?max_results=1&page_token={token}"), "admin").await.expect(200).json();
    assert_eq!((&listed["webhooks"][0]["name"], &listed["next_page_token"]), (&json!("ci"), &Value::Null));
    assert_eq!(stage.server.get(OURS, "admin").await.expect(200).json()["items"].as_array().unwrap().len(), 3);

    stage.server.call(Method::DELETE, &format!("{THEIRS}/{id}"), "admin", &[], Vec::new()).await.expect(200);
    let gone = stage.server.get(&format!("{THEIRS}/{id}"), "admin").await.expect(404);
    assert_eq!(Stage::code(&gone), "RESOURCE_DOES_NOT_EXIST");
    stage.server.get(&format!("{THEIRS}/both"), "admin").await.expect(404);
    stage.server.delete(&format!("{OURS}/both"), "admin").await.expect(204);
    stage.server.delete(&format!("{OURS}/both"), "admin").await.expect(404);
    let kinds = stage.platform.event_kinds().await;
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).filter(|kind| kind.starts_with("Webhook")).collect();
    let (made, changed, gone) = ("WebhookCreated", "WebhookChanged", "WebhookDeleted");
    assert_eq!(kinds, [made, changed, changed, made, made, gone, gone]);
    let events = serde_json::to_string(&stage.platform.events().await).unwrap();
    assert!(!events.contains("example.com") && !events.contains("s3cret"), "events carry no address and no secret");
}

#[tokio::test]
async fn mlflow_and_roadbed_show_the_same_webhooks() {
    two_faces(&Stage::new()).await;
}

#[tokio::test]
async fn mlflow_and_roadbed_show_the_same_webhooks_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    two_faces(&stage).await;
}

#[tokio::test]
async fn only_administrators_of_the_team_see_and_change_them() {
    let stage = Stage::new();
    let made = stage.server.post(OURS, "admin", body("ci")).await.expect(201).json();
    let path = format!("{OURS}/{}", made["id"].as_str().unwrap());
    for token in ["viewer", "developer", "deployer", "job"] {
        stage.server.get(OURS, token).await.expect(403);
        stage.server.post(OURS, token, body("other")).await.expect(403);
        stage.server.patch(&path, token, json!({"enabled": false})).await.expect(403);
        stage.server.delete(&path, token).await.expect(403);
        stage.server.post(&format!("{path}/test"), token, json!({})).await.expect(403);
        stage.server.get(&format!("{path}/deliveries"), token).await.expect(403);
        let refused = stage.server.get(THEIRS, token).await.expect(403);
        assert_eq!(Stage::code(&refused), "PERMISSION_DENIED");
    }
    stage.platform.member("boss of others", roadbed_core::TeamId::from_u128(2), Grantee::Admin);
    for path in [path.clone(), format!("{OURS}/ci")] {
        stage.server.get(&path, "boss of others").await.expect(404);
        stage.server.patch(&path, "boss of others", json!({"enabled": false})).await.expect(404);
        stage.server.delete(&path, "boss of others").await.expect(404);
        stage.server.post(&format!("{path}/test"), "boss of others", json!({})).await.expect(404);
        stage.server.get(&format!("{path}/deliveries"), "boss of others").await.expect(404);
    }
    assert_eq!(stage.server.get(OURS, "boss of others").await.expect(200).json()["items"], json!([]));
    stage.server.get(&path, "admin").await.expect(200);
    assert_eq!(TEAM, roadbed_core::TeamId::from_u128(1));
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_reason() {
    let stage = Stage::new();
    for (field, value, reason) in [
        ("name", json!("-ci"), "start and end"),
        ("name", json!("c i"), "start and end"),
        ("name", json!("x".repeat(64)), "63"),
        ("url", json!("file:///etc/passwd"), "Allowed schemes"),
        ("url", json!("example.com"), "https://HOST/PATH"),
        ("url", json!("https://me:pw@example.com"), "password"),
        ("events", json!([]), "cannot be empty"),
        ("events", json!(["model_version.create"]), "did you mean model_version.created?"),
        ("events", json!(["budget_policy.exceeded"]), "never happens here"),
        ("secret", json!("s".repeat(1001)), "1 to 1000"),
        ("secret", json!(""), "1 to 1000"),
        ("description", json!("d".repeat(1001)), "1000"),
    ] {
        let mut new = body("ci");
        new[field] = value;
        let refused = stage.server.post(OURS, "admin", new).await.expect(400).json();
        assert!(refused["detail"].as_str().unwrap().contains(reason), "{refused}");
        assert_eq!(refused["field"], field, "{refused}");
    }
    for events in [
        json!([{"entity": "BUDGET_POLICY", "action": "EXCEEDED"}]),
        json!([{"entity": "MODEL_VERSION", "action": "SET"}]),
        json!([{}]),
        json!([]),
    ] {
        let new = json!({"name": "ci", "url": "https://example.com/", "events": events});
        let refused = stage.server.post(THEIRS, "admin", new).await.expect(400);
        assert_eq!(Stage::code(&refused), "INVALID_PARAMETER_VALUE");
    }
    stage.server.post(&format!("{OURS}?dry_run=true"), "admin", body("ci")).await.expect(201);
    assert_eq!(stage.server.get(OURS, "admin").await.expect(200).json()["items"], json!([]));
    for _ in 0..2 {
        stage.server.post(OURS, "admin", body("twin")).await.expect(201);
    }
    stage.server.get(&format!("{THEIRS}/twin"), "admin").await.expect(404);
    let refused = stage.server.get(&format!("{OURS}/twin"), "admin").await.expect(400).json();
    assert!(refused["detail"].as_str().unwrap().contains("by its id"), "{refused}");
}

#[tokio::test]
async fn a_server_that_was_not_told_otherwise_calls_no_private_address() {
    let receiver = Receiver::new().await;
    let stage = Stage::guarded();
    for url in [receiver.url(), format!("https://127.0.0.1:{}/", receiver.port()), "https://localhost/".to_owned()] {
        let mut new = body("inside");
        new["url"] = json!(url);
        let refused = stage.server.post(OURS, "admin", new.clone()).await.expect(400).json();
        assert_eq!(refused["code"], "webhooks.refused_address", "{url}");
        new["events"] = created();
        let refused = stage.server.post(THEIRS, "admin", new).await.expect(400);
        assert_eq!(Stage::code(&refused), "INVALID_PARAMETER_VALUE");
    }
    let made = stage.server.post(OURS, "admin", body("outside")).await.expect(201).json();
    let path = format!("{OURS}/{}", made["id"].as_str().unwrap());
    let refused = stage.server.patch(&path, "admin", json!({"url": receiver.url()})).await.expect(400);
    assert_eq!(refused.code(), "webhooks.refused_address");
}

#[tokio::test]
async fn a_test_sends_an_example_at_once_and_says_what_came_back() {
    let stage = Stage::new();
    let mut receiver = Receiver::new().await;
    let mut new = body("ci");
    new["url"] = json!(receiver.url());
    let made = stage.server.post(OURS, "admin", new).await.expect(201).json();
    let path = format!("{OURS}/ci/test");
    let result = stage.server.post(&path, "admin", json!({})).await.expect(200).json();
    assert_eq!(result, json!({"delivered": true, "status": 200, "answer": "thanks", "error": null}));
    let arrived = receiver.arrived();
    assert_eq!(arrived.len(), 1);
    let told = arrived[0].json();
    assert_eq!(
        (&told["entity"], &told["action"], &told["workspace"]),
        (&json!("model_version"), &json!("created"), &json!("default"))
    );
    assert_eq!(told["data"]["source"], "models:/123");
    assert_eq!(told["timestamp"], "2026-01-01T00:00:00+00:00");
    assert_eq!((arrived[0].header("x-mlflow-signature"), arrived[0].header("content-type")), ("", "application/json"));
    stage.server.post(&format!("{path}?dry_run=true"), "admin", json!({})).await.expect(200);
    assert_eq!(receiver.arrived().len(), 0);

    let theirs = format!("{THEIRS}/{}/test", made["id"].as_str().unwrap());
    let event = json!({"event": {"entity": "PROMPT_VERSION", "action": "CREATED"}});
    receiver.answers(503, &[], &"x".repeat(10_000));
    let result = stage.server.post(&theirs, "admin", event).await.expect(200).json()["result"].clone();
    assert_eq!((&result["success"], &result["response_status"]), (&json!(false), &json!(503)));
    assert_eq!(result["response_body"].as_str().unwrap().len(), 4096);
    assert_eq!(receiver.arrived()[0].json()["data"]["template"], "Hello {{name}}!");
    let refused = stage.server.post(&path, "admin", json!({"event": "model_version.made"})).await.expect(400).json();
    assert!(refused["detail"].as_str().unwrap().contains("model_version.created"), "{refused}");

    // Where a redirect leads to is not called.
    let mut elsewhere = Receiver::new().await;
    receiver.answers(307, &[("location", &elsewhere.url())], "");
    let result = stage.server.post(&path, "admin", json!({})).await.expect(200).json();
    assert_eq!((&result["delivered"], &result["status"]), (&json!(false), &json!(307)));
    assert!(result["error"].as_str().unwrap().contains("redirect"), "{result}");
    assert_eq!(elsewhere.arrived().len(), 0);

    // Nobody speaks TLS there, and then nobody is there at all.
    let url = format!("https://127.0.0.1:{}/?key=hidden", receiver.port());
    stage.server.patch(&format!("{OURS}/ci"), "admin", json!({"url": url})).await.expect(200);
    let result = stage.server.post(&path, "admin", json!({})).await.expect(200).json();
    assert_eq!((&result["delivered"], &result["status"]), (&json!(false), &Value::Null));
    assert!(!result.to_string().contains("hidden"), "{result}");
    drop(receiver);
    let result = stage.server.post(&theirs, "admin", json!({})).await.expect(200).json()["result"].clone();
    assert!(result["error_message"].is_string() && result["response_status"].is_null(), "{result}");
}
