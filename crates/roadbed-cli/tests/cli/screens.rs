//! What only people at a terminal see.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::{Value, json};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn on_screen(server: &Server, input: &str) -> Machine {
    let mut machine = Machine::with(server);
    machine.is_terminal = true;
    machine.input = input.to_owned();
    machine
}

#[test]
fn progress_is_shown_and_erased() {
    let rollout = |state: &str| -> Value {
        json!({ "id": ID, "service": "churn", "state": state, "to_revision": 3, "step_percent": 25 })
    };
    let server = Server::start().on("POST /api/v1/services/churn/deploy", 201, &rollout("running")).on(
        &format!("GET /api/v1/rollouts/{ID}"),
        200,
        &rollout("promoted"),
    );
    let ended = on_screen(&server, "").run(&["deploy", "churn", "--model", "churn/3", "-o", "json"]).expect(0);
    assert!(
        ended.stderr.starts_with("\r\u{1b}[2Kchurn: revision 3 is running, 25% of traffic\r\u{1b}[2K"),
        "{:?}",
        ended.stderr
    );
    assert_eq!(ended.json()["state"], "promoted", "data carries neither progress nor colors");
}

#[test]
fn deleting_asks_first() {
    let server = Server::start().on_text("DELETE /api/v1/teams/growth", 204, "");
    let ended = on_screen(&server, "n\n").run(&["delete", "team", "growth"]).expect(1);
    assert!(ended.stderr.contains("Delete team growth? [y/N]"), "{}", ended.stderr);
    assert!(server.asked().is_empty());
    on_screen(&server, "y\n").run(&["delete", "team", "growth"]).expect(0);
    on_screen(&server, "").run(&["delete", "team", "growth", "--yes"]).expect(0);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn applying_shows_the_plan_and_asks() {
    let plan = json!({ "project": "churn", "changed": 1, "new_project": false,
        "changes": [{ "action": "delete", "object": "job/old", "fields": [], "findings": [], "note": null }] });
    let server =
        Server::start().on("POST /api/v1/manifests/plan", 200, &plan).on("POST /api/v1/manifests/apply", 200, &plan);
    let machine = on_screen(&server, "no\n");
    machine.write("roadbed.yaml", r#"{"project": "churn"}"#);
    let ended = machine.run(&["apply"]).expect(1);
    assert!(ended.stderr.contains("job/old") && ended.stderr.contains("nothing was changed"), "{}", ended.stderr);
    assert!(server.calls("POST /api/v1/manifests/apply").is_empty());
    let machine = on_screen(&server, "yes\n");
    machine.write("roadbed.yaml", r#"{"project": "churn"}"#);
    machine.run(&["apply"]).expect(0);
}

#[test]
fn mistakes_are_red_only_on_a_screen() {
    let server = Server::start();
    let ended = on_screen(&server, "").run(&["get", "team", "a"]).expect(5);
    assert!(ended.stderr.starts_with("\u{1b}[1;31merror:\u{1b}[0m "), "{:?}", ended.stderr);
}
