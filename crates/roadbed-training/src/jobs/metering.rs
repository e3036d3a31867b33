//! The controller `metering`: what attempts use becomes `usage` records, what the machine offers becomes `capacity` records.
//!
//! Records are states by key: a minute that is still under way is sent again with a higher revision, and everything may be sent twice.

use super::model::Attempt;
use super::operations::Jobs;
use super::store;
use async_trait::async_trait;
use roadbed_capability::records::{RecordKind, Series};
use roadbed_capability::{Controller, ControllerError, Problem};
use roadbed_compute::{EngineError, Selection};
use roadbed_contracts::records::{Capacity, Record, RecordValue, Usage};
use roadbed_core::{Timestamp, WorkloadId};
use roadbed_store::{Lease, StoreError};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const CONTROLLER: &str = "metering";
const PERIOD: Duration = Duration::from_secs(15);
const MINUTE_MICROS: i64 = 60_000_000;
const BUCKET_SECONDS: u32 = 60;
/// Bills may be asked about a year later.
const KEPT: Duration = Duration::from_secs(400 * 86_400);
/// Attempts looked at in one pass.
const ATTEMPTS_LIMIT: u32 = 1000;
/// A workload has one supervisor for life, so its usage has one source whoever sends it.
const USAGE_SOURCE: &str = "supervisor";
const CAPACITY_SOURCE: &str = "engine";

/// Declares the kinds `usage` and `capacity`.
#[must_use]
pub fn record_kinds() -> Vec<RecordKind> {
    let usage = RecordKind::new::<Usage>(BUCKET_SECONDS, KEPT, |sum, more| {
        sum.from = sum.from.min(more.from);
        sum.to = sum.to.max(more.to);
        sum.cpu_micros = sum.cpu_micros.saturating_add(more.cpu_micros);
        sum.memory_kib_millis = sum.memory_kib_millis.saturating_add(more.memory_kib_millis);
        sum.memory_peak_bytes = sum.memory_peak_bytes.max(more.memory_peak_bytes);
        // A workload's grant never changes.
        sum.granted_cpu_millis = sum.granted_cpu_millis.max(more.granted_cpu_millis);
        sum.granted_memory_bytes = sum.granted_memory_bytes.max(more.granted_memory_bytes);
    });
    let capacity = RecordKind::new::<Capacity>(BUCKET_SECONDS, KEPT, |sum, more| {
        sum.from = sum.from.min(more.from);
        sum.to = sum.to.max(more.to);
        sum.cpu_millis = sum.cpu_millis.max(more.cpu_millis);
        sum.memory_bytes = sum.memory_bytes.max(more.memory_bytes);
    });
    vec![usage.usual_roll_up(), capacity.usual_roll_up()]
}

pub(super) struct Metering {
    jobs: Jobs,
    /// How far each attempt's usage has been sent by this process. Empty after a restart: then everything is sent again.
    sent: Mutex<BTreeMap<WorkloadId, i64>>,
}

impl Metering {
    pub(super) const fn new(jobs: Jobs) -> Self {
        Self { jobs, sent: Mutex::new(BTreeMap::new()) }
    }

    fn sent_until(&self, workload: WorkloadId) -> i64 {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).get(&workload).copied().unwrap_or(0)
    }

    /// Usage of one attempt that is not sent yet.
    async fn usage(&self, workload: WorkloadId, has_ended: bool) -> Result<Vec<Usage>, ControllerError> {
        let engine = &self.jobs.inner.engine;
        let after = self.sent_until(workload);
        let minutes = match engine.usage_minutes(workload, after).await {
            Ok(minutes) => minutes,
            // Stopped before it started, or removed by hand: nothing is known of it.
            Err(EngineError::Unknown(_)) => Vec::new(),
            Err(error) => return Err(ControllerError::new(error)),
        };
        if !minutes.is_empty() || after > 0 || !has_ended {
            return Ok(minutes);
        }
        // Over before the first sample: the exit report has the totals.
        let observed = engine.observe(Selection::Ids(&[workload])).await.map_err(ControllerError::new)?;
        Ok(observed.into_iter().filter_map(|found| found.usage).collect())
    }

    fn remember(&self, workload: WorkloadId, until: Option<i64>, has_ended: bool) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if has_ended {
            sent.remove(&workload);
        } else if let Some(until) = until {
            sent.insert(workload, until);
        }
    }

    async fn capacity(&self) -> Result<Record, ControllerError> {
        let inner = &self.jobs.inner;
        let capacity = inner.engine.capacity().await.map_err(ControllerError::new)?;
        let now = inner.context.clock.now();
        let bucket = minute_of(now);
        let value =
            Capacity { from: bucket, to: now, cpu_millis: capacity.cpu_millis, memory_bytes: capacity.memory_bytes };
        record(&value, inner.settings.machine.clone(), bucket, CAPACITY_SOURCE, now)
    }

    async fn settle(&self, lease: &Lease, ended: Vec<WorkloadId>) -> Result<(), ControllerError> {
        if ended.is_empty() {
            return Ok(());
        }
        let lease = lease.clone();
        let written = self.jobs.inner.context.store.write(move |tx| -> Result<(), StoreError> {
            tx.check_lease(&lease)?;
            tx.without_event("how far usage was recorded is our own bookmark");
            store::set_metered(tx, &ended)
        });
        Ok(written.await?)
    }
}

/// What an attempt used, oldest first: from its own files while they are here, which are ahead of the records, else from the records.
pub(super) async fn usage_of(jobs: &Jobs, attempt: &Attempt) -> Result<Vec<Usage>, Problem> {
    let inner = &jobs.inner;
    match inner.engine.usage_minutes(attempt.workload, 0).await {
        Ok(minutes) if !minutes.is_empty() => return Ok(minutes),
        Ok(_) | Err(EngineError::Unknown(_)) => {}
        Err(error) => return Err(Problem::internal(&error)),
    }
    let to = attempt.ended_at.unwrap_or_else(|| inner.context.clock.now()).plus(Duration::from_secs(60));
    let series = Series::one(attempt.workload.to_string());
    let from = minute_of(attempt.created_at);
    let found = inner.context.records.read(Usage::KIND, series, from, to).await;
    let found = found.map_err(|error| Problem::internal(&error))?;
    let usage = found.into_iter().map(|stored| serde_json::from_value(stored.record.value));
    usage.collect::<Result<_, _>>().map_err(|error| Problem::internal(&error))
}

fn minute_of(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.as_micros().div_euclid(MINUTE_MICROS) * MINUTE_MICROS)
}

fn record<V: RecordValue>(
    value: &V,
    series: String,
    bucket: Timestamp,
    source: &str,
    revision: Timestamp,
) -> Result<Record, ControllerError> {
    Ok(Record {
        kind: V::KIND.to_owned(),
        series,
        bucket,
        source: source.to_owned(),
        revision: revision.as_micros(),
        value: serde_json::to_value(value).map_err(ControllerError::new)?,
    })
}

#[async_trait]
impl Controller for Metering {
    fn name(&self) -> &'static str {
        CONTROLLER
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn pass(&self, lease: &Lease) -> Result<String, ControllerError> {
        let inner = &self.jobs.inner;
        let attempts = inner.context.store.read(|r| store::unmetered(r, ATTEMPTS_LIMIT)).await?;
        let mut records = vec![self.capacity().await?];
        let mut progress = Vec::with_capacity(attempts.len());
        for &(workload, has_ended) in &attempts {
            let spans = self.usage(workload, has_ended).await?;
            for span in &spans {
                records.push(record(span, workload.to_string(), minute_of(span.from), USAGE_SOURCE, span.to)?);
            }
            // The last span may still grow: it is asked for again.
            progress.push((workload, spans.last().map(|last| last.from.as_micros()), has_ended));
        }
        inner.context.records.append(&records).await?;
        let ended = progress.iter().filter(|(_, _, has_ended)| *has_ended).map(|(workload, _, _)| *workload).collect();
        self.settle(lease, ended).await?;
        for (workload, until, has_ended) in progress {
            self.remember(workload, until, has_ended);
        }
        Ok(format!("{} attempts metered, {} records", attempts.len(), records.len()))
    }
}
