use crate::house::House;
use axum::http::Method;
use roadbed_contracts::ports::Secrets as _;
use roadbed_projects::tokens::AuthenticatorSettings;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_token_is_shown_once_and_dies_when_revoked() {
    let house = House::new().await;
    let made = house.server.post("/api/v1/tokens", &house.admin, json!({"name": "ci"})).await.expect(201).json();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("rb_") && token.len() > 40);
    let listed = house.server.get("/api/v1/tokens", token).await.expect(200);
    assert!(!listed.text().contains(token), "only its hash is kept");
    house.server.delete(&format!("/api/v1/tokens/{}", made["id"].as_str().unwrap()), &house.admin).await.expect(204);
    let gone = house.server.get("/api/v1/tokens", token).await.expect(401);
    assert!(gone.json()["detail"].as_str().unwrap().contains("revoked"));
}

#[tokio::test]
async fn a_token_expires() {
    let house = House::new().await;
    let token = house.token(&house.admin, json!({"name": "short", "expires_in": "1h"})).await;
    house.server.get("/api/v1/me", &token).await.expect(200);
    house.platform.clock.advance(Duration::from_secs(3601));
    assert!(house.server.get("/api/v1/me", &token).await.expect(401).text().contains("expired"));
    house.server.post("/api/v1/tokens", &house.admin, json!({"name": "x", "expires_in": "soon"})).await.expect(400);
}

#[tokio::test]
async fn a_narrowed_token_is_narrower_than_its_owner_and_issues_nothing_wider() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "admin").await;
    house.server.post("/api/v1/projects", &ada, json!({"name": "churn", "team": "growth"})).await.expect(201);
    let reader = house.token(&ada, json!({"name": "reader", "actions": ["project:read", "token:write"]})).await;
    house.server.get("/api/v1/projects/churn", &reader).await.expect(200);
    house.server.delete("/api/v1/projects/churn", &reader).await.expect(403);
    let wider = json!({"name": "wider", "actions": ["project:*"]});
    house.server.post("/api/v1/tokens", &reader, wider).await.expect(403);
    let child = house.token(&reader, json!({"name": "child"})).await;
    house.server.delete("/api/v1/projects/churn", &child).await.expect(403);
    let named = house.server.get("/api/v1/tokens", &house.admin).await.json();
    assert_eq!(named["items"][0]["team_name"], json!(null));
    let only_default = house.token(&house.admin, json!({"name": "p", "project": "default"})).await;
    house.server.get("/api/v1/projects/default", &only_default).await.expect(200);
    house.server.get("/api/v1/projects/churn", &only_default).await.expect(404);
    let listed = house.server.get("/api/v1/tokens", &house.admin).await.json();
    let only = listed["items"].as_array().unwrap().iter().find(|token| token["name"] == "p").unwrap().clone();
    assert_eq!((&only["team_name"], &only["project_name"]), (&json!("default"), &json!("default")));
    house.server.post("/api/v1/teams", &only_default, json!({"name": "new"})).await.expect(403);
}

#[tokio::test]
async fn nobody_issues_tokens_for_others_but_the_platform_administrator() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "admin").await;
    let refused = house.server.post("/api/v1/tokens", &ada, json!({"name": "x", "user": "admin"})).await.expect(403);
    assert_eq!(refused.code(), "tokens.other_user");
    house.server.post("/api/v1/tokens", &house.admin, json!({"name": "x", "user": "nobody"})).await.expect(400);
    for (body, status, field) in [
        (json!({"name": "x", "user": "No Body"}), 400, "user"),
        (json!({"name": "x", "team": "nothing"}), 404, "team"),
        (json!({"name": "x", "project": "nothing"}), 404, "project"),
        (json!({"name": "x", "expires_in": "soon"}), 400, "expires_in"),
        (json!({"name": "x", "actions": ["all"]}), 400, "actions"),
    ] {
        let problem = house.server.post("/api/v1/tokens", &house.admin, body).await.expect(status).json();
        assert_eq!(problem["field"], field, "{problem}");
    }
    house.server.post("/api/v1/tokens", &house.admin, json!({"name": ""})).await.expect(400);
    house
        .server
        .post("/api/v1/tokens", &house.admin, json!({"name": "x", "actions": ["everything"]}))
        .await
        .expect(400);
    let of_admin = house.server.get("/api/v1/tokens", &house.admin).await.json();
    let id = of_admin["items"][0]["id"].as_str().unwrap();
    house.server.delete(&format!("/api/v1/tokens/{id}"), &ada).await.expect(404);
}

#[tokio::test]
async fn a_workloads_token_works_in_its_project_until_the_workload_ends() {
    let house = House::new().await;
    let (workload, token) = house.workload().await;
    house.server.get("/api/v1/projects/default", &token).await.expect(200);
    house.server.post("/api/v1/tokens", &token, json!({"name": "x"})).await.expect(403);
    house.server.get("/api/v1/teams/default/members", &token).await.expect(403);
    house.tokens.revoke(workload).await.unwrap();
    house.tokens.revoke(workload).await.unwrap();
    house.server.get("/api/v1/projects/default", &token).await.expect(401);
}

#[tokio::test]
async fn a_login_link_works_once_within_its_quarter_of_an_hour() {
    let house = House::new().await;
    let path = house.server.post("/api/v1/login-links", &house.admin, json!({})).await.expect(201).json();
    let secret = path["path"].as_str().unwrap().strip_prefix("/login#").unwrap().to_owned();
    let started = house.server.post("/api/v1/sessions", "", json!({"secret": secret})).await.expect(204);
    let cookie = started.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let session = cookie.split(';').next().unwrap();
    let me = house.server.call(Method::GET, "/api/v1/me", "", &[("cookie", session)], vec![]).await.expect(200);
    assert_eq!(me.json()["name"], "admin");
    let again = house.server.post("/api/v1/sessions", "", json!({"secret": secret})).await.expect(401);
    assert_eq!(again.code(), "tokens.link_spent");
    let late = house.server.post("/api/v1/login-links", &house.admin, json!({})).await.json();
    let secret = late["path"].as_str().unwrap().strip_prefix("/login#").unwrap();
    house.platform.clock.advance(Duration::from_secs(15 * 60 + 1));
    house.server.post("/api/v1/sessions", "", json!({"secret": secret})).await.expect(401);
    house.server.call(Method::DELETE, "/api/v1/sessions", "", &[("cookie", session)], vec![]).await.expect(204);
    house.server.call(Method::GET, "/api/v1/me", "", &[("cookie", session)], vec![]).await.expect(401);
}

#[tokio::test]
async fn without_tokens_only_a_loopback_host_is_the_administrator() {
    let house = House::with(AuthenticatorSettings { insecure_local: true }, Vec::new()).await;
    house.server.get("/api/v1/me", "").await.expect(200);
    house.server.call(Method::GET, "/api/v1/me", "", &[("host", "evil.example")], vec![]).await.expect(421);
    house.server.get("/api/v1/me", "rb_wrong").await.expect(401);
}

#[tokio::test]
async fn gateways_are_granted_what_members_may_call_and_lose_it_with_the_token() {
    let house = House::new().await;
    let before = house.tokens.grants().await.unwrap().len();
    let ada = house.user("ada", "growth", "viewer").await;
    let grants = house.tokens.grants().await.unwrap();
    let hash = roadbed_projects::tokens::hash_of(&ada);
    assert_eq!(grants.len(), before + 1);
    assert!(grants.iter().any(|grant| grant.token_hash == hash && grant.team.is_some()));
    house.server.delete("/api/v1/teams/growth/members/ada", &house.admin).await.expect(204);
    assert!(!house.tokens.grants().await.unwrap().iter().any(|grant| grant.token_hash == hash));
}
