//! The room on PostgreSQL; the other tests run on SQLite. Skipped, loudly, where PostgreSQL is not installed.

use crate::world::{ADA, World};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_service_lives_and_rolls_back_on_postgres() {
    let Some(world) = World::on_postgres() else { return };
    let mut world = world.bring_up().await.start_canary(0.0).await;
    world.reactors[0].start().await.unwrap();
    for _ in 0..40 {
        world.second(100, [0.0, 0.4]).await;
    }
    assert_eq!(world.latest().await["state"], "rolled_back");
    world.beat(Vec::new()).await;
    world.pass().await;
    let listed = world.server.get("/api/v1/services/churn/rollouts?limit=1", ADA).await.expect(200).json();
    let cursor = listed["next_cursor"].as_str().unwrap();
    let path = format!("/api/v1/services/churn/rollouts?cursor={cursor}");
    assert_eq!(world.server.get(&path, ADA).await.expect(200).json()["items"][0]["to_revision"], 1);
    let id = listed["items"][0]["id"].as_str().unwrap();
    let explained = world.server.get(&format!("/api/v1/rollouts/{id}/explain"), ADA).await.expect(200).json();
    assert_eq!(explained["equal"], true);
    for path in [
        "/api/v1/rollouts?state=open",
        "/api/v1/rollouts?service=churn&state=rolled_back&limit=1",
        "/api/v1/traffic",
        "/api/v1/services/churn/traffic",
        "/api/v1/services/churn/revisions/2",
        "/api/v1/services/churn/revisions/2/difference",
        "/api/v1/services/churn/signature",
    ] {
        world.server.get(path, ADA).await.expect(200);
    }
    let settings = json!({"settings": {"concurrency": 9}});
    let changed = world.server.patch("/api/v1/services/churn", ADA, settings).await.expect(200).json();
    assert_eq!((&changed["version"], &changed["last_change"]["what"]), (&json!(2), &json!("changed the settings")));
    world.run("service-usage").await;
    world.platform.clock.advance(Duration::from_secs(5));
    world.run("service-usage").await;
    let body = json!({"model": "churn/3", "strategy": "all_at_once"});
    world.server.post("/api/v1/services/churn/deploy", ADA, body).await.expect(201);
    world.beat(Vec::new()).await;
    world.pass().await;
    world.server.post("/api/v1/services/churn/rollback", ADA, json!({})).await.expect(200);
    assert_eq!(world.service().await["revision"], 1);
    world.server.get("/api/v1/services/churn/revisions?limit=2", ADA).await.expect(200);
    world.server.delete("/api/v1/services/churn", ADA).await.expect(204);
    assert_eq!(world.server.get("/api/v1/services", ADA).await.json()["items"], json!([]));
}
