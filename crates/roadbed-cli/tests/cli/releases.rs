//! `deploy` and what follows.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::{Value, json};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn rollout(state: &str) -> Value {
    json!({ "id": ID, "service": "churn", "state": state, "from_revision": 2, "to_revision": 3, "step_percent": 25,
        "verdict": { "sentence": format!("it was {state}"), "guardrails": [] }, "started_at": "2026-01-01T00:00:00Z", "ended_at": null })
}

fn releasing(states: &[&str]) -> Server {
    let server = Server::start().on("POST /api/v1/services/churn/deploy", 201, &rollout("pending"));
    states.iter().fold(server, |server, state| server.on(&format!("GET /api/v1/rollouts/{ID}"), 200, &rollout(state)))
}

#[test]
fn deploy_waits_for_the_verdict() {
    for (state, code) in [("promoted", 0), ("rolled_back", 1), ("failed", 1), ("paused", 8)] {
        let server = releasing(&["running", state]);
        let machine = Machine::with(&server);
        let ended = machine.run(&["deploy", "churn", "--model", "churn/3", "-o", "json"]).expect(code);
        assert_eq!(ended.json()["state"], state);
        assert!(ended.stderr.contains(&format!("it was {state}")), "{}", ended.stderr);
        assert!(!ended.stderr.contains('\r') && !ended.stderr.contains('\u{1b}'), "progress is for terminals only");
    }
}

#[test]
fn deploy_sends_what_was_asked_for() {
    let server = releasing(&["promoted"]);
    let machine = Machine::with(&server);
    let words = [
        "deploy",
        "churn",
        "--model",
        "churn@champion",
        "--strategy",
        "canary",
        "--steps",
        "5%,25",
        "--again",
        "--no-wait",
    ];
    machine.run(&words).expect(0);
    let call = &server.calls("POST /api/v1/services/churn/deploy")[0];
    assert_eq!(
        call.json(),
        json!({ "model": "churn@champion", "strategy": "canary", "steps": ["5%", "25%"], "again": true })
    );
    assert!(call.header("idempotency-key").is_some());
    assert_eq!(server.asked().len(), 1, "--no-wait looks no further");
    machine.run(&["deploy", "churn", "--model", "churn/3", "--dry-run"]).expect(0);
    assert!(server.asked()[1].path.ends_with("?dry_run=true"));
}

#[test]
fn waiting_ends_with_the_timeout() {
    let server = releasing(&["running"]);
    let ended = Machine::with(&server).run(&["deploy", "churn", "--model", "churn/3", "--timeout", "50ms"]).expect(124);
    assert!(ended.stderr.contains("it goes on") && ended.stderr.contains("roadbed status churn"), "{}", ended.stderr);
}

#[test]
fn a_refused_release_exits_with_six() {
    let problem =
        json!({ "code": "budgets.exhausted", "status": 422, "detail": "the budget is used up", "fix": "ask for more" });
    let server = Server::start().on("POST /api/v1/services/churn/deploy", 422, &problem);
    Machine::with(&server).run(&["deploy", "churn", "--model", "churn/3"]).expect(6);
}

#[test]
fn a_restart_of_the_server_does_not_end_the_wait() {
    let server = releasing(&["running"]).on(&format!("GET /api/v1/rollouts/{ID}"), 503, &json!({})).on(
        &format!("GET /api/v1/rollouts/{ID}"),
        200,
        &rollout("promoted"),
    );
    Machine::with(&server).run(&["deploy", "churn", "--model", "churn/3"]).expect(0);
}

#[test]
fn people_may_step_in() {
    let latest = "GET /api/v1/services/churn/rollouts/latest";
    let server = releasing(&["rolled_back"])
        .on(latest, 200, &rollout("running"))
        .on(&format!("POST /api/v1/rollouts/{ID}/promote"), 200, &rollout("promoted"))
        .on(&format!("POST /api/v1/rollouts/{ID}/pause"), 200, &rollout("paused"))
        .on("POST /api/v1/services/churn/rollback", 200, &rollout("running"));
    let machine = Machine::with(&server);
    machine.run(&["promote", "churn"]).expect(0);
    machine.run(&["pause", "churn", "--wait"]).expect(0);
    let ended = machine.run(&["rollback", "churn", "-o", "json"]).expect(0);
    assert_eq!(ended.json()["state"], "rolled_back", "rollback waits for its end");
}

#[test]
fn status_of_one_thing_is_an_exit_code() {
    let service = json!({ "name": "churn", "state": "serving", "traffic": [] });
    for (state, code) in [("running", 8), ("paused", 8), ("promoted", 0), ("rolled_back", 0)] {
        let server = Server::start().on("GET /api/v1/services/churn", 200, &service).on(
            "GET /api/v1/services/churn/rollouts/latest",
            200,
            &rollout(state),
        );
        Machine::with(&server).run(&["status", "churn"]).expect(code);
    }
    let server = Server::start().on(
        &format!("GET /api/v1/jobs/{ID}"),
        200,
        &json!({ "id": ID, "name": "train", "state": "lost" }),
    );
    Machine::with(&server).run(&["status", ID]).expect(1);
    Machine::with(&Server::start()).run(&["status", ID]).expect(5);
}

#[test]
fn status_shows_everything_on_one_screen() {
    let services = json!({ "items": [{ "name": "churn", "project": "growth", "state": "serving", "revision": 3, "traffic": [] }] });
    let server = Server::start()
        .on("GET /api/v1/services", 200, &services)
        .on("GET /api/v1/services/churn/rollouts/latest", 200, &rollout("running"))
        .on("GET /api/v1/jobs", 200, &json!({ "items": [] }))
        .on("GET /api/v1/costs", 200, &json!({ "currency": "USD", "whole_micros": 1_250_000 }));
    let machine = Machine::with(&server);
    let text = machine.run(&["status"]).expect(0).stdout;
    assert!(text.contains("services\n  NAME") && text.contains("jobs\n  none"), "{text}");
    assert!(text.contains("it was running") && text.contains("1.25 USD in the last 24 hours"), "{text}");
    let json = machine.run(&["status", "-o", "json"]).expect(0).json();
    assert_eq!((&json["services"][0]["name"], &json["rollouts"][0]["state"]), (&json!("churn"), &json!("running")));
}

#[test]
fn status_goes_without_what_the_caller_may_not_see() {
    let forbidden = json!({ "code": "access.forbidden", "status": 403, "detail": "no" });
    let server = Server::start()
        .on("GET /api/v1/services", 200, &json!({ "items": [] }))
        .on("GET /api/v1/jobs", 200, &json!({ "items": [] }))
        .on("GET /api/v1/costs", 403, &forbidden);
    let text = Machine::with(&server).run(&["status"]).expect(0).stdout;
    assert!(!text.contains("costs"), "{text}");
}

#[test]
fn explain_shows_the_evidence() {
    let verdict = json!({ "decision": "rolled_back", "reason": "harm", "sentence": "Rolled back after 17 s", "alpha": 0.05,
        "guardrails": [{ "name": "errors", "limit": 0.01, "certified_by": null, "arms": [
            { "revision": 2, "units": 761, "bad": 1 }, { "revision": 3, "units": 83, "bad": 4 }] }] });
    let server = Server::start().on("GET /api/v1/services/churn/rollouts/latest", 200, &rollout("rolled_back")).on(
        &format!("GET /api/v1/rollouts/{ID}/explain"),
        200,
        &json!({ "verdict": verdict }),
    );
    let text = Machine::with(&server).run(&["explain", "churn"]).expect(0).stdout;
    assert!(text.starts_with("Rolled back after 17 s\n"), "{text}");
    assert!(text.contains("4.82%") && text.contains("1.00%") && text.contains("rolled_back (harm)"), "{text}");
    Machine::with(&server).run(&["explain", "rollout", "churn", "-o", "json"]).expect(0);
}

#[test]
fn doctor_joins_what_is_here_and_there() {
    let there = json!({ "findings": [{ "check": "memory limits", "level": "warning", "detail": "not enforced", "fix": "use cgroups" }] });
    let server = Server::start().on("GET /api/v1/doctor", 200, &there);
    let text = Machine::with(&server).run(&["doctor"]).expect(0).stdout;
    assert!(text.contains("ok       disk") && text.contains("fix: use cgroups"), "{text}");
    let mut alone = Machine::new();
    alone.run(&["doctor"]).expect(0);
    alone.program.failing_check = true;
    assert_eq!(alone.run(&["doctor", "-o", "json"]).expect(1).json()[0]["level"], "failed");
}
