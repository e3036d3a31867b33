//! Two teams on one platform: what belongs to one does not exist for the other.

use crate::client::Client;
use crate::platform::{Place, Platform};
use serde_json::{Value, json};

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// A member of a team of its own, as an administrator of it.
fn member_of_new_team(platform: &Platform<'_>, team: &str, user: &str) -> Client {
    platform.api.post("/api/v1/teams", &json!({ "name": team })).with_status(201);
    let path = format!("/api/v1/teams/{team}/members/{user}");
    let role = json!({ "role": "admin" }).to_string();
    let headers = [("content-type", "application/json")];
    platform.api.try_send(ureq::http::Method::PUT, &path, &headers, role.as_bytes()).unwrap().with_status(200);
    let token = platform.api.post("/api/v1/tokens", &json!({ "name": "laptop", "user": user })).with_status(201);
    platform.api.with_token(token.json()["token"].as_str().unwrap())
}

#[test]
fn ids_of_another_team_are_not_found() {
    let place = Place::new();
    let platform = place.start(&[]);
    let anna = member_of_new_team(&platform, "growth", "anna");
    let ben = member_of_new_team(&platform, "risk", "ben");

    anna.post("/api/v1/projects", &json!({ "name": "churn", "team": "growth" })).with_status(201);
    let job = json!({ "project": "churn", "team": "growth", "name": "wait", "run": "true" });
    let job = id(&anna.post("/api/v1/jobs", &job).with_status(201).json());
    let experiment = json!({ "name": "secret plans", "team": "growth" });
    let team = [("x-roadbed-team", "growth")];
    let made = anna.try_post("/api/2.0/mlflow/experiments/create", &team, &experiment).unwrap();
    let experiment = made.with_status(200).json()["experiment_id"].as_str().unwrap().to_owned();
    let token = id(&anna.post("/api/v1/tokens", &json!({ "name": "second" })).with_status(201).json());

    let paths = [
        "/api/v1/projects/churn".to_owned(),
        "/api/v1/projects/churn?team=growth".to_owned(),
        "/api/v1/teams/growth".to_owned(),
        "/api/v1/teams/growth/members".to_owned(),
        format!("/api/v1/jobs/{job}"),
        format!("/api/v1/jobs/{job}/logs"),
        format!("/api/v1/jobs/{job}/outputs"),
        "/api/v1/job-definitions?project=churn&team=growth".to_owned(),
        format!("/api/2.0/mlflow/experiments/get?experiment_id={experiment}"),
    ];
    for path in &paths {
        ben.get(path).with_status(404);
        assert!([200, 404].contains(&anna.get(path).status) || path.contains("projects/churn"), "{path} for its owner");
    }
    ben.post(&format!("/api/v1/jobs/{job}/cancel"), &json!({})).with_status(404);
    ben.delete("/api/v1/projects/churn?team=growth").with_status(404);
    ben.delete(&format!("/api/v1/tokens/{token}")).with_status(404);
    ben.delete("/api/v1/teams/growth").with_status(403);
    ben.post("/api/v1/jobs", &json!({ "project": "churn", "team": "growth", "run": "true" })).with_status(404);
    for list in ["/api/v1/projects", "/api/v1/jobs"] {
        assert_eq!(ben.list(list), Vec::<Value>::new(), "{list}");
    }
    let seen = ben.get("/api/v1/events?limit=1000").with_status(200).text();
    for hidden in ["churn", "secret plans", &job] {
        assert!(!seen.contains(hidden), "events of another team show {hidden}");
    }
    platform.stop();
}
