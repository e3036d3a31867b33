//! Metrics, params and tags (records lane): keyed upserts, so sending again does no harm.

use super::series;
use crate::mlflow::Measure;
use crate::runs::model::{Batch, MetricPoint, ModelMetric, Run, RunError};
use roadbed_core::TeamId;
use roadbed_store::{Appender, Execute, Filter, Query, Reader, Row, StoreError, Value, params};
use std::collections::{HashMap, HashSet};

/// Values of one key: run number → value.
pub(in crate::runs) type KeyValues<T> = HashMap<i64, T>;

/// Writes a batch whole or not at all.
///
/// # Errors
/// The store fails, or a param is there with another value.
pub(in crate::runs) fn log<E>(append: &mut Appender<'_>, run: &Run, team: TeamId, batch: &Batch) -> Result<(), E>
where
    E: From<StoreError> + From<RunError>,
{
    log_params::<E>(append, run, &batch.params)?;
    if !batch.points.is_empty() {
        log_latest(append, run, &batch.points)?;
        series::log(append, run.number, &batch.points)?;
    }
    log_model_metrics(append, team, &batch.model_metrics)?;
    log_tags(append, run, &batch.tags)?;
    Ok(())
}

/// Keeps the latest point of each metric.
fn log_latest(append: &mut Appender<'_>, run: &Run, points: &[MetricPoint]) -> Result<(), StoreError> {
    let mut latest: HashMap<&str, &MetricPoint> = HashMap::new();
    for point in points {
        let newest = latest.entry(&point.key).or_insert(point);
        if rank(point) > rank(newest) {
            *newest = point;
        }
    }
    let mut values = Vec::with_capacity(latest.len() * 7);
    for point in latest.values() {
        let (stored, is_nan) = (point.value.stored(), point.value.is_nan());
        values.extend_from_slice(params![
            run.experiment,
            &point.key,
            run.number,
            stored,
            is_nan,
            point.timestamp_ms,
            point.step
        ]);
    }
    let sql = "INSERT INTO runs_latest_metrics (experiment, key, run, value, is_nan, timestamp_ms, step) VALUES {rows} \
               ON CONFLICT (experiment, key, run) DO UPDATE SET value = excluded.value, is_nan = excluded.is_nan, \
               timestamp_ms = excluded.timestamp_ms, step = excluded.step \
               WHERE (excluded.step, excluded.timestamp_ms, excluded.value) \
               > (runs_latest_metrics.step, runs_latest_metrics.timestamp_ms, runs_latest_metrics.value)";
    append.execute_rows(sql, 7, &[0, 1, 2], &values)?;
    Ok(())
}

/// The latest point has the largest rank; NaN counts as 0, as in MLflow.
fn rank(point: &MetricPoint) -> (i64, i64, f64) {
    (point.step, point.timestamp_ms, point.value.stored())
}

fn log_model_metrics(append: &mut Appender<'_>, team: TeamId, metrics: &[ModelMetric]) -> Result<(), StoreError> {
    let mut values = Vec::with_capacity(metrics.len() * 10);
    for ModelMetric { point, model_id, run_id, dataset_name, dataset_digest } in metrics {
        values.extend_from_slice(params![
            team,
            model_id,
            run_id,
            &point.key,
            point.timestamp_ms,
            point.step,
            point.value.stored(),
            point.value.is_nan(),
            dataset_name.as_deref(),
            dataset_digest.as_deref()
        ]);
    }
    let sql = "INSERT INTO runs_model_metrics (team_id, model_id, run_id, key, timestamp_ms, step, value, is_nan, dataset_name, \
               dataset_digest) VALUES {rows} ON CONFLICT (team_id, model_id, key, timestamp_ms, step, run_id) DO NOTHING";
    append.execute_rows(sql, 10, &[0, 1, 3, 4, 5, 2], &values)?;
    Ok(())
}

fn log_params<E>(append: &mut Appender<'_>, run: &Run, params: &[(String, String)]) -> Result<(), E>
where
    E: From<StoreError> + From<RunError>,
{
    if params.is_empty() {
        return Ok(());
    }
    let values = rows_of(run, params);
    let sql = "INSERT INTO runs_params (experiment, key, run, value) VALUES {rows} ON CONFLICT (experiment, key, run) DO NOTHING";
    append.execute_rows(sql, 4, &[0, 1, 2], &values)?;
    let filter = Filter::new().and("run = ?", run.number).in_list("key", params.iter().map(|(key, _)| key));
    let sql = format!("SELECT key, value FROM runs_params WHERE {}", filter.sql(0));
    let there: HashMap<String, String> = append.query(&sql, filter.values(), pair)?.into_iter().collect();
    for (key, new) in params {
        if let Some(old) = there.get(key).filter(|old| *old != new) {
            let (run_id, key) = (run.run_id.clone(), key.clone());
            return Err(RunError::ParamChanged { run_id, key, old: old.clone(), new: new.clone() }.into());
        }
    }
    Ok(())
}

fn rows_of(run: &Run, pairs: &[(String, String)]) -> Vec<Value> {
    let mut values = Vec::with_capacity(pairs.len() * 4);
    for (key, value) in pairs {
        values.extend_from_slice(params![run.experiment, key, run.number, value]);
    }
    values
}

fn pair(row: &Row) -> Result<(String, String), StoreError> {
    Ok((row.get("key")?, row.get("value")?))
}

fn log_tags(append: &mut Appender<'_>, run: &Run, tags: &[(String, String)]) -> Result<(), StoreError> {
    let sql = "INSERT INTO runs_tags (experiment, key, run, value) VALUES {rows} \
               ON CONFLICT (experiment, key, run) DO UPDATE SET value = excluded.value";
    append.execute_rows(sql, 4, &[0, 1, 2], &rows_of(run, tags))?;
    Ok(())
}

/// Whether there was such a tag.
pub(in crate::runs) fn delete_tag(append: &mut Appender<'_>, run: i64, key: &str) -> Result<bool, StoreError> {
    Ok(append.execute("DELETE FROM runs_tags WHERE run = ?1 AND key = ?2", params![run, key])? > 0)
}

pub(in crate::runs) fn tag(query: &mut impl Query, run: i64, key: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT value FROM runs_tags WHERE run = ?1 AND key = ?2";
    query.query_one(sql, params![run, key], |row| row.get("value"))
}

/// All tags of a run, by key.
pub(in crate::runs) fn tags(query: &mut impl Query, run: i64) -> Result<Vec<(String, String)>, StoreError> {
    query.query("SELECT key, value FROM runs_tags WHERE run = ?1 ORDER BY key", params![run], pair)
}

/// All params of a run, by key.
pub(in crate::runs) fn params(query: &mut impl Query, run: i64) -> Result<Vec<(String, String)>, StoreError> {
    query.query("SELECT key, value FROM runs_params WHERE run = ?1 ORDER BY key", params![run], pair)
}

pub(super) fn measure(row: &Row) -> Result<Measure, StoreError> {
    Ok(Measure::from_stored(row.get("value")?, row.get("is_nan")?))
}

fn point(row: &Row) -> Result<MetricPoint, StoreError> {
    Ok(MetricPoint {
        key: row.get("key")?,
        value: measure(row)?,
        timestamp_ms: row.get("timestamp_ms")?,
        step: row.get("step")?,
    })
}

/// The latest values of a metric in these experiments.
pub(in crate::runs) fn metric_values(
    reader: &mut Reader<'_>,
    experiments: &[i64],
    key: &str,
) -> Result<KeyValues<f64>, StoreError> {
    let filter = Filter::new().in_list("experiment", experiments.iter().copied()).and("key = ?", key);
    let sql = format!("SELECT run, value, is_nan FROM runs_latest_metrics WHERE {}", filter.sql(0));
    let rows = reader.query(&sql, filter.values(), |row| Ok((row.get("run")?, measure(row)?.get())))?;
    Ok(rows.into_iter().collect())
}

/// The values of a param (or a tag) in these experiments.
pub(in crate::runs) fn text_values(
    reader: &mut Reader<'_>,
    is_tag: bool,
    experiments: &[i64],
    key: &str,
) -> Result<KeyValues<String>, StoreError> {
    let table = if is_tag { "runs_tags" } else { "runs_params" };
    let filter = Filter::new().in_list("experiment", experiments.iter().copied()).and("key = ?", key);
    let sql = format!("SELECT run, value FROM {table} WHERE {}", filter.sql(0));
    let rows = reader.query(&sql, filter.values(), |row| Ok((row.get("run")?, row.get("value")?)))?;
    Ok(rows.into_iter().collect())
}

/// Latest metrics, params and tags of one run.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::runs) struct Details {
    pub(in crate::runs) metrics: Vec<MetricPoint>,
    pub(in crate::runs) params: Vec<(String, String)>,
    pub(in crate::runs) tags: Vec<(String, String)>,
}

/// Keys of what is wanted of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::runs) struct Columns {
    pub(in crate::runs) metrics: Vec<String>,
    pub(in crate::runs) params: Vec<String>,
    pub(in crate::runs) tags: Vec<String>,
}

/// Everything these runs logged, by key.
pub(in crate::runs) fn details(reader: &mut Reader<'_>, runs: &[i64]) -> Result<HashMap<i64, Details>, StoreError> {
    let of = || Filter::new().in_list("run", runs.iter().copied());
    read_details(reader, [Some(of()), Some(of()), Some(of())])
}

/// As [`details`], of these keys only.
pub(in crate::runs) fn details_in(
    reader: &mut Reader<'_>,
    runs: &[i64],
    columns: &Columns,
) -> Result<HashMap<i64, Details>, StoreError> {
    let of = |keys: &Vec<String>| {
        (!keys.is_empty()).then(|| Filter::new().in_list("run", runs.iter().copied()).in_list("key", keys))
    };
    read_details(reader, [of(&columns.metrics), of(&columns.params), of(&columns.tags)])
}

/// Rows of metrics, params and tags that fulfil these conditions; without one, none.
fn read_details(
    reader: &mut Reader<'_>,
    [metrics, params, tags]: [Option<Filter>; 3],
) -> Result<HashMap<i64, Details>, StoreError> {
    let mut found: HashMap<i64, Details> = HashMap::new();
    if let Some(filter) = metrics {
        let sql = format!(
            "SELECT run, key, value, is_nan, timestamp_ms, step FROM runs_latest_metrics WHERE {} ORDER BY run, key",
            filter.sql(0)
        );
        for (run, point) in reader.query(&sql, filter.values(), |row| Ok((row.get("run")?, point(row)?)))? {
            found.entry(run).or_default().metrics.push(point);
        }
    }
    if let Some(filter) = params {
        let sql = format!("SELECT run, key, value FROM runs_params WHERE {} ORDER BY run, key", filter.sql(0));
        for (run, pair) in reader.query(&sql, filter.values(), |row| Ok((row.get("run")?, pair(row)?)))? {
            found.entry(run).or_default().params.push(pair);
        }
    }
    if let Some(filter) = tags {
        let sql = format!("SELECT run, key, value FROM runs_tags WHERE {} ORDER BY run, key", filter.sql(0));
        for (run, pair) in reader.query(&sql, filter.values(), |row| Ok((row.get("run")?, pair(row)?)))? {
            found.entry(run).or_default().tags.push(pair);
        }
    }
    Ok(found)
}

/// Metrics about these models of the team, by model, key and time.
///
/// # Errors
/// The store fails.
pub fn model_metrics(
    reader: &mut Reader<'_>,
    team: TeamId,
    model_ids: &HashSet<String>,
) -> Result<Vec<ModelMetric>, StoreError> {
    let mut found = Vec::new();
    let ids: Vec<&String> = model_ids.iter().collect();
    for some in ids.chunks(500) {
        let filter = Filter::new().and("team_id = ?", team).in_list("model_id", some.iter().copied());
        let sql = format!(
            "SELECT model_id, run_id, key, timestamp_ms, step, value, is_nan, dataset_name, dataset_digest \
             FROM runs_model_metrics WHERE {} ORDER BY model_id, key, timestamp_ms, step, run_id",
            filter.sql(0)
        );
        found.extend(reader.query(&sql, filter.values(), |row| {
            Ok(ModelMetric {
                point: point(row)?,
                model_id: row.get("model_id")?,
                run_id: row.get("run_id")?,
                dataset_name: row.get("dataset_name")?,
                dataset_digest: row.get("dataset_digest")?,
            })
        })?);
    }
    Ok(found)
}
