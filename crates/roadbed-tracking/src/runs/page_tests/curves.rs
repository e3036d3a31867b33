//! Points of metrics, however they come in and wherever they lie.

use crate::runs::store;
use crate::stage::Stage;
use serde_json::{Value, json};

async fn history(stage: &Stage, run: &str) -> Vec<(i64, i64, Value)> {
    let answer = stage.get(&format!("/metrics/get-history?run_id={run}&metric_key=m")).await.expect(200).json();
    let point = |point: &Value| {
        let number = |field: &str| point[field].as_i64().unwrap();
        (number("timestamp"), number("step"), point["value"].clone())
    };
    answer["metrics"].as_array().cloned().unwrap_or_default().iter().map(point).collect()
}

async fn log(stage: &Stage, run: &str, step: i64) {
    let body = json!({"run_id": run, "key": "m", "value": step, "timestamp": 1_000 + step, "step": step});
    stage.post("/runs/log-metric", body).await.expect(200);
}

async fn arrays(stage: &Stage, run: &str, metrics: Value) -> Value {
    let path = format!("/api/v1/runs/{run}/metrics");
    stage.server.post(&path, "developer", json!({ "metrics": metrics })).await.expect(200).json()
}

/// More single calls than may wait, some of them twice, one late, and some after the end.
async fn check_a_long_curve(stage: &Stage) {
    let run = stage.run("long").await;
    for step in (0..600).filter(|step| *step != 250) {
        log(stage, &run, step).await;
    }
    log(stage, &run, 250).await;
    log(stage, &run, 3).await;
    let end = json!({"run_id": run, "status": "FINISHED", "end_time": 99});
    stage.post("/runs/update", end).await.expect(200);
    log(stage, &run, 600).await;
    log(stage, &run, 599).await;
    let expected: Vec<_> =
        (0..=600).map(|step| (1_000 + step, step, json!(f64::from(i32::try_from(step).unwrap())))).collect();
    assert_eq!(history(stage, &run).await, expected);
    let body = json!({"runs": [run], "keys": ["m"], "from": 200, "to": 300});
    let answer = stage.server.post("/api/v1/runs/series", "viewer", body).await.expect(200).json();
    assert_eq!((&answer["series"][0]["points"], &answer["series"][0]["last"][50]), (&json!(101), &json!(250)));
}

#[tokio::test]
async fn a_curve_is_whole_wherever_its_points_lie() {
    check_a_long_curve(&Stage::new()).await;
    if let Some(postgres) = Stage::on_postgres() {
        check_a_long_curve(&postgres).await;
    }
}

#[tokio::test]
async fn points_of_earlier_releases_are_kept() {
    let stage = Stage::new();
    let run = stage.run("old").await;
    stage.platform.context.store.append(store::keep_as_before).await.unwrap();
    let expected = vec![(5, 0, json!(0.5)), (6, 1, json!("NaN")), (1_002, 2, json!(2.0))];
    log(&stage, &run, 2).await;
    assert_eq!(history(&stage, &run).await, expected);
    stage.post("/runs/update", json!({"run_id": run, "status": "FAILED"})).await.expect(200);
    assert_eq!(history(&stage, &run).await, expected);
}

#[tokio::test]
async fn whole_curves_are_logged_at_once_and_once() {
    let stage = Stage::new();
    let run = stage.run("arrays").await;
    let long: Vec<i64> = (0..20_000).collect();
    let metrics = json!([{"key": "m", "values": [1, "NaN", null, "Infinity", -0.5], "first_step": -2},
        {"key": "long", "values": long, "steps": long, "timestamps_ms": long}]);
    for _ in 0..2 {
        assert_eq!(arrays(&stage, &run, metrics.clone()).await, json!({"points": 20_005}));
    }
    let points = history(&stage, &run).await;
    assert_eq!(points.iter().map(|(_, step, _)| *step).collect::<Vec<_>>(), [-2, -1, 0, 1, 2]);
    assert_eq!(
        points.iter().map(|(_, _, value)| value.clone()).collect::<Vec<_>>(),
        [json!(1.0), json!("NaN"), json!("NaN"), json!(f64::MAX), json!(-0.5)]
    );
    let page = stage.server.get(&format!("/api/v1/runs/{run}"), "viewer").await.expect(200).json();
    assert_eq!((&page["metrics"]["m"], &page["metrics"]["long"]), (&json!(-0.5), &json!(19_999.0)));
    let answer =
        stage.get(&format!("/metrics/get-history?run_id={run}&metric_key=long&max_results=30000")).await.json();
    assert_eq!(answer["metrics"].as_array().unwrap().len(), 20_000);
}

#[tokio::test]
async fn curves_that_make_no_sense_change_nothing() {
    let stage = Stage::new();
    let run = stage.run("arrays").await;
    let path = format!("/api/v1/runs/{run}/metrics");
    for (field, metrics) in [
        ("metrics", json!([])),
        ("metrics[0].steps", json!([{"key": "m", "values": [1, 2], "steps": [1]}])),
        ("metrics[0].timestamps_ms", json!([{"key": "m", "values": [1], "timestamps_ms": []}])),
        (
            "metrics[1].first_step",
            json!([{"key": "a", "values": []}, {"key": "m", "values": [1], "steps": [1], "first_step": 1}]),
        ),
    ] {
        let answer = stage.server.post(&path, "developer", json!({ "metrics": metrics })).await.expect(400).json();
        assert_eq!(answer["field"], field);
    }
    for values in [json!(["much"]), json!([true]), json!([[1]])] {
        stage.server.post(&path, "developer", json!({"metrics": [{"key": "m", "values": values}]})).await.expect(400);
    }
    let one = json!({"metrics": [{"key": "m", "values": [1]}]});
    stage.server.post(&path, "viewer", one.clone()).await.expect(403);
    stage.server.post(&path, "outsider", one.clone()).await.expect(404);
    stage.server.post(&format!("{path}?dry_run=true"), "developer", one.clone()).await.expect(200);
    assert_eq!(history(&stage, &run).await, []);
    let negative = json!({"metrics": [{"key": "m", "values": [1], "timestamps_ms": [-1]}]});
    stage.server.post(&path, "developer", negative).await.expect(400);
    stage.post("/runs/delete", json!({"run_id": run})).await.expect(200);
    stage.server.post(&path, "developer", one).await.expect(400);
}
