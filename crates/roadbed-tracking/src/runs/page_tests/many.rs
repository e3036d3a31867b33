//! Sizes and times with as much as the pages must bear.

use crate::experiments::Lifecycle;
use crate::mlflow::Measure;
use crate::runs::model::{Batch, MetricPoint, Run, RunError};
use crate::runs::store;
use crate::stage::{Stage, TEAM};
use roadbed_store::StoreError;
use serde_json::json;
use std::time::{Duration, Instant};

#[derive(Debug)]
struct Failed;

impl From<StoreError> for Failed {
    fn from(_: StoreError) -> Self {
        Self
    }
}

impl From<RunError> for Failed {
    fn from(_: RunError) -> Self {
        Self
    }
}

fn run(number: i64, experiment: i64) -> Run {
    Run {
        number,
        run_id: format!("f{number:031x}"),
        experiment,
        experiment_id: 0,
        run_name: format!("run {number}"),
        user_id: "ada".to_owned(),
        status: "FINISHED".to_owned(),
        start_time_ms: number,
        end_time_ms: Some(number + 1000),
        artifact_uri: "mlflow-artifacts:/0".to_owned(),
        lifecycle: Lifecycle::Active,
        job: None,
    }
}

/// 40 metrics, 8 params and 2 tags.
fn batch(number: i64) -> Batch {
    let value = |key: u32| f64::from(u32::try_from(number).unwrap() * 7919 % 10_007 + key) / 10_007.0;
    let metric = |key: u32| MetricPoint {
        key: format!("metric {key}"),
        value: Measure::new(value(key)),
        timestamp_ms: number,
        step: 1,
    };
    let pair = |kind: &'static str| move |key: u32| (format!("{kind} {key}"), format!("{number}"));
    Batch {
        points: (0..40).map(metric).collect(),
        params: (0..8).map(pair("param")).collect(),
        tags: (0..2).map(pair("tag")).collect(),
        ..Batch::default()
    }
}

#[tokio::test]
#[ignore = "fills half a million values, which takes minutes"]
async fn a_page_of_ten_thousand_runs_comes_in_less_than_a_second() {
    const RUNS: i64 = 10_000;
    let stage = Stage::new();
    stage.run("makes the default experiment").await;
    let database = &stage.platform.context.store;
    let filled = database.write(|tx| {
        tx.without_event("the test fills the table");
        (2..=RUNS).try_for_each(|number| store::insert(tx, TEAM, &run(number, 1)))
    });
    filled.await.unwrap();
    for first in (2..=RUNS).step_by(500) {
        let filled = database.append(move |append| {
            let mut numbers = first..(first + 500).min(RUNS + 1);
            numbers.try_for_each(|number| store::log::<Failed>(append, &run(number, 1), TEAM, &batch(number)))
        });
        filled.await.unwrap();
    }
    let columns = "columns=metrics.metric%201,metrics.metric%202,params.param%201,tags.tag%201";
    for query in [
        format!("experiment=0&{columns}&count=true&limit=100"),
        format!(
            "experiment=0&{columns}&count=true&limit=100&filter=metrics.%60metric%203%60%20%3E%200.5%20AND%20\
             params.%60param%202%60%20LIKE%20'%257%25'&order_by=metrics.%60metric%201%60%20DESC"
        ),
        "experiment=0&limit=100&order_by=metrics.%60metric%201%60%20DESC".to_owned(),
    ] {
        let started = Instant::now();
        let found = stage.server.get(&format!("/api/v1/runs?{query}"), "viewer").await.expect(200);
        let took = started.elapsed();
        eprintln!("{took:?} {} bytes, total {}", found.text().len(), found.json()["total"]);
        assert_eq!(found.json()["items"].as_array().unwrap().len(), 100);
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
    let started = Instant::now();
    let keys = stage.server.get("/api/v1/experiments/0/keys", "viewer").await.expect(200).json();
    eprintln!("{:?} for {} keys", started.elapsed(), keys["items"].as_array().unwrap().len());
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn five_thousand_metrics_of_a_run_are_less_than_a_megabyte() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    for first in (0..5000).step_by(1000) {
        let metric = |key: i32| json!({"key": format!("layer {key}/gradient/norm of weights"), "value": f64::from(key) / 7.0, "timestamp": 1});
        let metrics: Vec<_> = (first..first + 1000).map(metric).collect();
        stage.post("/runs/log-batch", json!({"run_id": run, "metrics": metrics})).await.expect(200);
    }
    let page = stage.server.get(&format!("/api/v1/runs/{run}"), "viewer").await.expect(200);
    assert!(page.text().len() < 1_000_000, "{} bytes", page.text().len());
    assert_eq!(page.json()["metrics"].as_object().unwrap().len(), 5000);
}
