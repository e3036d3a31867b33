use crate::stage::Stage;
use serde_json::{Value, json};

async fn log(stage: &Stage, run: &str, points: &[(&str, Value, i64, i64)]) {
    let metric = |(key, value, timestamp, step): &(&str, Value, i64, i64)| json!({"key": key, "value": value, "timestamp": timestamp, "step": step});
    for some in points.chunks(1000) {
        let metrics: Vec<Value> = some.iter().map(metric).collect();
        stage.post("/runs/log-batch", json!({"run_id": run, "metrics": metrics})).await.expect(200);
    }
}

async fn series(stage: &Stage, body: Value) -> Value {
    stage.server.post("/api/v1/runs/series", "viewer", body).await.expect(200).json()
}

/// 1,000 steps with one spike, and a second run with 60 steps.
async fn two_runs(stage: &Stage) -> (String, String) {
    let (long, short) = (stage.run("long").await, stage.run("short").await);
    let value = |step: i64| if step == 777 { json!(99.5) } else { json!(0.25) };
    let points: Vec<_> = (0..1000).map(|step| ("loss", value(step), 1_000 + step * 10, step)).collect();
    log(stage, &long, &points).await;
    let points: Vec<_> = (0..60).map(|step| ("loss", json!(step), 2_000 + step, step)).collect();
    log(stage, &short, &points).await;
    (long, short)
}

async fn check_curves(stage: &Stage) -> Value {
    let (long, short) = two_runs(stage).await;
    let body = json!({"runs": [long, short, long], "keys": ["loss", "loss", "none"], "buckets": 100});
    let answer = series(stage, body).await;
    assert_eq!((&answer["x"], &answer["from"], &answer["to"]), (&json!("step"), &json!(0.0), &json!(1000.0)));
    assert_eq!((&answer["buckets"], &answer["series"].as_array().unwrap().len()), (&json!(100), &2));
    let curve = &answer["series"][0];
    assert_eq!((&curve["run"], &curve["points"], &curve["nan"]), (&json!(long), &json!(1000), &json!(0)));
    assert_eq!(curve["bucket"].as_array().unwrap().len(), 100);
    assert_eq!((&curve["max"][77], &curve["min"][77], &curve["last"][77]), (&json!(99.5), &json!(0.25), &json!(0.25)));
    assert_eq!(curve.get("x"), None);
    assert_eq!(answer["series"][1]["bucket"], json!([0, 1, 2, 3, 4, 5]));
    assert_eq!(answer["series"][1]["last"], json!([9, 19, 29, 39, 49, 59]));
    answer
}

#[tokio::test]
async fn all_series_share_the_axis_and_a_spike_of_one_step_stays() {
    check_curves(&Stage::new()).await;
}

#[tokio::test]
async fn both_stores_give_the_same_curves() {
    let Some(postgres) = Stage::on_postgres() else { return };
    let sqlite = check_curves(&Stage::new()).await;
    let there = check_curves(&postgres).await;
    for index in 0..2 {
        for field in ["bucket", "min", "max", "last", "points"] {
            assert_eq!(sqlite["series"][index][field], there["series"][index][field]);
        }
    }
}

#[tokio::test]
async fn few_points_stand_where_they_are() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let points = [("m", json!(1e300), 5_500, 3), ("m", json!("NaN"), 6_000, 4), ("m", json!(0.1), 8_250, 9)];
    log(&stage, &run, &points).await;
    let answer = series(&stage, json!({"runs": [run], "keys": ["m"]})).await;
    let curve = &answer["series"][0];
    assert_eq!((&answer["from"], &answer["to"], &answer["buckets"]), (&json!(3.0), &json!(10.0), &json!(7)));
    assert_eq!((&curve["x"], &curve["bucket"]), (&json!([3.0, 4.0, 9.0]), &json!([0, 1, 6])));
    assert_eq!((&curve["last"], &curve["nan"]), (&json!([1e300, null, 0.1]), &json!(1)));
    assert_eq!((curve.get("min"), curve.get("max")), (None, None));
    let since = series(&stage, json!({"runs": [run], "keys": ["m"], "x": "relative_time", "from": 5.9})).await;
    // The stage begins its runs at 5 milliseconds.
    assert_eq!(since["series"][0]["x"], json!([5.995, 8.245]));
    let time = series(&stage, json!({"runs": [run], "keys": ["m"], "x": "time", "from": 5, "to": 6})).await;
    assert_eq!((&time["series"][0]["points"], &time["series"][0]["x"]), (&json!(2), &json!([5.5, 6.0])));
    let none = series(&stage, json!({"runs": [run], "keys": ["other"]})).await;
    assert_eq!(none["series"], json!([]));
}

#[tokio::test]
async fn many_points_are_read_page_by_page() {
    let stage = Stage::new();
    let run = stage.run("long").await;
    let points: Vec<_> = (0..50_001).map(|step| ("m", json!(step), 1_000, step)).collect();
    log(&stage, &run, &points).await;
    let answer = series(&stage, json!({"runs": [run], "keys": ["m"], "buckets": 10})).await;
    let curve = &answer["series"][0];
    assert_eq!((&curve["points"], &curve["last"][9]), (&json!(50_001), &json!(50_000)));
}

#[tokio::test]
async fn series_are_refused_outside_the_team_and_out_of_bounds() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let path = "/api/v1/runs/series";
    let body = json!({"runs": [run], "keys": ["m"]});
    stage.server.post(path, "outsider", body.clone()).await.expect(404);
    stage.server.post(path, "nobody", body).await.expect(401);
    stage.server.post(path, "viewer", json!({"runs": [run, "0".repeat(32)], "keys": ["m"]})).await.expect(404);
    for (field, body) in [
        ("runs", json!({"runs": [], "keys": ["m"]})),
        ("keys", json!({"runs": [run], "keys": vec!["m"; 51]})),
        ("buckets", json!({"runs": [run], "keys": ["m"], "buckets": 9})),
        ("to", json!({"runs": [run], "keys": ["m"], "from": 2, "to": 2})),
        ("bins", json!({"runs": [run], "keys": ["m"], "bins": 9})),
    ] {
        assert_eq!(stage.server.post(path, "viewer", body).await.expect(400).json()["field"], field);
    }
}
