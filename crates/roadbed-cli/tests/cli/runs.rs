//! `run`, `logs`, `cancel`.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::{Value, json};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn job(state: &str) -> Value {
    let ended = ["succeeded", "failed"].contains(&state);
    json!({ "id": ID, "name": "train", "project": "churn", "state": state, "run_ids": ["r1"],
        "exit": if ended { json!({ "kind": "code", "value": if state == "failed" { 3 } else { 0 } }) } else { Value::Null },
        "cost": { "micros": 1500, "currency": "USD" }, "message": if state == "failed" { json!("exited with code 3") } else { Value::Null } })
}

/// A server where the job goes through these states, one per look.
fn running(states: &[&str]) -> Server {
    let server = Server::start().on("GET /api/v1/projects/churn", 200, &json!({ "name": "churn" })).on(
        "POST /api/v1/jobs",
        201,
        &job("queued"),
    );
    let server = server.on_text(&format!("GET /api/v1/jobs/{ID}/logs"), 200, "depth 6\n").on_text(
        &format!("GET /api/v1/jobs/{ID}/logs"),
        200,
        "",
    );
    states.iter().fold(server, |server, state| server.on(&format!("GET /api/v1/jobs/{ID}"), 200, &job(state)))
}

fn project(machine: &Machine) {
    let manifest = json!({ "project": "churn", "environment": { "requirements": "requirements.txt", "python": "3.11" }, "jobs": { "train": {
        "run": "python train.py --depth {{depth}}", "parameters": { "depth": 4, "fast": false, "tag": "x" }, "timeout": "1h",
        "resources": { "cpu": "2" }, "outputs": ["model/**"], "inputs": ["data/**"] } } });
    machine.write("roadbed.yaml", &manifest.to_string());
    machine.write("requirements.txt", "numpy<3\n");
    machine.write("train.py", "print()\n");
    machine.write(".gitignore", "data/\n");
    std::fs::create_dir(machine.work().join("data")).unwrap();
    machine.write("data/rows.csv", "1\n");
}

/// Digest the client asked about.
fn digest(server: &Server) -> String {
    let asked = server.asked();
    let head = asked.iter().find(|asked| asked.method == "HEAD").unwrap();
    head.path.trim_start_matches("/api/v1/snapshots/").to_owned()
}

/// Teaches the server to answer an upload: the digest is known only after a first try.
fn learn_digest(machine: &Machine) -> String {
    let server = running(&["succeeded"]);
    machine.run(&["run", "train", "--url", &server.url, "--dry-run"]);
    digest(&server)
}

#[test]
fn run_sends_the_folder_and_the_job_as_it_lies_there() {
    let machine = Machine::new().set("ROADBED_TOKEN", "rb_test");
    project(&machine);
    let digest = learn_digest(&machine);
    let server =
        running(&["running", "succeeded"]).on("PUT /api/v1/snapshots", 200, &json!({ "digest": digest, "bytes": 1 }));
    let machine = machine.set("ROADBED_URL", &server.url);
    let ended = machine.run(&["run", "train", "-p", "depth=6", "-p", "tag=2024", "-p", "fast=true"]).expect(0);
    assert_eq!(ended.stdout, "depth 6\n", "the log is the data of a run for people");
    assert!(ended.stderr.contains("train succeeded") && ended.stderr.contains("runs: r1"), "{}", ended.stderr);
    let upload = &server.calls("PUT /api/v1/snapshots")[0];
    assert_eq!(upload.path, "/api/v1/snapshots?project=churn");
    assert_eq!(upload.header("content-length").unwrap(), upload.body.len().to_string());
    let submit = &server.calls("POST /api/v1/jobs")[0];
    assert_eq!(
        submit.json(),
        json!({ "project": "churn", "name": "train", "run": "python train.py --depth {{depth}}",
            "parameters": { "depth": 6, "fast": true, "tag": "2024" }, "timeout": "1h", "resources": { "cpu": "2" },
            "outputs": ["model/**"], "environment": { "requirements": "numpy<3\n", "python": "3.11" }, "snapshot": digest })
    );
    assert_eq!(submit.header("idempotency-key").unwrap().len(), 32);
}

#[test]
fn what_the_server_has_is_not_uploaded_again() {
    let machine = Machine::new().set("ROADBED_TOKEN", "rb_test");
    project(&machine);
    let digest = learn_digest(&machine);
    let server = running(&["succeeded"]).on_text(&format!("HEAD /api/v1/snapshots/{digest}"), 200, "");
    machine.set("ROADBED_URL", &server.url).run(&["run", "train", "--wait"]).expect(0);
    assert!(server.calls("PUT /api/v1/snapshots").is_empty());
    assert_eq!(server.calls("POST /api/v1/jobs")[0].json()["snapshot"], digest);
}

#[test]
fn scripts_get_the_job() {
    let machine = Machine::new().set("ROADBED_TOKEN", "rb_test");
    project(&machine);
    let digest = learn_digest(&machine);
    for (state, code) in [("succeeded", 0), ("failed", 1), ("cancelled", 1), ("lost", 1)] {
        let server = running(&["starting", state]).on_text(&format!("HEAD /api/v1/snapshots/{digest}"), 200, "");
        let ended = machine.run(&["run", "train", "--wait", "-o", "json", "--url", &server.url]).expect(code);
        let json = ended.json();
        assert_eq!((&json["id"], &json["state"], &json["run_ids"]), (&json!(ID), &json!(state), &json!(["r1"])));
        assert!(server.calls(&format!("GET /api/v1/jobs/{ID}/logs")).is_empty(), "--wait shows no log");
        if state == "failed" {
            assert_eq!(json["exit"], json!({ "kind": "code", "value": 3 }));
            assert!(ended.stderr.contains("exited with code 3"), "{}", ended.stderr);
        }
    }
    let server = running(&["queued"]).on_text(&format!("HEAD /api/v1/snapshots/{digest}"), 200, "");
    let ended = machine.run(&["run", "train", "--no-wait", "-o", "json", "--url", &server.url]).expect(0);
    assert_eq!(ended.json()["state"], "queued");
    let ended = machine.run(&["run", "train", "--wait", "--timeout", "20ms", "--url", &server.url]).expect(124);
    assert!(ended.stderr.contains("it goes on"), "{}", ended.stderr);
    let server = running(&["succeeded"]).on_text(&format!("HEAD /api/v1/snapshots/{digest}"), 200, "");
    let ended = machine.run(&["run", "train", "--follow", "-o", "json", "--url", &server.url]).expect(0);
    assert!(ended.stderr.contains("depth 6") && ended.json()["state"] == "succeeded", "the log goes beside the data");
}

#[test]
fn a_first_run_makes_the_project_and_says_so() {
    let machine = Machine::new().set("ROADBED_TOKEN", "rb_test");
    project(&machine);
    let digest = learn_digest(&machine);
    let server = Server::start()
        .on("POST /api/v1/projects", 201, &json!({ "name": "churn" }))
        .on_text(&format!("HEAD /api/v1/snapshots/{digest}"), 200, "")
        .on("POST /api/v1/jobs", 201, &job("queued"));
    let machine = machine.set("ROADBED_URL", &server.url);
    let ended = machine.run(&["run", "train", "--dry-run"]).expect(0);
    assert!(ended.stderr.contains("would make the project churn"), "{}", ended.stderr);
    assert!(server.calls("POST /api/v1/projects")[0].path.ends_with("dry_run=true"));
    let ended = machine.run(&["run", "train", "--no-wait"]).expect(0);
    assert!(ended.stderr.contains("made the project churn"), "{}", ended.stderr);
}

#[test]
fn a_dry_run_uploads_and_starts_nothing() {
    let machine = Machine::new();
    project(&machine);
    let server = running(&["succeeded"]);
    machine.set("ROADBED_URL", &server.url).run(&["run", "train", "--dry-run"]).expect(0);
    assert!(server.calls("PUT /api/v1/snapshots").is_empty());
    assert!(server.calls("POST /api/v1/jobs")[0].path.ends_with("dry_run=true"));
}

#[test]
fn mistakes_are_told_before_anything_is_sent() {
    let server = Server::start();
    let machine = Machine::with(&server);
    project(&machine);
    assert!(machine.run(&["run", "tain"]).expect(5).stderr.contains("it has train"));
    assert!(machine.run(&["run", "train", "-p", "deth=3"]).expect(2).stderr.contains("depth"));
    assert!(machine.run(&["run", "train", "-p", "depth=many"]).expect(2).stderr.contains("a number"));
    assert!(machine.run(&["run", "train", "-p", "depth"]).expect(2).stderr.contains("name=value"));
    machine.run(&["run", "train", "--no-wait", "--follow"]).expect(2);
    std::fs::remove_file(machine.work().join("requirements.txt")).unwrap();
    assert!(machine.run(&["run", "train"]).expect(1).stderr.contains("requirements.txt"));
    assert!(server.asked().is_empty());
}

#[test]
fn logs_are_read_to_their_end_by_id_or_name() {
    let server =
        running(&["succeeded"]).on("GET /api/v1/jobs", 200, &json!({ "items": [{ "id": ID }], "next_cursor": null }));
    let machine = Machine::with(&server);
    let ended = machine.run(&["logs", "train"]).expect(0);
    assert_eq!(ended.stdout, "depth 6\n");
    assert!(server.calls(&format!("GET /api/v1/jobs/{ID}/logs"))[1].path.ends_with("offset=8"));
    machine.run(&["logs", ID, "--follow"]).expect(0);
    let server = Server::start().on("GET /api/v1/jobs", 200, &json!({ "items": [], "next_cursor": null })).on(
        "GET /api/v1/services/churn",
        200,
        &json!({ "name": "churn" }),
    );
    assert!(Machine::with(&server).run(&["logs", "churn"]).expect(1).stderr.contains("roadbed explain churn"));
    Machine::with(&server).run(&["logs", "nobody"]).expect(5);
}

#[test]
fn a_job_is_asked_to_end() {
    let server = Server::start().on(&format!("POST /api/v1/jobs/{ID}/cancel"), 200, &job("running"));
    let machine = Machine::with(&server);
    machine.run(&["cancel", "service", ID]).expect(2);
    let ended = machine.run(&["cancel", "job", ID, "--reason", "too slow"]).expect(0);
    assert!(ended.stderr.contains("is asked to end"), "{}", ended.stderr);
    assert_eq!(server.asked()[0].json(), json!({ "reason": "too slow" }));
}

#[test]
fn a_job_runs_again_without_its_folder() {
    let mut before = job("succeeded");
    before["parameters"] = json!({ "depth": 4, "tag": "x" });
    let server = Server::start().on(&format!("GET /api/v1/jobs/{ID}"), 200, &before).on(
        &format!("POST /api/v1/jobs/{ID}/rerun"),
        201,
        &job("queued"),
    );
    let machine = Machine::with(&server);
    let words = ["run", "--again", ID, "-p", "depth=8", "-p", "tag=7", "--memory", "4GiB", "--no-wait", "-o", "json"];
    assert_eq!(machine.run(&words).expect(0).json()["state"], "queued");
    let call = &server.calls(&format!("POST /api/v1/jobs/{ID}/rerun"))[0];
    assert_eq!(call.json(), json!({ "parameters": { "depth": 8, "tag": "7" }, "resources": { "memory": "4GiB" } }));
    assert_eq!(call.header("idempotency-key").unwrap().len(), 32);
    assert!(machine.run(&["run", "--again", ID, "--wait"]).expect(0).stderr.contains("train succeeded"));
    machine.run(&["run", "--again", ID, "--dry-run"]).expect(0);
    assert!(server.calls(&format!("POST /api/v1/jobs/{ID}/rerun"))[2].path.ends_with("dry_run=true"));
    assert!(machine.run(&["run", "--again", ID, "-p", "deth=3"]).expect(2).stderr.contains("depth"));
    machine.run(&["run", "train", "--again", ID]).expect(2);
    machine.run(&["run", "train", "--memory", "4GiB"]).expect(2);
    machine.run(&["run"]).expect(2);
}
