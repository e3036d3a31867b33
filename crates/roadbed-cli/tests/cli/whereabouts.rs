//! Which server, and as whom.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;

fn teams() -> Server {
    Server::start().on("GET /api/v1/teams", 200, &json!({ "items": [], "next_cursor": null })).on(
        "GET /api/v1/me",
        200,
        &json!({ "name": "ada" }),
    )
}

fn token_sent(server: &Server) -> Option<String> {
    server.asked().last().unwrap().header("authorization").map(str::to_owned)
}

#[test]
fn without_a_server_the_fix_is_to_start_one() {
    let ended = Machine::new().run(&["list", "team"]).expect(1);
    assert!(ended.stderr.contains("fix: start one with: roadbed up"), "{}", ended.stderr);
    let empty = Machine::new();
    let data = empty.home().display().to_string();
    let ended = empty.set("ROADBED_DATA", &data).run(&["status"]).expect(1);
    assert!(ended.stderr.contains(&data) && ended.stderr.contains("roadbed up"), "{}", ended.stderr);
    // A port that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ended = Machine::new().with_data(&format!("http://{free}")).run(&["list", "team"]).expect(1);
    assert!(ended.stderr.contains("refused") && ended.stderr.contains("roadbed up"), "{}", ended.stderr);
}

#[test]
fn a_running_server_of_this_machine_is_found_with_its_token() {
    let server = teams();
    Machine::new().with_data(&server.url).run(&["list", "team"]).expect(0);
    assert_eq!(token_sent(&server).as_deref(), Some("Bearer rb_of_data"));
}

#[test]
fn flags_come_before_variables_and_a_token_stays_with_its_server() {
    let (here, there) = (teams(), teams());
    let machine = Machine::new().with_data(&here.url);
    machine.run(&["list", "team", "--url", &there.url]).expect(0);
    assert_eq!(token_sent(&there), None, "the token of another server is not sent");
    machine.run(&["--url", &format!("{}/", here.url), "list", "team"]).expect(0);
    assert_eq!(token_sent(&here).as_deref(), Some("Bearer rb_of_data"));
    let machine = machine.set("ROADBED_TOKEN", "rb_variable");
    machine.run(&["list", "team", "--url", &there.url, "--token", "rb_flag"]).expect(0);
    assert_eq!(token_sent(&there).as_deref(), Some("Bearer rb_flag"));
    machine.run(&["list", "team"]).expect(0);
    assert_eq!(token_sent(&here).as_deref(), Some("Bearer rb_variable"));
}

#[test]
fn a_login_is_kept_for_its_owner_only() {
    let server = teams();
    let mut machine = Machine::new();
    machine.input = "rb_typed\n".to_owned();
    let ended = machine.run(&["login", &server.url]).expect(0);
    assert!(ended.stderr.contains("as ada"), "{}", ended.stderr);
    let file = machine.home().join(".config/roadbed/login.json");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    assert!(!ended.stderr.contains("rb_typed") && !ended.stdout.contains("rb_typed"));
    machine.run(&["list", "team"]).expect(0);
    assert_eq!(token_sent(&server).as_deref(), Some("Bearer rb_typed"));

    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(machine.run(&["list", "team"]).expect(1).stderr.contains("chmod 600"));
    machine.run(&["logout"]).expect(0);
    assert!(!file.exists());
    machine.run(&["list", "team"]).expect(1);
}

#[test]
fn a_login_that_fails_leaves_no_trace() {
    let problem = json!({ "code": "access.unauthorized", "status": 401, "detail": "the token is not known" });
    let server = Server::start().on("GET /api/v1/me", 401, &problem);
    let mut machine = Machine::new();
    machine.input = "rb_wrong\n".to_owned();
    let ended = machine.run(&["login", &server.url]).expect(4);
    assert!(ended.stderr.contains("the token is not known"), "{}", ended.stderr);
    assert!(!machine.home().join(".config/roadbed/login.json").exists());
    machine.input.clear();
    machine.run(&["login", &server.url]).expect(2);
}

#[test]
fn a_named_data_directory_comes_before_a_login() {
    let (mine, kept) = (teams(), teams());
    let mut machine = Machine::new();
    machine.input = "rb_kept\n".to_owned();
    machine.run(&["login", &kept.url]).expect(0);
    let before = kept.asked().len();
    machine.with_data(&mine.url).run(&["list", "team"]).expect(0);
    assert_eq!((mine.asked().len(), kept.asked().len()), (1, before));
}

#[test]
fn redirects_and_other_servers_are_named() {
    let server = Server::start().on_redirect("GET /api/v1/teams", "http://elsewhere.example/login");
    let ended = Machine::with(&server).run(&["list", "team"]).expect(1);
    assert!(ended.stderr.contains("elsewhere.example"), "{}", ended.stderr);
    let server = Server::start().on_text("GET /api/v1/teams", 200, "<html>");
    assert!(Machine::with(&server).run(&["list", "team"]).expect(1).stderr.contains("not JSON"));
}

#[test]
fn env_prints_what_clients_need() {
    let machine = Machine::new().with_data("http://127.0.0.1:7070");
    let json = machine.run(&["env", "-o", "json"]).expect(0).json();
    assert_eq!(
        json,
        json!({
            "ROADBED_URL": "http://127.0.0.1:7070", "ROADBED_GATEWAY_URL": "http://127.0.0.1:7071", "ROADBED_TOKEN": "rb_of_data",
            "MLFLOW_TRACKING_URI": "http://127.0.0.1:7070", "MLFLOW_TRACKING_TOKEN": "rb_of_data",
        })
    );
    let shell = machine.set("ROADBED_TOKEN", "it's").run(&["env"]).expect(0).stdout;
    assert!(shell.contains("export ROADBED_URL='http://127.0.0.1:7070'\n"), "{shell}");
    assert!(shell.contains(r"export ROADBED_TOKEN='it'\''s'"), "{shell}");
}

#[test]
fn env_asks_the_server_for_its_gateway() {
    let server =
        Server::start().on("GET /api/v1/status", 200, &json!({ "gateway_url": "https://predict.example.org" }));
    let json = Machine::with(&server).run(&["env", "-o", "json"]).expect(0).json();
    assert_eq!(json["ROADBED_GATEWAY_URL"], "https://predict.example.org");
    let silent = Server::start().on("GET /api/v1/status", 200, &json!({}));
    let ended = Machine::with(&silent).run(&["env", "-o", "json"]).expect(0);
    assert_eq!(ended.json().get("ROADBED_GATEWAY_URL"), None);
    assert!(ended.stderr.contains("--gateway-url"), "{}", ended.stderr);
}
