//! Who may do what, and what bad questions are answered with.

use super::world::{DEV, World};
use axum::http::Method;
use roadbed_core::{JobId, WorkloadId};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_teams_job_is_not_there() {
    let world = World::new().await;
    let id = world.shell("true").await;
    for (method, path) in [
        (Method::GET, ""),
        (Method::POST, "/cancel"),
        (Method::GET, "/logs"),
        (Method::GET, "/logs?follow=true"),
        (Method::GET, "/logs/search?q=a"),
        (Method::GET, "/usage"),
        (Method::POST, "/rerun"),
        (Method::GET, "/outputs"),
        (Method::GET, "/outputs/a.txt"),
    ] {
        let answer =
            world.server.call(method.clone(), &format!("/api/v1/jobs/{id}{path}"), "otto", &[], Vec::new()).await;
        assert_eq!(answer.expect(404).code(), "jobs.unknown", "{method} {path}");
    }
    let theirs = world.server.get("/api/v1/jobs", "otto").await.expect(200).json();
    assert_eq!(theirs["items"], json!([]));
    let filtered = world.server.get("/api/v1/jobs?project=churn&team=growth", "otto").await.expect(200).json();
    assert_eq!(filtered["items"], json!([]));
    let submit = json!({"project": "churn", "run": "true"});
    let refused = world.server.post("/api/v1/jobs", "otto", submit).await.expect(404);
    assert_eq!((refused.code().as_str(), &refused.json()["field"]), ("jobs.unknown_project", &json!("project")));
    world.server.get("/api/v1/job-definitions?project=churn", "otto").await.expect(404);
    assert_eq!(
        world.server.get("/api/v1/jobs", "admin").await.expect(200).json()["items"].as_array().unwrap().len(),
        1
    );
    assert_eq!(world.job(&id).await["state"], "queued", "nobody cancelled it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_reads_and_does_nothing_else() {
    let world = World::new().await;
    let id = world.shell("true").await;
    for path in ["", "/logs", "/logs/search?q=a", "/usage", "/outputs"] {
        world.server.get(&format!("/api/v1/jobs/{id}{path}"), "vera").await.expect(200);
    }
    world.server.get("/api/v1/environments", "vera").await.expect(200);
    let submit = json!({"project": "churn", "run": "true"});
    let refused = world.server.post("/api/v1/jobs", "vera", submit).await.expect(403);
    assert_eq!(refused.code(), "access.forbidden");
    world.server.post(&format!("/api/v1/jobs/{id}/cancel"), "vera", json!({})).await.expect(403);
    world.server.post(&format!("/api/v1/jobs/{id}/rerun"), "vera", json!({})).await.expect(403);
    for path in ["/api/v1/jobs", "/api/v1/environments", "/api/v1/job-definitions"] {
        world.server.get(path, "").await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_project_of_a_call_is_found_or_asked_for() {
    let world = World::new().await;
    let post = |token: &'static str, body: Value| {
        let server = world.server.clone();
        async move { server.post("/api/v1/jobs", token, body).await }
    };
    let both = post("both", json!({"project": "shared", "run": "true"})).await.expect(409);
    assert_eq!((both.code().as_str(), &both.json()["field"]), ("jobs.ambiguous_project", &json!("team")));
    let risk = post("both", json!({"project": "shared", "team": "risk", "run": "true"})).await.expect(201).json();
    assert_eq!((&risk["project"], &risk["team"]), (&json!("shared"), &json!("risk")));
    let own = post(DEV, json!({"project": "shared", "run": "true"})).await.expect(201).json();
    assert_eq!(own["team"], "growth");
    let none = post(DEV, json!({"run": "true"})).await.expect(404);
    assert!(none.text().contains("there is no project \\\"default\\\""), "{}", none.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_submit_names_the_field() {
    let world = World::new().await;
    let cases = [
        (json!({}), 404, "jobs.unknown_project", "project"),
        (json!({"project": "churn"}), 400, "jobs.nothing_to_run", "run"),
        (json!({"project": "Churn!", "run": "true"}), 400, "jobs.invalid_name", "project"),
        (json!({"project": "churn", "run": "true", "name": "My Job"}), 400, "jobs.invalid_name", "name"),
        (json!({"project": "churn", "run": ""}), 400, "jobs.invalid_command", "run"),
        (json!({"project": "churn", "run": "echo 'x"}), 400, "jobs.invalid_command", "run"),
        (json!({"project": "churn", "run": "a\u{0}b"}), 400, "jobs.invalid_command", "run"),
        (json!({"project": "churn", "run": "x", "parameters": {"a b": 1}}), 400, "jobs.invalid_command", "parameters"),
        (json!({"project": "churn", "run": "x", "parameters": {"a": [1]}}), 400, "jobs.invalid_command", "parameters"),
        (
            json!({"project": "churn", "run": "x", "resources": {"memory": "4 gigs"}}),
            400,
            "jobs.invalid_quantity",
            "resources.memory",
        ),
        (
            json!({"project": "churn", "run": "x", "resources": {"cpu": 0}}),
            400,
            "jobs.invalid_quantity",
            "resources.cpu",
        ),
        (json!({"project": "churn", "run": "x", "resources": {"gpu": 7}}), 400, "jobs.too_large", "resources"),
        (json!({"project": "churn", "run": "x", "timeout": "soon"}), 400, "jobs.invalid_quantity", "timeout"),
        (json!({"project": "churn", "run": "x", "retries": 1000}), 400, "jobs.too_many_retries", "retries"),
        (json!({"project": "churn", "run": "x", "snapshot": "abc"}), 400, "jobs.invalid_snapshot", "snapshot"),
        (
            json!({"project": "churn", "run": "x", "snapshot": "ab".repeat(32)}),
            404,
            "jobs.unknown_snapshot",
            "snapshot",
        ),
        (
            json!({"project": "churn", "run": "x", "environment": {"python": "2.7"}}),
            400,
            "jobs.invalid_environment",
            "environment.python",
        ),
        (
            json!({"project": "churn", "run": "x", "environment": {"variables": {"ROADBED_X": "1"}}}),
            400,
            "jobs.invalid_environment",
            "environment.variables",
        ),
        (
            json!({"project": "churn", "run": "x", "environment": {"variables": {"a=b": "1"}}}),
            400,
            "jobs.invalid_environment",
            "environment.variables",
        ),
        (json!({"project": "churn", "rum": "x"}), 400, "request.body", "rum"),
    ];
    for (body, status, code, field) in cases {
        let answer = world.server.post("/api/v1/jobs", DEV, body.clone()).await.expect(status);
        assert_eq!(
            (answer.code().as_str(), &answer.json()["field"]),
            (code, &json!(field)),
            "{body}: {}",
            answer.text()
        );
    }
    assert!(world.events().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_questions_are_answered() {
    let world = World::new().await;
    let id = world.shell("true").await;
    let cases = [
        ("/api/v1/jobs?state=runing", 400, "request.query"),
        ("/api/v1/jobs?state=running,runing", 400, "request.query"),
        ("/api/v1/jobs?from=yesterday", 400, "request.query"),
        ("/api/v1/jobs?limit=0", 400, "request.query"),
        ("/api/v1/jobs?cursor=x", 400, "request.query"),
        ("/api/v1/jobs?stat=running", 400, "request.query"),
        ("/api/v1/jobs/nonsense", 404, "jobs.unknown"),
        ("/api/v1/jobs/nonsense/logs", 404, "jobs.unknown"),
        ("/api/v1/snapshots/nonsense", 404, "snapshots.unknown"),
    ];
    for (path, status, code) in cases {
        assert_eq!(world.server.get(path, DEV).await.expect(status).code(), code, "{path}");
    }
    let unknown = JobId::from_u128(77);
    world.server.get(&format!("/api/v1/jobs/{unknown}"), DEV).await.expect(404);
    world.server.get(&format!("/api/v1/jobs/{id}/logs?offset=x"), DEV).await.expect(400);
    let reason = json!({"reason": "x".repeat(501)});
    let refused = world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, reason).await.expect(400);
    assert_eq!(refused.code(), "jobs.invalid_reason");
    world.server.post(&format!("/api/v1/jobs/{id}/cancel?dry=1"), DEV, json!({})).await.expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_submit_is_one_job_and_a_dry_run_is_none() {
    let world = World::new().await;
    let body = json!({"project": "churn", "run": "true"});
    let dry = world.server.post("/api/v1/jobs?dry_run=true", DEV, body.clone()).await.expect(201).json();
    assert_eq!(dry["state"], "queued");
    assert!(world.events().await.is_empty());
    let send = |body: Value| {
        let (server, bytes) = (world.server.clone(), body.to_string().into_bytes());
        let headers = [("content-type", "application/json"), ("idempotency-key", "k1")];
        async move { server.call(Method::POST, "/api/v1/jobs", DEV, &headers, bytes).await }
    };
    let first = send(body.clone()).await.expect(201).json();
    let again = send(body.clone()).await.expect(201).json();
    assert_eq!(first["id"], again["id"]);
    let other = send(json!({"project": "churn", "run": "false"})).await.expect(409);
    assert_eq!(other.code(), "request.idempotency_key_reused");
    assert_eq!(world.events().await.len(), 1);
    let id = first["id"].as_str().unwrap();
    let dry =
        world.server.post(&format!("/api/v1/jobs/{id}/cancel?dry_run=true"), DEV, json!({})).await.expect(200).json();
    assert_eq!(dry["state"], "cancelled");
    assert_eq!(world.job(id).await["state"], "queued");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_are_listed_newest_first_in_pages_and_by_filter() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for index in 0..5 {
        let name = if index % 2 == 0 { "even" } else { "odd" };
        ids.push(world.submit(json!({"project": "churn", "run": "true", "name": name})).await);
    }
    ids.reverse();
    let list = |query: &str| {
        let (server, path) = (world.server.clone(), format!("/api/v1/jobs?{query}"));
        async move { server.get(&path, DEV).await.expect(200).json() }
    };
    let ids_of = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = list("limit=3").await;
    let second = list(&format!("limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!([ids_of(&first), ids_of(&second)].concat(), ids);
    assert_eq!(second["next_cursor"], Value::Null);
    assert_eq!(ids_of(&list("name=odd").await).len(), 2);
    assert_eq!(ids_of(&list("state=running").await).len(), 0);
    assert_eq!(ids_of(&list("state=running,queued&q=EVE").await).len(), 3);
    assert_eq!(ids_of(&list("q=%25").await).len(), 0, "a percent sign is a percent sign");
    assert_eq!(ids_of(&list("actor=dev").await).len(), 5);
    assert_eq!(ids_of(&list("actor=vera").await).len(), 0);
    assert_eq!(ids_of(&list("from=2020-01-01T00:00:00Z").await).len(), 5);
    assert_eq!(ids_of(&list("to=2020-01-01T00:00:00Z").await).len(), 0);
    assert_eq!(first["items"][0]["actor_name"], "dev");
    assert_eq!(ids_of(&list("state=queued&project=churn&team=growth").await).len(), 5);
    assert_eq!(first["items"][0]["cost"]["micros"], 1500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_workloads_own_supervisor_reports_for_it() {
    let world = World::new().await.drive();
    let id = world.shell("true").await;
    let own: WorkloadId = world.finished(&id).await["attempts"][0]["workload"].as_str().unwrap().parse().unwrap();
    let token = world.ports.tokens.lock().unwrap()[&own].clone();
    let report = |workload: WorkloadId| json!({"workload": workload, "phase": {"phase": "lost"}});
    let path = |workload: WorkloadId| format!("/internal/v1/workloads/{workload}/report");
    let other = WorkloadId::from_u128(5);
    world.server.post(&path(own), token.expose(), report(own)).await.expect(204);
    world.server.post(&path(other), token.expose(), report(other)).await.expect(404);
    world.server.post(&path(own), token.expose(), report(other)).await.expect(404);
    world.server.post(&path(own), token.expose(), json!({"workload": own})).await.expect(400);
    world.server.post(&path(own), DEV, report(own)).await.expect(403);
    assert_eq!(world.job(&id).await["state"], "succeeded", "a report is a hint and no fact");
}
