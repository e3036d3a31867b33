use crate::world::{ADA, World, traffic};
use roadbed_contracts::entries::RevisionLoad;
use roadbed_contracts::records::TrafficCounters;
use serde_json::{Value, json};
use std::time::Duration;

fn weights(world: &World) -> Vec<u16> {
    world.entry().1.routes.iter().map(|route| route.weight.basis_points()).collect()
}

fn held(service: &Value) -> usize {
    service["held"].as_array().unwrap().len()
}

async fn until_ended(world: &mut World, bad: [f64; 2], limit: usize) -> Value {
    for _ in 0..limit {
        world.second(100, bad).await;
        let latest = world.latest().await;
        if !latest["ended_at"].is_null() {
            return latest;
        }
    }
    panic!("no end: {}", world.latest().await)
}

#[tokio::test]
async fn a_first_deploy_serves_once_every_gateway_is_ready() {
    let mut world = World::new();
    let deployed = world.deploy("churn/1").await;
    assert_eq!(deployed["state"], "pending");
    assert_eq!(deployed["to_revision"], 1);
    assert!(deployed["from_revision"].is_null() && deployed["forecast"].is_null());
    assert_eq!(world.service().await["state"], "deploying");
    world.pass().await;
    let waiting = world.latest().await;
    assert!(waiting["verdict"]["sentence"].as_str().unwrap().contains("no gateway"), "{waiting}");
    world.beat(Vec::new()).await;
    assert!(world.liveness.any_live());
    assert!(world.entry().1.routes.is_empty(), "nothing is routed before the model is ready");
    world.pass().await;
    let latest = world.latest().await;
    assert_eq!((&latest["state"], &latest["verdict"]["reason"]), (&json!("promoted"), &json!("first")));
    let service = world.service().await;
    assert_eq!(service["state"], "serving");
    assert_eq!(service["revision"], 1);
    assert_eq!(service["url"], "http://127.0.0.1:7071/services/churn/invocations");
    assert_eq!(service["traffic"], json!([{"revision": 1, "weight_percent": 100.0}]));
    let kinds = world.platform.event_kinds().await;
    assert_eq!(kinds, ["ServiceCreated", "RevisionCreated", "RolloutStarted", "RolloutEnded"]);
    assert_eq!(causes(&world).await, [None, None, Some("RevisionCreated"), Some("RolloutStarted")]);
}

/// For each event, the kind of the one that led to it.
async fn causes(world: &World) -> Vec<Option<&'static str>> {
    let events = world.platform.events().await;
    let kind = |seq| &*events.iter().find(|event| Some(event.seq) == seq).unwrap().kind.clone().leak();
    events.iter().map(|event| event.header.cause.map(|_| kind(event.header.cause))).collect()
}

#[tokio::test]
async fn a_clean_canary_climbs_its_steps_and_is_promoted() {
    let mut world = World::canary(0.001).await;
    let running = world.latest().await;
    assert_eq!((&running["state"], &running["step_percent"]), (&json!("running"), &json!(10.0)));
    let (_, entry) = world.entry();
    assert_eq!(entry.salt, entry.rollout.unwrap().to_string());
    assert_eq!(entry.lease.as_ref().unwrap().silent_seconds, 600);
    assert!(entry.slow_above_micros.is_some(), "the old revision's percentile is frozen");
    let latest = until_ended(&mut world, [0.001, 0.001], 400).await;
    assert_eq!((&latest["state"], &latest["verdict"]["reason"]), (&json!("promoted"), &json!("certified")));
    assert_eq!(latest["verdict"]["guardrails"].as_array().unwrap().len(), 2);
    assert_eq!(latest["step_percent"], 100.0);
    world.beat(Vec::new()).await;
    assert_eq!(weights(&world), [10_000]);
    let (_, entry) = world.entry();
    assert_eq!((entry.salt, entry.rollout, entry.slow_above_micros), (entry.id.to_string(), None, None));
    let service = world.service().await;
    assert_eq!((&service["revision"], &service["previous_revision"]), (&json!(2), &json!(1)));
    let kinds = world.platform.event_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "RolloutStepped").count(), 4, "warm-up and three steps");
    let revisions = world.server.get("/api/v1/services/churn/revisions", ADA).await.expect(200).json();
    assert_eq!(revisions["items"][0]["state"], "stable");
    assert_eq!(revisions["items"][1]["state"], "previous", "kept warm");
}

#[tokio::test]
async fn a_broken_canary_is_rolled_back_and_its_model_held() {
    let mut world = World::canary(0.001).await;
    let latest = until_ended(&mut world, [0.001, 0.5], 60).await;
    assert_eq!((&latest["state"], &latest["verdict"]["reason"]), (&json!("rolled_back"), &json!("harm")));
    let sentence = latest["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("Rolled back after ") && sentence.contains("to revision 2 failed"), "{sentence}");
    assert_eq!(held(&world.service().await), 1);
    world.beat(Vec::new()).await;
    assert_eq!(weights(&world), [10_000]);
    let gone = world.gateway.bodies.keys().filter(|key| key.starts_with("revision/")).count();
    assert_eq!(gone, 2, "it stays loaded until the gateway routes without it");
    world.pass().await;
    world.beat(Vec::new()).await;
    let left = world.gateway.bodies.keys().filter(|key| key.starts_with("revision/")).count();
    assert_eq!(left, 1, "{:?}", world.gateway.bodies.keys());
    // A person may try the model again.
    world.deploy("churn/2").await;
    assert_eq!(held(&world.service().await), 0);
}

#[tokio::test]
async fn explain_replays_the_stored_counts_to_the_same_numbers() {
    let mut world = World::canary(0.001).await;
    let latest = until_ended(&mut world, [0.001, 0.3], 60).await;
    let path = format!("/api/v1/rollouts/{}/explain", latest["id"].as_str().unwrap());
    let explained = world.server.get(&path, ADA).await.expect(200).json();
    assert_eq!(explained["equal"], true, "{explained}");
    assert_eq!(explained["stages"][0]["kind"], "warm_up");
    assert_eq!(explained["counts"].as_array().unwrap().len(), explained["stages"].as_array().unwrap().len());
    assert!(explained["history"].as_array().unwrap().len() > 2);
    let stored = &latest["verdict"]["guardrails"][0];
    assert_eq!(explained["replayed"][0]["arms"], stored["arms"]);
    // Counters that come after the verdict change nothing.
    world.second(100, [0.0, 0.0]).await;
    assert_eq!(world.server.get(&path, ADA).await.json()["equal"], true);
    world.server.get(&path, "otto").await.expect(404);
}

#[tokio::test]
async fn a_model_that_cannot_be_loaded_fails_with_the_gateways_reason() {
    let mut world = World::serving().await;
    world.deploy("churn/2").await;
    world.beat(Vec::new()).await;
    let new =
        world.gateway.bodies.keys().filter_map(|key| key.strip_prefix("revision/")).map(str::to_owned).max().unwrap();
    world.gateway.states.insert(new.parse().unwrap(), (RevisionLoad::Failed, "the file is corrupt".into()));
    world.beat(Vec::new()).await;
    world.pass().await;
    let latest = world.latest().await;
    assert_eq!(latest["state"], "failed");
    assert!(latest["verdict"]["sentence"].as_str().unwrap().contains("the file is corrupt"));
    let service = world.service().await;
    assert_eq!((&service["state"], &service["revision"], held(&service)), (&json!("serving"), &json!(1), 0));
}

#[tokio::test]
async fn a_revision_that_is_never_ready_fails_after_ten_minutes() {
    let world = World::new();
    world.deploy("churn/1").await;
    world.platform.clock.advance(Duration::from_secs(601));
    world.pass().await;
    assert_eq!(world.latest().await["state"], "failed");
    assert_eq!(world.service().await["state"], "failed");
}

#[tokio::test]
async fn people_win_at_once() {
    let mut world = World::canary(0.0).await;
    let id = world.latest().await["id"].as_str().unwrap().to_owned();
    let act = |action: &str| format!("/api/v1/rollouts/{id}/{action}");
    world.server.post(&act("resume"), ADA, json!({})).await.expect(409);
    world.server.post(&act("pause?dry_run=true"), ADA, json!({})).await.expect(200);
    assert_eq!(world.latest().await["state"], "running");
    world.server.post(&act("pause"), ADA, json!({})).await.expect(200);
    for _ in 0..60 {
        world.second(100, [0.0, 0.0]).await;
    }
    let paused = world.latest().await;
    assert_eq!((&paused["state"], &paused["step_percent"]), (&json!("paused"), &json!(10.0)), "no step while paused");
    world.server.post(&act("resume"), ADA, json!({})).await.expect(200);
    world.second(100, [0.0, 0.0]).await;
    world.server.post(&act("promote"), "vera", json!({})).await.expect(403);
    let promoted = world.server.post(&act("promote"), ADA, json!({})).await.expect(200).json();
    assert_eq!((&promoted["state"], &promoted["verdict"]["reason"]), (&json!("promoted"), &json!("manual")));
    world.server.post(&act("rollback"), ADA, json!({})).await.expect(409);
    world.beat(Vec::new()).await;
    assert_eq!(weights(&world), [10_000]);
    let back = world.server.post("/api/v1/services/churn/rollback", ADA, json!({})).await.expect(200).json();
    assert_eq!(
        (&back["state"], &back["from_revision"], &back["to_revision"]),
        (&json!("rolled_back"), &json!(1), &json!(2))
    );
    let service = world.service().await;
    assert_eq!((&service["revision"], held(&service)), (&json!(1), 1));
    let none = world.server.post("/api/v1/services/churn/rollback", ADA, json!({})).await.expect(409);
    assert_eq!(none.code(), "rollouts.no_previous");
}

#[tokio::test]
async fn harm_rolls_back_also_while_paused() {
    let mut world = World::canary(0.0).await;
    for _ in 0..5 {
        world.second(100, [0.0, 0.0]).await;
    }
    let id = world.latest().await["id"].as_str().unwrap().to_owned();
    world.server.post(&format!("/api/v1/rollouts/{id}/pause"), ADA, json!({})).await.expect(200);
    let latest = until_ended(&mut world, [0.0, 0.8], 30).await;
    assert_eq!((&latest["state"], &latest["verdict"]["reason"]), (&json!("rolled_back"), &json!("harm")));
}

#[tokio::test]
async fn a_manual_rollback_ends_the_rollout_under_way() {
    let mut world = World::canary(0.0).await;
    world.second(100, [0.0, 0.0]).await;
    let ended = world.server.post("/api/v1/services/churn/rollback", ADA, json!({})).await.expect(200).json();
    assert_eq!((&ended["state"], &ended["to_revision"]), (&json!("rolled_back"), &json!(2)));
    assert_eq!(world.service().await["revision"], 1);
    // A pending one has had no traffic; it cannot be promoted before it is ready.
    world.platform.clock.advance(Duration::from_secs(10));
    let again = world.deploy("churn/3").await;
    let promote = format!("/api/v1/rollouts/{}/promote", again["id"].as_str().unwrap());
    assert_eq!(world.server.post(&promote, ADA, json!({})).await.expect(409).code(), "rollouts.not_ready");
}

#[tokio::test]
async fn all_at_once_moves_everything_when_ready() {
    let mut world = World::serving().await;
    let body = json!({"model": "churn/2", "strategy": "all_at_once"});
    world.server.post("/api/v1/services/churn/deploy", ADA, body).await.expect(201);
    world.beat(Vec::new()).await;
    world.pass().await;
    let latest = world.latest().await;
    assert_eq!((&latest["state"], &latest["verdict"]["reason"]), (&json!("promoted"), &json!("manual")));
    assert_eq!(world.service().await["revision"], 2);
}

#[tokio::test]
async fn a_controller_that_runs_twice_does_things_once() {
    let mut world = World::canary(0.0).await;
    for _ in 0..40 {
        world.second(100, [0.0, 0.0]).await;
        let before = world.platform.events().await.len();
        world.pass().await;
        assert_eq!(world.platform.events().await.len(), before, "the same look leads to nothing new");
    }
    let id = world.latest().await["id"].as_str().unwrap().to_owned();
    let explained = world.server.get(&format!("/api/v1/rollouts/{id}/explain"), ADA).await.expect(200).json();
    let numbers: Vec<i64> =
        explained["stages"].as_array().unwrap().iter().map(|stage| stage["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (0..i64::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_control_process_that_restarts_reaches_the_same_verdict() {
    let mut verdicts = Vec::new();
    for restarts in [false, true] {
        let mut world = World::canary(0.0).await;
        for second in 0..60 {
            if restarts && second % 7 == 3 {
                world = world.restart();
            }
            world.second(100, [0.0, 0.2]).await;
        }
        let latest = world.latest().await;
        assert_eq!(latest["state"], "rolled_back");
        verdicts.push(latest["verdict"].clone());
    }
    assert_eq!(verdicts[0], verdicts[1]);
}

#[tokio::test]
async fn only_answers_that_the_split_assigned_are_evidence() {
    let mut world = World::canary(0.0).await;
    for _ in 0..5 {
        world.second(100, [0.0, 0.0]).await;
    }
    let (version, entry) = world.entry();
    let canary = entry.routes[1].revision;
    let broken = TrafficCounters { requests: 500, errors: 500, ..TrafficCounters::default() };
    let mut records = Vec::new();
    for suffix in ["addressed", "fallback"] {
        let now = world.platform.context.clock.now();
        let mut record = traffic(&format!("{}/{canary}/{version}", entry.id), now, &broken);
        record.source = format!("g1-1:{suffix}");
        records.push(record);
    }
    world.beat(records).await;
    world.pass().await;
    assert_eq!(world.latest().await["state"], "running");
}

#[tokio::test]
async fn an_undecided_rollout_is_held_for_a_person() {
    let mut world = World::canary(0.0).await;
    world.second(100, [0.0, 0.0]).await;
    world.platform.clock.advance(Duration::from_secs(3_700));
    world.beat(Vec::new()).await;
    world.pass().await;
    let latest = world.latest().await;
    assert_eq!((&latest["state"], &latest["verdict"]["decision"]), (&json!("paused"), &json!("held")));
    world.pass().await;
    assert_eq!(world.latest().await["verdict"]["decision"], "held");
}

#[tokio::test]
async fn rollouts_of_all_services_are_listed_by_state_and_page() {
    let world = World::canary(0.0).await;
    let body = json!({"model": "churn/3"});
    world.server.post("/api/v1/services/other/deploy", ADA, body).await.expect(201);
    let list = |query: &'static str| world.server.get(query, ADA);
    let all = list("/api/v1/rollouts").await.expect(200).json();
    let of = |listed: &Value| -> Vec<String> {
        let items = listed["items"].as_array().unwrap();
        items.iter().map(|item| format!("{} {}", item["service"].as_str().unwrap(), item["to_revision"])).collect()
    };
    assert_eq!(of(&all), ["other 1", "churn 2", "churn 1"], "newest first");
    let open = list("/api/v1/rollouts?state=open").await.expect(200).json();
    assert_eq!(of(&open), ["other 1", "churn 2"]);
    assert_eq!(open["items"][1]["step_percent"], 10.0);
    assert_eq!(of(&list("/api/v1/rollouts?state=promoted&service=churn").await.expect(200).json()), ["churn 1"]);
    let first = list("/api/v1/rollouts?limit=2").await.expect(200).json();
    let next = format!("/api/v1/rollouts?cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(of(&world.server.get(&next, ADA).await.expect(200).json()), ["churn 1"]);
    for (query, code) in
        [("state=odd", "rollouts.unknown_state"), ("cursor=x", "request.query"), ("a=b", "request.query")]
    {
        let path = format!("/api/v1/rollouts?{query}");
        assert_eq!(world.server.get(&path, ADA).await.expect(400).code(), code);
    }
    world.server.get("/api/v1/rollouts?service=nothing", ADA).await.expect(404);
}

#[tokio::test]
async fn evidence_carries_the_bars_and_the_weight_of_every_look() {
    let mut world = World::canary(0.001).await;
    let latest = until_ended(&mut world, [0.001, 0.3], 60).await;
    let path = format!("/api/v1/rollouts/{}/explain", latest["id"].as_str().unwrap());
    let explained = world.server.get(&path, ADA).await.expect(200).json();
    let bars = &explained["bars"];
    let near = |bar: &str, value: f64| (bars[bar].as_f64().unwrap() - value).abs() < 1e-9;
    assert!(near("harm", (4.0_f64 / 0.05).ln()) && near("certify", 20.0_f64.ln()), "two guardrails: {bars}");
    assert!(
        near("suspicion", (4.0_f64 / 0.05).ln() / 2.0) && near("assignment", 1000.0_f64.ln()) && near("alpha", 0.05)
    );
    let history = explained["history"].as_array().unwrap();
    assert_eq!(explained["looks"], history.len());
    let last = history.last().unwrap();
    assert_eq!((&last["weight_percent"], &last["stage"]), (&json!(10.0), &json!(1)));
    let log_e = |process: &str| last["guardrails"][0]["log_e"][process].as_f64().unwrap();
    assert!(log_e("relative_harm").max(log_e("absolute_harm")) >= bars["harm"].as_f64().unwrap());
}

#[test]
fn looks_are_thinned_evenly_and_keep_their_ends() {
    for last in [0, 1, 499, 500, 501, 777, 100_000] {
        let shown = roadbed_serving::rollouts::looks_to_show(last);
        assert_eq!(shown.len(), usize::try_from(last.min(500)).unwrap());
        assert!(shown.windows(2).all(|pair| pair[0] < pair[1]), "{last}");
        if last > 0 {
            assert_eq!((shown[0], *shown.last().unwrap()), (1, last));
        }
    }
}
