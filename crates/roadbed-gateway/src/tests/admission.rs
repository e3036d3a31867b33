//! Saturation, time-outs and models that are not there.

use super::linear::LinearModel;
use super::stage::{Stage, service, until};
use http::StatusCode;
use roadbed_contracts::entries::ServiceEntry;
use roadbed_core::{IdSource, ServiceId, SystemIds};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::task::JoinSet;

const QUESTION: &str = r#"{"inputs": [[1]]}"#;

/// `churn` with this model and limits.
async fn churn(model: LinearModel, concurrency: u32, queue: u32, timeout_ms: u32) -> (Arc<Stage>, ServiceEntry) {
    let stage = Stage::open().await;
    let id = ServiceId::from_u128(SystemIds.next());
    let revision = stage.revision(id, 1, &model);
    let mut entry = service("churn", id, &[(revision, 10_000)]);
    entry.limits.concurrency = concurrency;
    entry.limits.queue = queue;
    entry.limits.timeout_ms = timeout_ms;
    stage.route(&entry);
    (Arc::new(stage), entry)
}

#[tokio::test]
async fn a_full_queue_answers_429_and_the_others_are_served() {
    let held = LinearModel { weights: vec![1.0], held: true, ..LinearModel::default() };
    let (stage, _) = churn(held, 2, 3, 30_000).await;
    stage.ready().await;
    let mut calls = JoinSet::new();
    for _ in 0..8 {
        let stage = Arc::clone(&stage);
        calls.spawn(async move { stage.invoke(QUESTION).await });
    }
    for _ in 0..3 {
        let refused = calls.join_next().await.unwrap().unwrap();
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(refused.json()["error_code"], "REQUEST_LIMIT_EXCEEDED");
    }
    stage.backend.gate.0.add_permits(5);
    while let Some(answer) = calls.join_next().await {
        assert_eq!(answer.unwrap().status, StatusCode::OK);
    }
    until("all are counted", async || stage.control.traffic("/", "").requests == 5).await;
    let counters = stage.control.traffic("/", "");
    assert_eq!((counters.refused, counters.errors), (3, 0));
}

#[tokio::test]
async fn a_caller_that_hangs_up_is_counted_with_the_time_it_waited() {
    let held = LinearModel { weights: vec![1.0], held: true, ..LinearModel::default() };
    let (stage, mut entry) = churn(held, 2, 3, 30_000).await;
    entry.slow_above_micros = Some(0);
    stage.route(&entry);
    stage.ready().await;
    let mut calls = JoinSet::new();
    let caller = Arc::clone(&stage);
    calls.spawn(async move { caller.invoke(QUESTION).await });
    until("it is in the model", async || stage.backend.entered.load(Ordering::SeqCst) == 1).await;
    calls.shutdown().await;
    until("it is counted", async || stage.control.traffic("/", "").requests == 1).await;
    let counters = stage.control.traffic("/", "");
    assert_eq!((counters.slow, counters.errors, counters.refused), (1, 0, 0));
}

#[tokio::test]
async fn a_model_that_hangs_is_a_504_and_waiting_too_long_is_a_503() {
    let held = LinearModel { weights: vec![1.0], held: true, ..LinearModel::default() };
    let (stage, _) = churn(held, 1, 8, 150).await;
    stage.ready().await;
    let mut calls = JoinSet::new();
    for _ in 0..2 {
        let stage = Arc::clone(&stage);
        calls.spawn(async move { stage.invoke(QUESTION).await.status.as_u16() });
    }
    let mut statuses = vec![calls.join_next().await.unwrap().unwrap(), calls.join_next().await.unwrap().unwrap()];
    statuses.sort_unstable();
    // The second call waits for the first one's place: it gets it with no time left, or not at all.
    assert!(statuses == [503, 504] || statuses == [504, 504], "{statuses:?}");
    until("time-outs are errors", async || {
        let counters = stage.control.traffic("/", "");
        counters.errors >= 1 && counters.errors + counters.refused == 2
    })
    .await;
}

#[tokio::test]
async fn requests_wait_for_a_model_that_is_being_loaded() {
    let slow = LinearModel { weights: vec![3.0], loads_slowly: true, ..LinearModel::default() };
    let (stage, entry) = churn(slow, 8, 8, 30_000).await;
    until("the service is known", async || stage.get("/v2/models/churn").await.status == StatusCode::OK).await;
    assert_eq!(stage.get("/v2/models/churn/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stage.get("/v2/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let waiting = {
        let stage = Arc::clone(&stage);
        let mut calls = JoinSet::new();
        calls.spawn(async move { stage.invoke(QUESTION).await });
        calls
    };
    stage.backend.gate.0.add_permits(1);
    let answer = waiting.join_all().await.pop().unwrap();
    assert_eq!(answer.text(), r#"{"predictions": [3.0]}"#);
    let mut impatient = entry;
    impatient.limits.timeout_ms = 50;
    let slow = LinearModel { weights: vec![3.0], loads_slowly: true, ..LinearModel::default() };
    let second = stage.revision(impatient.id, 2, &slow);
    impatient.routes = super::stage::weights(&[(second, 10_000)]);
    stage.route(&impatient);
    until("the second revision is asked", async || stage.invoke(QUESTION).await.header("x-roadbed-revision") == "2")
        .await;
    let refused = stage.invoke(QUESTION).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "1"));
    assert!(refused.text().contains("revision 2 of service"), "{}", refused.text());
    stage.backend.gate.0.add_permits(1);
    until("the second revision answers", async || stage.invoke(QUESTION).await.status == StatusCode::OK).await;
}

#[tokio::test]
async fn models_that_cannot_be_loaded_say_why() {
    let corrupt = LinearModel { corrupt: true, ..LinearModel::default() };
    let (stage, mut entry) = churn(corrupt, 8, 8, 30_000).await;
    stage.ready().await;
    let answer = stage.invoke(QUESTION).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text().contains("the file is corrupt"), "{}", answer.text());
    assert_eq!(stage.get("/services/churn/ping").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let details = stage.control.told(|told| told.last_heartbeat.clone().unwrap().revisions);
    assert!(details[0].detail.contains("the file is corrupt"), "{details:?}");
    until("it counts as an error", async || stage.control.traffic("/", "").errors == 1).await;
    entry.routes.clear();
    stage.route(&entry);
    stage.ready().await;
    let nobody = stage.invoke(QUESTION).await;
    assert_eq!(nobody.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(nobody.text().contains("takes no traffic"), "{}", nobody.text());
}
