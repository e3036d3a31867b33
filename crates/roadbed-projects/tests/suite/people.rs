use crate::house::House;
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn one_learns_what_one_may_do_and_who_can_do_the_rest() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "developer").await;
    let me = house.server.get("/api/v1/me", &ada).await.expect(200).json();
    assert_eq!((&me["name"], &me["kind"], &me["platform_admin"]), (&json!("ada"), &json!("token"), &json!(false)));
    assert_eq!(me["platform_permissions"], json!([]));
    let team = &me["teams"][0];
    assert_eq!((&team["name"], &team["role"]), (&json!("growth"), &json!("developer")));
    let may: Vec<&str> = team["permissions"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert!(may.contains(&"project:write") && may.contains(&"view:read") && !may.contains(&"team:admin"), "{may:?}");
    assert_eq!(me["permission_roles"]["team:admin"], "admin");
    assert_eq!(me["permission_roles"]["team:create"], "platform_admin");
    let admin = house.server.get("/api/v1/me", &house.admin).await.expect(200).json();
    assert!(admin["platform_permissions"].as_array().unwrap().contains(&json!("team:create")));
    let teams: Vec<&Value> = admin["teams"].as_array().unwrap().iter().map(|team| &team["name"]).collect();
    assert_eq!(teams, ["default", "growth"], "an administrator reaches every team");
}

#[tokio::test]
async fn a_narrow_token_says_how_narrow_it_is() {
    let house = House::new().await;
    let reader = house.token(&house.admin, json!({"name": "r", "actions": ["team:read"]})).await;
    let me = house.server.get("/api/v1/me", &reader).await.expect(200).json();
    assert_eq!(me["platform_permissions"], json!(["team:read"]));
    let local = house.token(&house.admin, json!({"name": "p", "project": "default"})).await;
    let me = house.server.get("/api/v1/me", &local).await.expect(200).json();
    assert_eq!(me["home"], json!({"team": "default", "project": "default"}));
    assert_eq!(me["platform_permissions"], json!([]));
}

#[tokio::test]
async fn roles_say_what_they_may_do() {
    let house = House::new().await;
    let eve = house.user("eve", "growth", "viewer").await;
    let roles = house.server.get("/api/v1/roles", &eve).await.expect(200).json();
    let names: Vec<&Value> = roles["items"].as_array().unwrap().iter().map(|role| &role["role"]).collect();
    assert_eq!(names, ["viewer", "developer", "deployer", "admin", "platform_admin"]);
    let may = |index: usize| roles["items"][index]["permissions"].as_array().unwrap().clone();
    assert!(may(0).contains(&json!("project:read")) && !may(0).contains(&json!("project:write")));
    assert!(may(3).contains(&json!("project:write")) && may(3).contains(&json!("team:admin")));
    house.server.get("/api/v1/roles", "").await.expect(401);
}

#[tokio::test]
async fn administrators_list_everyone() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "admin").await;
    house.user("ada", "fraud", "viewer").await;
    house.user("bob", "fraud", "developer").await;
    let first = house.server.get("/api/v1/users?limit=2", &house.admin).await.expect(200).json();
    let expected = json!([{"team": "fraud", "role": "viewer"}, {"team": "growth", "role": "admin"}]);
    assert_eq!((&first["items"][0]["name"], &first["items"][0]["teams"]), (&json!("ada"), &expected));
    assert_eq!(first["items"][1]["platform_admin"], true);
    let rest = house.server.get("/api/v1/users?limit=2&cursor=admin", &house.admin).await.expect(200).json();
    assert_eq!((&rest["items"][0]["name"], &rest["next_cursor"]), (&json!("bob"), &Value::Null));
    house.server.get("/api/v1/users", &ada).await.expect(403);
}

#[tokio::test]
async fn two_administrators_do_not_undo_each_other_unseen() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "admin").await;
    let path = "/api/v1/teams/growth/members/bob";
    let put = |seen: &'static str, role: &'static str| {
        let (server, ada) = (house.server.clone(), ada.clone());
        let headers = [("if-match", seen), ("content-type", "application/json")];
        let body = json!({"role": role}).to_string().into_bytes();
        async move { server.call(Method::PUT, path, &ada, &headers, body).await }
    };
    let first = put("none", "viewer").await.expect(200);
    assert_eq!(first.headers["etag"], "\"viewer\"");
    put("\"viewer\"", "developer").await.expect(200);
    let late = put("\"viewer\"", "admin").await.expect(412).json();
    assert_eq!((&late["code"], &late["current_version"]), (&json!("request.changed_meanwhile"), &json!("developer")));
    let members = house.server.get("/api/v1/teams/growth/members", &ada).await.expect(200).json();
    assert_eq!(members["items"][1]["role"], "developer");
    assert_eq!(members["items"][1]["platform_admin"], false);
}
