//! The handle through which everyone appends and reads.

use super::error::{RecordsError, Refusal};
use super::kind::{Kinds, RecordKind, floor};
use super::month::Month;
use super::row::{RecordRow, StoredRecord, visible};
use super::store::{self, Conflict};
use roadbed_contracts::records::Record;
use roadbed_core::{Clock, Timestamp};
use roadbed_store::{Appender, Execute, Lane, Migration, MigrationSet, Reader, Store};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The fixed tables; months have tables of their own, made on demand.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "records",
    lane: Lane::Records,
    migrations: &[Migration { number: 1, name: "records", sql: include_str!("migrations/0001_records.sql") }],
};

/// Records in one transaction; longer batches take several, which is safe because appends may be repeated.
const CHUNK: usize = 2000;
/// Rows that one read may bring into memory.
const READ_LIMIT: usize = 500_000;
const SERIES_LIMIT: usize = 50_000;

/// Which series to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Series {
    All,
    Exactly(Vec<String>),
    /// All that start with this text, such as `<service id>/`.
    Prefix(String),
}

impl Series {
    /// One series by its full name.
    #[must_use]
    pub fn one(series: impl Into<String>) -> Self {
        Self::Exactly(vec![series.into()])
    }
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appended {
    /// Records that are in the store now, or were already.
    pub accepted: usize,
    /// Records older than their kind is kept; they are gone, and the sender may forget them.
    pub expired: usize,
}

/// Appends and reads records of the declared kinds. Cheap to clone.
#[derive(Clone)]
pub struct Records {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) kinds: Kinds,
}

/// A checked record on its way to the store.
struct Incoming {
    kind: RecordKind,
    record: Record,
    value: String,
}

impl Records {
    /// `kinds` are the declarations of all capabilities.
    ///
    /// # Errors
    /// [`RecordsError::Declaration`]: a kind is declared twice or makes no sense.
    pub fn new(store: Store, clock: Arc<dyn Clock>, kinds: Vec<RecordKind>) -> Result<Self, RecordsError> {
        Ok(Self { store, clock, kinds: Kinds::new(kinds)? })
    }

    /// Whether a record would be taken. Lets a receiver drop single bad records instead of refusing a sender's whole batch for ever.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, record: &Record) -> Result<(), Refusal> {
        self.kinds.check(record, self.clock.now().as_micros()).map(|_| ())
    }

    /// Stores records; durable when it returns. Order, duplicates and repetition do no harm.
    ///
    /// # Errors
    /// [`RecordsError::Refused`] names the first record that is not acceptable, and nothing is stored; or the store's failure, after
    /// which part of a long batch may be stored: send it again.
    pub async fn append(&self, records: &[Record]) -> Result<Appended, RecordsError> {
        let now = self.clock.now().as_micros();
        let mut incoming = Vec::new();
        for (index, record) in records.iter().enumerate() {
            let refused = |refusal| RecordsError::Refused { index, refusal };
            let (kind, value) = self.kinds.check(record, now).map_err(refused)?;
            if record.bucket.as_micros() >= kind.expired_before(now) {
                incoming.push(Incoming { kind: kind.clone(), record: record.clone(), value });
            }
        }
        let appended = Appended { accepted: incoming.len(), expired: records.len() - incoming.len() };
        let incoming = newest_of_each_key(incoming);
        let incoming: Arc<[Incoming]> = incoming.into();
        for start in (0..incoming.len()).step_by(CHUNK) {
            let incoming = Arc::clone(&incoming);
            let end = incoming.len().min(start + CHUNK);
            self.store.append(move |append| write(append, &incoming[start..end])).await?;
        }
        Ok(appended)
    }

    /// Records of a kind with a bucket in `from..to`, of every age and width, ordered by series, bucket and source. What is older than
    /// the kind is kept is not answered.
    ///
    /// # Errors
    /// [`RecordsError::UnknownKind`], [`RecordsError::TooMany`], or the store's failure.
    pub async fn read(
        &self,
        kind: &str,
        series: Series,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<StoredRecord>, RecordsError> {
        let kind = self.kinds.get(kind)?.clone();
        let rows = self.rows(&kind, series, from, to).await?;
        rows.into_iter().map(|row| row.into_stored(&kind)).collect()
    }

    /// The rows of a read, with their values as text.
    pub(super) async fn rows(
        &self,
        kind: &RecordKind,
        series: Series,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<RecordRow>, RecordsError> {
        let now = self.clock.now().as_micros();
        let from = from.as_micros().max(kind.expired_before(now)).max(0);
        let to = to.as_micros();
        if from >= to {
            return Ok(Vec::new());
        }
        let kind = kind.clone();
        self.store.read_records(move |reader| read_range(reader, &kind, &series, (from, to), now)).await
    }
}

/// The highest revision of each key, in key order.
fn newest_of_each_key(incoming: Vec<Incoming>) -> Vec<Incoming> {
    let mut newest: BTreeMap<(&'static str, String, Timestamp, String), Incoming> = BTreeMap::new();
    for incoming in incoming {
        let record = &incoming.record;
        let key = (incoming.kind.name, record.series.clone(), record.bucket, record.source.clone());
        match newest.get(&key) {
            Some(known) if known.record.revision >= record.revision => {}
            _ => drop(newest.insert(key, incoming)),
        }
    }
    newest.into_values().collect()
}

fn write(append: &mut Appender<'_>, incoming: &[Incoming]) -> Result<(), RecordsError> {
    let now = append.now().as_micros();
    let mut groups: BTreeMap<(Month, bool), Vec<_>> = BTreeMap::new();
    for Incoming { kind, record, value } in incoming {
        let bucket = record.bucket.as_micros();
        let settled = bucket < kind.settled_before(now);
        let (series, source) = (record.series.as_str(), record.source.as_str());
        let values = store::values(
            kind.name,
            series,
            bucket,
            kind.bucket_seconds,
            source,
            record.revision,
            String::new(),
            value.clone(),
        );
        groups.entry((Month::of(record.bucket), settled)).or_default().push(values);
    }
    for ((month, settled), rows) in groups {
        store::ensure_month(append, month)?;
        store::upsert(append, month, &rows, if settled { Conflict::First } else { Conflict::Newer })?;
    }
    Ok(())
}

/// Rows that count, with a bucket in `from..to`.
fn read_range(
    reader: &mut Reader<'_>,
    kind: &RecordKind,
    series: &Series,
    (from, to): (i64, i64),
    now: i64,
) -> Result<Vec<RecordRow>, RecordsError> {
    // A coarser row that starts before the range may cover a late copy inside it. What is not settled has no coarser rows.
    let reach = if from < kind.settled_before(now) { floor(from, kind.coarsest_micros()) } else { from };
    let mut rows = Vec::new();
    for month in store::months(reader, reach, to)? {
        let names = match series {
            Series::All => None,
            Series::Exactly(names) => Some(names.clone()),
            Series::Prefix(prefix) => {
                let found = store::series_with_prefix(reader, month, kind.name, prefix, SERIES_LIMIT + 1)?;
                if found.len() > SERIES_LIMIT {
                    return Err(RecordsError::TooMany { limit: SERIES_LIMIT });
                }
                Some(found)
            }
        };
        let left = READ_LIMIT + 1 - rows.len();
        rows.extend(store::read(reader, month, kind, names.as_deref(), (reach, to), left)?);
        if rows.len() > READ_LIMIT {
            return Err(RecordsError::TooMany { limit: READ_LIMIT });
        }
    }
    let mut rows = visible(rows, kind.bucket_seconds);
    rows.retain(|row| row.bucket >= from);
    Ok(rows)
}
