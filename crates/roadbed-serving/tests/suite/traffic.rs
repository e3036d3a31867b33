//! Traffic over time.

use crate::world::{ADA, World, traffic};
use roadbed_contracts::records::TrafficCounters;
use roadbed_core::Timestamp;
use roadbed_serving::traffic::{Range, TrafficError};
use serde_json::{Value, json};
use std::time::Duration;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

const DAY: i64 = 86_400;

#[test]
fn steps_follow_the_length_and_the_age_of_a_range() {
    let now = at(100 * DAY + 7);
    let before = |seconds: i64| Some(at(100 * DAY + 7 - seconds));
    for (from, to, step, expected) in [
        (None, None, None, Ok((15, 241))),
        (before(300), None, None, Ok((1, 300))),
        (before(6 * 3600), None, None, Ok((120, 181))),
        (before(7 * DAY), None, None, Ok((3600, 169))),
        (before(50 * DAY), before(50 * DAY - 600), None, Ok((3600, 1))),
        (before(50 * DAY), before(50 * DAY - 600), Some(60), Ok((3600, 1))),
        (before(8 * 3600), None, Some(1), Err("buckets")),
        (before(2 * 3600), None, Some(1), Err("buckets")),
        (before(1800), None, Some(1), Ok((1, 1800))),
        (None, None, Some(0), Err("write 1 to 86400")),
        (None, None, Some(90_000), Err("write 1 to 86400")),
        (before(10), before(20), None, Err("before to")),
        (Some(at(100 * DAY + 60)), None, None, Err("before now")),
    ] {
        let found = Range::new(now, from, to, step);
        match (found, expected) {
            (Ok(range), Ok((step, buckets))) => {
                assert_eq!((range.step_seconds, range.starts().len()), (step, buckets), "{from:?} {to:?}");
                assert_eq!(range.from.as_micros() % (i64::from(step) * 1_000_000), 0);
                assert!(range.to <= now && range.bucket_of(range.from) == Some(0));
                assert_eq!(range.bucket_of(range.to.minus(Duration::from_micros(1))), Some(buckets - 1));
            }
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (found, expected) => panic!("{from:?} {to:?} {step:?}: {found:?}, not {expected:?}"),
        }
    }
    assert_eq!(Range::new(now, None, None, Some(0)), Err(TrafficError::Step(0)));
}

fn columns<'v>(part: &'v Value, name: &str) -> Vec<&'v Value> {
    part[name].as_array().unwrap().iter().collect()
}

fn sum(part: &Value, name: &str) -> u64 {
    columns(part, name).into_iter().map(|value| value.as_u64().unwrap()).sum()
}

#[tokio::test]
async fn a_series_has_both_arms_of_a_canary_and_holes_without_latency() {
    let mut world = World::canary(0.0).await;
    for _ in 0..10 {
        world.second(100, [0.1, 0.1]).await;
    }
    world.platform.clock.advance(Duration::from_secs(5));
    let answer = world.server.get("/api/v1/services/churn/traffic?step=1", "vera").await.expect(400);
    assert_eq!((answer.code().as_str(), &answer.json()["field"]), ("traffic.range", &json!("step")));
    let from = world.platform.context.clock.now().minus(Duration::from_secs(60));
    let path = format!("/api/v1/services/churn/traffic?from={from}&step=1");
    let answer = world.server.get(&path, "vera").await.expect(200).json();
    let length = answer["at"].as_array().unwrap().len();
    assert_eq!((length, answer["step_seconds"].as_u64()), (60, Some(1)));
    let (canary, stable) = (&answer["revisions"][0], &answer["revisions"][1]);
    assert_eq!((&canary["revision"], &stable["revision"]), (&json!(2), &json!(1)));
    assert_eq!((sum(canary, "requests"), sum(stable, "requests")), (100, 30 * 100 + 900));
    assert_eq!((sum(canary, "errors"), sum(stable, "errors")), (10, 90));
    assert_eq!(sum(&answer["total"], "requests"), 4_000);
    let weights: Vec<&Value> = columns(canary, "weight_percent").into_iter().filter(|value| !value.is_null()).collect();
    assert!(weights.len() == 10 && weights.iter().all(|weight| **weight == 10.0), "{weights:?}");
    let (requests, latency) = (columns(&answer["total"], "requests"), columns(&answer["total"], "latency_ms_p95"));
    for (requests, latency) in requests.iter().zip(&latency) {
        assert_eq!(requests.as_u64() == Some(0), latency.is_null(), "a hole is not a fast answer");
    }
    assert_eq!(requests.last().unwrap().as_u64(), Some(0));
    let compute: f64 = columns(&answer["total"], "compute_seconds").iter().map(|value| value.as_f64().unwrap()).sum();
    assert!((compute - 2.0).abs() < 1e-9, "{compute}");
    let summary = &answer["summary"];
    assert_eq!(
        (&summary["requests"], &summary["errors"], &summary["error_rate"]),
        (&json!(4_000), &json!(100), &json!(0.025))
    );
    let rate = summary["requests_per_second"].as_f64().unwrap();
    assert!((rate - 4_000.0 / 60.0).abs() < 1.2, "{rate}");
    let p99 = summary["latency_ms_p99"].as_f64().unwrap();
    assert!((p99 / 0.1 - 1.0).abs() > 0.0 && p99 > 0.0, "{p99}");
}

#[tokio::test]
async fn a_service_without_traffic_has_zeros_and_no_latency() {
    let world = World::serving().await;
    let answer = world.server.get("/api/v1/services/churn/traffic", ADA).await.expect(200).json();
    assert_eq!((answer["at"].as_array().unwrap().len(), &answer["revisions"]), (240, &json!([])));
    assert_eq!(sum(&answer["total"], "requests"), 0);
    assert!(columns(&answer["total"], "latency_ms_p50").iter().all(|value| value.is_null()));
    let summary = &answer["summary"];
    assert!(summary["error_rate"].is_null() && summary["latency_ms_p99"].is_null() && summary["requests"] == 0);
    for query in ["from=yesterday", "to=now", "from=2030-01-01T00:00:00Z", "step=0", "steps=1", "step=x"] {
        world.server.get(&format!("/api/v1/services/churn/traffic?{query}"), ADA).await.expect(400);
    }
    world.server.get("/api/v1/services/nothing/traffic", ADA).await.expect(404);
}

#[tokio::test]
async fn all_services_come_with_their_sparks_and_others_stay_out() {
    let mut world = World::serving().await;
    for name in ["a-first", "theirs"] {
        let caller = if name == "theirs" { "otto" } else { ADA };
        let path = format!("/api/v1/services/{name}/deploy");
        world.server.post(&path, caller, json!({"model": "churn/1"})).await.expect(201);
    }
    for _ in 0..30 {
        world.second(10, [0.2, 0.0]).await;
    }
    world.platform.clock.advance(Duration::from_secs(1));
    let answer = world.server.get("/api/v1/traffic", ADA).await.expect(200).json();
    let items = answer["items"].as_array().unwrap();
    let names: Vec<&str> = items.iter().map(|item| item["service"].as_str().unwrap()).collect();
    assert_eq!((names, &answer["step_seconds"]), (vec!["a-first", "churn"], &json!(15)));
    let churn = &items[1];
    assert_eq!((sum(churn, "spark_requests"), sum(churn, "spark_errors")), (300, 60));
    assert_eq!(churn["spark_requests"].as_array().unwrap().len(), answer["at"].as_array().unwrap().len());
    assert_eq!(
        (&churn["error_rate"], &churn["team"], &churn["project"]),
        (&json!(0.2), &json!("growth"), &json!("default"))
    );
    assert_eq!((&items[0]["requests"], &items[0]["error_rate"]), (&json!(0), &Value::Null));
    let page = world.server.get("/api/v1/traffic?limit=1&window=1h", ADA).await.expect(200).json();
    assert_eq!((page["next_cursor"].as_str(), page["items"].as_array().unwrap().len()), (Some("a-first"), 1));
    let next = world.server.get("/api/v1/traffic?limit=1&cursor=a-first", ADA).await.expect(200).json();
    assert_eq!((&next["items"][0]["service"], &next["items"][0]["requests"]), (&json!("churn"), &json!(300)));
    for query in ["window=soon", "window=30s", "window=2d", "limit=0", "windows=1m"] {
        world.server.get(&format!("/api/v1/traffic?{query}"), ADA).await.expect(400);
    }
}

#[tokio::test]
async fn answers_of_revisions_that_are_gone_stay_in_the_total() {
    let mut world = World::serving().await;
    let (version, entry) = world.entry();
    let now = world.platform.context.clock.now();
    let counters = TrafficCounters { requests: 7, refused: 2, slow: 1, rows: 70, ..TrafficCounters::default() };
    let gone = roadbed_core::RevisionId::from_u128(77);
    world.beat(vec![traffic(&format!("{}/{gone}/{version}", entry.id), now, &counters)]).await;
    world.platform.clock.advance(Duration::from_secs(2));
    let answer = world.server.get("/api/v1/services/churn/traffic", ADA).await.expect(200).json();
    assert_eq!(answer["revisions"][0]["revision"], Value::Null);
    for (name, expected) in [("requests", 7), ("refused", 2), ("slow", 1), ("rows", 70)] {
        assert_eq!(sum(&answer["total"], name), expected, "{name}");
    }
}
