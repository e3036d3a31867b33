use crate::house::House;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_developer_makes_a_project_and_a_viewer_reads_it() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "developer").await;
    let eve = house.user("eve", "growth", "viewer").await;
    let body = json!({"name": "churn", "team": "growth", "description": "who leaves"});
    house.server.post("/api/v1/projects", &eve, body.clone()).await.expect(403);
    let made = house.server.post("/api/v1/projects", &ada, body.clone()).await.expect(201);
    assert_eq!(made.json()["team"], "growth");
    assert_eq!(house.server.post("/api/v1/projects", &ada, body).await.expect(409).code(), "projects.name_taken");
    let shown = house.server.get("/api/v1/projects/churn", &eve).await.expect(200);
    assert_eq!(shown.headers["etag"], "\"1\"");
    house.server.delete("/api/v1/projects/churn", &eve).await.expect(403);
}

#[tokio::test]
async fn another_teams_project_is_not_there() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "admin").await;
    let bob = house.user("bob", "fraud", "admin").await;
    house.server.post("/api/v1/projects", &ada, json!({"name": "churn", "team": "growth"})).await.expect(201);
    house.server.get("/api/v1/projects/churn", &bob).await.expect(404);
    house.server.patch("/api/v1/projects/churn", &bob, json!({"description": "mine"})).await.expect(404);
    house.server.delete("/api/v1/projects/churn", &bob).await.expect(404);
    house.server.post("/api/v1/projects", &bob, json!({"name": "x", "team": "growth"})).await.expect(404);
    assert_eq!(house.server.get("/api/v1/projects", &bob).await.json()["items"], json!([]));
}

#[tokio::test]
async fn two_teams_may_use_one_name_and_the_administrator_says_which() {
    let house = House::new().await;
    for (user, team) in [("ada", "growth"), ("bob", "fraud")] {
        let token = house.user(user, team, "admin").await;
        house.server.post("/api/v1/projects", &token, json!({"name": "churn", "team": team})).await.expect(201);
    }
    let which = house.server.get("/api/v1/projects/churn", &house.admin).await.expect(400);
    assert_eq!(which.code(), "projects.ambiguous");
    assert_eq!(
        house.server.get("/api/v1/projects/churn?team=fraud", &house.admin).await.expect(200).json()["team"],
        "fraud"
    );
}

#[tokio::test]
async fn two_people_editing_see_the_conflict() {
    let house = House::new().await;
    let change = |seen: &'static str, text: &'static str| {
        let (server, admin) = (house.server.clone(), house.admin.clone());
        async move {
            let headers = [("if-match", seen), ("content-type", "application/json")];
            let body = json!({"description": text}).to_string().into_bytes();
            server.call(Method::PATCH, "/api/v1/projects/default", &admin, &headers, body).await
        }
    };
    change("\"1\"", "first").await.expect(200);
    assert_eq!(change("\"1\"", "second").await.expect(412).code(), "request.changed_meanwhile");
    let shown = house.server.get("/api/v1/projects/default", &house.admin).await.json();
    assert_eq!(shown["description"], "first");
    change("\"2\"", &"x".repeat(2001).leak()[..]).await.expect(400);
}

#[tokio::test]
async fn pages_give_every_project_once() {
    let house = House::new().await;
    for number in 0..7 {
        house.server.post("/api/v1/projects", &house.admin, json!({"name": format!("p{number}")})).await.expect(201);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = house.server.get(&format!("/api/v1/projects?limit=3&cursor={cursor}"), &house.admin).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(seen, ["default", "p0", "p1", "p2", "p3", "p4", "p5", "p6"]);
}
