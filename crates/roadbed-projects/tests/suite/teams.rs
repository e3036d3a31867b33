use crate::house::House;
use serde_json::json;

#[tokio::test]
async fn the_first_start_makes_a_team_a_project_and_an_administrator() {
    let house = House::new().await;
    let teams = house.server.get("/api/v1/teams", &house.admin).await.expect(200).json();
    assert_eq!(teams["items"][0]["name"], "default");
    let members = house.server.get("/api/v1/teams/default/members", &house.admin).await.expect(200).json();
    assert_eq!(members["items"][0]["user"], "admin");
    house.server.get("/api/v1/projects/default", &house.admin).await.expect(200);
    assert_eq!(house.platform.event_kinds().await, ["TeamCreated", "ProjectCreated", "TokenIssued"]);
}

#[tokio::test]
async fn only_platform_administrators_make_teams_and_a_name_is_taken_once() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "admin").await;
    let answer = house.server.post("/api/v1/teams", &ada, json!({"name": "other"})).await.expect(403);
    assert!(answer.json()["fix"].as_str().unwrap().contains("platform_admin"));
    let taken = house.server.post("/api/v1/teams", &house.admin, json!({"name": "growth"})).await.expect(409);
    assert_eq!(taken.code(), "teams.name_taken");
    let bad = house.server.post("/api/v1/teams", &house.admin, json!({"name": "My Team"})).await.expect(400);
    assert!(bad.json()["detail"].as_str().unwrap().contains("my-team"), "says the nearest valid name");
}

#[tokio::test]
async fn another_teams_existence_stays_hidden() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "admin").await;
    house.user("bob", "fraud", "admin").await;
    for path in ["/api/v1/teams/fraud", "/api/v1/teams/fraud/members", "/api/v1/teams/nothing"] {
        assert_eq!(house.server.get(path, &ada).await.expect(404).code(), "teams.unknown");
    }
    house.server.put("/api/v1/teams/fraud/members/ada", &ada, json!({"role": "admin"})).await.expect(404);
    let listed = house.server.get("/api/v1/teams", &ada).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn admins_manage_members_and_the_last_admin_stays() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "admin").await;
    let path = "/api/v1/teams/growth/members/bob";
    house.server.put(path, &ada, json!({"role": "developer"})).await.expect(200);
    house.server.put(path, &ada, json!({"role": "boss"})).await.expect(400);
    let bob = house.token(&house.admin, json!({"name": "bob", "user": "bob"})).await;
    house.server.put(path, &bob, json!({"role": "admin"})).await.expect(403);
    let last = house.server.delete("/api/v1/teams/growth/members/ada", &ada).await.expect(409);
    assert_eq!(last.code(), "teams.last_admin");
    house.server.put("/api/v1/teams/growth/members/ada", &ada, json!({"role": "viewer"})).await.expect(409);
    house.server.delete(path, &ada).await.expect(204);
    house.server.get("/api/v1/teams/growth", &bob).await.expect(403);
}

#[tokio::test]
async fn a_team_is_deleted_only_when_it_owns_nothing() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "admin").await;
    house.server.post("/api/v1/projects", &ada, json!({"name": "churn", "team": "growth"})).await.expect(201);
    let full = house.server.delete("/api/v1/teams/growth", &house.admin).await.expect(409);
    assert_eq!(full.code(), "teams.not_empty");
    house.server.delete("/api/v1/projects/churn?team=growth", &ada).await.expect(204);
    house.server.delete("/api/v1/teams/growth?dry_run=true", &house.admin).await.expect(204);
    house.server.get("/api/v1/teams/growth", &house.admin).await.expect(200);
    house.server.delete("/api/v1/teams/growth", &house.admin).await.expect(204);
    assert_eq!(
        house.server.delete("/api/v1/teams/default", &house.admin).await.expect(409).code(),
        "teams.default_team"
    );
}
