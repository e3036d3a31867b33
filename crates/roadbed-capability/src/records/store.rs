//! SQL of the month tables.

use super::covered::Covered;
use super::kind::RecordKind;
use super::month::Month;
use super::row::RecordRow;
use super::window::Window;
use roadbed_store::{Appender, Execute, Filter, Query, Reader, Row, StoreError, Value, params};

const WIDTH: usize = 8;
const COLUMNS: &str = "kind, series, bucket, seconds, source, revision, covered, value";
/// Places of the key in `COLUMNS`.
const KEY: [usize; 5] = [0, 1, 2, 3, 4];
/// Series in one `IN` list.
const SERIES_CHUNK: usize = 500;

/// Makes the month's table. The row of the month is written first: on PostgreSQL it makes a second maker wait for the first.
pub(super) fn ensure_month(append: &mut Appender<'_>, month: Month) -> Result<(), StoreError> {
    let known = "SELECT month FROM records_months WHERE month = ?1";
    if append.query_one(known, params![month.number()], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    append.execute(
        "INSERT INTO records_months (month) VALUES (?1) ON CONFLICT (month) DO NOTHING",
        params![month.number()],
    )?;
    let table = month.table();
    append.execute(
        &format!(
            "CREATE TABLE IF NOT EXISTS {table} (kind {{TEXT}} NOT NULL, series {{TEXT}} NOT NULL, bucket {{INTEGER}} NOT NULL, \
             seconds {{INTEGER}} NOT NULL, source {{TEXT}} NOT NULL, revision {{INTEGER}} NOT NULL, covered {{TEXT}} NOT NULL, \
             value {{TEXT}} NOT NULL, PRIMARY KEY (kind, series, bucket, seconds, source))"
        ),
        &[],
    )?;
    append.execute(&format!("CREATE INDEX IF NOT EXISTS {table}_by_time ON {table} (kind, seconds, bucket)"), &[])?;
    Ok(())
}

pub(super) fn drop_month(append: &mut Appender<'_>, month: Month) -> Result<(), StoreError> {
    append.execute(&format!("DROP TABLE IF EXISTS {}", month.table()), &[])?;
    append.execute("DELETE FROM records_months WHERE month = ?1", params![month.number()])?;
    Ok(())
}

/// Months with a table that share a moment with `from..to`, oldest first.
pub(super) fn months(query: &mut impl Query, from: i64, to: i64) -> Result<Vec<Month>, StoreError> {
    let all = query.query("SELECT month FROM records_months ORDER BY month", &[], |row| {
        let number: i64 = row.get("month")?;
        Month::from_number(number).ok_or_else(|| StoreError::Corrupt {
            table: "records_months".to_owned(),
            column: "month".to_owned(),
            value: number.to_string(),
        })
    })?;
    Ok(all.into_iter().filter(|month| month.start_micros() < to && month.end_micros() > from).collect())
}

/// What happens to a finest row whose key is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conflict {
    /// The higher revision wins.
    Newer,
    /// The bucket is settled: the first state stands.
    First,
}

/// Writes rows of one month. The rows are in key order, so that two writers on PostgreSQL never wait for each other in a circle.
pub(super) fn upsert(
    append: &mut Appender<'_>,
    month: Month,
    rows: &[[Value; WIDTH]],
    conflict: Conflict,
) -> Result<(), StoreError> {
    let table = month.table();
    let action = match conflict {
        Conflict::Newer => format!(
            "DO UPDATE SET revision = excluded.revision, value = excluded.value WHERE excluded.revision > {table}.revision"
        ),
        Conflict::First => "DO NOTHING".to_owned(),
    };
    let sql = format!(
        "INSERT INTO {table} ({COLUMNS}) VALUES {{rows}} ON CONFLICT (kind, series, bucket, seconds, source) {action}"
    );
    append.execute_rows(&sql, WIDTH, &KEY, &rows.concat())?;
    Ok(())
}

/// The values of a row in the order of the table.
pub(super) fn row_values(kind: &str, row: &RecordRow) -> [Value; WIDTH] {
    values(
        kind,
        &row.series,
        row.bucket,
        row.seconds,
        &row.source,
        row.revision,
        row.covered.to_string(),
        row.value.clone(),
    )
}

#[expect(clippy::too_many_arguments, reason = "one per column, in the order of the table")]
pub(super) fn values(
    kind: &str,
    series: &str,
    bucket: i64,
    seconds: u32,
    source: &str,
    revision: i64,
    covered: String,
    value: String,
) -> [Value; WIDTH] {
    [
        kind.into(),
        series.into(),
        bucket.into(),
        seconds.into(),
        source.into(),
        revision.into(),
        covered.into(),
        value.into(),
    ]
}

fn row_of(row: &Row) -> Result<RecordRow, StoreError> {
    Ok(RecordRow {
        series: row.get("series")?,
        source: row.get("source")?,
        bucket: row.get("bucket")?,
        seconds: row.get("seconds")?,
        revision: row.get("revision")?,
        covered: row.parse::<Covered>("covered")?,
        value: row.get("value")?,
    })
}

/// Rows of a kind with a bucket in `from..to`, of the named series or of all; at most `limit`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    month: Month,
    kind: &RecordKind,
    series: Option<&[String]>,
    (from, to): (i64, i64),
    limit: usize,
) -> Result<Vec<RecordRow>, StoreError> {
    let table = month.table();
    let mut read_where = |filter: &Filter, limit: usize| {
        let existing = params![kind.name, from, to, limit];
        let sql = format!(
            "SELECT {COLUMNS} FROM {table} WHERE kind = ?1 AND bucket >= ?2 AND bucket < ?3 AND {} LIMIT ?4",
            filter.sql(existing.len())
        );
        reader.query(&sql, &filter.values_after(existing), row_of)
    };
    let Some(series) = series else {
        // Naming the levels lets the index by time serve the read.
        return read_where(&Filter::new().in_list("seconds", kind.levels()), limit);
    };
    let mut rows = Vec::new();
    for chunk in series.chunks(SERIES_CHUNK) {
        rows.extend(read_where(&Filter::new().in_list("series", chunk), limit - rows.len())?);
        if rows.len() >= limit {
            break;
        }
    }
    Ok(rows)
}

/// Series of a kind that start with a text, at most `limit`. Jumps from one to the next in the primary key.
pub(super) fn series_with_prefix(
    reader: &mut Reader<'_>,
    month: Month,
    kind: &str,
    prefix: &str,
    limit: usize,
) -> Result<Vec<String>, StoreError> {
    let table = month.table();
    let end = format!("{prefix}{}", char::MAX);
    // MIN and not ORDER BY: both engines answer it with one step in the primary key.
    let mut next = |comparison: &str, from: &str| {
        let sql = format!(
            "SELECT MIN(series) AS series FROM {table} WHERE kind = ?1 AND series {comparison} ?2 AND series < ?3"
        );
        let next =
            reader.query_one(&sql, params![kind, from, end.as_str()], |row| row.get::<Option<String>>("series"))?;
        Ok::<_, StoreError>(next.flatten())
    };
    let mut found: Vec<String> = next(">=", prefix)?.into_iter().collect();
    while found.len() < limit
        && let Some(last) = found.last()
        && let Some(series) = next(">", last)?
    {
        found.push(series);
    }
    Ok(found)
}

/// Takes the lock under which a kind is rolled up, until the end of the transaction.
pub(super) fn lock_kind(append: &mut Appender<'_>, kind: &str) -> Result<(), StoreError> {
    let now = append.now();
    append.execute(
        "INSERT INTO records_kinds (kind, rolled_up_at) VALUES (?1, ?2) \
         ON CONFLICT (kind) DO UPDATE SET rolled_up_at = excluded.rolled_up_at",
        params![kind, now],
    )?;
    Ok(())
}

/// Windows of a length that hold finer rows and end at or before `due`, at most `limit`.
pub(super) fn due_windows(
    append: &mut Appender<'_>,
    month: Month,
    kind: &RecordKind,
    (seconds, window_micros): (u32, i64),
    due: i64,
    limit: usize,
) -> Result<Vec<Window>, StoreError> {
    let finer = Filter::new().in_list("seconds", kind.levels().filter(|finer| *finer < seconds));
    let existing = params![kind.name, due, window_micros, limit];
    let sql = format!(
        "SELECT DISTINCT series, source, bucket - bucket % ?3 AS window_start FROM {} WHERE kind = ?1 AND bucket < ?2 AND {} LIMIT ?4",
        month.table(),
        finer.sql(existing.len())
    );
    append.query(&sql, &finer.values_after(existing), |row| {
        Ok(Window { series: row.get("series")?, source: row.get("source")?, bucket: row.get("window_start")?, seconds })
    })
}

/// Deletes and answers everything of a window up to its own level.
pub(super) fn take_window(
    append: &mut Appender<'_>,
    month: Month,
    kind: &str,
    window: &Window,
    end: i64,
) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!(
        "DELETE FROM {} WHERE kind = ?1 AND series = ?2 AND bucket >= ?3 AND bucket < ?4 AND source = ?5 AND seconds <= ?6 \
         RETURNING {COLUMNS}",
        month.table()
    );
    let key = params![kind, &window.series, window.bucket, end, &window.source, window.seconds];
    append.query(&sql, key, row_of)
}

/// Coarser rows than the window's level that start at or before it, at most `reach` micros earlier.
pub(super) fn coarser_around(
    append: &mut Appender<'_>,
    month: Month,
    kind: &str,
    window: &Window,
    reach: i64,
) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {} WHERE kind = ?1 AND series = ?2 AND bucket > ?3 AND bucket <= ?4 AND source = ?5 AND seconds > ?6",
        month.table()
    );
    let earliest = window.bucket.saturating_sub(reach);
    let key = params![kind, &window.series, earliest, window.bucket, &window.source, window.seconds];
    append.query(&sql, key, row_of)
}

/// The oldest bucket of a kind before a moment.
pub(super) fn oldest_before(
    append: &mut Appender<'_>,
    month: Month,
    kind: &RecordKind,
    before: i64,
) -> Result<Option<i64>, StoreError> {
    let levels = Filter::new().in_list("seconds", kind.levels());
    let existing = params![kind.name, before];
    let condition = levels.sql(existing.len());
    let sql =
        format!("SELECT MIN(bucket) AS oldest FROM {} WHERE kind = ?1 AND bucket < ?2 AND {condition}", month.table());
    let oldest = append.query_one(&sql, &levels.values_after(existing), |row| row.get::<Option<i64>>("oldest"))?;
    Ok(oldest.flatten())
}

/// Deletes rows of a kind before a moment; answers how many.
pub(super) fn delete_before(
    append: &mut Appender<'_>,
    month: Month,
    kind: &RecordKind,
    before: i64,
) -> Result<u64, StoreError> {
    let levels = Filter::new().in_list("seconds", kind.levels());
    let existing = params![kind.name, before];
    let condition = levels.sql(existing.len());
    let sql = format!("DELETE FROM {} WHERE kind = ?1 AND bucket < ?2 AND {condition}", month.table());
    append.execute(&sql, &levels.values_after(existing))
}
