//! Jobs and the environment of a manifest.

use super::world::{DEV, World, pack, plan_context};
use roadbed_capability::manifest::{Manifest, SectionSyntax};
use serde_json::json;

const MANIFEST: &str = r#"
project: churn
environment:
  variables: {LOG_LEVEL: debug, RETRY: 3}
jobs:
  train:
    run: echo depth {{depth}} level {{level}}
    parameters: {depth: 4, level: low}
    resources: {cpu: 0.5, memory: 128MiB, gpu: 0}
    timeout: 60m
    retries: 1
    spot: false
    inputs: [data/**]
    outputs: [model/**]
  env: {run: printenv LOG_LEVEL RETRY ROADBED_PARAM_X, parameters: {x: 1}}
"#;

fn complaints(world: &World, text: &str) -> Vec<String> {
    let checked = Manifest::check("roadbed.yaml", text, &SectionSyntax::of(&world.sections));
    checked.diagnostics.iter().map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_is_planned_applied_and_pruned() {
    let world = World::new().await;
    assert_eq!(world.apply(MANIFEST).await, ["Create job/env", "Create job/train", "Create environment"]);
    assert_eq!(
        world.apply(MANIFEST).await,
        ["None job/env", "None job/train", "None environment"],
        "nothing is left to do"
    );
    let changed = MANIFEST.replace("timeout: 60m", "timeout: 2h").replace("LOG_LEVEL: debug", "LOG_LEVEL: info");
    assert_eq!(world.apply(&changed).await, ["None job/env", "Update job/train", "Update environment"]);
    // Another way to write the same is no change.
    assert_eq!(
        world.apply(&changed.replace("2h", "120m")).await,
        ["None job/env", "None job/train", "None environment"]
    );
    let listed = world.server.get("/api/v1/job-definitions?project=churn", "vera").await.expect(200).json();
    assert_eq!(listed["items"][1]["name"], "train");
    assert_eq!(listed["items"][1]["timeout"], "2h");
    assert_eq!(listed["items"][1]["resources"], json!({"cpu": "500m", "memory": "128MiB", "gpu": 0}));
    assert_eq!(
        world.apply("project: churn\njobs: {env: {run: env}}").await,
        ["Update job/env", "Delete job/train", "Delete environment"]
    );
    assert_eq!(world.apply("project: churn").await, ["Delete job/env"]);
    let kinds: Vec<String> = world.events().await.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "JobDefined").count(), 6);
    assert_eq!(kinds.iter().filter(|kind| *kind == "EnvironmentDefined").count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_of_an_apply_changes_nothing() {
    let world = World::new().await;
    let manifest =
        Manifest::check("roadbed.yaml", MANIFEST, &SectionSyntax::of(&world.sections)).into_manifest().unwrap();
    for section in &world.sections {
        let changes = section.apply(&plan_context(true), manifest.sections.get(section.key())).await.unwrap();
        assert!(!changes.is_empty());
    }
    assert!(world.events().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_of_the_manifest_is_run_by_name_with_its_settings() {
    let world = World::new().await.drive();
    world.apply(MANIFEST).await;
    let id = world.submit(json!({"project": "churn", "name": "train", "parameters": {"depth": "6"}})).await;
    let job = world.finished(&id).await;
    assert_eq!(world.said(&id).await.lines().next(), Some("depth 6 level low"));
    assert_eq!(job["parameters"], json!({"depth": 6, "level": "low"}));
    assert_eq!(job["resources"], json!({"cpu": "500m", "memory": "128MiB", "gpu": 0}));
    assert_eq!((&job["timeout"], &job["retries"]), (&json!("1h"), &json!(1)));
    let id =
        world.submit(json!({"project": "churn", "name": "env", "environment": {"variables": {"RETRY": "9"}}})).await;
    world.finished(&id).await;
    assert_eq!(world.said(&id).await, "debug\n9\n1\n");
    let unknown =
        world.server.post("/api/v1/jobs", DEV, json!({"project": "churn", "name": "trian"})).await.expect(404);
    assert_eq!(unknown.code(), "jobs.unknown_definition");
    assert!(unknown.text().contains("did you mean train?"), "{}", unknown.text());
    let wrong = json!({"project": "churn", "name": "train", "parameters": {"depht": 1}});
    let wrong = world.server.post("/api/v1/jobs", DEV, wrong).await.expect(400);
    assert_eq!((wrong.code().as_str(), &wrong.json()["field"]), ("jobs.invalid_command", &json!("parameters")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requirements_come_from_the_code_when_the_manifest_names_a_file() {
    let world = World::new().await;
    world.apply("project: churn\nenvironment: {python: \"3.11\", requirements: ./reqs/base.txt}").await;
    let submit = json!({"project": "churn", "run": "python -V"});
    let refused = world.server.post("/api/v1/jobs", DEV, submit).await.expect(400);
    assert_eq!(refused.code(), "jobs.invalid_environment");
    let (packed, digest) = pack(&[("other.txt", "x"), ("reqs/base.txt", "numpy==2.0\n")]);
    let put = world.server.call(axum::http::Method::PUT, "/api/v1/snapshots?project=churn", DEV, &[], packed).await;
    put.expect(200);
    let id = world.submit(json!({"project": "churn", "run": "python -V", "snapshot": digest.to_string()})).await;
    let id: roadbed_core::JobId = id.parse().unwrap();
    let job = world.context.store.read(move |r| crate::jobs::store::by_id(r, id)).await.unwrap().unwrap();
    let environment = job.spec.environment.unwrap();
    assert_eq!((environment.python.as_deref(), environment.requirements.as_str()), (Some("3.11"), "numpy==2.0\n"));
    let text = json!({"project": "churn", "run": "python -V", "environment": {"requirements": "pandas"}, "dry_run": 1});
    assert_eq!(world.server.post("/api/v1/jobs", DEV, text).await.expect(400).code(), "request.body");
}

/// A line of a manifest and the complaint about it; `None`: any complaint.
const MISTAKES: &[(&str, Option<&str>)] = &[
    ("jobs: {train: {run: python {{depht}}}}", None),
    (
        "jobs: {train: {run: \"python {{depht}}\", parameters: {depth: 1}}}",
        Some("2:21 jobs.train.run: run names the parameter \"depht\", which the job does not have; it has depth"),
    ),
    (
        "jobs: {train: {run: \"x {{d}}\", parameters: {d: 1}, shell: true}}",
        Some(
            "2:21 jobs.train.run: with shell: true parameters arrive as variables only: write \"$ROADBED_PARAM_D\" instead of {{d}}",
        ),
    ),
    ("jobs: {train: {parameters: {d: 1}}}", Some("2:15 jobs.train: the key \"run\" is missing; fix: add the key run")),
    (
        "jobs: {train: {run: x, spot: true}}",
        Some(
            "2:30 jobs.train.spot: the local engine has no spot machines; they are not in this version; fix: remove the key, or write spot: false",
        ),
    ),
    (
        "jobs: {train: {run: x, resources: {cpu: none}}}",
        Some("2:41 jobs.train.resources.cpu: \"none\" is not a number of CPUs: write 2, 0.5 or 500m"),
    ),
    (
        "jobs: {train: {run: x, timeot: 1h}}",
        Some("2:24 jobs.train.timeot: there is no key \"timeot\"; fix: did you mean timeout?"),
    ),
    (
        "jobs: {Train: {run: x}}",
        Some(
            "2:8 jobs.Train: \"Train\" is not a name: use lower-case letters, digits and '-', starting with a letter and not ending with '-'; \"train\" would do",
        ),
    ),
    (
        "environment: {python: 3.10}",
        Some("2:23 environment.python: 3.10 is not text: without quotes it is a number; fix: python: \"3.10\""),
    ),
    (
        "environment: {python: \"2.7\"}",
        Some(
            "2:23 environment.python: \"2.7\" is not a Python version: write major and minor in quotes, such as \"3.11\"",
        ),
    ),
    (
        "environment: {requirements: ../r.txt}",
        Some(
            "2:29 environment.requirements: \"../r.txt\" is no path inside the project: write it relative to the manifest, without '..'",
        ),
    ),
    (
        "environment: {variables: {ROADBED_URL: x}}",
        Some("2:40 environment.variables.ROADBED_URL: ROADBED_URL is set by the platform: choose another name"),
    ),
    (
        "environment: {secrets: [A]}",
        Some(
            "2:15 environment.secrets: \"secrets\" is not in this version; fix: remove the key, or install a version that has it",
        ),
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mistakes_are_answered_with_their_place_and_fix() {
    let world = World::new().await;
    for (line, expected) in MISTAKES {
        let found = complaints(&world, &format!("project: churn\n{line}\n"));
        match expected {
            Some(expected) => assert_eq!(found, [format!("roadbed.yaml:{expected}")], "{line}"),
            None => assert!(!found.is_empty(), "{line}"),
        }
    }
}
