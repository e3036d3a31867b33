//! The declaration of a kind: its buckets, how they are rolled up, how long they are kept, how values merge.

use super::error::{RecordsError, Refusal};
use roadbed_contracts::records::{Record, RecordValue};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(super) const MICROS_PER_SECOND: i64 = 1_000_000;
/// Every window divides an hour, so that windows never cross a day or a month.
const HOUR_SECONDS: u32 = 3600;
const DAY: Duration = Duration::from_secs(86_400);

const NAME_LIMIT_BYTES: usize = 64;
const SERIES_LIMIT_BYTES: usize = 512;
const SOURCE_LIMIT_BYTES: usize = 128;
const VALUE_LIMIT_BYTES: usize = 64 << 10;

/// Windows and ages of the platform's usual roll-up.
const USUAL_STEPS: [(u32, Duration); 3] =
    [(10, Duration::from_secs(6 * 3600)), (60, DAY.saturating_mul(2)), (HOUR_SECONDS, DAY.saturating_mul(30))];

type Merge = dyn Fn(&[String]) -> Result<String, serde_json::Error> + Send + Sync;
type Check = dyn Fn(&Value) -> Result<(), serde_json::Error> + Send + Sync;

/// A kind of record, declared by one capability.
#[derive(Clone)]
pub struct RecordKind {
    pub(super) name: &'static str,
    pub(super) bucket_seconds: u32,
    /// Finest first.
    pub(super) steps: Vec<Step>,
    pub(super) keep: Duration,
    merge: Arc<Merge>,
    check: Arc<Check>,
}

/// Windows of `seconds` replace finer ones once they are older than `after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) seconds: u32,
    pub(super) after: Duration,
}

impl RecordKind {
    /// Declares a kind that is never rolled up; add [`RecordKind::roll_up`] or [`RecordKind::usual_roll_up`]. `merge` adds one value to
    /// another and must not depend on order or grouping (sums and maxima of integers do not; sums of decimals do).
    #[must_use]
    pub fn new<V: RecordValue>(
        bucket_seconds: u32,
        keep: Duration,
        merge: impl Fn(&mut V, V) + Send + Sync + 'static,
    ) -> Self {
        let merge = move |values: &[String]| {
            let mut sum: Option<V> = None;
            for value in values {
                let value = serde_json::from_str::<V>(value)?;
                match &mut sum {
                    Some(sum) => merge(sum, value),
                    None => sum = Some(value),
                }
            }
            serde_json::to_string(&sum)
        };
        let check = |value: &Value| V::deserialize(value).map(|_| ());
        let (merge, check): (Arc<Merge>, Arc<Check>) = (Arc::new(merge), Arc::new(check));
        Self { name: V::KIND, bucket_seconds, steps: Vec::new(), keep, merge, check }
    }

    /// Adds a coarser window for buckets older than `after`. The first one's age is the settling time: until then a record may still
    /// change, later a new revision of a known key is not taken any more.
    #[must_use]
    pub fn roll_up(mut self, window_seconds: u32, after: Duration) -> Self {
        self.steps.push(Step { seconds: window_seconds, after });
        self
    }

    /// 10 s after 6 hours, 1 min after 2 days, 1 h after 30 days, as far as they are coarser than the kind's bucket and shorter than
    /// what it keeps.
    #[must_use]
    pub fn usual_roll_up(mut self) -> Self {
        let usual =
            USUAL_STEPS.into_iter().filter(|(seconds, after)| *seconds > self.bucket_seconds && *after < self.keep);
        self.steps.extend(usual.map(|(seconds, after)| Step { seconds, after }));
        self
    }

    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Seconds of the finest and then of each coarser window.
    pub(super) fn levels(&self) -> impl Iterator<Item = u32> + '_ {
        std::iter::once(self.bucket_seconds).chain(self.steps.iter().map(|step| step.seconds))
    }

    /// Length of the coarsest window.
    pub(super) fn coarsest_micros(&self) -> i64 {
        micros(self.levels().last().unwrap_or(self.bucket_seconds))
    }

    /// Buckets before this moment are settled: a known key keeps its state.
    pub(super) fn settled_before(&self, now_micros: i64) -> i64 {
        self.steps.first().map_or(i64::MIN, |step| step.due_before(now_micros))
    }

    /// Buckets before this moment are not kept any more.
    pub(super) fn expired_before(&self, now_micros: i64) -> i64 {
        floor(now_micros.saturating_sub(duration_micros(self.keep)), self.coarsest_micros())
    }

    /// Merges values of this kind, as JSON text; `null` of none.
    pub(super) fn merge(&self, series: &str, values: &[String]) -> Result<String, RecordsError> {
        (self.merge)(values).map_err(|error| self.unreadable(series, &error))
    }

    pub(super) fn unreadable(&self, series: &str, error: &serde_json::Error) -> RecordsError {
        RecordsError::Unreadable { kind: self.name.to_owned(), series: series.to_owned(), reason: error.to_string() }
    }

    /// Checks a record and answers its value as text.
    fn value_text(&self, record: &Record, now_micros: i64) -> Result<String, Refusal> {
        check_text("series", &record.series, SERIES_LIMIT_BYTES)?;
        check_text("source", &record.source, SOURCE_LIMIT_BYTES)?;
        let bucket = record.bucket.as_micros();
        if bucket < 0 || bucket.rem_euclid(micros(self.bucket_seconds)) != 0 {
            return Err(Refusal::Bucket { kind: self.name.to_owned(), seconds: self.bucket_seconds });
        }
        if bucket > now_micros.saturating_add(duration_micros(DAY)) {
            return Err(Refusal::Future);
        }
        let text = record.value.to_string();
        if text.len() > VALUE_LIMIT_BYTES {
            return Err(Refusal::TooLarge { length: text.len(), limit: VALUE_LIMIT_BYTES });
        }
        let wrong = |error: serde_json::Error| Refusal::Value { kind: self.name.to_owned(), reason: error.to_string() };
        (self.check)(&record.value).map_err(wrong)?;
        Ok(text)
    }

    fn validate(&self) -> Result<(), RecordsError> {
        let wrong =
            |reason: &str| Err(RecordsError::Declaration { kind: self.name.to_owned(), reason: reason.to_owned() });
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.name.is_empty() || self.name.len() > NAME_LIMIT_BYTES || !self.name.chars().all(word) {
            return wrong("its name must be lower-case letters, digits and '_'");
        }
        if self.levels().any(|seconds| seconds == 0 || !HOUR_SECONDS.is_multiple_of(seconds)) {
            return wrong("every window must divide an hour");
        }
        let levels: Vec<u32> = self.levels().collect();
        if levels.windows(2).any(|pair| pair[1] <= pair[0] || !pair[1].is_multiple_of(pair[0])) {
            return wrong("every window must be a multiple of the finer one before it");
        }
        let ages: Vec<Duration> = self.steps.iter().map(|step| step.after).chain([self.keep]).collect();
        if ages.windows(2).any(|pair| pair[1] <= pair[0]) || ages.contains(&Duration::ZERO) {
            return wrong(
                "every window must apply later than the finer one before it, and records be kept longer than that",
            );
        }
        Ok(())
    }
}

impl Step {
    pub(super) fn micros(self) -> i64 {
        micros(self.seconds)
    }

    /// Windows that end at or before this moment are due.
    pub(super) fn due_before(self, now_micros: i64) -> i64 {
        floor(now_micros.saturating_sub(duration_micros(self.after)), self.micros())
    }
}

/// All kinds of a process.
#[derive(Clone)]
pub(super) struct Kinds(Arc<BTreeMap<&'static str, RecordKind>>);

impl Kinds {
    pub(super) fn new(kinds: Vec<RecordKind>) -> Result<Self, RecordsError> {
        let mut declared = BTreeMap::new();
        for kind in kinds {
            kind.validate()?;
            let name = kind.name;
            if declared.insert(name, kind).is_some() {
                let reason = "two capabilities declare it; one must own it".to_owned();
                return Err(RecordsError::Declaration { kind: name.to_owned(), reason });
            }
        }
        Ok(Self(Arc::new(declared)))
    }

    pub(super) fn get(&self, kind: &str) -> Result<&RecordKind, RecordsError> {
        self.0.get(kind).ok_or_else(|| RecordsError::UnknownKind { kind: kind.to_owned() })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &RecordKind> {
        self.0.values()
    }

    /// The kind of a record and its value as text, when the record is acceptable.
    pub(super) fn check(&self, record: &Record, now_micros: i64) -> Result<(&RecordKind, String), Refusal> {
        let shown = || record.kind.chars().take(NAME_LIMIT_BYTES).collect();
        let kind = self.0.get(record.kind.as_str()).ok_or_else(|| Refusal::UnknownKind { kind: shown() })?;
        Ok((kind, kind.value_text(record, now_micros)?))
    }
}

fn check_text(field: &'static str, text: &str, limit: usize) -> Result<(), Refusal> {
    // The last code point is the upper bound of a search by prefix.
    let strange = |c: char| c.is_control() || c == char::MAX;
    if text.is_empty() || text.len() > limit || text.contains(strange) {
        return Err(Refusal::Text { field, length: text.len(), limit });
    }
    Ok(())
}

pub(super) fn micros(seconds: u32) -> i64 {
    i64::from(seconds) * MICROS_PER_SECOND
}

pub(super) fn duration_micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// The start of the window a moment falls into.
pub(super) const fn floor(moment_micros: i64, window_micros: i64) -> i64 {
    moment_micros - moment_micros.rem_euclid(window_micros)
}
