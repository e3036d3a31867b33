use crate::stage::Stage;
use roadbed_store::{Execute, StoreError, Value, params};
use serde_json::json;

/// 1,000 runs of 10,000 steps: the answer stays below 2 MB, and each spike of one step is in it.
#[tokio::test]
#[ignore = "fills ten million points, which takes minutes"]
async fn ten_million_points_fit_into_two_megabytes() {
    const STEPS: i64 = 10_000;
    let stage = Stage::new();
    let mut runs = Vec::new();
    for index in 0..1000 {
        let run = stage.run("one").await;
        let number = index + 1;
        let value = move |step: i64| if step == number { 9e9 } else { (step as f64 * 0.37 + number as f64).sin() };
        stage
            .platform
            .context
            .store
            .append(move |append| {
                let rows = (0..STEPS)
                    .flat_map(|step| params![number, "loss", 1_000_000 + step * 37, step, value(step), false].to_vec());
                let values: Vec<Value> = rows.collect();
                let sql = "INSERT INTO runs_metrics (run, key, timestamp_ms, step, value, is_nan) VALUES {rows}";
                append.execute_rows(sql, 6, &[0, 1, 2, 3, 4, 5], &values)?;
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        runs.push(run);
    }
    for x in ["step", "time"] {
        let started = std::time::Instant::now();
        let body = json!({"runs": runs, "keys": ["loss"], "x": x});
        let answer = stage.server.post("/api/v1/runs/series", "viewer", body).await.expect(200);
        eprintln!("{x}: {:?} {} bytes", started.elapsed(), answer.text().len());
        assert!(answer.text().len() < 2_000_000, "{} bytes", answer.text().len());
        let answer = answer.json();
        let series = answer["series"].as_array().unwrap();
        assert_eq!(series.len(), 1000);
        for curve in series {
            assert_eq!(curve["points"], STEPS);
            assert!(curve["max"].as_array().unwrap().contains(&json!(9e9)));
        }
    }
}
