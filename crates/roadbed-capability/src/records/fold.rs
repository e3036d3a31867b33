//! Aggregates: values merged on read.

use super::access::{Records, Series};
use super::error::RecordsError;
use super::kind::{floor, micros};
use roadbed_contracts::records::RecordValue;
use roadbed_core::Timestamp;
use std::collections::BTreeMap;

/// What to merge into one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Everything.
    Total,
    /// Per series.
    Series,
    /// Per step of this many seconds, over all series.
    Steps(u32),
    /// Per series and step of this many seconds.
    SeriesAndSteps(u32),
}

/// One merged value.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded<V> {
    /// Empty unless grouped by series.
    pub series: String,
    /// Start of the step; the start of the asked range unless grouped by steps.
    pub bucket: Timestamp,
    pub value: V,
}

impl Grouping {
    const fn by_series(self) -> bool {
        matches!(self, Self::Series | Self::SeriesAndSteps(_))
    }

    fn step_micros(self) -> Option<i64> {
        match self {
            Self::Steps(seconds) | Self::SeriesAndSteps(seconds) => Some(micros(seconds.max(1))),
            Self::Total | Self::Series => None,
        }
    }
}

impl Records {
    /// Merges the records of `V`'s kind with a bucket in `from..to`, over all sources, in the order of series and time. Steps without
    /// records are not in the answer. A step shorter than the width that its age still has holds the value at the width's start.
    ///
    /// # Errors
    /// As for [`Records::read`], and [`RecordsError::Unreadable`].
    pub async fn fold<V: RecordValue>(
        &self,
        series: Series,
        from: Timestamp,
        to: Timestamp,
        grouping: Grouping,
    ) -> Result<Vec<Folded<V>>, RecordsError> {
        self.fold_sources(series, from, to, grouping, |_| true).await
    }

    /// As [`Records::fold`], with the records of some sources only.
    ///
    /// # Errors
    /// As for [`Records::fold`].
    pub async fn fold_sources<V: RecordValue>(
        &self,
        series: Series,
        from: Timestamp,
        to: Timestamp,
        grouping: Grouping,
        wanted: impl Fn(&str) -> bool + Send,
    ) -> Result<Vec<Folded<V>>, RecordsError> {
        let kind = self.kinds.get(V::KIND)?.clone();
        let mut groups: BTreeMap<(String, Timestamp), Vec<String>> = BTreeMap::new();
        for row in self.rows(&kind, series, from, to).await?.into_iter().filter(|row| wanted(&row.source)) {
            let step = grouping.step_micros();
            let bucket = step.map_or(from, |step| Timestamp::from_micros(floor(row.bucket, step)));
            let series = if grouping.by_series() { row.series } else { String::new() };
            groups.entry((series, bucket)).or_default().push(row.value);
        }
        let merged = groups.into_iter().map(|((series, bucket), values)| {
            let value = kind.merge(&series, &values)?;
            let value = serde_json::from_str(&value).map_err(|error| kind.unreadable(&series, &error))?;
            Ok(Folded { series, bucket, value })
        });
        merged.collect()
    }
}
