//! Experiments, runs, models, their versions and aliases.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::{Value, json};

fn churn() -> Value {
    json!({ "name": "churn", "latest_version": 3, "aliases": { "champion": 3, "challenger": 2 }, "versions": [
        { "version": 3, "aliases": ["champion"], "run": "r3", "description": "deeper" },
        { "version": 2, "aliases": ["challenger"], "run": "r2", "description": "" },
    ] })
}

#[test]
fn runs_are_listed_by_the_name_of_their_experiment() {
    let run = json!({ "id": "r1", "name": "one", "experiment_name": "churn/train", "status": "FINISHED",
        "metrics": { "auc": 0.9 }, "started_at": "2023-11-14T22:13:20Z" });
    let server = Server::start()
        .on("GET /api/2.0/mlflow/experiments/get-by-name", 200, &json!({ "experiment": { "experiment_id": "7" } }))
        .on("GET /api/v1/runs", 200, &json!({ "items": [run], "next_cursor": null }));
    let machine = Machine::with(&server);
    let words = ["run", "list", "--experiment", "churn/train", "--team", "growth", "--order-by", "metrics.auc DESC"];
    let table = machine.run(&words).expect(0).stdout;
    assert!(table.contains("auc=0.9") && table.contains("2023-11-14T22:13:20Z"), "{table}");
    let call = &server.calls("GET /api/v1/runs")[0];
    assert!(call.path.contains("experiment=7") && call.path.contains("order_by=metrics.auc"), "{}", call.path);
    assert_eq!(call.header("x-roadbed-team"), Some("growth"));
}

#[test]
fn experiments_are_named_by_their_name_or_id() {
    let experiment = json!({ "id": "7", "name": "train", "state": "active", "runs": 2 });
    let server = Server::start()
        .on("GET /api/2.0/mlflow/experiments/get-by-name", 200, &json!({ "experiment": { "experiment_id": "7" } }))
        .on("GET /api/v1/experiments/7", 200, &experiment)
        .on("PATCH /api/v1/experiments/7", 200, &experiment)
        .on_text("DELETE /api/v1/experiments/7", 204, "");
    let machine = Machine::with(&server);
    assert_eq!(machine.run(&["get", "experiment", "7", "-o", "json"]).expect(0).json(), experiment);
    machine.run(&["update", "experiment", "train", "--name", "training", "--if-match", "v1"]).expect(0);
    let call = &server.calls("PATCH /api/v1/experiments/7")[0];
    assert_eq!((call.json(), call.header("if-match")), (json!({ "name": "training" }), Some("v1")));
    machine.run(&["delete", "experiment", "train", "--yes"]).expect(0);
    assert_eq!(server.calls("DELETE /api/v1/experiments/7").len(), 1);
}

#[test]
fn runs_are_described_and_deleted() {
    let server = Server::start().on("PATCH /api/v1/runs/r1", 200, &json!({ "id": "r1", "name": "best" })).on_text(
        "DELETE /api/v1/runs/r1",
        204,
        "",
    );
    let machine = Machine::with(&server);
    let words = ["update", "run", "r1", "--name", "best", "--tags", "{\"stage\": \"best\", \"old\": null}"];
    machine.run(&words).expect(0);
    let body = server.calls("PATCH /api/v1/runs/r1")[0].json();
    assert_eq!(body, json!({ "name": "best", "tags": { "stage": "best", "old": null } }));
    assert!(machine.run(&["delete", "run", "r1", "--yes"]).expect(0).stderr.contains("deleted run r1"));
    assert!(machine.run(&["create", "run", "r1"]).expect(2).stderr.contains("roadbed run JOB"));
}

#[test]
fn versions_are_registered_from_runs() {
    let made = json!({ "version": 4, "run": "r4", "aliases": [], "description": "" });
    let server = Server::start()
        .on("POST /api/v1/models/churn/versions", 201, &made)
        .on("GET /api/v1/models/churn/versions", 200, &json!({ "items": churn()["versions"], "next_cursor": null }))
        .on("GET /api/v1/models/churn/versions/3", 200, &json!({ "model": "churn", "version": 3, "bytes": 12 }))
        .on("PATCH /api/v1/models/churn/versions/3", 200, &json!({ "version": 3, "description": "deep" }))
        .on_text("DELETE /api/v1/models/churn/versions/3", 204, "");
    let machine = Machine::with(&server);
    let words =
        ["create", "version", "churn", "--run", "r4", "--path", "model", "--description", "wider", "-o", "name"];
    assert_eq!(machine.run(&words).expect(0).stdout, "4\n");
    let call = &server.calls("POST /api/v1/models/churn/versions")[0];
    assert_eq!(call.json(), json!({ "run": "r4", "path": "model", "description": "wider" }));
    assert_eq!(call.header("idempotency-key").unwrap().len(), 32);
    machine.run(&["create", "version", "churn", "--run", "r4", "--logged-model", "m-1"]).expect(0);
    let body = server.calls("POST /api/v1/models/churn/versions")[1].json();
    assert_eq!(body, json!({ "run": "r4", "logged_model": "m-1" }));
    assert_eq!(
        machine.run(&["list", "version", "churn"]).expect(0).stdout,
        "VERSION  ALIASES     RUN  DESCRIPTION\n3        champion    r3   deeper\n2        challenger  r2   -\n"
    );
    assert_eq!(machine.run(&["get", "version", "churn/3", "-o", "json"]).expect(0).json()["bytes"], 12);
    machine.run(&["update", "version", "churn/3", "--description", "deep"]).expect(0);
    machine.run(&["delete", "version", "churn/3", "--yes"]).expect(0);
    assert!(machine.run(&["get", "version", "churn"]).expect(2).stderr.contains("MODEL/VERSION"));
    machine.run(&["create", "version", "churn"]).expect(2);
}

#[test]
fn aliases_are_pointed_listed_and_removed() {
    let server = Server::start()
        .on("PUT /api/v1/models/churn/aliases/champion", 200, &churn())
        .on("GET /api/v1/models/churn", 200, &churn())
        .on_text("DELETE /api/v1/models/churn/aliases/champion", 204, "");
    let machine = Machine::with(&server);
    let made = machine.run(&["create", "alias", "churn@champion", "--version", "3", "-o", "json"]).expect(0);
    assert_eq!(made.json(), json!({ "alias": "champion", "version": 3 }));
    assert_eq!(server.calls("PUT /api/v1/models/churn/aliases/champion")[0].json(), json!({ "version": 3 }));
    machine.run(&["update", "alias", "churn@champion", "--version", "3"]).expect(0);
    let listed = machine.run(&["list", "alias", "churn", "-o", "json"]).expect(0).json();
    assert_eq!(listed, json!([{ "alias": "challenger", "version": 2 }, { "alias": "champion", "version": 3 }]));
    assert_eq!(machine.run(&["get", "alias", "churn@challenger", "-o", "json"]).expect(0).json()["version"], 2);
    machine.run(&["get", "alias", "churn@nobody"]).expect(5);
    machine.run(&["delete", "alias", "churn@champion", "--yes"]).expect(0);
    machine.run(&["create", "alias", "churn@champion", "--version", "three"]).expect(2);
    assert!(machine.run(&["delete", "alias", "churn", "--yes"]).expect(2).stderr.contains("MODEL@ALIAS"));
    assert!(machine.run(&["get", "alias", "a/../b@../x"]).expect(5).stdout.is_empty());
}

#[test]
fn models_are_described_and_deleted() {
    let server = Server::start()
        .on("POST /api/v1/models", 201, &json!({ "name": "churn", "description": "" }))
        .on("PATCH /api/v1/models/churn", 200, &churn())
        .on_text("DELETE /api/v1/models/churn", 204, "");
    let machine = Machine::with(&server);
    machine.run(&["create", "model", "churn"]).expect(0);
    assert_eq!(server.calls("POST /api/v1/models")[0].json(), json!({ "name": "churn" }));
    machine.run(&["update", "model", "churn", "--description", "Who leaves", "--previous-description", ""]).expect(0);
    let body = server.calls("PATCH /api/v1/models/churn")[0].json();
    assert_eq!(body, json!({ "description": "Who leaves", "previous_description": "" }));
    machine.run(&["delete", "model", "churn", "--yes"]).expect(0);
}

#[test]
fn what_was_deleted_is_brought_back() {
    let server = Server::start().on("POST /api/v1/runs/r1/restore", 200, &json!({ "id": "r1", "name": "best" })).on(
        "POST /api/v1/experiments/7/restore",
        200,
        &json!({ "id": "7", "name": "train" }),
    );
    let machine = Machine::with(&server);
    machine.run(&["update", "run", "r1", "--restore", "--team", "growth"]).expect(0);
    machine.run(&["update", "experiment", "7", "--restore", "--dry-run"]).expect(0);
    let asked = server.asked();
    assert_eq!(asked[0].header("x-roadbed-team"), Some("growth"));
    assert_eq!(asked[1].path, "/api/v1/experiments/7/restore?dry_run=true");
    machine.run(&["update", "run", "r1", "--restore", "--name", "other"]).expect(2);
    machine.run(&["update", "experiment", "7"]).expect(2);
}
