//! Settings of a service changed by hand.

use crate::world::{ADA, HERE, OURS, World};
use axum::http::Method;
use roadbed_capability::manifest::{Manifest, PlanContext};
use roadbed_contracts::events::Actor;
use roadbed_serving::services::{ServiceSettings, as_written, patched};
use roadbed_testkit::TestAnswer;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/services/churn";

async fn change(world: &World, seen: &str, settings: Value) -> TestAnswer {
    let headers = [("content-type", "application/json"), ("if-match", seen)];
    let body = serde_json::to_vec(&json!({ "settings": settings })).unwrap();
    world.server.call(Method::PATCH, PATH, ADA, &headers, body).await
}

#[test]
fn the_written_form_is_read_back_to_the_same_settings() {
    let canonical = json!({
        "batching": {"max_rows": 64, "max_delay": "2ms"},
        "concurrency": 8,
        "workers": 2,
        "rollout": {
            "strategy": "canary", "steps": ["5%", "25%"], "decide_by": "2h", "undecided": "promote",
            "minimum_time": "1m", "minimum_units": 50,
            "guardrails": {"errors_limit": "2%", "latency_at_most": "50ms", "latency_limit": "3%"}
        }
    });
    let settings: ServiceSettings = serde_json::from_value(canonical).unwrap();
    let written = as_written(&settings);
    assert_eq!(
        written["rollout"]["guardrails"],
        json!({"errors": {"limit": "2%"}, "latency_p99": {"at_most": "50ms", "limit": "3%"}})
    );
    let whole = written.as_object().unwrap().clone();
    assert_eq!(patched(&ServiceSettings::default(), &whole).unwrap(), settings);
    assert_eq!(patched(&settings, &serde_json::Map::new()).unwrap(), settings);
}

#[tokio::test]
async fn a_change_reaches_the_gateway_and_null_brings_the_default_back() {
    let mut world = World::serving().await;
    let changed =
        change(&world, "1", json!({"concurrency": 9, "rollout": {"steps": ["20%"]}})).await.expect(200).json();
    assert_eq!((&changed["version"], &changed["settings"]["concurrency"]), (&json!(2), &json!(9)));
    assert_eq!(changed["last_change"]["what"], "changed the settings");
    world.beat(Vec::new()).await;
    assert_eq!(world.entry().1.limits.concurrency, 9);
    let changed = change(&world, "\"2\"", json!({"concurrency": null})).await.expect(200).json();
    assert_eq!(changed["settings_as_written"], json!({"rollout": {"steps": ["20%"]}}));
    let events = world.platform.event_kinds().await;
    assert_eq!(events.iter().filter(|kind| *kind == "ServiceChanged").count(), 2);
    assert_eq!(change(&world, "3", json!({})).await.expect(200).json()["version"], 3, "nothing to change");
}

#[tokio::test]
async fn a_dry_run_checks_and_an_old_version_is_refused() {
    let world = World::serving().await;
    let stale = change(&world, "7", json!({"concurrency": 9})).await.expect(412);
    assert_eq!(stale.code(), "request.changed_meanwhile");
    let body = json!({"settings": {"concurrency": 9}});
    let path = format!("{PATH}?dry_run=true");
    let planned = world.server.patch(&path, ADA, body).await.expect(200).json();
    assert_eq!(planned["settings"]["concurrency"], 9);
    assert_eq!(world.service().await["settings"], json!({}));
}

#[tokio::test]
async fn what_is_wrong_is_said_in_the_words_of_the_manifest() {
    let world = World::serving().await;
    for (settings, field, part) in [
        (json!({"concurrency": 0}), "settings.concurrency", "a whole number from 1 to 10000"),
        (json!({"concurency": 8}), "settings.concurency", "there is no key"),
        (json!({"rollout": {"steps": ["50%", "10%"]}}), "settings.rollout.steps", "rising shares"),
        (
            json!({"rollout": {"guardrails": {"errors": {"limit": "0%"}}}}),
            "settings.rollout.guardrails.errors.limit",
            "above 0%",
        ),
        (json!({"rollout": {"decide_by": "soon"}}), "settings.rollout.decide_by", "a length of time"),
        (json!({"autoscaling": {}}), "settings.autoscaling", "is not in this version"),
        (json!({"model": "churn/2"}), "settings.model", "does not change with the settings"),
    ] {
        let refused = change(&world, "*", settings.clone()).await.expect(422);
        let problem = refused.json();
        assert_eq!(
            (refused.code().as_str(), problem["field"].as_str()),
            ("services.settings", Some(field)),
            "{settings}"
        );
        assert!(problem["detail"].as_str().unwrap().contains(part), "{problem}");
    }
    world.server.patch(PATH, ADA, json!({"setings": {}})).await.expect(400);
    assert_eq!(world.service().await["version"], 1);
}

#[tokio::test]
async fn settings_of_a_manifest_are_changed_there() {
    let world = World::new();
    let text = "project: default\nservices:\n  churn: {concurrency: 4}\n";
    let checked = Manifest::check("roadbed.yaml", text, &roadbed_serving::manifest_syntax());
    let desired = checked.manifest.unwrap().sections.get("services").cloned();
    let context = PlanContext {
        team: OURS,
        instance: HERE,
        project: "default".parse().unwrap(),
        target: None,
        actor: Actor::of("token", "t1"),
        dry_run: false,
    };
    world.sections[0].apply(&context, desired.as_ref()).await.unwrap();
    let refused = change(&world, "*", json!({"concurrency": 9})).await.expect(409);
    assert_eq!(refused.code(), "services.made_by_manifest");
    assert!(refused.text().contains("roadbed.yaml") && refused.text().contains("roadbed apply"), "{}", refused.text());
}
