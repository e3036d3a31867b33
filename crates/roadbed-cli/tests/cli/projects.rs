//! `init`, `check`, `plan`, `apply`.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::json;

#[test]
fn init_makes_a_project_named_after_its_folder() {
    let machine = Machine::new();
    let ended = machine.run(&["init", "My Churn_2"]).expect(0);
    assert!(ended.stderr.contains("roadbed run train"), "{}", ended.stderr);
    let folder = machine.work().join("My Churn_2");
    let manifest = std::fs::read_to_string(folder.join("roadbed.yaml")).unwrap();
    assert!(manifest.contains("project: my-churn-2\n"), "{manifest}");
    assert!(folder.join(".gitignore").is_file() && folder.join("train.py").is_file());
    let all = std::fs::read_dir(&folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    assert!(all.into_iter().all(|text| !text.contains("my-project")), "no placeholder stays");
}

#[test]
fn init_never_writes_over_files() {
    let machine = Machine::new();
    machine.write("train.py", "mine");
    let ended = machine.run(&["init", "--name", "churn"]).expect(1);
    assert!(ended.stderr.contains("train.py") && ended.stderr.contains("nothing was written"), "{}", ended.stderr);
    assert_eq!(std::fs::read_dir(machine.work()).unwrap().count(), 1);
    assert_eq!(std::fs::read_to_string(machine.work().join("train.py")).unwrap(), "mine");
    // Other files are no hindrance.
    machine.run(&["init", "--name", "churn", "--template", "empty"]).expect(0);
    machine.run(&["init", "elsewhere", "--dry-run", "-o", "name"]).expect(0);
    assert!(!machine.work().join("elsewhere").exists());
    assert!(machine.run(&["init", "--template", "skleran"]).expect(2).stderr.contains("sklearn"));
    assert!(machine.run(&["init", "x", "--name", "No Name"]).expect(2).stderr.contains("no-name"));
}

#[test]
fn check_points_at_the_place() {
    let machine = Machine::new();
    machine.write("roadbed.yaml", "project: churn\njobs: nothing\n");
    let ended = machine.run(&["check"]).expect(1);
    assert_eq!(
        ended.stderr,
        "roadbed.yaml:2:7: error: jobs.train: \"nothing\" is not a job\n  2 | jobs: nothing\n    |       ^\n  fix: write run: COMMAND\n"
    );
    assert_eq!(machine.run(&["check", "-o", "json"]).expect(1).json()["findings"][0]["line"], 2);
    machine.write("roadbed.yaml", r#"{"project": "churn", "jobs": {"train": {}}}"#);
    assert!(machine.run(&["check"]).expect(0).stderr.contains("is valid: project churn, 1 job"));
    assert!(machine.run(&["check", "none.yaml"]).expect(1).stderr.contains("roadbed init"));
}

#[test]
fn plan_shows_changes_and_tells_them_by_its_exit_code() {
    let plan = json!({ "project": "churn", "team": "default", "new_project": false, "digest": "d", "changed": 2, "changes": [
        { "action": "create", "object": "job/train", "fields": [{ "kind": "set", "path": "run", "after": "python x", "drifted": false }],
          "findings": [], "note": null },
        { "action": "update", "object": "service/churn", "findings": ["costs 3 USD more"], "note": "starts a rollout",
          "fields": [{ "kind": "set", "path": "replicas.max", "before": 1, "after": 4, "drifted": true }] },
        { "action": "none", "object": "job/old", "fields": [], "findings": [], "note": null },
    ] });
    let server =
        Server::start().on("POST /api/v1/manifests/plan", 200, &plan).on("POST /api/v1/manifests/apply", 200, &plan);
    let machine = Machine::with(&server);
    machine.write("roadbed.yaml", r#"{"project": "churn"}"#);
    let ended = machine.run(&["plan"]).expect(0);
    assert!(
        ended.stdout.starts_with("+ job/train\n    run: python x\n~ service/churn\n    replicas.max: 1 → 4"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("! costs 3 USD more") && !ended.stdout.contains("job/old"), "{}", ended.stdout);
    machine.run(&["plan", "--exit-code"]).expect(1);
    assert_eq!(machine.run(&["plan", "-o", "json"]).expect(0).json(), plan);
    machine.run(&["apply", "--dry-run"]).expect(0);
    machine.run(&["apply"]).expect(0);
    let applies = server.calls("POST /api/v1/manifests/apply");
    assert!(applies[0].path.ends_with("?dry_run=true") && !applies[1].path.contains("dry_run"));
    assert_eq!(applies[1].json(), json!({ "file": "roadbed.yaml", "text": r#"{"project": "churn"}"# }));
}

#[test]
fn nothing_to_change_is_exit_code_zero() {
    let plan = json!({ "project": "churn", "changed": 0, "new_project": false, "changes": [] });
    let server = Server::start().on("POST /api/v1/manifests/plan", 200, &plan);
    let mut machine = Machine::with(&server);
    machine.input = r#"{"project": "churn"}"#.to_owned();
    let ended = machine.run(&["plan", "-", "--exit-code"]).expect(0);
    assert!(ended.stderr.contains("nothing to change"), "{}", ended.stderr);
}

#[test]
fn a_mistake_found_here_never_reaches_the_server() {
    let server = Server::start();
    let machine = Machine::with(&server);
    machine.write("roadbed.yaml", "project: churn\njobs: nothing\n");
    for words in [&["plan"] as &[&str], &["apply"], &["run", "train"]] {
        machine.run(words).expect(1);
    }
    assert!(server.asked().is_empty());
}
