use crate::stage::Stage;
use axum::http::Method;
use serde_json::json;

const PATH: &str = "/api/3.0/mlflow/workspaces";

#[tokio::test]
async fn workspaces_are_the_teams_within_reach() {
    let stage = Stage::new();
    let seen = |token: &'static str| {
        let server = &stage.server;
        async move { server.get(PATH, token).await.expect(200).json() }
    };
    assert_eq!(seen("viewer").await, json!({"workspaces": [{"name": "default"}]}));
    assert_eq!(seen("outsider").await, json!({"workspaces": [{"name": "other"}]}));
    assert_eq!(seen("administrator").await["workspaces"].as_array().unwrap().len(), 2);
    let one = stage.server.get(&format!("{PATH}/default"), "viewer").await.expect(200).json();
    assert_eq!(one, json!({"workspace": {"name": "default"}}));
    stage.server.get(&format!("{PATH}/other"), "viewer").await.expect(404);
}

#[tokio::test]
async fn making_one_says_where_teams_are_made() {
    let stage = Stage::new();
    let answer = stage.server.post(PATH, "developer", json!({"name": "new"})).await.expect(501);
    assert_eq!(Stage::code(&answer), "NOT_IMPLEMENTED");
    assert!(answer.json()["message"].as_str().unwrap().contains("roadbed create team"));
    stage.server.call(Method::DELETE, &format!("{PATH}/default"), "developer", &[], Vec::new()).await.expect(501);
}
