use crate::house::House;
use axum::http::Method;
use serde_json::{Value, json};

fn view(name: &str, shared: bool) -> Value {
    json!({"name": name, "page": "runs", "query": "q=auc&sort=-auc", "team": "growth", "shared": shared})
}

async fn names(house: &House, token: &str, query: &str) -> Vec<String> {
    let list = house.server.get(&format!("/api/v1/views{query}"), token).await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_view_is_ones_own_until_it_is_shared() {
    let house = House::new().await;
    let eve = house.user("eve", "growth", "viewer").await;
    let ada = house.user("ada", "growth", "developer").await;
    let bob = house.user("bob", "fraud", "admin").await;
    let made = house.server.post("/api/v1/views", &eve, view("best", false)).await.expect(201).json();
    assert_eq!((&made["team"], &made["mine"], &made["version"]), (&json!("growth"), &json!(true), &json!(1)));
    let path = format!("/api/v1/views/{}", made["id"].as_str().unwrap());
    assert_eq!(names(&house, &eve, "?page=runs").await, ["best"]);
    for other in [&ada, &bob, &house.admin] {
        assert_eq!(names(&house, other, "").await, [""; 0]);
        assert_eq!(house.server.get(&path, other).await.expect(404).code(), "views.unknown");
        house.server.patch(&path, other, json!({"name": "mine"})).await.expect(404);
        house.server.delete(&path, other).await.expect(404);
    }
    house.server.post("/api/v1/views", &eve, view("for all", true)).await.expect(403);
    house.server.patch(&path, &eve, json!({"shared": true})).await.expect(403);
    let shared = house.server.post("/api/v1/views", &ada, view("for all", true)).await.expect(201).json();
    assert_eq!(names(&house, &eve, "?team=growth").await, ["best", "for all"]);
    assert_eq!(names(&house, &bob, "").await, [""; 0]);
    let path = format!("/api/v1/views/{}", shared["id"].as_str().unwrap());
    house.server.delete(&path, &eve).await.expect(403);
    house.server.post("/api/v1/views", &bob, view("x", false)).await.expect(404);
    let saved = house.platform.events().await.into_iter().find(|event| event.kind == "ViewSaved").unwrap();
    assert_eq!(saved.body["name"], Value::Null, "nobody else learns the name");
}

#[tokio::test]
async fn two_people_changing_a_shared_view_see_the_conflict() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "developer").await;
    let made = house.server.post("/api/v1/views", &ada, view("best", true)).await.expect(201);
    assert_eq!(made.headers["etag"], "\"1\"");
    let path = format!("/api/v1/views/{}", made.json()["id"].as_str().unwrap());
    let change = |query: &'static str| {
        let (server, ada, path) = (house.server.clone(), ada.clone(), path.clone());
        let headers = [("if-match", "\"1\""), ("content-type", "application/json")];
        let body = json!({"query": query}).to_string().into_bytes();
        async move { server.call(Method::PATCH, &path, &ada, &headers, body).await }
    };
    assert_eq!(change("q=a").await.expect(200).json()["version"], 2);
    assert_eq!(change("q=b").await.expect(412).json()["current_version"], "2");
    let dry = format!("{path}?dry_run=true");
    house.server.patch(&dry, &ada, json!({"name": "other"})).await.expect(200);
    house.server.delete(&dry, &ada).await.expect(204);
    assert_eq!(house.server.get(&path, &ada).await.expect(200).json()["query"], "q=a");
    house.server.delete(&path, &ada).await.expect(204);
    house.server.get(&path, &ada).await.expect(404);
}

#[tokio::test]
async fn bad_views_name_their_field() {
    let house = House::new().await;
    let cases = [
        (json!({"name": "", "page": "runs"}), "name"),
        (json!({"name": "a\nb", "page": "runs"}), "name"),
        (json!({"name": "a", "page": "weather"}), "page"),
        (json!({"name": "a", "page": "runs", "query": "x".repeat(70_000)}), "query"),
        (json!({"name": "a", "page": "runs", "colour": 1}), "colour"),
    ];
    for (body, field) in cases {
        let problem = house.server.post("/api/v1/views", &house.admin, body).await.expect(400).json();
        assert_eq!(problem["field"], field, "{problem}");
    }
    let longest = json!({"name": "long", "page": "compare", "query": "x".repeat(64 << 10)});
    house.server.post("/api/v1/views", &house.admin, longest.clone()).await.expect(201);
    assert_eq!(house.server.post("/api/v1/views", &house.admin, longest).await.expect(409).code(), "views.name_taken");
    let (_, workload) = house.workload().await;
    let refused = house.server.post("/api/v1/views", &workload, json!({"name": "a", "page": "runs"})).await.expect(403);
    assert_eq!(refused.code(), "views.not_a_person");
    house.server.get("/api/v1/views/nonsense", &house.admin).await.expect(404);
}

#[tokio::test]
async fn views_work_on_postgres() {
    let Some(house) = House::on_postgres().await else { return };
    let made = house.server.post("/api/v1/views", &house.admin, json!({"name": "a", "page": "jobs"})).await.expect(201);
    let path = format!("/api/v1/views/{}", made.json()["id"].as_str().unwrap());
    house.server.patch(&path, &house.admin, json!({"name": "b", "shared": true})).await.expect(200);
    assert_eq!(names(&house, &house.admin, "?page=jobs").await, ["b"]);
    house.server.delete(&path, &house.admin).await.expect(204);
    let activity = house.server.get("/api/v1/activity?q=ViewDeleted", &house.admin).await.expect(200).json();
    assert_eq!(activity["items"][0]["subject_kind"], "view");
    assert_eq!(house.server.get("/api/v1/users", &house.admin).await.expect(200).json()["items"][0]["name"], "admin");
}
