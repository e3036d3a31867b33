//! Exit codes scripts rely on.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::json;
use std::io::{Error, ErrorKind, Write};
use std::process::ExitCode;

#[test]
fn problems_become_exit_codes() {
    let cases = [
        (400, "request.query", 1),
        (401, "access.unauthorized", 4),
        (403, "access.forbidden", 6),
        (404, "teams.unknown", 5),
        (409, "teams.taken", 7),
        (412, "request.changed_meanwhile", 7),
        (422, "manifest.invalid", 1),
        (422, "gate.refused", 6),
        (422, "budgets.exhausted", 6),
        (422, "quota.gpus", 6),
        (422, "policies.denied", 6),
        (429, "request.too_many", 1),
        (500, "internal", 1),
        (507, "store.full", 1),
    ];
    for (status, code, expected) in cases {
        let problem = json!({
            "code": code, "title": "x", "status": status, "detail": format!("it is {code}"), "field": "name",
            "fix": "do better", "request_id": "r1",
        });
        let server = Server::start().on("GET /api/v1/teams/growth", status, &problem);
        let ended = Machine::with(&server).run(&["get", "team", "growth"]).expect(expected);
        assert!(ended.stderr.contains(&format!("error: it is {code}")), "{}", ended.stderr);
        assert!(ended.stderr.contains("field: name") && ended.stderr.contains("fix: do better"), "{}", ended.stderr);
        assert_eq!(ended.stderr.contains("request: r1"), status >= 500);
        assert!(ended.stdout.is_empty());
    }
}

#[test]
fn mlflow_errors_become_exit_codes() {
    let taken = json!({ "error_code": "RESOURCE_ALREADY_EXISTS", "message": "it exists" });
    let gone = json!({ "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "it is gone" });
    for (status, problem, expected) in [(400, taken, 7), (404, gone, 5)] {
        let server = Server::start().on("GET /api/2.0/mlflow/experiments/get-by-name", status, &problem);
        let ended = Machine::with(&server).run(&["get", "experiment", "train"]).expect(expected);
        assert!(ended.stderr.contains(problem["message"].as_str().unwrap()), "{}", ended.stderr);
    }
}

#[test]
fn mistakes_on_the_command_line_are_usage_errors_with_suggestions() {
    let machine = Machine::new();
    for (words, hint) in [
        (&["deplyo", "x"] as &[&str], "deploy"),
        (&["list", "servce"], "service"),
        (&["run", "train", "--paramter", "a=1"], "--parameter"),
        (&["get", "service"], "NAME"),
        (&["deploy", "churn", "--model", "churn"], "NAME/VERSION"),
        (&["list", "member", "--no-such"], "--no-such"),
        (&["create", "service", "churn"], "roadbed deploy"),
        (&["list", "pipeline"], "not in this version"),
        (&["pipeline", "list", "--all"], "not in this version"),
        (&["export", "--format", "mlflow", "x"], "mlruns"),
        (&["server", "--role", "worker"], "not in this version"),
        (&["get", "team", ".."], "no name"),
        (&["list", "team", "--url", "ftp://host"], "http://"),
        (&["list", "team", "--url", "http://user:pw@host"], "passwords"),
    ] {
        let machine = if words[0] == "get" && words.len() == 3 {
            Machine::new().set("ROADBED_URL", "http://127.0.0.1:1")
        } else {
            Machine::new()
        };
        let ended = machine.run(words).expect(2);
        assert!(ended.stderr.contains(hint), "{words:?}: {}", ended.stderr);
        assert!(ended.stdout.is_empty());
    }
    assert!(machine.run(&[]).expect(2).stderr.contains("Usage: roadbed"));
}

#[test]
fn help_and_version_are_data() {
    let machine = Machine::new();
    let help = machine.run(&["--help"]).expect(0).stdout;
    assert!(help.contains("Examples:") && help.contains("deploy") && !help.contains("  server"), "{help}");
    assert!(!help.contains("demo"), "a program without the demo does not offer it");
    assert!(machine.run(&["--version"]).expect(0).stdout.starts_with("roadbed "));
    assert!(machine.run(&["deploy", "--help"]).expect(0).stdout.contains("--model"));
    assert!(machine.run(&["list", "--help"]).expect(0).stdout.contains("rollout"));
    machine.run(&["demo"]).expect(1);
}

#[test]
fn what_the_program_does_itself_keeps_its_exit_code() {
    let machine = Machine::new();
    let words = [
        "up",
        "--data",
        "/tmp/x",
        "--listen",
        "127.0.0.1:0",
        "--host",
        "a",
        "--host",
        "b",
        "--insecure-local",
        "--stop-jobs",
    ];
    machine.run(&words).expect(42);
    let up = machine.program.ups.borrow()[0].clone();
    assert_eq!(up.hosts, ["a", "b"]);
    assert_eq!(up.listen.as_deref(), Some("127.0.0.1:0"));
    assert!(up.insecure_local && up.stop_jobs && !up.behind_proxy);
    // As the launcher starts its roles.
    let words = [
        "server",
        "--role",
        "gateway",
        "--listener-fd",
        "3",
        "--data",
        "/d",
        "--url",
        "http://127.0.0.1:1",
        "--gateway-url",
        "http://127.0.0.1:2",
        "--host",
        "127.0.0.1",
        "--insecure-local",
        "--database",
        "postgres://x",
        "--uv",
        "/u",
        "--onnxruntime",
        "/o",
        "--stop-jobs",
    ];
    machine.run(&words).expect(43);
    let server = machine.program.servers.borrow()[0].clone();
    assert_eq!((server.listener_fd, server.url.as_deref()), (Some(3), Some("http://127.0.0.1:1")));
    machine.run(&["backup", "all.tar"]).expect(44);
    machine.run(&["restore", "all.tar"]).expect(45);
}

/// A reader that has gone, as `roadbed … | head -1` leaves it.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> Result<usize, Error> {
        Err(ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let server =
        Server::start().on("GET /api/v1/teams", 200, &json!({ "items": [{ "name": "a" }], "next_cursor": null }));
    for words in [&["list", "team"] as &[&str], &["--help"], &["completions", "bash"]] {
        let (code, stderr) = Machine::with(&server).run_into(words, &mut Gone);
        assert_eq!((code, stderr.as_str()), (ExitCode::SUCCESS, ""), "{words:?}");
    }
}

#[test]
fn completions_know_verbs_and_nouns() {
    for shell in ["bash", "zsh", "fish"] {
        let script = Machine::new().run(&["completions", shell]).expect(0).stdout;
        assert!(script.contains("rollout") && script.contains("deploy"), "{shell}");
    }
}
