use crate::world::{HERE, OURS, World};
use roadbed_capability::manifest::{ChangeAction, Manifest, PlanContext, PlannedChange};
use roadbed_contracts::events::Actor;
use serde_json::{Value, json};

const MANIFEST: &str = r#"
project: default
services:
  churn: {model: "churn@champion", batching: {max_rows: 64, max_delay: 2ms}, concurrency: 8, rollout: {strategy: canary, steps: [5%, 25%, 50%], guardrails: {errors: {}, latency_p99: {at_most: 50ms}}}}
"#;

fn context() -> PlanContext {
    PlanContext {
        team: OURS,
        instance: HERE,
        project: "default".parse().unwrap(),
        target: None,
        actor: Actor::of("token", "t1"),
        dry_run: false,
    }
}

fn check(text: &str) -> Result<Option<Value>, Vec<String>> {
    let checked = Manifest::check("roadbed.yaml", text, &roadbed_serving::manifest_syntax());
    match checked.manifest {
        Some(manifest) => Ok(manifest.sections.get("services").cloned()),
        None => Err(checked.diagnostics.iter().map(ToString::to_string).collect()),
    }
}

async fn apply(world: &World, text: &str) -> Vec<PlannedChange> {
    world.sections[0].apply(&context(), check(text).unwrap().as_ref()).await.unwrap()
}

#[test]
fn a_section_is_read_without_a_server() {
    let value = check(MANIFEST).unwrap().unwrap();
    let expected = json!({"churn": {
        "model": "churn@champion",
        "batching": {"max_rows": 64, "max_delay": "2ms"},
        "concurrency": 8,
        "rollout": {
            "strategy": "canary", "steps": ["5%", "25%", "50%"], "guardrails": {"latency_at_most": "50ms"}
        }
    }});
    assert_eq!(value, expected);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (services, expected) in [
        ("churn: {model: churn}", "names no model"),
        ("churn: {model: churn/1, prediction_log: {sample: 100%}}", "is not in this version"),
        ("churn: {model: churn/1, rollout: {steps: [50%, 10%]}}", "rising shares"),
        ("churn: {model: churn/1, rollout: {guardrails: {errors: {limit: 0%}}}}", "above 0%"),
        ("churn: {model: churn/1, modle: x}", "did you mean model?"),
        ("Churn Service: {model: churn/1}", "not a name"),
    ] {
        let found = check(&format!("project: default\nservices:\n  {services}\n")).expect_err(services).join("\n");
        assert!(found.contains(expected), "{services}: {found}");
    }
}

#[tokio::test]
async fn an_apply_deploys_and_the_next_one_has_nothing_to_do() {
    let mut world = World::new();
    let done = apply(&world, MANIFEST).await;
    assert_eq!((done[0].action, done[0].object.as_str()), (ChangeAction::Create, "service/churn"));
    assert_eq!(apply(&world, MANIFEST).await[0].action, ChangeAction::None, "its rollout is under way");
    world.beat(Vec::new()).await;
    world.pass().await;
    assert_eq!(world.service().await["made_by"], "manifest");
    assert_eq!(apply(&world, MANIFEST).await[0].action, ChangeAction::None);
    let events = world.platform.events().await.len();
    let planned = world.sections[0].plan(&context(), check(MANIFEST).unwrap().as_ref()).await.unwrap();
    assert_eq!((planned[0].action, world.platform.events().await.len()), (ChangeAction::None, events));
}

#[tokio::test]
async fn another_model_starts_a_rollout_and_what_was_rolled_back_stays_back() {
    let mut world = World::new();
    apply(&world, MANIFEST).await;
    world.beat(Vec::new()).await;
    world.pass().await;
    world.beat(Vec::new()).await;
    let second = MANIFEST.replace("churn@champion", "churn/2");
    let done = apply(&world, &second).await;
    assert_eq!(done[0].note.as_deref(), Some("starts a rollout of churn/2"));
    world.server.post("/api/v1/services/churn/rollback", crate::world::ADA, json!({})).await.expect(200);
    let held = apply(&world, &second).await;
    assert!(held[0].note.as_ref().unwrap().contains("held"), "{held:?}");
    assert_eq!(world.latest().await["state"], "rolled_back");
    assert_eq!(apply(&world, &second).await[0].action, ChangeAction::None);
    world.deploy("churn/2").await;
    assert_eq!(world.latest().await["state"], "pending");
}

#[tokio::test]
async fn settings_reach_the_gateway_and_a_service_left_out_is_deleted() {
    let mut world = World::new();
    apply(&world, MANIFEST).await;
    world.beat(Vec::new()).await;
    world.pass().await;
    world.beat(Vec::new()).await;
    assert_eq!(world.entry().1.limits.concurrency, 8);
    let done = apply(&world, &MANIFEST.replace("concurrency: 8", "concurrency: 9")).await;
    assert_eq!(done[0].fields[0].path, "concurrency");
    world.beat(Vec::new()).await;
    assert_eq!(world.entry().1.limits.concurrency, 9);
    let done = world.sections[0].apply(&context(), None).await.unwrap();
    assert_eq!(done[0].action, ChangeAction::Delete);
    world.server.get("/api/v1/services/churn", crate::world::ADA).await.expect(404);
}

#[tokio::test]
async fn a_name_of_another_team_is_taken() {
    let world = World::serving().await;
    let theirs = PlanContext { team: crate::world::THEIRS, instance: crate::world::THERE, ..context() };
    let desired = check(MANIFEST).unwrap();
    let refused = world.sections[0].plan(&theirs, desired.as_ref()).await.unwrap_err();
    assert_eq!(refused.code, "services.name_taken");
}

#[tokio::test]
async fn a_service_without_a_model_is_made_and_waits_for_a_deploy_by_hand() {
    let world = World::new();
    let text = "project: default\nservices:\n  churn: {concurrency: 4}\n";
    assert_eq!(apply(&world, text).await[0].action, ChangeAction::Create);
    assert_eq!(world.service().await["state"], "empty");
    world.deploy("churn/1").await;
    assert_eq!(apply(&world, text).await[0].action, ChangeAction::None);
    assert_eq!(world.service().await["settings"]["concurrency"], 4);
}
