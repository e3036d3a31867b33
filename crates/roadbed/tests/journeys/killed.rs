//! Fifty violent deaths under load: what was acknowledged is there, once.

use crate::audit::{events, verify_chain};
use crate::load::{Acknowledged, Load};
use crate::platform::{Place, Platform};
use crate::waiting::until_true;
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

const DEATHS: usize = 50;
const SEED: u64 = 4711;

/// Kills control, the gateway or both, each time after a few more acknowledged writes.
fn kill_again_and_again(platform: &Platform<'_>, load: &Load) {
    let mut random = Pcg64::seed_from_u64(SEED);
    for _ in 0..DEATHS {
        let wanted = load.count() + random.random_range(0..12_u64);
        until_true("writes are acknowledged", || load.count() >= wanted);
        let roles: &[&str] = match random.random_range(0..4) {
            0 | 1 => &["control"],
            2 => &["gateway"],
            _ => &["control", "gateway"],
        };
        let killed: Vec<(&str, u32)> = roles.iter().map(|role| (*role, platform.kill(role))).collect();
        for (role, pid) in killed {
            platform.wait_for_successor(role, pid);
        }
    }
}

#[test]
fn fifty_deaths_lose_nothing_that_was_acknowledged() {
    let place = Place::new();
    let platform = place.start(&[]);
    let load = Load::default();
    let mut kept = [const { Acknowledged { projects: Vec::new(), runs: Vec::new(), metrics: None } }; 3];
    let [projects, runs, metrics] = &mut kept;
    std::thread::scope(|scope| {
        scope.spawn(|| load.create_projects(&platform.api, projects));
        scope.spawn(|| load.create_runs(&platform.api, runs));
        scope.spawn(|| load.log_metrics(&platform.api, metrics));
        // Also after a failed step, or the writers would never end.
        let _stop = StopAtEnd(&load);
        kill_again_and_again(&platform, &load);
    });
    assert_projects(&platform, &kept[0]);
    assert_runs(&platform, &kept[1]);
    assert_metrics(&platform, &kept[2]);
    platform.stop();
    assert!(verify_chain(&place) > 0, "the audit chain holds something");
}

struct StopAtEnd<'a>(&'a Load);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

fn assert_projects(platform: &Platform<'_>, kept: &Acknowledged) {
    let found = platform.api.list("/api/v1/projects").into_iter().filter(|project| project["name"] != "default");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found: Vec<(String, String)> = found.map(|project| (text(&project["name"]), text(&project["id"]))).collect();
    let by_name: BTreeMap<_, _> = found.iter().cloned().collect();
    assert_eq!(by_name.len(), found.len(), "a project exists twice");
    assert_eq!(by_name, kept.projects.iter().cloned().collect(), "projects");
    // No state without its event, no event twice.
    let created = events(&platform.api).into_iter().filter(|event| event["kind"] == "ProjectCreated");
    let subjects: Vec<String> = created.map(|event| text(&event["subject_id"])).collect();
    let once: BTreeSet<&String> = subjects.iter().collect();
    assert_eq!(once.len(), subjects.len(), "an event was written twice");
    assert_eq!(once.len(), found.len() + 1, "each project, and the default one, has its event");
}

fn assert_runs(platform: &Platform<'_>, kept: &Acknowledged) {
    let mut found = Vec::new();
    let mut token = Value::Null;
    loop {
        let body = json!({ "experiment_ids": ["0"], "max_results": 1000, "page_token": token });
        let page = platform.api.post("/api/2.0/mlflow/runs/search", &body).with_status(200).json();
        let runs = page["runs"].as_array().cloned().unwrap_or_default();
        found.extend(runs.iter().map(|run| run["info"]["run_id"].as_str().unwrap().to_owned()));
        token = page["next_page_token"].clone();
        if token.is_null() {
            break;
        }
    }
    let once: BTreeSet<&String> = found.iter().collect();
    assert_eq!(once.len(), found.len(), "a run exists twice");
    let lost: Vec<&String> = kept.runs.iter().filter(|run| !once.contains(run)).collect();
    assert_eq!(lost, Vec::<&String>::new(), "acknowledged runs are gone");
}

fn assert_metrics(platform: &Platform<'_>, kept: &Acknowledged) {
    let (run, points) = kept.metrics.clone().unwrap();
    let mut steps = Vec::new();
    let mut token = String::new();
    loop {
        let path = format!("/api/2.0/mlflow/metrics/get-history?run_id={run}&metric_key=loss&max_results=5000{token}");
        let page = platform.api.get(&path).with_status(200).json();
        let metrics = page["metrics"].as_array().cloned().unwrap_or_default();
        steps.extend(metrics.iter().map(|point| point["step"].as_u64().unwrap()));
        match page["next_page_token"].as_str() {
            Some(next) => token = format!("&page_token={next}"),
            None => break,
        }
    }
    steps.sort_unstable();
    assert!(points > 0 && steps == (0..points).collect::<Vec<_>>(), "points were lost or doubled: {}", steps.len());
}
