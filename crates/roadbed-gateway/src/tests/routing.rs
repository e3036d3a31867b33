//! Which revision answers: proportional, sticky, monotone, and back to the fallback when control is silent.

use super::linear::LinearModel;
use super::stage::{HandClock, Stage, lease, service, until};
use http::{Method, StatusCode};
use roadbed_contracts::entries::ServiceEntry;
use roadbed_core::{IdSource, RevisionId, RolloutId, ServiceId, SystemIds};
use std::sync::Arc;
use std::time::Duration;

/// `churn` with stable revision 1 (y = x) and canary revision 2 (y = 2x) at this weight.
fn canary(stage: &Stage, basis_points: u16) -> (ServiceEntry, RevisionId, RevisionId) {
    let id = ServiceId::from_u128(SystemIds.next());
    let stable = stage.revision(id, 1, &LinearModel { weights: vec![1.0], ..LinearModel::default() });
    let canary = stage.revision(id, 2, &LinearModel { weights: vec![2.0], ..LinearModel::default() });
    let mut entry = service("churn", id, &[(stable, 10_000 - basis_points), (canary, basis_points)]);
    entry.rollout = Some(RolloutId::from_u128(7));
    stage.route(&entry);
    (entry, stable, canary)
}

async fn revision_for(stage: &Stage, header: &str, value: &str) -> String {
    let request = stage.request(Method::POST, "/services/churn/invocations").header("content-type", "application/json");
    let answer = stage.call(request.header(header, value), r#"{"inputs": [[1]]}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let predicted = answer.json()["predictions"][0].as_f64().unwrap();
    assert_eq!(answer.header("x-roadbed-revision").parse::<f64>().unwrap(), predicted);
    answer.header("x-roadbed-revision").to_owned()
}

#[tokio::test]
async fn the_canary_gets_its_share_and_keys_stay_where_they_are() {
    let stage = Stage::open().await;
    let (mut entry, stable, canary) = canary(&stage, 1000);
    stage.ready().await;
    let mut on_canary = Vec::new();
    for user in 0..1000 {
        let user = format!("user-{user}");
        let revision = revision_for(&stage, "x-roadbed-routing-key", &user).await;
        assert_eq!(revision_for(&stage, "x-roadbed-routing-key", &user).await, revision);
        if revision == "2" {
            on_canary.push(user);
        }
    }
    // Five standard deviations around 100 of 1000.
    assert!((53..=147).contains(&on_canary.len()), "{}", on_canary.len());
    // Requests without a key are split too, by their id.
    let mut requests = 0;
    for request in 0..500 {
        requests += i32::from(revision_for(&stage, "x-request-id", &format!("r-{request}")).await == "2");
    }
    assert!((17..=83).contains(&requests), "{requests}");
    entry.routes = super::stage::weights(&[(stable, 5000), (canary, 5000)]);
    stage.route(&entry);
    stage.ready().await;
    for user in &on_canary {
        assert_eq!(revision_for(&stage, "x-roadbed-routing-key", user).await, "2");
    }
}

#[tokio::test]
async fn keys_are_units_of_a_version_and_bad_once() {
    let stage = Stage::open().await;
    let id = ServiceId::from_u128(SystemIds.next());
    let stable = stage.revision(id, 1, &LinearModel { fails: true, ..LinearModel::default() });
    let mut entry = service("churn", id, &[(stable, 10_000)]);
    entry.rollout = Some(RolloutId::from_u128(7));
    entry.slow_above_micros = Some(0);
    let first = stage.route(&entry);
    stage.ready().await;
    let ask = async |key: &str| {
        let request = stage.request(Method::POST, "/services/churn/invocations");
        let request = request.header("content-type", "application/json").header("x-roadbed-routing-key", key);
        assert_eq!(stage.call(request, r#"{"inputs": [[1]]}"#).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    };
    for key in ["a", "a", "b", "a"] {
        ask(key).await;
    }
    assert_eq!(stage.invoke(r#"{"inputs": [[1]]}"#).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    until("five requests are counted", async || stage.control.traffic("/", "").requests == 5).await;
    entry.slow_above_micros = None;
    let second = stage.route(&entry);
    stage.ready().await;
    for key in ["a", "c", "c"] {
        ask(key).await;
    }
    until("eight requests are counted", async || stage.control.traffic("/", "").requests == 8).await;
    let before = stage.control.traffic(&format!("/{first}"), "");
    assert_eq!((before.requests, before.errors, before.rows), (5, 5, 5));
    assert_eq!((before.keyed.requests, before.keyed.request_errors, before.keyed.request_slow), (4, 4, 4));
    assert_eq!((before.keyed.units, before.keyed.errors, before.keyed.slow), (2, 2, 2));
    assert_eq!((before.slow, before.latency.values().sum::<u64>()), (5, 5));
    let after = stage.control.traffic(&format!("/{second}"), "");
    assert_eq!(
        (after.keyed.units, after.keyed.errors, after.keyed.slow),
        (2, 1, 0),
        "a is seen again and was bad before"
    );
}

#[tokio::test]
async fn a_named_revision_answers_and_is_no_evidence() {
    let stage = Stage::open().await;
    canary(&stage, 0);
    stage.ready().await;
    let request = stage.request(Method::POST, "/v2/models/churn/versions/2/infer");
    let question = r#"{"inputs": [{"name": "x", "shape": [1, 1], "datatype": "FP64", "data": [4]}]}"#;
    let answer = stage.call(request, question).await;
    assert_eq!(answer.json()["outputs"][0]["data"], serde_json::json!([8.0]));
    assert_eq!(answer.json()["model_version"], "2");
    until("it is counted apart", async || stage.control.traffic("/", ":addressed").requests == 1).await;
    assert_eq!(stage.control.traffic("/", ":addressed").weight_basis_points, 0);
    assert_eq!(stage.control.traffic("/", "").requests, 0);
}

#[tokio::test]
async fn a_canary_weight_ends_with_its_lease() {
    let clock = Arc::new(HandClock::default());
    let stage = Stage::open_with(|_| {}, Some(Arc::clone(&clock))).await;
    let (mut entry, stable, canary) = canary(&stage, 10_000);
    entry.lease = Some(lease(600, &[(stable, 10_000), (canary, 0)]));
    stage.route(&entry);
    stage.ready().await;
    assert_eq!(revision_for(&stage, "x-request-id", "a").await, "2");
    stage.control.die().await;
    clock.advance(Duration::from_secs(599));
    assert_eq!(revision_for(&stage, "x-request-id", "a").await, "2");
    clock.advance(Duration::from_secs(2));
    assert_eq!(revision_for(&stage, "x-request-id", "a").await, "1");
    stage.control.revive().await;
    until("the weights in force apply again", async || revision_for(&stage, "x-request-id", "a").await == "2").await;
    until("the fallback is told apart", async || stage.control.traffic("/", ":fallback").requests > 0).await;
    let fallback = stage.control.traffic("/", ":fallback");
    assert_eq!(fallback.weight_basis_points, 10_000);
}

#[tokio::test]
async fn silence_is_remembered_across_a_restart() {
    let clock = Arc::new(HandClock::default());
    let mut stage = Stage::open_with(|_| {}, Some(Arc::clone(&clock))).await;
    let (mut entry, stable, canary) = canary(&stage, 10_000);
    entry.lease = Some(lease(600, &[(stable, 10_000), (canary, 0)]));
    stage.route(&entry);
    stage.ready().await;
    stage.control.die().await;
    stage.kill().await;
    std::fs::write(stage.settings.folder.join("last_contact"), "2001-01-01T00:00:00Z").unwrap();
    stage.start();
    assert_eq!(revision_for(&stage, "x-request-id", "a").await, "1");
}
