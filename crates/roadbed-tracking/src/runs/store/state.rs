//! Rows of `runs` (state lane).

use crate::experiments::{Experiment, Lifecycle, Tally};
use crate::runs::model::{Candidate, Run};
use roadbed_core::{JobId, TeamId};
use roadbed_store::{Execute, Filter, Query, Reader, Row, StoreError, Transaction, Value, params};
use std::collections::HashMap;

const COLUMNS: &str = "number, run_id, experiment, experiment_id, run_name, user_id, status, start_time_ms, end_time_ms, \
                       artifact_uri, lifecycle_stage, job_id";

pub(in crate::runs) fn run(row: &Row) -> Result<Run, StoreError> {
    Ok(Run {
        number: row.get("number")?,
        run_id: row.get("run_id")?,
        experiment: row.get("experiment")?,
        experiment_id: row.get("experiment_id")?,
        run_name: row.get("run_name")?,
        user_id: row.get("user_id")?,
        status: row.get("status")?,
        start_time_ms: row.get("start_time_ms")?,
        end_time_ms: row.get("end_time_ms")?,
        artifact_uri: row.get("artifact_uri")?,
        lifecycle: row.parse("lifecycle_stage")?,
        job: row.parse_optional("job_id")?,
    })
}

/// The run with this id in the team, deleted ones too.
pub(in crate::runs) fn by_run_id(
    query: &mut impl Query,
    team: TeamId,
    run_id: &str,
) -> Result<Option<Run>, StoreError> {
    row_by_run_id(query, team, run_id)?.as_ref().map(run).transpose()
}

/// As [`by_run_id`], not yet read by [`run`].
pub(in crate::runs) fn row_by_run_id(
    query: &mut impl Query,
    team: TeamId,
    run_id: &str,
) -> Result<Option<Row>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM runs WHERE run_id = ?1 AND team_id = ?2");
    query.query_one(&sql, params![run_id, team], |row| Ok(row.clone()))
}

/// Whether a run of any team has this id.
pub(in crate::runs) fn is_taken(query: &mut impl Query, run_id: &str) -> Result<bool, StoreError> {
    let sql = "SELECT number FROM runs WHERE run_id = ?1";
    Ok(query.query_one(sql, params![run_id], |row| row.get::<i64>("number"))?.is_some())
}

/// The runs of the team among those named, deleted ones too, in no order.
pub(in crate::runs) fn by_run_ids(
    query: &mut impl Query,
    team: TeamId,
    run_ids: &[String],
) -> Result<Vec<Run>, StoreError> {
    let mut found = Vec::with_capacity(run_ids.len());
    for some in run_ids.chunks(500) {
        let filter = Filter::new().and("team_id = ?", team).in_list("run_id", some);
        let sql = format!("SELECT {COLUMNS} FROM runs WHERE {}", filter.sql(0));
        found.extend(query.query(&sql, filter.values(), run)?);
    }
    Ok(found)
}

fn of_experiments(experiments: &[i64], stages: &[&str]) -> Filter {
    Filter::new().in_list("experiment", experiments.iter().copied()).in_list("lifecycle_stage", stages.iter().copied())
}

/// The runs with these numbers, in no order.
pub(in crate::runs) fn by_numbers(query: &mut impl Query, numbers: &[i64]) -> Result<Vec<Run>, StoreError> {
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(500) {
        let filter = Filter::new().in_list("number", some.iter().copied());
        let sql = format!("SELECT {COLUMNS} FROM runs WHERE {}", filter.sql(0));
        found.extend(query.query(&sql, filter.values(), run)?);
    }
    Ok(found)
}

/// All runs of these experiments in these stages, with all attributes or only with those that an index holds.
pub(in crate::runs) fn candidates(
    query: &mut impl Query,
    experiments: &[i64],
    stages: &[&str],
    in_full: bool,
) -> Result<Vec<Candidate>, StoreError> {
    let filter = of_experiments(experiments, stages);
    if in_full {
        let sql = format!("SELECT {COLUMNS} FROM runs WHERE {}", filter.sql(0));
        return query.query(&sql, filter.values(), |row| Ok(run(row)?.into()));
    }
    let sql = format!("SELECT number, run_id, start_time_ms FROM runs WHERE {}", filter.sql(0));
    query.query(&sql, filter.values(), |row| {
        let (number, run_id, start_time_ms) = (row.get("number")?, row.get("run_id")?, row.get("start_time_ms")?);
        Ok(Candidate { number, run_id, start_time_ms, rest: None })
    })
}

/// The runs of these experiments in these stages that started last, `limit` of them behind the first `offset`.
pub(in crate::runs) fn latest_started(
    query: &mut impl Query,
    experiments: &[i64],
    stages: &[&str],
    limit: usize,
    offset: usize,
) -> Result<Vec<Run>, StoreError> {
    let filter = of_experiments(experiments, stages);
    let values = [filter.values(), &[Value::from(limit), Value::from(offset)]].concat();
    let sql = format!(
        "SELECT {COLUMNS} FROM runs WHERE {} ORDER BY start_time_ms DESC, run_id LIMIT ?{} OFFSET ?{}",
        filter.sql(0),
        values.len() - 1,
        values.len()
    );
    query.query(&sql, &values, run)
}

/// How many runs each of these experiments has in its own stage, and when they last began or ended.
pub(in crate::runs) fn tally(
    reader: &mut Reader<'_>,
    experiments: &[Experiment],
) -> Result<HashMap<i64, Tally>, StoreError> {
    let mut tallies = HashMap::new();
    for some in experiments.chunks(500) {
        let filter = Filter::new().in_list("experiment", some.iter().map(|experiment| experiment.number));
        let sql = format!(
            "SELECT experiment, lifecycle_stage, COUNT(*) AS runs, MAX(created_ms) AS created_ms, \
             COALESCE(MAX(end_time_ms), 0) AS ended_ms FROM runs WHERE {} GROUP BY experiment, lifecycle_stage",
            filter.sql(0)
        );
        let found = reader.query(&sql, filter.values(), |row| {
            let runs: i64 = row.get("runs")?;
            let last_ms = row.get::<i64>("created_ms")?.max(row.get("ended_ms")?);
            let tally = Tally { runs: usize::try_from(runs).unwrap_or(0), last_ms };
            Ok((row.get::<i64>("experiment")?, row.parse::<Lifecycle>("lifecycle_stage")?, tally))
        })?;
        let is_wanted = |number: i64, stage: Lifecycle| {
            some.iter().any(|experiment| experiment.number == number && experiment.lifecycle == stage)
        };
        let wanted = found.into_iter().filter(|(number, stage, _)| is_wanted(*number, *stage));
        tallies.extend(wanted.map(|(number, _, tally)| (number, tally)));
    }
    Ok(tallies)
}

/// How many runs these experiments have in these stages.
pub(in crate::runs) fn count(
    query: &mut impl Query,
    experiments: &[i64],
    stages: &[&str],
) -> Result<usize, StoreError> {
    let filter = of_experiments(experiments, stages);
    let sql = format!("SELECT COUNT(*) AS runs FROM runs WHERE {}", filter.sql(0));
    let found = query.query_one(&sql, filter.values(), |row| row.get::<i64>("runs"))?;
    Ok(usize::try_from(found.unwrap_or(0)).unwrap_or(0))
}

pub(in crate::runs) fn ids_of_job(query: &mut impl Query, job: JobId) -> Result<Vec<String>, StoreError> {
    query.query("SELECT run_id FROM runs WHERE job_id = ?1 ORDER BY number", params![job], |row| row.get("run_id"))
}

pub(in crate::runs) fn next_number(tx: &mut Transaction<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE((SELECT MAX(number) FROM runs), 0) + 1 AS number";
    Ok(tx.query_one(sql, &[], |row| row.get("number"))?.unwrap_or(1))
}

pub(in crate::runs) fn insert(tx: &mut Transaction<'_>, team: TeamId, new: &Run) -> Result<(), StoreError> {
    let sql = "INSERT INTO runs (number, run_id, team_id, experiment, experiment_id, run_name, user_id, status, start_time_ms, \
               end_time_ms, artifact_uri, lifecycle_stage, job_id, created_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let created = tx.now().as_millis();
    tx.execute(
        sql,
        params![
            new.number,
            &new.run_id,
            team,
            new.experiment,
            new.experiment_id,
            &new.run_name,
            &new.user_id,
            &new.status,
            new.start_time_ms,
            new.end_time_ms,
            &new.artifact_uri,
            new.lifecycle.as_str(),
            new.job,
            created
        ],
    )?;
    Ok(())
}

pub(in crate::runs) fn update(tx: &mut Transaction<'_>, changed: &Run) -> Result<(), StoreError> {
    let sql = "UPDATE runs SET run_name = ?2, status = ?3, end_time_ms = ?4, lifecycle_stage = ?5 WHERE number = ?1";
    let stage = changed.lifecycle.as_str();
    tx.execute(sql, params![changed.number, &changed.run_name, &changed.status, changed.end_time_ms, stage])?;
    Ok(())
}

/// Deletes or restores all runs of an experiment but those that are being purged; the event is the experiment's.
pub(in crate::runs) fn move_all(tx: &mut Transaction<'_>, experiment: i64, to: Lifecycle) -> Result<(), StoreError> {
    let sql = "UPDATE runs SET lifecycle_stage = ?2 WHERE experiment = ?1 AND purging = 0";
    tx.execute(sql, params![experiment, to.as_str()])?;
    Ok(())
}

/// Is what the run logged being removed for good?
pub(in crate::runs) fn is_purging(query: &mut impl Query, run: i64) -> Result<bool, StoreError> {
    let sql = "SELECT number FROM runs WHERE number = ?1 AND purging = 1";
    Ok(query.query_one(sql, params![run], |row| row.get::<i64>("number"))?.is_some())
}
