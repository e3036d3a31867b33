//! One stored row, and which rows count on a read.

use super::covered::Covered;
use super::error::RecordsError;
use super::kind::{RecordKind, micros};
use roadbed_contracts::records::Record;
use roadbed_core::Timestamp;
use std::collections::HashMap;

/// A record with the width it has by now.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// After a roll-up the bucket is the start of the coarser window and the revision 0.
    pub record: Record,
    /// Length of the time the value stands for.
    pub bucket_seconds: u32,
}

/// A row of a month table; the kind is known to whoever asked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecordRow {
    pub(super) series: String,
    pub(super) source: String,
    pub(super) bucket: i64,
    pub(super) seconds: u32,
    pub(super) revision: i64,
    /// Empty for rows of the finest level.
    pub(super) covered: Covered,
    /// JSON text: most rows are merged and never looked into.
    pub(super) value: String,
}

impl RecordRow {
    /// The number of a finest bucket inside this row's window; `None` when it lies outside.
    fn number_of(&self, bucket: i64, finest_seconds: u32) -> Option<u32> {
        let offset = bucket - self.bucket;
        let inside = offset >= 0 && offset < micros(self.seconds);
        inside.then(|| u32::try_from(offset / micros(finest_seconds)).ok()).flatten()
    }

    /// Whether this coarser row has taken in a finest bucket.
    pub(super) fn covers(&self, bucket: i64, finest_seconds: u32) -> bool {
        self.number_of(bucket, finest_seconds).is_some_and(|number| self.covered.contains(number))
    }

    pub(super) fn into_stored(self, kind: &RecordKind) -> Result<StoredRecord, RecordsError> {
        let value = serde_json::from_str(&self.value).map_err(|error| kind.unreadable(&self.series, &error))?;
        let record = Record {
            kind: kind.name.to_owned(),
            series: self.series,
            bucket: Timestamp::from_micros(self.bucket),
            source: self.source,
            revision: self.revision,
            value,
        };
        Ok(StoredRecord { record, bucket_seconds: self.seconds })
    }
}

/// Leaves out finest rows that a coarser row of the same series and source has taken in: those are late copies.
pub(super) fn visible(rows: Vec<RecordRow>, finest_seconds: u32) -> Vec<RecordRow> {
    let (finest, coarser): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.seconds == finest_seconds);
    let mut by_owner: HashMap<(&str, &str), Vec<&RecordRow>> = HashMap::new();
    for row in &coarser {
        by_owner.entry((&row.series, &row.source)).or_default().push(row);
    }
    let is_copy = |row: &RecordRow| {
        let owner = (row.series.as_str(), row.source.as_str());
        by_owner.get(&owner).is_some_and(|rows| rows.iter().any(|coarse| coarse.covers(row.bucket, finest_seconds)))
    };
    let kept: Vec<RecordRow> = finest.into_iter().filter(|row| !is_copy(row)).collect();
    drop(by_owner);
    let mut rows = coarser;
    rows.extend(kept);
    rows.sort_by(|left, right| {
        (&left.series, left.bucket, left.seconds, &left.source).cmp(&(
            &right.series,
            right.bucket,
            right.seconds,
            &right.source,
        ))
    });
    rows
}
