//! Roll-up and retention. Both are passes without input, safe to run twice, to be stopped anywhere, and on several servers at once.

use super::access::Records;
use super::error::RecordsError;
use super::kind::{RecordKind, Step, micros};
use super::month::Month;
use super::store::{self, Conflict};
use super::window::collapse;
use crate::controller::{Controller, ControllerError};
use async_trait::async_trait;
use roadbed_store::{Appender, Execute, Lease};
use std::time::Duration;

/// Windows merged in one transaction: a few milliseconds of the lane.
const WINDOWS_PER_TRANSACTION: usize = 50;
/// Windows merged in one pass; the next pass goes on. Keeps a pass within seconds after a long pause.
const WINDOWS_PER_PASS: usize = 20_000;
/// Expired records deleted in one transaction, as a stretch of time.
const DELETE_STRETCH_MICROS: i64 = 6 * 3_600_000_000;
/// A month's table goes this long after its last record expired. Reads end at what is kept, so nobody reads it any more.
const DROP_GRACE_MICROS: i64 = 86_400_000_000;

/// What a roll-up did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RollUpReport {
    /// Windows whose finer rows became one.
    pub windows: usize,
    /// Finer rows deleted.
    pub rows: usize,
    /// The pass stopped at its bound; another one should follow.
    pub more: bool,
}

/// What retention did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExpiryReport {
    pub months_dropped: usize,
    pub rows_deleted: u64,
}

impl Records {
    /// Merges what is old enough into coarser rows. Each transaction writes coarser rows and deletes the finer ones they stand for.
    ///
    /// # Errors
    /// The store's failure, or [`RecordsError::Unreadable`]; what was merged before stays merged.
    pub async fn roll_up(&self) -> Result<RollUpReport, RecordsError> {
        let mut report = RollUpReport::default();
        for kind in self.kinds.iter() {
            // Coarsest first: a late record goes to the coarsest window of its age at once.
            for step in kind.steps.iter().rev() {
                loop {
                    let (kind, step) = (kind.clone(), *step);
                    let (windows, rows) = self.store.append(move |append| roll_up_some(append, &kind, step)).await?;
                    report.windows += windows;
                    report.rows += rows;
                    if report.windows >= WINDOWS_PER_PASS {
                        return Ok(RollUpReport { more: true, ..report });
                    }
                    if windows < WINDOWS_PER_TRANSACTION {
                        break;
                    }
                }
            }
        }
        Ok(report)
    }

    /// Deletes what is older than its kind is kept, and the tables of months that nothing is kept from any more.
    ///
    /// # Errors
    /// The store's failure; what was deleted before stays deleted.
    pub async fn expire(&self) -> Result<ExpiryReport, RecordsError> {
        let mut report = ExpiryReport::default();
        let kinds: Vec<RecordKind> = self.kinds.iter().cloned().collect();
        if kinds.is_empty() {
            return Ok(report);
        }
        let dropping = kinds.clone();
        report.months_dropped = self.store.append(move |append| drop_months(append, &dropping)).await?;
        for kind in kinds {
            loop {
                let kind = kind.clone();
                match self.store.append(move |append| delete_some(append, &kind)).await? {
                    Some(rows) => report.rows_deleted += rows,
                    None => break,
                }
            }
        }
        Ok(report)
    }
}

/// Merges up to [`WINDOWS_PER_TRANSACTION`] due windows; answers windows and finer rows.
fn roll_up_some(append: &mut Appender<'_>, kind: &RecordKind, step: Step) -> Result<(usize, usize), RecordsError> {
    store::lock_kind(append, kind.name)?;
    let due = step.due_before(append.now().as_micros());
    let (mut windows, mut rows) = (0, 0);
    for month in store::months(append, 0, due)? {
        let left = WINDOWS_PER_TRANSACTION - windows;
        let found = store::due_windows(append, month, kind, (step.seconds, step.micros()), due, left)?;
        let mut merged = Vec::new();
        for window in &found {
            let reach = kind.coarsest_micros();
            let coarsest = reach == step.micros();
            let beyond =
                if coarsest { Vec::new() } else { store::coarser_around(append, month, kind.name, window, reach)? };
            let taken = store::take_window(append, month, kind.name, window, window.bucket + micros(window.seconds))?;
            rows += taken.iter().filter(|row| row.seconds < window.seconds).count();
            merged.extend(collapse(kind, window, taken, &beyond)?.map(|row| store::row_values(kind.name, &row)));
        }
        if !merged.is_empty() {
            store::upsert(append, month, &merged, Conflict::Newer)?;
        }
        windows += found.len();
        if windows >= WINDOWS_PER_TRANSACTION {
            break;
        }
    }
    Ok((windows, rows))
}

fn drop_months(append: &mut Appender<'_>, kinds: &[RecordKind]) -> Result<usize, RecordsError> {
    let now = append.now().as_micros();
    let Some(needed) = kinds.iter().map(|kind| kind.expired_before(now)).min() else { return Ok(0) };
    let gone = needed.saturating_sub(DROP_GRACE_MICROS);
    let expired: Vec<Month> =
        store::months(append, i64::MIN, gone)?.into_iter().filter(|month| month.end_micros() <= gone).collect();
    for month in &expired {
        store::drop_month(append, *month)?;
    }
    Ok(expired.len())
}

/// Deletes a stretch of a kind's expired rows; `None` when there are none.
fn delete_some(append: &mut Appender<'_>, kind: &RecordKind) -> Result<Option<u64>, RecordsError> {
    let expired = kind.expired_before(append.now().as_micros());
    for month in store::months(append, i64::MIN, expired)? {
        if let Some(oldest) = store::oldest_before(append, month, kind, expired)? {
            let end = expired.min(oldest.saturating_add(DELETE_STRETCH_MICROS));
            return Ok(Some(store::delete_before(append, month, kind, end)?));
        }
    }
    Ok(None)
}

/// The controller that keeps the record tables small.
pub struct RecordsUpkeep {
    records: Records,
}

impl RecordsUpkeep {
    #[must_use]
    pub const fn new(records: Records) -> Self {
        Self { records }
    }
}

#[async_trait]
impl Controller for RecordsUpkeep {
    fn name(&self) -> &'static str {
        "records-upkeep"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(300)
    }

    /// Needs no lease check in its writes: the lock of the kind makes two servers take turns.
    async fn pass(&self, _lease: &Lease) -> Result<String, ControllerError> {
        let rolled = self.records.roll_up().await?;
        let expired = self.records.expire().await?;
        let more = if rolled.more { ", more to do" } else { "" };
        Ok(format!(
            "merged {} records into {} windows, deleted {}, dropped {} months{more}",
            rolled.rows, rolled.windows, expired.rows_deleted, expired.months_dropped
        ))
    }
}
