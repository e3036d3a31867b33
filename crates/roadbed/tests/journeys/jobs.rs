//! User code from the command line to its end, also when what started it dies.

use crate::platform::{Place, Platform};
use crate::processes::{has_ended, of_folder};
use crate::programs::can_run_python;
use crate::waiting::{until, until_true};
use serde_json::{Value, json};
use std::path::Path;

const LINES: usize = 2000;

const MANIFEST: &str = r#"project: tiny
jobs:
  train: {run: "python train.py --x {{x}}", parameters: {x: 0}, outputs: ["model/**"]}
  fails: {run: "python -c 'import sys; sys.exit(3)'"}
  crashes: {run: "python -c 'import os; os.abort()'"}
  hangs: {run: "python hang.py"}
  overdue: {run: "python hang.py", timeout: 1s}
  lines: {run: "python lines.py"}
"#;

const TRAIN: &str = r#"
import os, pathlib, sys
print("x is", sys.argv[2], "and", os.environ["ROADBED_PARAM_X"])
pathlib.Path("model").mkdir()
pathlib.Path("model/weights.txt").write_text(sys.argv[2])
"#;

/// Stays until it is killed; a child of its own must not outlive it either.
const HANG: &str = r#"
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
print("hanging", flush=True)
time.sleep(3600)
"#;

/// Numbered lines over two seconds or more, so that there is time to kill somebody meanwhile.
const LINES_PROGRAM: &str = r#"
import time
for number in range(2000):
    print("line", number, flush=True)
    time.sleep(0.001)
"#;

/// A project folder of jobs without requirements.
pub(crate) fn write_project(folder: &Path) {
    let files = [("roadbed.yaml", MANIFEST), ("train.py", TRAIN), ("hang.py", HANG), ("lines.py", LINES_PROGRAM)];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// A place whose folder holds a project in a folder of its own.
pub(crate) fn place_with_project() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.folder().join("tiny")).unwrap();
    write_project(&place.folder().join("tiny"));
    place
}

/// `roadbed …` in the project's folder.
fn in_project(place: &Place, arguments: &[&str]) -> crate::programs::Ended {
    let folder = place.folder().join("tiny");
    crate::programs::finish(place.command(arguments).current_dir(folder))
}

/// Starts a job and gives its id.
pub(crate) fn submit(place: &Place, job: &str) -> String {
    let accepted = in_project(place, &["run", job, "--no-wait", "-o", "json"]).ended_with(0).json();
    accepted["id"].as_str().unwrap().to_owned()
}

fn job(platform: &Platform<'_>, id: &str) -> Value {
    platform.api.get(&format!("/api/v1/jobs/{id}")).with_status(200).json()
}

pub(crate) fn wait_to_end(platform: &Platform<'_>, id: &str) -> Value {
    let is_over = |job: &Value| ["succeeded", "failed", "cancelled", "lost"].iter().any(|state| job["state"] == *state);
    until("the job ends", || Some(job(platform, id)).filter(is_over))
}

fn log(platform: &Platform<'_>, id: &str) -> String {
    platform.api.get(&format!("/api/v1/jobs/{id}/logs")).with_status(200).text()
}

/// Until the job has written at least this many lines.
pub(crate) fn wait_for_lines(platform: &Platform<'_>, id: &str, lines: usize) {
    until_true("lines in the log", || log(platform, id).lines().count() >= lines);
}

#[track_caller]
pub(crate) fn assert_all_lines(platform: &Platform<'_>, id: &str) {
    let ended = wait_to_end(platform, id);
    assert_eq!(ended["state"], "succeeded", "{ended}");
    assert_eq!(ended["attempt"], 1, "it was adopted and not started again: {ended}");
    let expected: String = (0..LINES).map(|number| format!("line {number}\n")).collect();
    assert!(log(platform, id) == expected, "lines were lost, doubled or mixed");
}

#[test]
fn a_job_runs_and_the_answer_has_the_shape_scripts_rely_on() {
    if !can_run_python() {
        return;
    }
    let place = place_with_project();
    let platform = place.start(&[]);
    let job = in_project(&place, &["run", "train", "-p", "x=1", "--wait", "-o", "json"]).ended_with(0).json();
    assert_eq!(job["state"], "succeeded", "{job}");
    assert_eq!(job["exit"], json!({ "kind": "code", "value": 0 }));
    assert_eq!(job["run_ids"], json!([]));
    assert!(job["cost"]["micros"].is_i64() && job["cost"]["currency"] == "USD", "{job}");
    let id = job["id"].as_str().unwrap();

    let logs = format!("/api/v1/jobs/{id}/logs");
    assert_eq!(platform.api.get(&logs).text(), "x is 1 and 1\n");
    let rest = platform.api.get(&format!("{logs}?offset=5")).with_status(200);
    assert_eq!((rest.text().as_str(), rest.header("x-roadbed-log-next")), ("1 and 1\n", "13"));
    assert_eq!(rest.header("x-roadbed-log-end"), "true");
    assert_eq!(platform.api.get(&format!("{logs}?offset=13")).text(), "");
    assert_eq!(platform.api.get(&format!("{logs}?offset=0&follow=true")).text(), "x is 1 and 1\n");
    assert_eq!(in_project(&place, &["logs", "train"]).ended_with(0).stdout, "x is 1 and 1\n");

    let outputs = platform.api.get(&format!("/api/v1/jobs/{id}/outputs")).with_status(200).json();
    assert_eq!(outputs["items"], json!([{ "path": "model/weights.txt", "bytes": 1 }]));
    assert_eq!(platform.api.get(&format!("/api/v1/jobs/{id}/outputs/model/weights.txt")).text(), "1");

    in_project(&place, &["run", "train", "-p", "y=1", "--wait"]).ended_with(2);
    in_project(&place, &["run", "trian", "--wait"]).ended_with(5);
    platform.stop();
}

#[test]
fn ways_to_end_are_told_apart() {
    if !can_run_python() {
        return;
    }
    let place = place_with_project();
    let platform = place.start(&[]);
    let cases = [
        ("fails", json!({ "kind": "code", "value": 3 })),
        ("crashes", json!({ "kind": "signal", "value": 6 })),
        ("overdue", json!({ "kind": "timeout", "value": null })),
    ];
    for (name, exit) in cases {
        let job = in_project(&place, &["run", name, "--wait", "-o", "json"]).ended_with(1).json();
        assert_eq!(job["state"], "failed", "{job}");
        assert_eq!(job["exit"]["kind"], exit["kind"], "{job}");
        if !exit["value"].is_null() {
            assert_eq!(job["exit"], exit);
        }
    }
    let id = submit(&place, "hangs");
    wait_for_lines(&platform, &id, 1);
    let waited = in_project(&place, &["run", "hangs", "--wait", "--timeout", "1ms"]).ended_with(124);
    assert!(waited.stderr.contains("it goes on"), "{}", waited.stderr);
    in_project(&place, &["status", &id]).ended_with(8);
    let running = platform.api.list("/api/v1/jobs").into_iter().filter(|job| job["name"] == "hangs");
    for job in running.collect::<Vec<_>>() {
        let id = job["id"].as_str().unwrap();
        in_project(&place, &["cancel", id, "--reason", "enough"]).ended_with(0);
        let ended = wait_to_end(&platform, id);
        assert_eq!(ended["state"], "cancelled", "{ended}");
    }
    assert_eq!(job(&platform, &id)["exit"]["kind"], "cancelled");
    in_project(&place, &["status", &id]).ended_with(1);
    platform.stop();
}

#[test]
fn a_job_never_notices_that_control_was_killed() {
    if !can_run_python() {
        return;
    }
    let place = place_with_project();
    let platform = place.start(&[]);
    let id = submit(&place, "lines");
    wait_for_lines(&platform, &id, 100);
    let killed = platform.kill("control");
    platform.wait_for_successor("control", killed);
    assert_all_lines(&platform, &id);
    platform.stop();
}

#[test]
fn a_job_goes_on_while_the_platform_is_stopped_and_is_adopted_again() {
    if !can_run_python() {
        return;
    }
    let place = place_with_project();
    let platform = place.start(&[]);
    let id = submit(&place, "lines");
    wait_for_lines(&platform, &id, 100);
    platform.stop_but_keep_jobs();
    let platform = place.start(&[]);
    assert_all_lines(&platform, &id);
    platform.stop();
}

#[test]
fn jobs_end_with_the_server_when_it_is_told_to() {
    if !can_run_python() {
        return;
    }
    let place = place_with_project();
    let platform = place.start(&["--stop-jobs"]);
    let id = submit(&place, "hangs");
    wait_for_lines(&platform, &id, 1);
    platform.stop();
    let platform = place.start(&[]);
    let ended = wait_to_end(&platform, &id);
    assert_eq!(ended["exit"]["kind"], "cancelled", "{ended}");
    platform.stop();
}

#[test]
fn a_killed_launcher_takes_its_roles_along_and_a_new_one_takes_over() {
    if !can_run_python() {
        return;
    }
    let place = place_with_project();
    let platform = place.start(&[]);
    let addresses =
        [&platform.api.url, &platform.gateway.url].map(|url| url.strip_prefix("http://").unwrap().to_owned());
    let id = submit(&place, "lines");
    wait_for_lines(&platform, &id, 100);
    let (control, gateway) = platform.kill_launcher();
    // At once, on the same addresses, while the roles of the old one may still be about to end.
    let platform = place.start(&["--listen", &addresses[0], "--gateway-listen", &addresses[1]]);
    assert!(has_ended(control) && has_ended(gateway), "two servers on one directory");
    assert_all_lines(&platform, &id);
    platform.stop();
}

#[test]
fn a_killed_launcher_leaves_no_process() {
    let place = Place::new();
    let platform = place.start(&[]);
    platform.kill_launcher();
    until_true("the roles end by themselves", || of_folder(place.folder()).is_empty());
}
