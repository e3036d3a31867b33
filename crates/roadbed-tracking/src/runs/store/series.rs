//! Points of metrics (records lane). What a request logs is one row of `runs_blocks`; when enough lie there, or the run has ended, they
//! move into `runs_segments`, one metric in columns per row. A reader puts both together, and rows of `runs_metrics`, where releases before
//! 0.2 kept every point apart.
//!
//! Invariant: moving points loses none and readers see each at least once: blocks are read before segments and `settle` drops twins.

use crate::mlflow::Measure;
use crate::runs::model::MetricPoint;
use crate::runs::points::{Place, Series, WrongBytes, decode, encode, read_block, series_of, settle, write_block};
use roadbed_store::{Appender, Execute, Filter, Query, Reader, Row, StoreError, Value, params};
use std::collections::BTreeMap;

/// Points of a full segment: some 45 kB, read in one go.
const SEGMENT_POINTS: usize = 4096;
/// A run's blocks move when there are this many, or this many points in them: what a reader of one metric looks through at most.
const MOST_BLOCKS: i64 = 256;
const MOST_BLOCK_POINTS: i64 = 65_536;
/// So many points of one request go into segments at once.
const LARGE_REQUEST_POINTS: usize = 16_384;

/// The column that a curve goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runs) enum Along {
    Step,
    Time,
}

impl Along {
    const fn of(self, place: &Place) -> i64 {
        match self {
            Self::Step => place.step,
            Self::Time => place.timestamp_ms,
        }
    }

    /// Columns with the smallest and the largest of a segment, and the column of a point.
    const fn columns(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Step => ("first_step", "last_step", "step"),
            Self::Time => ("first_ms", "last_ms", "timestamp_ms"),
        }
    }
}

/// Points between two ends (both included) of the column that a curve goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runs) struct Between {
    pub along: Along,
    pub ends: (i64, i64),
}

/// How far the points of a metric reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runs) struct Reach {
    pub key: String,
    pub first: i64,
    pub last: i64,
}

pub(super) fn log(append: &mut Appender<'_>, run: i64, points: &[MetricPoint]) -> Result<(), StoreError> {
    let series = series_of(points);
    if points.len() >= LARGE_REQUEST_POINTS {
        lock(append, run)?;
        return merge(append, run, series.into_iter());
    }
    let block = write_block(series.iter().map(|(key, points)| (*key, points.as_slice())));
    let (blocks, points) = add_block(append, run, block, series.values().map(Vec::len).sum())?;
    if blocks >= MOST_BLOCKS || points >= MOST_BLOCK_POINTS {
        fold(append, run)?;
    }
    Ok(())
}

/// Adds a block and says how many blocks and points wait since the last move.
fn add_block(append: &mut Appender<'_>, run: i64, data: Vec<u8>, points: usize) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT place, blocks, points FROM runs_blocks WHERE run = ?1 ORDER BY place DESC LIMIT 1";
    let last = |row: &Row| Ok((row.get("place")?, row.get("blocks")?, row.get("points")?));
    let (last, blocks, waiting): (i64, i64, i64) = append.query_one(sql, params![run], last)?.unwrap_or((0, 0, 0));
    let (blocks, waiting) = (blocks + 1, waiting.saturating_add(i64::try_from(points).unwrap_or(i64::MAX)));
    let sql = "INSERT INTO runs_blocks (run, place, blocks, points, data) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT (run, place) DO NOTHING";
    let mut values = params![run, last + 1, blocks, waiting, data].to_vec();
    // On PostgreSQL another writer may have taken the place meanwhile.
    while append.execute(sql, &values)? == 0 {
        if let Some(Value::Integer(place)) = values.get_mut(1) {
            *place += 1;
        }
    }
    Ok((blocks, waiting))
}

/// Moves what waits of a run into segments.
pub(in crate::runs) fn fold(append: &mut Appender<'_>, run: i64) -> Result<(), StoreError> {
    let sql = "SELECT place FROM runs_blocks WHERE run = ?1 LIMIT 1";
    if append.query_rows(sql, params![run])?.is_empty() {
        return Ok(());
    }
    lock(append, run)?;
    let sql = "SELECT place, data FROM runs_blocks WHERE run = ?1 ORDER BY place";
    let (mut places, mut series): (Vec<i64>, Series) = (Vec::new(), Series::new());
    for row in append.query_rows(sql, params![run])? {
        places.push(row.get("place")?);
        read_block(row.bytes("data")?, &mut series, |_| true).map_err(wrong("runs_blocks"))?;
    }
    let before = append.query(&format!("{SELECT_ROWS} WHERE run = ?1"), params![run], keyed_place)?;
    for (key, place) in &before {
        series.entry(key.clone()).or_default().push(*place);
    }
    merge(append, run, series.iter_mut().map(|(key, points)| (key.as_str(), std::mem::take(points))))?;
    // Those that were read: another writer may have added more.
    for some in places.chunks(500) {
        let filter = Filter::new().and("run = ?", run).in_list("place", some.iter().copied());
        append.execute(&format!("DELETE FROM runs_blocks WHERE {}", filter.sql(0)), filter.values())?;
    }
    if !before.is_empty() {
        append.execute("DELETE FROM runs_metrics WHERE run = ?1", params![run])?;
    }
    Ok(())
}

/// Lets one writer at a time change the segments of a run: on PostgreSQL the row stays locked to the end of the transaction.
fn lock(append: &mut Appender<'_>, run: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO runs_folds (run, folds) VALUES (?1, 1) ON CONFLICT (run) DO UPDATE SET folds = runs_folds.folds + 1";
    append.execute(sql, params![run])?;
    Ok(())
}

/// Adds points to the last segment of each metric and begins new ones behind it.
fn merge<'a>(
    append: &mut Appender<'_>,
    run: i64,
    series: impl Iterator<Item = (&'a str, Vec<Place>)>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO runs_segments (run, key, segment, points, first_step, last_step, first_ms, last_ms, data) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (run, key, segment) DO UPDATE SET \
               points = excluded.points, first_step = excluded.first_step, last_step = excluded.last_step, \
               first_ms = excluded.first_ms, last_ms = excluded.last_ms, data = excluded.data";
    for (key, mut points) in series {
        let begin = last_segment(append, run, key, &mut points)?;
        settle(&mut points);
        for (segment, some) in (begin..).zip(points.chunks(SEGMENT_POINTS)) {
            let mut data = Vec::with_capacity(some.len() * 11 + 8);
            encode(some, &mut data);
            let (steps, times) = (ends(some, Along::Step), ends(some, Along::Time));
            let values = params![run, key, segment, some.len(), steps.0, steps.1, times.0, times.1, data];
            append.execute(sql, values)?;
        }
    }
    Ok(())
}

/// The number to go on with. A last segment with room is taken up into `points`, to be written anew.
fn last_segment(append: &mut Appender<'_>, run: i64, key: &str, points: &mut Vec<Place>) -> Result<i64, StoreError> {
    let sql =
        "SELECT segment, points, data FROM runs_segments WHERE run = ?1 AND key = ?2 ORDER BY segment DESC LIMIT 1";
    let rows = append.query_rows(sql, params![run, key])?;
    let Some(last) = rows.first() else { return Ok(1) };
    let segment: i64 = last.get("segment")?;
    if last.get::<i64>("points")? >= SEGMENT_POINTS as i64 {
        return Ok(segment + 1);
    }
    decode(last.bytes("data")?, points).map_err(wrong("runs_segments"))?;
    Ok(segment)
}

fn ends(points: &[Place], along: Along) -> (i64, i64) {
    let place = |point: &Place| along.of(point);
    (points.iter().map(place).min().unwrap_or(0), points.iter().map(place).max().unwrap_or(0))
}

/// The points of a metric, all or those between two ends, in the order of a history.
pub(in crate::runs) fn series(
    reader: &mut Reader<'_>,
    run: i64,
    key: &str,
    between: Option<Between>,
) -> Result<Vec<Place>, StoreError> {
    let mut points = waiting(reader, run, |found| found == key)?.remove(key).unwrap_or_default();
    let before = reader.query(&format!("{SELECT_ROWS} WHERE run = ?1 AND key = ?2"), params![run, key], keyed_place)?;
    points.extend(before.into_iter().map(|(_, place)| place));
    let mut filter = Filter::new().and("run = ?", run).and("key = ?", key);
    if let Some(Between { along, ends: (first, last) }) = between {
        filter = match along {
            Along::Step => filter.and("last_step >= ?", first).and("first_step <= ?", last),
            Along::Time => filter.and("last_ms >= ?", first).and("first_ms <= ?", last),
        };
    }
    let sql = format!("SELECT data FROM runs_segments WHERE {} ORDER BY segment", filter.sql(0));
    for row in reader.query_rows(&sql, filter.values())? {
        decode(row.bytes("data")?, &mut points).map_err(wrong("runs_segments"))?;
    }
    if let Some(Between { along, ends: (first, last) }) = between {
        points.retain(|point| (first..=last).contains(&along.of(point)));
    }
    settle(&mut points);
    Ok(points)
}

/// How far these metrics reach, by key. Segments that only touch the ends count whole.
pub(in crate::runs) fn reaches(
    reader: &mut Reader<'_>,
    run: i64,
    keys: &[String],
    Between { along, ends: (first, last) }: Between,
) -> Result<Vec<Reach>, StoreError> {
    let mut found: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let mut widen = |key: String, (from, to): (i64, i64)| {
        let reach = found.entry(key).or_insert((from, to));
        *reach = (reach.0.min(from), reach.1.max(to));
    };
    for (key, mut points) in waiting(reader, run, |found| keys.iter().any(|key| key == found))? {
        points.retain(|point| (first..=last).contains(&along.of(point)));
        if !points.is_empty() {
            widen(key, ends(&points, along));
        }
    }
    let filter = Filter::new().and("run = ?", run).in_list("key", keys);
    let (begin, end, column) = along.columns();
    for (table, begin, end) in [("runs_segments", begin, end), ("runs_metrics", column, column)] {
        let sql = format!(
            "SELECT key, MIN({begin}) AS first_place, MAX({end}) AS last_place FROM {table} \
             WHERE {end} >= ?1 AND {begin} <= ?2 AND {} GROUP BY key",
            filter.sql(2)
        );
        for row in reader.query_rows(&sql, &filter.values_after(params![first, last]))? {
            widen(row.get("key")?, (row.get("first_place")?, row.get("last_place")?));
        }
    }
    Ok(found.into_iter().map(|(key, (first, last))| Reach { key, first, last }).collect())
}

/// What waits of a run, of the wanted metrics.
fn waiting(reader: &mut Reader<'_>, run: i64, wanted: impl Fn(&str) -> bool) -> Result<Series, StoreError> {
    let mut series = Series::new();
    for row in reader.query_rows("SELECT data FROM runs_blocks WHERE run = ?1 ORDER BY place", params![run])? {
        read_block(row.bytes("data")?, &mut series, &wanted).map_err(wrong("runs_blocks"))?;
    }
    Ok(series)
}

const SELECT_ROWS: &str = "SELECT key, step, timestamp_ms, value, is_nan FROM runs_metrics";

fn keyed_place(row: &Row) -> Result<(String, Place), StoreError> {
    let value = Measure::from_stored(row.get("value")?, row.get("is_nan")?);
    Ok((row.get("key")?, Place { step: row.get("step")?, timestamp_ms: row.get("timestamp_ms")?, value }))
}

fn wrong(table: &'static str) -> impl Fn(WrongBytes) -> StoreError {
    move |wrong| StoreError::Corrupt { table: table.to_owned(), column: "data".to_owned(), value: wrong.to_string() }
}

/// Two points of the first run as releases before kept them.
#[cfg(test)]
pub(in crate::runs) fn keep_as_before(append: &mut Appender<'_>) -> Result<(), StoreError> {
    let sql = "INSERT INTO runs_metrics (run, key, timestamp_ms, step, value, is_nan) VALUES \
               (1, 'm', 5, 0, 0.5, FALSE), (1, 'm', 6, 1, 0.0, TRUE)";
    append.execute(sql, &[]).map(drop)
}
