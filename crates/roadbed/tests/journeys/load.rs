//! Clients that write all the time and remember what was acknowledged.

use crate::client::{Answer, Client};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Points of one batch of metrics.
pub(crate) const POINTS: u64 = 20;
/// A write is tried again for this long before the story counts as failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What all writers share.
#[derive(Default)]
pub(crate) struct Load {
    pub(crate) stop: AtomicBool,
    pub(crate) acknowledged: AtomicU64,
}

/// Everything that was acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Acknowledged {
    /// Name and id.
    pub(crate) projects: Vec<(String, String)>,
    pub(crate) runs: Vec<String>,
    /// Run and how many points were written to it, with steps from 0.
    pub(crate) metrics: Option<(String, u64)>,
}

impl Load {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Sends until the server has answered for good. No answer, and answers that ask to come again, are tried again.
    fn insist(&self, api: &Client, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let began = Instant::now();
        loop {
            match api.try_post(path, headers, body) {
                Ok(answer) if answer.status < 500 => {
                    self.acknowledged.fetch_add(1, Ordering::Relaxed);
                    return answer;
                }
                Ok(answer) => assert_eq!(answer.status, 503, "{path}: {}", answer.text()),
                Err(_) => {}
            }
            assert!(began.elapsed() < PATIENCE, "{path} is not answered any more");
            std::thread::yield_now();
        }
    }

    /// Creates projects. A repeated create with the same key is the same project.
    pub(crate) fn create_projects(&self, api: &Client, acknowledged: &mut Acknowledged) {
        for number in 0.. {
            let name = format!("project-{number}");
            let key = [("idempotency-key", name.as_str())];
            let answer = self.insist(api, "/api/v1/projects", &key, &json!({ "name": name })).with_status(201).json();
            acknowledged.projects.push((name, answer["id"].as_str().unwrap().to_owned()));
            if !self.goes_on() {
                return;
            }
        }
    }

    /// Creates runs. MLflow knows no key for creates, so a lost answer may leave a run that nobody was told of.
    pub(crate) fn create_runs(&self, api: &Client, acknowledged: &mut Acknowledged) {
        while self.goes_on() {
            acknowledged.runs.push(self.create_run(api));
        }
    }

    fn create_run(&self, api: &Client) -> String {
        let body = json!({ "experiment_id": "0" });
        let answer = self.insist(api, "/api/2.0/mlflow/runs/create", &[], &body).with_status(200).json();
        answer["run"]["info"]["run_id"].as_str().unwrap().to_owned()
    }

    /// Writes metrics of one run in batches; a batch that is sent again holds the same points.
    pub(crate) fn log_metrics(&self, api: &Client, acknowledged: &mut Acknowledged) {
        let run = self.create_run(api);
        let mut next = 0;
        while self.goes_on() {
            let point = |step: u64| json!({ "key": "loss", "value": step, "timestamp": step, "step": step });
            let points: Vec<Value> = (next..next + POINTS).map(point).collect();
            let body = json!({ "run_id": run, "metrics": points });
            self.insist(api, "/api/2.0/mlflow/runs/log-batch", &[], &body).with_status(200);
            next += POINTS;
        }
        acknowledged.metrics = Some((run, next));
    }
}
