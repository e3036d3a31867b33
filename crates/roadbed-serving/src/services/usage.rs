//! The controller `service-usage`: what inline inference uses becomes `usage` records, one per revision and minute.
//!
//! A record is a state: the last minutes are written again at each pass with a higher revision, so late counters are not lost.

use super::model::Revision;
use super::operations::Services;
use super::store;
use super::usage_plan::{Held, MINUTE_MICROS, held_since, minute_of, usage_of_minute};
use async_trait::async_trait;
use roadbed_capability::records::{Grouping, Series};
use roadbed_capability::{Controller, ControllerError};
use roadbed_contracts::entries::{RevisionEntry, RevisionLoad};
use roadbed_contracts::records::{Record, RecordValue, TrafficCounters, Usage};
use roadbed_core::{RevisionId, Timestamp};
use roadbed_store::{Lease, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const PERIOD: Duration = Duration::from_secs(10);
const SOURCE: &str = "control";
/// Minutes that are written again, for counters that come late.
const MINUTES: i64 = 3;

/// Meters inline inference.
pub(super) struct UsageController {
    services: Services,
    last: Mutex<Option<Timestamp>>,
}

impl UsageController {
    pub(super) fn new(services: &Services) -> Self {
        Self { services: services.clone(), last: Mutex::new(None) }
    }

    /// Computing time by revision and minute.
    async fn computed(&self, from: Timestamp, to: Timestamp) -> Result<Computed, ControllerError> {
        let records = &self.services.context.records;
        let folded = records.fold::<TrafficCounters>(Series::All, from, to, Grouping::SeriesAndSteps(60)).await?;
        let mut computed = Computed::new();
        for part in folded {
            let Some(revision) = part.series.split('/').nth(1).and_then(|id| id.parse::<RevisionId>().ok()) else {
                continue;
            };
            *computed.entry((revision, part.bucket)).or_default() += part.value.compute_micros;
        }
        Ok(computed)
    }

    /// What was recorded before, by series and minute.
    async fn recorded(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<BTreeMap<(String, Timestamp), Usage>, ControllerError> {
        let series = Series::Prefix("inline/".to_owned());
        let found = self.services.context.records.read(Usage::KIND, series, from, to).await?;
        let parsed = found.into_iter().filter(|stored| stored.record.source == SOURCE).map(|stored| {
            let usage = serde_json::from_value(stored.record.value).map_err(ControllerError::new)?;
            Ok(((stored.record.series, stored.record.bucket), usage))
        });
        parsed.collect()
    }

    /// Bytes each revision holds, over all live gateways.
    fn memory(&self) -> BTreeMap<RevisionId, u64> {
        let mut memory = BTreeMap::new();
        for gateway in self.services.gateways.liveness().live() {
            for status in gateway.revisions.values().filter(|status| status.state == RevisionLoad::Ready) {
                *memory.entry(status.revision).or_default() += status.memory_bytes;
            }
        }
        memory
    }

    /// Revisions that gateways have, and those that left them and were counted since.
    async fn entries(&self, computed: &Computed) -> Result<Vec<RevisionEntry>, ControllerError> {
        let counted: BTreeSet<RevisionId> = computed.keys().map(|(revision, _)| *revision).collect();
        let read = move |r: &mut roadbed_store::Reader<'_>| -> Result<_, StoreError> {
            let mut found = store::published(r)?;
            let published: BTreeSet<RevisionId> = found.iter().map(Revision::id).collect();
            for gone in counted.difference(&published) {
                found.extend(store::revision_by_id(r, *gone)?);
            }
            Ok(found)
        };
        let found: Vec<Revision> = self.services.context.store.read(read).await?;
        Ok(found.into_iter().map(|revision| revision.entry).collect())
    }
}

type Computed = BTreeMap<(RevisionId, Timestamp), u64>;

fn series(revision: RevisionId) -> String {
    format!("inline/{revision}")
}

#[async_trait]
impl Controller for UsageController {
    fn name(&self) -> &'static str {
        "service-usage"
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn pass(&self, _lease: &Lease) -> Result<String, ControllerError> {
        let now = self.services.context.clock.now();
        let newest = minute_of(now);
        let from = Timestamp::from_micros(newest.as_micros() - (MINUTES - 1) * MINUTE_MICROS);
        let to = Timestamp::from_micros(newest.as_micros() + MINUTE_MICROS);
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let held: Option<Held> = held_since(last, now);
        let (computed, recorded, memory) =
            (self.computed(from, to).await?, self.recorded(from, to).await?, self.memory());
        let mut records = Vec::new();
        for entry in self.entries(&computed).await? {
            for number in 0..MINUTES {
                let minute = Timestamp::from_micros(from.as_micros() + number * MINUTE_MICROS);
                let cpu = computed.get(&(entry.id, minute)).copied().unwrap_or(0);
                let known = recorded.get(&(series(entry.id), minute));
                let bytes = memory.get(&entry.id).copied().unwrap_or(0);
                let more = held.map_or(0, |held| held.millis_in(minute)).saturating_mul(bytes / 1024);
                let kept = known.map_or(0, |usage| usage.memory_kib_millis).saturating_add(more);
                let peak = known.map_or(0, |usage| usage.memory_peak_bytes).max(if more > 0 { bytes } else { 0 });
                // Counters are rolled up and may be read late; what was recorded never shrinks.
                let cpu = cpu.max(known.map_or(0, |usage| usage.cpu_micros));
                if cpu == 0 && kept == 0 {
                    continue;
                }
                let usage = usage_of_minute(entry.attribution.clone(), minute, now, cpu, kept, peak);
                if known == Some(&usage) {
                    continue;
                }
                records.push(Record {
                    kind: Usage::KIND.to_owned(),
                    series: series(entry.id),
                    bucket: minute,
                    source: SOURCE.to_owned(),
                    revision: now.as_micros(),
                    value: serde_json::to_value(&usage).map_err(ControllerError::new)?,
                });
            }
        }
        self.services.context.records.append(&records).await?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(format!("recorded {} minutes of inline inference", records.len()))
    }
}
