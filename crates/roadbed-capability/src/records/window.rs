//! Merges the rows of one series and source in one window into a coarser row. Pure.

use super::covered::Covered;
use super::error::RecordsError;
use super::kind::{RecordKind, micros};
use super::row::RecordRow;

/// One coarser window of one series and source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) series: String,
    pub(super) source: String,
    pub(super) bucket: i64,
    pub(super) seconds: u32,
}

/// The row that replaces `rows` (everything in the window up to its level). `beyond` are the coarser rows around the window: what they
/// took in already is left out. Coarser rows never share a bucket, because nothing enters one that another covers.
pub(super) fn collapse(
    kind: &RecordKind,
    window: &Window,
    mut rows: Vec<RecordRow>,
    beyond: &[RecordRow],
) -> Result<Option<RecordRow>, RecordsError> {
    // Coarsest first: what was settled before stands, finest rows only add what is missing.
    rows.sort_by_key(|row| (std::cmp::Reverse(row.seconds), row.bucket));
    let finest = kind.bucket_seconds;
    let mut covered = Covered::default();
    let mut values = Vec::new();
    for row in rows {
        let Ok(offset) = u32::try_from((row.bucket - window.bucket) / micros(finest)) else { continue };
        if row.seconds == finest {
            if covered.contains(offset) || beyond.iter().any(|coarse| coarse.covers(row.bucket, finest)) {
                continue;
            }
            covered.insert(offset);
        } else {
            if covered.overlaps(&row.covered, offset) {
                continue;
            }
            covered.insert_all(&row.covered, offset);
        }
        values.push(row.value);
    }
    if values.is_empty() {
        return Ok(None);
    }
    let value = kind.merge(&window.series, &values)?;
    let Window { series, source, bucket, seconds } = window.clone();
    Ok(Some(RecordRow { series, source, bucket, seconds, revision: 0, covered, value }))
}
