//! Revisions: what is in them, and what changed.

use crate::signatures::COLUMNS;
use crate::world::{ADA, World};
use roadbed_serving::revisions::{LineKind, line_difference};
use serde_json::{Value, json};

async fn two_revisions() -> World {
    let mut world = World::new();
    let example = r#"{"dataframe_split": {"columns": ["age", "city"], "data": [[40, "Ulm"]]}}"#;
    let first = [("MLmodel", COLUMNS), ("requirements.txt", "mlflow==3.17.2\nlightgbm==4.5.0\nnumpy==2.1\n")];
    let other = COLUMNS.replace("long", "double");
    let second = [
        ("MLmodel", other.as_str()),
        ("requirements.txt", "mlflow==3.17.2\nlightgbm==4.6.0\nnumpy==2.1\nscipy==1.15\n"),
        ("serving_input_example.json", example),
    ];
    world.log_model(1, &first).await;
    world.log_model(2, &second).await;
    for model in ["churn/1", "churn/2"] {
        let body = json!({"model": model, "strategy": "all_at_once"});
        world.server.post("/api/v1/services/churn/deploy", ADA, body).await.expect(201);
        world.beat(Vec::new()).await;
        world.pass().await;
        world.beat(Vec::new()).await;
    }
    world
}

async fn get(world: &World, path: &str) -> Value {
    world.server.get(&format!("/api/v1/services/churn/{path}"), ADA).await.expect(200).json()
}

#[tokio::test]
async fn a_revision_says_where_it_comes_from_and_how_it_runs() {
    let world = two_revisions().await;
    let revision = get(&world, "revisions/2").await;
    let picked = |fields: &[&str]| fields.iter().map(|field| revision[field].clone()).collect::<Vec<_>>();
    assert_eq!(
        picked(&["number", "state", "model_name", "model_version"]),
        [json!(2), "stable".into(), "churn".into(), "2".into()]
    );
    assert_eq!(
        picked(&["run_id", "python", "concurrency", "workers"]),
        [json!("run2"), "3.11".into(), 64.into(), 1.into()]
    );
    assert_eq!(revision["flavors"], json!(["lightgbm", "python_function"]));
    assert_eq!((&revision["readiness"], &revision["engine"]), (&json!("ready"), &json!("trees")));
    assert_eq!(revision["file_count"], 3);
    assert!(revision["created_by"].as_str().unwrap().starts_with("token:"));
    let listed = get(&world, "revisions").await;
    assert_eq!(listed["items"][0], revision);
    assert_eq!(listed["items"][1]["state"], "previous");
    for path in ["revisions/9", "revisions/x", "revisions/2/difference?against=9", "revisions/1/difference"] {
        world.server.get(&format!("/api/v1/services/churn/{path}"), ADA).await.expect(404);
    }
}

#[tokio::test]
async fn a_difference_names_fields_and_lines() {
    let world = two_revisions().await;
    let difference = get(&world, "revisions/2/difference?against=1").await;
    assert_eq!(difference, get(&world, "revisions/2/difference").await, "the one before by default");
    assert_eq!((&difference["before"], &difference["after"]), (&json!(1), &json!(2)));
    let fields = difference["fields"].as_array().unwrap();
    let names: Vec<&str> = fields.iter().map(|field| field["field"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "model_version",
            "model_digest",
            "run_id",
            "signature.inputs",
            "requirements",
            "files",
            "files/MLmodel",
            "files/serving_input_example.json"
        ]
    );
    assert_eq!((&fields[2]["before"], &fields[2]["after"]), (&json!("run1"), &json!("run2")));
    let lines = fields[4]["lines"]["hunks"][0]["lines"].as_array().unwrap();
    let shown: Vec<String> = lines
        .iter()
        .map(|line| format!("{} {}", line["kind"].as_str().unwrap(), line["text"].as_str().unwrap()))
        .collect();
    let expected = [
        "same mlflow==3.17.2",
        "removed lightgbm==4.5.0",
        "added lightgbm==4.6.0",
        "same numpy==2.1",
        "added scipy==1.15",
    ];
    assert_eq!(shown, expected);
    assert_eq!(get(&world, "revisions/2/difference?against=2").await["fields"], json!([]));
}

#[tokio::test]
async fn a_signature_comes_with_a_body_to_send() {
    let world = two_revisions().await;
    let signature = get(&world, "signature").await;
    assert_eq!((&signature["revision"], &signature["example_from"]), (&json!(2), &json!("logged")));
    assert_eq!(signature["example"]["dataframe_split"]["data"], json!([[40, "Ulm"]]));
    let age = json!({"name": "age", "type": "double", "shape": null, "required": false});
    assert_eq!(signature["inputs"][0], age);
    assert_eq!(signature["outputs"], json!([{"name": null, "type": "int64", "shape": [-1], "required": true}]));
    assert_eq!(signature["url"], "http://127.0.0.1:7071/services/churn/invocations");
    let first = get(&world, "signature?revision=1").await;
    assert_eq!(
        (&first["revision"], &first["example_from"]),
        (&json!(1), &json!("types")),
        "its example was not logged"
    );
}

#[tokio::test]
async fn a_service_without_a_revision_or_a_signature_says_so() {
    let world = World::new();
    world.deploy("churn/1").await;
    let none = world.server.get("/api/v1/services/churn/signature", ADA).await.expect(404);
    assert_eq!(none.code(), "services.no_revision");
    let unsigned = get(&world, "signature?revision=1").await;
    assert_eq!(
        (&unsigned["inputs"], &unsigned["example"], &unsigned["example_from"]),
        (&json!([]), &Value::Null, &Value::Null)
    );
    world.server.get("/api/v1/services/churn/signature?number=1", ADA).await.expect(400);
}

#[test]
fn lines_are_compared_in_hunks() {
    let text = |changes: &[(usize, &str)]| -> String {
        let line = |number: usize| {
            let changed = changes.iter().find(|(at, _)| *at == number);
            format!("{}\n", changed.map_or_else(|| format!("line {number}"), |(_, text)| (*text).to_owned()))
        };
        (1..=30).map(line).collect()
    };
    let (before, after) = (text(&[]), text(&[(5, "five"), (25, "twenty-five")]));
    assert_eq!(line_difference(&before, &before).hunks, []);
    let found = line_difference(&before, &after);
    let starts: Vec<_> =
        found.hunks.iter().map(|hunk| (hunk.before_start, hunk.after_start, hunk.lines.len())).collect();
    assert_eq!(starts, [(2, 2, 8), (22, 22, 8)]);
    let kinds: Vec<LineKind> = found.hunks[0].lines.iter().map(|line| line.kind).collect();
    let expected = [3, 4].map(|_| LineKind::Same);
    assert_eq!(kinds[1..3], expected);
    assert_eq!(kinds[3..5], [LineKind::Removed, LineKind::Added]);
    let new = line_difference("", "a\nb\n");
    assert_eq!((new.hunks[0].before_start, new.hunks[0].after_start, new.hunks[0].lines.len()), (0, 1, 2));
    let long: String = (0..5_000).map(|line| format!("{line}\n")).collect();
    let whole = line_difference("", &long);
    assert_eq!((whole.hunks[0].lines.len(), whole.truncated), (2_000, true));
    let replaced = line_difference(&long, &long.replace('1', "one"));
    assert!(replaced.truncated && replaced.hunks.iter().map(|hunk| hunk.lines.len()).sum::<usize>() == 2_000);
}
