//! Generic verbs on nouns.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::{Value, json};

const ROLLOUT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn services() -> Value {
    json!({ "items": [
        { "name": "churn", "project": "growth", "state": "serving", "revision": 3, "model": "churn/3",
          "traffic": [{ "revision": 3, "weight_percent": 95 }, { "revision": 4, "weight_percent": 5 }], "url": "http://x/services/churn" },
        { "name": "fraud-detection", "project": "risk", "state": "stopped", "revision": null, "traffic": [], "url": "http://x" },
    ], "next_cursor": null })
}

#[test]
fn tables_are_plain_columns() {
    let server = Server::start().on("GET /api/v1/services", 200, &services());
    let machine = Machine::with(&server);
    let table = machine.run(&["list", "services"]).expect(0).stdout;
    assert_eq!(
        table,
        "NAME             PROJECT  STATE    REVISION  TRAFFIC      MODEL\n\
         churn            growth   serving  3         3 95%, 4 5%  churn/3\n\
         fraud-detection  risk     stopped  -         -            -\n"
    );
    let bare = machine.run(&["service", "list", "--no-headers", "-o", "wide"]).expect(0).stdout;
    assert!(bare.starts_with("churn ") && bare.contains("http://x/services/churn"), "{bare}");
}

#[test]
fn scripts_get_json_lines_yaml_and_names() {
    let server = Server::start().on("GET /api/v1/services", 200, &services());
    let machine = Machine::with(&server);
    assert_eq!(machine.run(&["list", "service", "-o", "json"]).expect(0).json(), services()["items"]);
    assert_eq!(machine.run(&["list", "service", "-o", "name"]).expect(0).stdout, "churn\nfraud-detection\n");
    assert_eq!(machine.run(&["list", "service", "-o", "jsonl"]).expect(0).stdout.lines().count(), 2);
    let yaml = machine.run(&["list", "service", "-o", "yaml"]).expect(0).stdout;
    assert!(yaml.contains("name: fraud-detection\n") && yaml.contains("  traffic:\n"), "{yaml}");
}

#[test]
fn an_empty_list_says_so_in_words_only() {
    let server = Server::start().on("GET /api/v1/teams", 200, &json!({ "items": [], "next_cursor": null }));
    let machine = Machine::with(&server);
    let ended = machine.run(&["list", "team"]).expect(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", "no teams\n"));
    assert_eq!(machine.run(&["list", "team", "-o", "json"]).expect(0).stdout, "[]\n");
}

#[test]
fn lists_go_on_over_pages_until_the_limit() {
    let page = |names: &[&str], next: Value| {
        let items: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
        json!({ "items": items, "next_cursor": next })
    };
    let server = Server::start().on("GET /api/v1/teams", 200, &page(&["a", "b"], json!("b"))).on(
        "GET /api/v1/teams",
        200,
        &page(&["c", "d"], json!("d")),
    );
    let ended = Machine::with(&server).run(&["list", "team", "--limit", "3", "-o", "name"]).expect(0);
    assert_eq!(ended.stdout, "a\nb\nc\n");
    assert!(ended.stderr.contains("more than these 3"), "{}", ended.stderr);
    assert!(server.asked()[1].path.contains("cursor=b"), "{}", server.asked()[1].path);
}

#[test]
fn a_rollout_is_named_by_its_service_or_its_id() {
    let rollout =
        json!({ "id": ROLLOUT, "service": "churn", "state": "promoted", "verdict": { "sentence": "all is well" } });
    let server = Server::start().on("GET /api/v1/services/churn/rollouts/latest", 200, &rollout).on(
        &format!("GET /api/v1/rollouts/{ROLLOUT}"),
        200,
        &rollout,
    );
    let machine = Machine::with(&server);
    assert_eq!(machine.run(&["get", "rollout", "churn", "-o", "json"]).expect(0).json(), rollout);
    assert!(machine.run(&["rollout", "get", ROLLOUT]).expect(0).stdout.contains("all is well"));
}

#[test]
fn names_cannot_leave_their_place_in_the_path() {
    let server = Server::start();
    Machine::with(&server).run(&["get", "service", "a/../b?c#d"]).expect(5);
    assert_eq!(server.asked()[0].path, "/api/v1/services/a%2F..%2Fb%3Fc%23d");
}

#[test]
fn creates_send_fields_and_a_key() {
    let made = json!({ "id": "1", "name": "ci", "token": "rb_new" });
    let server = Server::start().on("POST /api/v1/tokens", 201, &made);
    let machine = Machine::with(&server);
    let words = ["create", "token", "ci", "--actions", "job:submit, service:*", "--expires-in", "30d", "-o", "json"];
    assert_eq!(machine.run(&words).expect(0).json()["token"], "rb_new");
    let call = &server.calls("POST /api/v1/tokens")[0];
    assert_eq!(call.json(), json!({ "name": "ci", "actions": ["job:submit", "service:*"], "expires_in": "30d" }));
    assert_eq!(call.header("idempotency-key").unwrap().len(), 32);
    assert_eq!(call.header("authorization"), Some("Bearer rb_test"));
    assert!(
        machine.run(&["create", "token", "ci"]).expect(0).stdout.contains("rb_new"),
        "a person sees the new token too"
    );
}

#[test]
fn every_mutation_has_a_dry_run() {
    let server = Server::start()
        .on("POST /api/v1/projects", 201, &json!({ "name": "churn" }))
        .on_text("DELETE /api/v1/projects/churn", 204, "")
        .on("PUT /api/v1/teams/growth/members/ada", 200, &json!({ "user": "ada", "role": "viewer" }))
        .on("PUT /api/v1/models/churn/aliases/champion", 200, &json!({ "name": "churn", "aliases": {} }))
        .on_text("DELETE /api/v1/models/churn/versions/3", 204, "");
    let machine = Machine::with(&server);
    machine.run(&["create", "project", "churn", "--dry-run"]).expect(0);
    machine.run(&["delete", "project", "churn", "--dry-run"]).expect(0);
    machine.run(&["create", "member", "ada", "--team", "growth", "--role", "viewer", "--dry-run"]).expect(0);
    let pointed = machine.run(&["create", "alias", "churn@champion", "--version", "3", "--dry-run"]).expect(0);
    assert_eq!((pointed.stdout.as_str(), pointed.stderr.as_str()), ("", "would create alias churn@champion\n"));
    assert!(machine.run(&["delete", "version", "churn/3", "--dry-run"]).expect(0).stderr.contains("would delete"));
    assert!(server.asked().iter().all(|asked| asked.path.ends_with("?dry_run=true")));
    machine.run(&["delete", "project", "churn"]).expect(0);
}

#[test]
fn text_of_others_cannot_steer_the_terminal() {
    let items = json!({ "items": [{ "name": "a\u{1b}[2Jb\nc" }], "next_cursor": null });
    let server = Server::start().on("GET /api/v1/teams", 200, &items);
    let table = Machine::with(&server).run(&["list", "team"]).expect(0).stdout;
    assert!(!table.contains('\u{1b}') && table.lines().count() == 2, "{table:?}");
}

#[test]
fn objects_are_updated_in_place() {
    let server = Server::start()
        .on("PATCH /api/v1/projects/churn", 200, &json!({ "name": "churn", "description": "who leaves" }))
        .on("PUT /api/v1/prices/cpu_hour", 200, &json!({ "currency": "USD", "items": [] }))
        .on("PUT /api/v1/teams/growth/members/ada", 200, &json!({ "user": "ada", "role": "admin" }))
        .on("PATCH /api/v1/views/v1", 200, &json!({ "id": "v1", "name": "best" }))
        .on("PATCH /api/v1/services/churn", 200, &json!({ "name": "churn" }));
    let machine = Machine::with(&server);
    let words = ["update", "project", "churn", "--description", "who leaves", "--if-match", "3"];
    assert!(machine.run(&words).expect(0).stderr.contains("updated project churn"));
    let call = &server.calls("PATCH /api/v1/projects/churn")[0];
    assert_eq!((call.json(), call.header("if-match")), (json!({ "description": "who leaves" }), Some("3")));
    machine.run(&["price", "update", "cpu_hour", "--pico-price", "40000000000", "--dry-run"]).expect(0);
    let call = &server.calls("PUT /api/v1/prices/cpu_hour")[0];
    assert_eq!(
        (call.json(), call.path.ends_with("?dry_run=true")),
        (json!({ "pico_price": 40_000_000_000_i64 }), true)
    );
    machine.run(&["update", "member", "ada", "--team", "growth", "--role", "admin"]).expect(0);
    machine.run(&["update", "view", "v1", "--shared", "true"]).expect(0);
    assert_eq!(server.calls("PATCH /api/v1/views/v1")[0].json(), json!({ "shared": true }));
    machine.run(&["update", "service", "churn", "--settings", "{\"concurrency\": 16}"]).expect(0);
    let settings = server.calls("PATCH /api/v1/services/churn")[0].json();
    assert_eq!(settings, json!({ "settings": { "concurrency": 16 } }));
    machine.run(&["update", "price", "cpu_hour", "--pico-price", "cheap"]).expect(2);
    machine.run(&["update", "project", "churn"]).expect(2);
    assert!(machine.run(&["update", "token", "t1"]).expect(2).stderr.contains("create another one"));
    assert!(machine.run(&["update", "environment", "e1"]).expect(2).stderr.contains("nothing to change"));
}

#[test]
fn views_are_saved_and_people_listed() {
    let made = json!({ "id": "v1", "name": "best", "page": "runs", "team": "growth", "shared": true, "owner": "ada" });
    let server = Server::start()
        .on("POST /api/v1/views", 201, &made)
        .on_text("DELETE /api/v1/views/v1", 204, "")
        .on(
            "GET /api/v1/users",
            200,
            &json!({ "items": [{ "name": "ada", "platform_admin": false }], "next_cursor": null }),
        )
        .on("GET /api/v1/roles", 200, &json!({ "items": [{ "role": "viewer", "about": "Reads." }] }));
    let machine = Machine::with(&server);
    machine.run(&["create", "view", "best", "--page", "runs", "--query", "q=auc", "--shared", "true"]).expect(0);
    let body = server.calls("POST /api/v1/views")[0].json();
    assert_eq!(body, json!({ "name": "best", "page": "runs", "query": "q=auc", "shared": true }));
    machine.run(&["delete", "view", "v1", "--yes"]).expect(0);
    assert!(machine.run(&["list", "user"]).expect(0).stdout.contains("ada"));
    assert!(machine.run(&["get", "role", "viewer"]).expect(0).stdout.contains("Reads."));
}
