use crate::world::{ADA, World};
use roadbed_testkit::TestAnswer;
use serde_json::{Value, json};

async fn deploy(world: &World, path: &str, caller: &str, body: Value) -> TestAnswer {
    world.server.post(&format!("/api/v1/services/{path}"), caller, body).await
}

#[tokio::test]
async fn another_teams_service_is_not_there() {
    let world = World::serving().await;
    let id = world.latest().await["id"].as_str().unwrap().to_owned();
    for path in [
        "/api/v1/services/churn".to_owned(),
        "/api/v1/services/churn/revisions".to_owned(),
        "/api/v1/services/churn/revisions/1".to_owned(),
        "/api/v1/services/churn/revisions/1/difference".to_owned(),
        "/api/v1/services/churn/signature".to_owned(),
        "/api/v1/services/churn/traffic".to_owned(),
        "/api/v1/rollouts?service=churn".to_owned(),
        "/api/v1/services/churn/rollouts".to_owned(),
        "/api/v1/services/churn/rollouts/latest".to_owned(),
        format!("/api/v1/rollouts/{id}"),
        format!("/api/v1/rollouts/{id}/explain"),
    ] {
        world.server.get(&path, "otto").await.expect(404);
    }
    for path in ["/api/v1/services/churn/rollback".to_owned(), format!("/api/v1/rollouts/{id}/promote")] {
        world.server.post(&path, "otto", json!({})).await.expect(404);
    }
    world.server.delete("/api/v1/services/churn", "otto").await.expect(404);
    for path in ["/api/v1/services", "/api/v1/traffic", "/api/v1/rollouts"] {
        let listed = world.server.get(path, "otto").await.expect(200).json();
        assert_eq!(listed["items"], json!([]), "{path}");
    }
    world.server.patch("/api/v1/services/churn", "otto", json!({"settings": {}})).await.expect(404);
    let taken = deploy(&world, "churn/deploy", "otto", json!({"model": "churn/1"})).await.expect(409);
    assert_eq!(taken.code(), "services.name_taken");
    assert!(!taken.text().contains("growth"), "{}", taken.text());
}

#[tokio::test]
async fn deploying_needs_the_role() {
    let world = World::serving().await;
    deploy(&world, "churn/deploy", "vera", json!({"model": "churn/2"})).await.expect(403);
    deploy(&world, "new/deploy", "vera", json!({"model": "churn/2"})).await.expect(403);
    world.server.delete("/api/v1/services/churn", "vera").await.expect(403);
    world.server.get("/api/v1/services/churn", "vera").await.expect(200);
    world.server.get("/api/v1/services/churn", "").await.expect(401);
    let settings = json!({"settings": {"concurrency": 3}});
    world.server.patch("/api/v1/services/churn", "vera", settings).await.expect(403);
    world.server.get("/api/v1/services/churn/traffic", "").await.expect(401);
}

#[tokio::test]
async fn bad_input_says_what_is_accepted() {
    let world = World::new();
    for (body, status, code) in [
        (json!({"model": "churn"}), 422, "rollouts.model_reference"),
        (json!({"model": "churn/77"}), 404, "reference.unknown"),
        (json!({"model": "churn@nobody"}), 404, "reference.unknown"),
        (json!({"model": "churn/1", "steps": ["50%", "10%"]}), 400, "rollouts.steps"),
        (json!({"model": "churn/1", "steps": ["100%"]}), 400, "rollouts.steps"),
        (json!({"model": "churn/1", "steps": ["ten"]}), 400, "rollouts.steps"),
        (json!({"model": "churn/1", "project": "nothing"}), 404, "services.unknown_project"),
        (json!({"modle": "churn/1"}), 400, "request.body"),
    ] {
        let answer = deploy(&world, "churn/deploy", ADA, body.clone()).await.expect(status);
        assert_eq!(answer.code(), code, "{body}");
    }
    let bad = deploy(&world, "My_Service/deploy", ADA, json!({"model": "churn/1"})).await.expect(400);
    assert_eq!(bad.code(), "services.invalid_name");
    assert_eq!(world.platform.event_kinds().await.len(), 0);
}

#[tokio::test]
async fn one_rollout_at_a_time_and_the_same_model_only_when_asked_again() {
    let mut world = World::new();
    world.deploy("churn/1").await;
    let open = deploy(&world, "churn/deploy", ADA, json!({"model": "churn/2"})).await.expect(409);
    assert_eq!(open.code(), "services.rollout_open");
    world.server.delete("/api/v1/services/churn", ADA).await.expect(409);
    world.beat(Vec::new()).await;
    world.pass().await;
    let same = deploy(&world, "churn/deploy", ADA, json!({"model": "churn@champion"})).await.expect(409);
    assert_eq!(same.code(), "rollouts.unchanged");
    deploy(&world, "churn/deploy", ADA, json!({"model": "churn/1", "again": true})).await.expect(201);
}

#[tokio::test]
async fn a_dry_run_forecasts_and_changes_nothing() {
    let mut world = World::serving().await;
    for _ in 0..30 {
        world.second(100, [0.002, 0.0]).await;
    }
    let events = world.platform.events().await.len();
    let planned =
        deploy(&world, "churn/deploy?dry_run=true", ADA, json!({"model": "churn/2"})).await.expect(201).json();
    let forecast = &planned["forecast"];
    assert_eq!(forecast["clean"]["outcome"], "promoted", "{forecast}");
    assert!(forecast["units_per_second"].as_f64().unwrap() > 40.0);
    assert_eq!(forecast["guardrails"][0]["limit_breaking"]["outcome"], "rolled_back");
    assert_eq!(forecast["guardrails"][0]["five_times"]["outcome"], "rolled_back");
    assert_eq!(world.platform.events().await.len(), events);
    assert_eq!(world.latest().await["to_revision"], 1);
}

#[tokio::test]
async fn a_repeated_deploy_is_one() {
    let world = World::new();
    let call = || async {
        let headers = [("idempotency-key", "k1"), ("content-type", "application/json")];
        let body = br#"{"model":"churn/1"}"#.to_vec();
        let path = "/api/v1/services/churn/deploy";
        world.server.call(axum::http::Method::POST, path, ADA, &headers, body).await.expect(201).json()["id"].clone()
    };
    assert_eq!(call().await, call().await);
    let listed = world.server.get("/api/v1/services/churn/rollouts", ADA).await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_deleted_service_leaves_the_gateways_and_frees_its_name() {
    let mut world = World::serving().await;
    world.server.delete("/api/v1/services/churn?dry_run=true", ADA).await.expect(204);
    world.server.get("/api/v1/services/churn", ADA).await.expect(200);
    world.server.delete("/api/v1/services/churn", ADA).await.expect(204);
    world.beat(Vec::new()).await;
    assert!(world.gateway.bodies.is_empty(), "{:?}", world.gateway.bodies.keys());
    world.server.get("/api/v1/services/churn", ADA).await.expect(404);
    deploy(&world, "churn/deploy", "otto", json!({"model": "churn/1"})).await.expect(201);
}

#[tokio::test]
async fn gateways_fetch_what_revisions_hold_and_nothing_else() {
    let world = World::new();
    let content = b"a model".to_vec();
    let blob = world.platform.context.blobs.put_bytes(content.clone().into()).await.unwrap();
    let path = format!("/internal/v1/blobs/{}", blob.digest);
    world.server.get(&path, "gateway").await.expect(404);
    world.server.get(&path, ADA).await.expect(403);
    let (store, digest) = (world.platform.context.store.clone(), blob.digest);
    let held = store.write(move |tx| -> Result<(), roadbed_store::StoreError> {
        tx.without_event("a test holds a blob");
        tx.retain(&digest, &roadbed_store::Owner::new("revision", "r1"))
    });
    held.await.unwrap();
    assert_eq!(world.server.get(&path, "gateway").await.expect(200).body, content);
}
