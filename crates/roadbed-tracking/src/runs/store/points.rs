//! What pages ask of everything logged (records lane): points of metrics in bulk, for curves, and the keys of experiments.

use crate::mlflow::Measure;
use crate::runs::store::measured::measure;
use roadbed_store::{Case, Filter, Query, Reader, Row, StoreError, Value, escape_like, params};

/// Points read at a time.
const PAGE: usize = 20_000;

/// The column that a curve goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runs) enum Along {
    Step,
    Time,
}

impl Along {
    const fn column(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Time => "timestamp_ms",
        }
    }
}

/// How far the points of a metric reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runs) struct Reach {
    pub key: String,
    pub first: i64,
    pub last: i64,
}

/// What a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::runs) enum KeyKind {
    Metrics,
    Params,
    Tags,
}

impl KeyKind {
    pub(in crate::runs) const ALL: [Self; 3] = [Self::Metrics, Self::Params, Self::Tags];

    const fn table(self) -> &'static str {
        match self {
            Self::Metrics => "runs_latest_metrics",
            Self::Params => "runs_params",
            Self::Tags => "runs_tags",
        }
    }
}

/// The first `limit` keys of a kind in an experiment that hold `part` (in any case), each with how many runs have it.
pub(in crate::runs) fn keys(
    reader: &mut Reader<'_>,
    experiment: i64,
    (kind, part): (KeyKind, &str),
    limit: usize,
) -> Result<Vec<(String, usize)>, StoreError> {
    let filter = Filter::new().and("experiment = ?", experiment);
    let filter = match part {
        "" => filter,
        part => filter.like("key", &format!("%{}%", escape_like(part)), Case::Insensitive),
    };
    let sql = format!(
        "SELECT key, COUNT(*) AS runs FROM {} WHERE {} GROUP BY key ORDER BY key LIMIT ?{}",
        kind.table(),
        filter.sql(0),
        filter.values().len() + 1
    );
    let values = [filter.values(), &[Value::from(limit)]].concat();
    reader.query(&sql, &values, |row| {
        let runs: i64 = row.get("runs")?;
        Ok((row.get("key")?, usize::try_from(runs).unwrap_or(0)))
    })
}

/// How far those of these metrics reach that have points between the two ends (both included).
pub(in crate::runs) fn reaches(
    reader: &mut Reader<'_>,
    run: i64,
    keys: &[String],
    along: Along,
    ends: (i64, i64),
) -> Result<Vec<Reach>, StoreError> {
    let column = along.column();
    let filter = Filter::new().and("run = ?", run).in_list("key", keys);
    let sql = format!(
        "SELECT key, MIN({column}) AS first_place, MAX({column}) AS last_place FROM runs_metrics \
         WHERE {column} >= ?1 AND {column} <= ?2 AND {} GROUP BY key",
        filter.sql(2)
    );
    reader.query(&sql, &filter.values_after(params![ends.0, ends.1]), |row| {
        Ok(Reach { key: row.get("key")?, first: row.get("first_place")?, last: row.get("last_place")? })
    })
}

/// One point of a known metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::runs) struct Place {
    pub step: i64,
    pub timestamp_ms: i64,
    pub value: Measure,
}

/// A row of ten million is read by position: names would be looked up as often.
fn place(row: &Row) -> Result<Place, StoreError> {
    match row.values() {
        [Value::Integer(step), Value::Integer(timestamp_ms), Value::Real(value), is_nan] => {
            let is_nan = matches!(is_nan, Value::Boolean(true) | Value::Integer(1));
            Ok(Place { step: *step, timestamp_ms: *timestamp_ms, value: Measure::from_stored(*value, is_nan) })
        }
        // Says which column is not what it must be.
        _ => Ok(Place { step: row.get("step")?, timestamp_ms: row.get("timestamp_ms")?, value: measure(row)? }),
    }
}

/// Hands over the points of a metric between the two ends (both included), in the order of the key and page by page.
pub(in crate::runs) fn each_point(
    reader: &mut Reader<'_>,
    run: i64,
    key: &str,
    along: Along,
    ends: (i64, i64),
    mut on_point: impl FnMut(Place),
) -> Result<(), StoreError> {
    let column = along.column();
    let first = format!(
        "SELECT step, timestamp_ms, value, is_nan FROM runs_metrics \
         WHERE run = ?1 AND key = ?2 AND {column} >= ?3 AND {column} <= ?4"
    );
    let order = format!("ORDER BY timestamp_ms, step, value, is_nan LIMIT {PAGE}");
    let after = format!("{first} AND (timestamp_ms, step, value, is_nan) > (?5, ?6, ?7, ?8) {order}");
    let first = format!("{first} {order}");
    let mut values: Vec<Value> = params![run, key, ends.0, ends.1].to_vec();
    let (mut rows, mut last) = (PAGE, None);
    while rows == PAGE {
        values.truncate(4);
        let sql = match last.take() {
            None => &first,
            Some(Place { step, timestamp_ms, value }) => {
                values.extend_from_slice(params![timestamp_ms, step, value.stored(), value.is_nan()]);
                &after
            }
        };
        let read = reader.query(sql, &values, |row| {
            let place = place(row)?;
            last = Some(place);
            on_point(place);
            Ok(())
        });
        rows = read?.len();
    }
    Ok(())
}
