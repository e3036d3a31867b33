use crate::house::House;
use roadbed_contracts::events::{Actor, EventBody, EventClass, EventHeader, Subject};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

#[derive(Debug, Serialize, Deserialize)]
struct Ticked {
    name: String,
}
impl EventBody for Ticked {
    const KIND: &'static str = "Ticked";
    const CLASS: EventClass = EventClass::Activity;
}

async fn get(house: &House, token: &str, query: &str) -> Value {
    house.server.get(&format!("/api/v1/activity?{query}"), token).await.expect(200).json()
}

fn kinds(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_newest_comes_first_with_the_names_around_it() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "developer").await;
    house.server.post("/api/v1/projects", &ada, json!({"name": "churn", "team": "growth"})).await.expect(201);
    let list = get(&house, &ada, "").await;
    let newest = &list["items"][0];
    assert_eq!((&newest["kind"], &newest["class"]), (&json!("ProjectCreated"), &json!("audit")));
    assert_eq!((&newest["team_name"], &newest["project_name"]), (&json!("growth"), &json!("churn")));
    assert_eq!((&newest["actor_name"], &newest["subject_name"]), (&json!("ada"), &json!("churn")));
    assert!(newest["actor"].as_str().unwrap().starts_with("token:"));
    let ci = house.token(&ada, json!({"name": "ci"})).await;
    house.server.patch("/api/v1/projects/churn", &ci, json!({"description": "who leaves"})).await.expect(200);
    let newest = get(&house, &ada, "actor=ci").await["items"][0].clone();
    assert_eq!((&newest["actor_name"], &newest["actor_token"]), (&json!("ada"), &json!("ci")));
    let seqs: Vec<i64> = list["items"].as_array().unwrap().iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|one, other| one > other), "{seqs:?}");
    assert_eq!(list["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_reader_goes_back_page_by_page() {
    let house = House::new().await;
    house.user("ada", "growth", "viewer").await;
    let whole = get(&house, &house.admin, "").await;
    let mut pieces = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = get(&house, &house.admin, &format!("limit=2{cursor}")).await;
        pieces.extend(page["items"].as_array().unwrap().clone());
        assert!(page["items"].as_array().unwrap().len() <= 2);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(json!(pieces), whole["items"]);
}

#[tokio::test]
async fn each_filter_keeps_what_it_says() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "developer").await;
    house.platform.clock.advance(Duration::from_secs(3600));
    house.server.post("/api/v1/projects", &ada, json!({"name": "churn", "team": "growth"})).await.expect(201);
    house.server.patch("/api/v1/projects/churn", &ada, json!({"description": "who leaves"})).await.expect(200);
    let admin = &house.admin;
    let of = |query: &'static str| get(&house, admin, query);
    assert_eq!(
        kinds(&of("kind=ProjectCreated,ProjectChanged&team=growth").await),
        ["ProjectChanged", "ProjectCreated"]
    );
    assert_eq!(kinds(&of("project=churn").await), ["ProjectChanged", "ProjectCreated"]);
    assert_eq!(kinds(&of("subject_kind=team&subject_id=growth").await), ["MemberChanged", "TeamCreated"]);
    assert_eq!(kinds(&of("actor=ADA").await), ["ProjectChanged", "ProjectCreated"]);
    assert_eq!(kinds(&of("q=leaves").await), ["ProjectChanged"]);
    assert_eq!(kinds(&of("class=activity").await), [""; 0]);
    assert_eq!(kinds(&of("from=2026-01-01T00:30:00Z").await), ["ProjectChanged", "ProjectCreated"]);
    let early = of("to=2026-01-01T00:30:00Z").await;
    assert_eq!(kinds(&early).iter().filter(|kind| **kind == "ProjectCreated").count(), 1, "the default one is older");
    assert_eq!(kinds(&of("from=2026-01-01T00:30:00Z&to=2026-01-01T00:40:00Z").await), [""; 0]);
}

#[tokio::test]
async fn other_teams_and_the_platform_stay_hidden() {
    let house = House::new().await;
    let ada = house.user("ada", "growth", "viewer").await;
    let bob = house.user("bob", "fraud", "admin").await;
    for event in get(&house, &ada, "").await["items"].as_array().unwrap() {
        assert_eq!(event["team_name"], "growth", "{event}");
    }
    for path in ["team=growth", "project=default"] {
        house.server.get(&format!("/api/v1/activity?{path}"), &bob).await.expect(404);
    }
    let (_, workload) = house.workload().await;
    let own = get(&house, &workload, "").await;
    assert!(own["items"].as_array().unwrap().iter().all(|event| event["project_name"] == "default"), "{own}");
    house.server.get("/api/v1/activity", "").await.expect(401);
    for bad in
        ["class=x", "limit=0", "cursor=x", "from=x", "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "kimd=x"]
    {
        house.server.get(&format!("/api/v1/activity?{bad}"), &ada).await.expect(400);
    }
}

#[tokio::test]
async fn a_filter_that_matches_little_looks_at_a_bounded_number_and_goes_on() {
    let house = House::new().await;
    for round in 0..21 {
        let written = house.platform.context.store.write(move |tx| {
            for number in 0..1000 {
                let header = EventHeader::new(Subject::new("tick", round), Actor::system());
                tx.emit(&header, &Ticked { name: number.to_string() })?;
            }
            Ok::<_, roadbed_store::StoreError>(())
        });
        written.await.unwrap();
    }
    let first = get(&house, &house.admin, "kind=TeamCreated").await;
    assert_eq!(first["items"], json!([]));
    let scanned_to = first["scanned_to"].as_i64().unwrap();
    assert_eq!(first["next_cursor"], scanned_to.to_string());
    let rest = get(&house, &house.admin, &format!("kind=TeamCreated&cursor={scanned_to}")).await;
    assert_eq!(kinds(&rest), ["TeamCreated"]);
    assert_eq!(rest["next_cursor"], Value::Null);
    let of_one = get(&house, &house.admin, "subject_kind=team&subject_id=default").await;
    assert_eq!(kinds(&of_one), ["TeamCreated"], "what has an index is found at once");
}
