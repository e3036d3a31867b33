//! With as much as a run may have logged.

use crate::stage::Stage;
use serde_json::json;

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
