//! The room on PostgreSQL; the other tests run on SQLite. Skipped, loudly, where PostgreSQL is not installed.

use crate::house::House;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn teams_projects_and_manifests_work_on_postgres() {
    let Some(house) = House::on_postgres().await else { return };
    let (server, admin) = (&house.server, &house.admin);
    let ada = house.user("ada", "growth", "admin").await;
    let bob = house.user("bob", "fraud", "admin").await;
    let project = json!({"name": "churn", "team": "growth", "description": "who leaves"});
    server.post("/api/v1/projects", &ada, project.clone()).await.expect(201);
    assert_eq!(server.post("/api/v1/projects", &ada, project).await.expect(409).code(), "projects.name_taken");
    server.get("/api/v1/projects/churn", &bob).await.expect(404);
    server.post("/api/v1/projects", &bob, json!({"name": "churn", "team": "fraud"})).await.expect(201);
    assert_eq!(server.get("/api/v1/projects/churn", admin).await.expect(400).code(), "projects.ambiguous");
    let headers = [("if-match", "\"1\""), ("content-type", "application/json")];
    for status in [200, 412] {
        let body = br#"{"description": "first"}"#.to_vec();
        server.call(Method::PATCH, "/api/v1/projects/default", admin, &headers, body).await.expect(status);
    }
    let first = server.get("/api/v1/projects?limit=2", admin).await.expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = server.get(&format!("/api/v1/projects?limit=2&cursor={cursor}"), admin).await.expect(200).json();
    let count = |page: &serde_json::Value| page["items"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second)), (2, 1));

    let manifest = json!({"text": "project: scoring\n"});
    server.post("/api/v1/manifests/apply?dry_run=true", admin, manifest.clone()).await.expect(200);
    server.get("/api/v1/projects/scoring", admin).await.expect(404);
    server.post("/api/v1/manifests/apply", admin, manifest.clone()).await.expect(200);
    let plan = server.post("/api/v1/manifests/plan", admin, manifest).await.expect(200).json();
    assert_eq!((&plan["changed"], &plan["new_project"]), (&json!(0), &json!(false)));

    server.delete("/api/v1/teams/growth/members/ada", &ada).await.expect(409);
    assert_eq!(server.delete("/api/v1/teams/growth", admin).await.expect(409).code(), "teams.not_empty");
    server.delete("/api/v1/projects/churn?team=growth", &ada).await.expect(204);
    server.delete("/api/v1/teams/growth", admin).await.expect(204);
}

#[tokio::test]
async fn tokens_and_logins_work_on_postgres() {
    let Some(house) = House::on_postgres().await else { return };
    let server = &house.server;
    let made = server.post("/api/v1/tokens", &house.admin, json!({"name": "ci", "expires_in": "1h"})).await.expect(201);
    let made = made.json();
    let token = made["token"].as_str().unwrap();
    server.get("/api/v1/me", token).await.expect(200);
    assert!(!server.get("/api/v1/tokens", &house.admin).await.expect(200).text().contains(token));
    server.delete(&format!("/api/v1/tokens/{}", made["id"].as_str().unwrap()), &house.admin).await.expect(204);
    server.get("/api/v1/me", token).await.expect(401);

    let link = server.post("/api/v1/login-links", &house.admin, json!({})).await.expect(201).json();
    let secret = link["path"].as_str().unwrap().strip_prefix("/login#").unwrap().to_owned();
    for status in [204, 401] {
        server.post("/api/v1/sessions", "", json!({"secret": secret})).await.expect(status);
    }

    let (workload, token) = house.workload().await;
    server.get("/api/v1/projects/default", &token).await.expect(200);
    roadbed_contracts::ports::Secrets::revoke(&*house.tokens, workload).await.unwrap();
    server.get("/api/v1/projects/default", &token).await.expect(401);
    let ada = house.user("ada", "growth", "viewer").await;
    let hash = roadbed_projects::tokens::hash_of(&ada);
    assert!(house.tokens.grants().await.unwrap().iter().any(|grant| grant.token_hash == hash));
}
