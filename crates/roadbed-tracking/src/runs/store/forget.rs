//! Runs that go for good, and everything they logged.

use crate::experiments::Lifecycle;
use crate::runs::model::FormerRun;
use roadbed_core::TeamId;
use roadbed_store::{Appender, Execute, Filter, Query, Reader, Row, StoreError, Transaction, Value, params};
use std::collections::HashSet;

/// Tables of the records lane whose rows belong to a run.
const OF_RUNS: [&str; 7] =
    ["runs_blocks", "runs_segments", "runs_folds", "runs_metrics", "runs_latest_metrics", "runs_params", "runs_tags"];
/// Runs per statement.
const CHUNK: usize = 500;

fn former(row: &Row) -> Result<FormerRun, StoreError> {
    Ok(FormerRun {
        number: row.get("number")?,
        run_id: row.get("run_id")?,
        experiment: row.get("experiment")?,
        artifact_uri: row.get("artifact_uri")?,
    })
}

/// Which runs of a team are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Former {
    pub team: TeamId,
    /// The store's key; none for all.
    pub experiment: Option<i64>,
    pub stage: Lifecycle,
    /// Only those that ended before.
    pub ended_before_ms: Option<i64>,
}

/// Those behind a number, by number.
///
/// # Errors
/// The store fails.
pub fn former_runs(
    reader: &mut Reader<'_>,
    wanted: &Former,
    after: i64,
    limit: u32,
) -> Result<Vec<FormerRun>, StoreError> {
    let filter = Filter::new()
        .and("team_id = ?", wanted.team)
        .and("lifecycle_stage = ?", wanted.stage.as_str())
        .and("number > ?", after)
        .and_optional("experiment = ?", wanted.experiment)
        .and_optional("end_time_ms < ?", wanted.ended_before_ms);
    let values = [filter.values(), &[Value::from(limit)]].concat();
    let sql = format!(
        "SELECT number, run_id, experiment, artifact_uri FROM runs WHERE {} ORDER BY number LIMIT ?{}",
        filter.sql(0),
        values.len()
    );
    reader.query(&sql, &values, former)
}

/// Those of the runs that are in this stage.
///
/// # Errors
/// The store fails.
pub fn in_stage(query: &mut impl Query, runs: &[i64], stage: Lifecycle) -> Result<HashSet<i64>, StoreError> {
    let mut found = HashSet::new();
    for some in runs.chunks(CHUNK) {
        let filter = Filter::new().in_list("number", some.iter().copied()).and("lifecycle_stage = ?", stage.as_str());
        let sql = format!("SELECT number FROM runs WHERE {}", filter.sql(0));
        found.extend(query.query(&sql, filter.values(), |row| row.get::<i64>("number"))?);
    }
    Ok(found)
}

/// Those of the runs that have a tag of this key.
///
/// # Errors
/// The store fails.
pub fn tagged(reader: &mut Reader<'_>, runs: &[i64], key: &str) -> Result<HashSet<i64>, StoreError> {
    let mut found = HashSet::new();
    for some in runs.chunks(CHUNK) {
        let filter = Filter::new().in_list("run", some.iter().copied()).and("key = ?", key);
        let sql = format!("SELECT run FROM runs_tags WHERE {}", filter.sql(0));
        found.extend(reader.query(&sql, filter.values(), |row| row.get::<i64>("run"))?);
    }
    Ok(found)
}

/// Deletes runs so that they can be restored. The events are the caller's.
///
/// # Errors
/// The store fails.
pub fn delete_runs(tx: &mut Transaction<'_>, runs: &[i64]) -> Result<(), StoreError> {
    for some in runs.chunks(CHUNK) {
        let filter = Filter::new().in_list("number", some.iter().copied());
        let sql = format!("UPDATE runs SET lifecycle_stage = ?1 WHERE {}", filter.sql(1));
        tx.execute(&sql, &filter.values_after(params![Lifecycle::Deleted.as_str()]))?;
    }
    Ok(())
}

/// Begins to purge those of the runs that are deleted, and says which: from here on they cannot be restored, so that what they logged can go
/// before they do. Doing it again is fine, and goes on where a purge ended too early.
///
/// # Errors
/// The store fails.
pub fn condemn(tx: &mut Transaction<'_>, runs: &[i64]) -> Result<HashSet<i64>, StoreError> {
    let condemned = in_stage(tx, runs, Lifecycle::Deleted)?;
    let numbers: Vec<i64> = condemned.iter().copied().collect();
    for some in numbers.chunks(CHUNK) {
        let filter = Filter::new().in_list("number", some.iter().copied());
        tx.execute(&format!("UPDATE runs SET purging = 1 WHERE {}", filter.sql(0)), filter.values())?;
    }
    Ok(condemned)
}

/// Removes the rows of runs that were condemned. The event is the caller's.
///
/// # Errors
/// The store fails.
pub fn remove_runs(tx: &mut Transaction<'_>, runs: &[i64]) -> Result<(), StoreError> {
    for some in runs.chunks(CHUNK) {
        let filter = Filter::new().in_list("number", some.iter().copied()).and("purging = ?", 1_i64);
        tx.execute(&format!("DELETE FROM runs WHERE {}", filter.sql(0)), filter.values())?;
    }
    Ok(())
}

/// Removes everything these runs logged. Doing it twice is once.
///
/// # Errors
/// The store fails.
pub fn forget(append: &mut Appender<'_>, runs: &[i64]) -> Result<(), StoreError> {
    for some in runs.chunks(CHUNK) {
        let filter = Filter::new().in_list("run", some.iter().copied());
        for table in OF_RUNS {
            append.execute(&format!("DELETE FROM {table} WHERE {}", filter.sql(0)), filter.values())?;
        }
    }
    Ok(())
}

/// Removes what was measured on these logged models.
///
/// # Errors
/// The store fails.
pub fn forget_models(append: &mut Appender<'_>, team: TeamId, model_ids: &[String]) -> Result<(), StoreError> {
    for some in model_ids.chunks(CHUNK) {
        let filter = Filter::new().and("team_id = ?", team).in_list("model_id", some);
        append.execute(&format!("DELETE FROM runs_model_metrics WHERE {}", filter.sql(0)), filter.values())?;
    }
    Ok(())
}
