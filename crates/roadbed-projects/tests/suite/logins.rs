//! The login page, and sessions that begin with a token.

use crate::house::House;
use axum::http::Method;
use serde_json::json;
use std::time::Duration;

async fn start(house: &House, token: &str) -> roadbed_testkit::TestAnswer {
    house.server.post("/api/v1/sessions", "", json!({"token": token})).await
}

fn cookie(answer: &roadbed_testkit::TestAnswer) -> String {
    answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_logs_in_with_a_token_of_theirs() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "viewer").await;
    let session = cookie(&start(&house, &ada).await.expect(204));
    let me = house.server.call(Method::GET, "/api/v1/me", "", &[("cookie", &session)], vec![]).await.expect(200).json();
    assert_eq!((&me["name"], &me["kind"]), (&json!("ada"), &json!("user")));
    assert!(house.platform.event_kinds().await.contains(&"SessionStarted".to_owned()));
}

#[tokio::test]
async fn tokens_that_are_no_persons_or_narrow_or_unknown_make_no_session() {
    let house = House::new().await;
    let (_, workload) = house.workload().await;
    assert_eq!(start(&house, &workload).await.expect(403).code(), "tokens.not_a_persons");
    let narrow = house.token(&house.admin, json!({"name": "n", "actions": ["project:read"]})).await;
    assert_eq!(start(&house, &narrow).await.expect(403).code(), "tokens.narrow_token");
    let unknown = start(&house, "rb_wrong").await.expect(401).json();
    assert_eq!((&unknown["code"], &unknown["field"]), (&json!("access.unauthenticated"), &json!("token")));
    for body in [json!({}), json!({"secret": "a", "token": "b"})] {
        house.server.post("/api/v1/sessions", "", body).await.expect(400);
    }
}

#[tokio::test]
async fn a_session_ends_with_its_token_at_the_latest_and_says_so() {
    let house = House::new().await;
    let short = house.token(&house.admin, json!({"name": "short", "expires_in": "1h"})).await;
    let session = cookie(&start(&house, &short).await.expect(204));
    let headers = [("cookie", session.as_str())];
    let me = || house.server.call(Method::GET, "/api/v1/me", "", &headers, vec![]);
    me().await.expect(200);
    house.platform.clock.advance(Duration::from_secs(3601));
    assert_eq!(me().await.expect(401).code(), "access.expired");
    assert_eq!(house.server.get("/api/v1/me", &short).await.expect(401).code(), "access.expired");
    assert_eq!(house.server.get("/api/v1/me", "").await.expect(401).code(), "access.unauthenticated");
}

#[tokio::test]
async fn the_page_runs_its_own_script_and_nothing_else() {
    let house = House::new().await;
    let page = house.server.get("/login", "").await.expect(200);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("unsafe") && policy.starts_with("default-src 'none'"), "{policy}");
    let hashes: Vec<&str> = policy.split('\'').filter(|part| part.starts_with("sha256-")).collect();
    assert!(hashes.len() == 2 && hashes.iter().all(|hash| hash.len() == 7 + 44), "{policy}");
    let text = page.text();
    assert_eq!(
        (text.matches("<script").count(), text.matches("<style").count()),
        (1, 1),
        "each hash covers one element"
    );
    assert!(!text.contains(" style=") && !text.contains(" onclick="), "attributes are not covered");
}
