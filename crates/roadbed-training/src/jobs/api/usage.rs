//! What a job uses, over time.

use super::submit::job_id;
use crate::jobs::metering::usage_of;
use crate::jobs::operations::Jobs;
use crate::permissions::JOB_READ;
use axum::Json;
use axum::extract::State;
use roadbed_capability::extract::PathOf;
use roadbed_capability::{Caller, Problem};
use roadbed_contracts::records::Usage;
use schemars::JsonSchema;
use serde::Serialize;

/// Points of one answer at most; more are put together by neighbours.
const POINTS_LIMIT: usize = 2000;

/// Use over time in columns: the same place of each column is one span of time, at most a minute unless many were put together.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct UsageView {
    /// Start of each span; RFC 3339, oldest first.
    at: Vec<String>,
    /// End of each span.
    until: Vec<String>,
    /// Number of the attempt, from 1.
    attempt: Vec<u32>,
    /// Cores busy on average.
    cpu_cores: Vec<f64>,
    /// Resident memory on average, in bytes.
    memory_bytes: Vec<u64>,
    /// Largest resident memory, in bytes.
    memory_peak_bytes: Vec<u64>,
    granted_cpu_cores: f64,
    granted_memory_bytes: u64,
    /// GPUs granted; what they do is not metered.
    granted_gpus: u32,
}

/// One span of an attempt.
struct Span {
    attempt: u32,
    usage: Usage,
}

pub(super) async fn show(
    State(jobs): State<Jobs>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<UsageView>, Problem> {
    let (job, attempts) = jobs.find(&caller, JOB_READ, job_id(&id)?).await?;
    let mut spans = Vec::new();
    for attempt in &attempts {
        let usage = usage_of(&jobs, attempt).await?;
        spans.extend(usage.into_iter().map(|usage| Span { attempt: attempt.number, usage }));
    }
    let mut view = UsageView {
        granted_cpu_cores: f64::from(job.resources.cpu.0) / 1000.0,
        granted_memory_bytes: job.resources.memory.0,
        granted_gpus: job.resources.gpu,
        ..UsageView::default()
    };
    let group = spans.len().div_ceil(POINTS_LIMIT).max(1);
    spans.chunks(group).for_each(|spans| view.push(spans));
    Ok(Json(view))
}

impl UsageView {
    /// Adds neighbouring spans as one point per attempt.
    fn push(&mut self, spans: &[Span]) {
        for spans in spans.chunk_by(|one, next| one.attempt == next.attempt) {
            let (Some(first), Some(last)) = (spans.first(), spans.last()) else { continue };
            let sum = |amount: fn(&Usage) -> u64| spans.iter().map(|span| amount(&span.usage)).sum::<u64>();
            let micros: u64 = sum(|usage| u64::try_from(usage.to.since(usage.from).as_micros()).unwrap_or(u64::MAX));
            if micros == 0 {
                continue;
            }
            self.at.push(first.usage.from.to_string());
            self.until.push(last.usage.to.to_string());
            self.attempt.push(first.attempt);
            self.cpu_cores.push(ratio(sum(|usage| usage.cpu_micros), micros));
            let kib_millis = u128::from(sum(|usage| usage.memory_kib_millis));
            let bytes = kib_millis * 1024 * 1000 / u128::from(micros);
            self.memory_bytes.push(u64::try_from(bytes).unwrap_or(u64::MAX));
            let peak = spans.iter().map(|span| span.usage.memory_peak_bytes).max();
            self.memory_peak_bytes.push(peak.unwrap_or(0));
        }
    }
}

/// Times are far below what a double holds exactly.
#[expect(clippy::cast_precision_loss, reason = "microseconds of a job are below 2^53, which is 285 years")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
