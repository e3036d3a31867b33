pub(super) mod definitions;

use super::model::{Attempt, AttemptPhase, Job, JobSpec};
use super::plan::{OpenAttempt, OpenJob, Room};
use super::state::{Finish, JobState, Outcome, Progress, STATE_WORDS};
use roadbed_capability::Scope;
use roadbed_contracts::workload::{ExitKind, Resources};
use roadbed_core::{ByteSize, CpuMillis, JobId, Timestamp, WorkloadId};
use roadbed_store::{Case, Execute, Filter, Order, Query, Row, StoreError, Transaction, escape_like, params};

fn corrupt(table: &str, column: &str, value: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { table: table.to_owned(), column: column.to_owned(), value: value.to_string() }
}

fn exit(row: &Row, table: &str) -> Result<Option<ExitKind>, StoreError> {
    let Some(text) = row.get::<Option<String>>("exit")? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|_| corrupt(table, "exit", text))
}

fn exit_text(exit: Option<&ExitKind>) -> Option<String> {
    exit.and_then(|exit| serde_json::to_string(exit).ok())
}

fn resources(row: &Row) -> Result<Resources, StoreError> {
    Ok(Resources {
        cpu: CpuMillis(row.get("cpu_millis")?),
        memory: ByteSize(row.get("memory_bytes")?),
        gpu: row.get("gpus")?,
    })
}

fn state(row: &Row) -> Result<JobState, StoreError> {
    let word: String = row.get("state")?;
    match word.as_str() {
        "queued" => return Ok(JobState::Queued),
        "starting" => return Ok(JobState::Starting),
        "running" => return Ok(JobState::Running),
        _ => {}
    }
    let outcome = Outcome::parse(&word).ok_or_else(|| corrupt("jobs_jobs", "state", &word))?;
    let message = row.get::<Option<String>>("message")?.unwrap_or_default();
    Ok(JobState::Finished(Finish { outcome, exit: exit(row, "jobs_jobs")?, message, ended_at: row.get("ended_at")? }))
}

fn job(row: &Row) -> Result<Job, StoreError> {
    let spec: String = row.get("spec")?;
    let id: JobId = row.parse("id")?;
    Ok(Job {
        id,
        team: row.parse("team_id")?,
        team_name: row.parse("team_name")?,
        instance: row.parse("instance_id")?,
        project: row.parse("project")?,
        name: row.parse("name")?,
        progress: Progress {
            state: state(row)?,
            attempt: row.get("attempt")?,
            retries_left: row.get("retries_left")?,
            started_at: row.get("started_at")?,
            cancel_reason: row.get("cancel_reason")?,
        },
        retries: row.get("retries")?,
        resources: resources(row)?,
        spec: serde_json::from_str::<JobSpec>(&spec)
            .map_err(|error| corrupt("jobs_jobs", "spec", format!("{id}: {error}")))?,
        actor: row.get("actor")?,
        actor_name: row.get("actor_name")?,
        rerun_of: row.parse_optional("rerun_of")?,
        cause: row.get("cause")?,
        created_at: row.get("created_at")?,
    })
}

fn attempt(row: &Row) -> Result<Attempt, StoreError> {
    Ok(Attempt {
        workload: row.parse("workload_id")?,
        job: row.parse("job_id")?,
        number: row.get("number")?,
        phase: phase(row)?,
        open: row.get("is_open")?,
        created_at: row.get("created_at")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        exit: exit(row, "jobs_attempts")?,
        message: row.get("message")?,
        log_bytes: row.get("log_bytes")?,
    })
}

fn phase(row: &Row) -> Result<AttemptPhase, StoreError> {
    let word: String = row.get("phase")?;
    AttemptPhase::parse(&word).ok_or_else(|| corrupt("jobs_attempts", "phase", word))
}

const JOB: &str =
    "SELECT id, team_id, team_name, instance_id, project, name, state, exit, message, attempt, retries, retries_left,
  cancel_reason, cpu_millis, memory_bytes, gpus, spec, actor, actor_name, rerun_of, cause, created_at, started_at,
  ended_at FROM jobs_jobs";
const ATTEMPT: &str =
    "SELECT workload_id, job_id, number, phase, is_open, created_at, started_at, ended_at, exit, message, log_bytes
  FROM jobs_attempts";

pub(super) fn by_id(r: &mut impl Query, id: JobId) -> Result<Option<Job>, StoreError> {
    r.query_one(&format!("{JOB} WHERE id = ?1"), params![id], job)
}

/// Which jobs to list.
#[derive(Debug, Clone, Default)]
pub(super) struct JobFilter {
    pub(super) team: Option<String>,
    pub(super) project: Option<String>,
    pub(super) name: Option<String>,
    /// Part of the name.
    pub(super) text: Option<String>,
    /// Any when empty.
    pub(super) states: Vec<String>,
    /// Submitted at or after.
    pub(super) from: Option<Timestamp>,
    /// Submitted before.
    pub(super) to: Option<Timestamp>,
    /// Part of who submitted it, as in events or by name.
    pub(super) actor: Option<String>,
    /// Jobs older than this one.
    pub(super) before: Option<JobId>,
}

/// Jobs within the scope, newest first.
pub(super) fn list(r: &mut impl Query, scope: &Scope, wanted: &JobFilter, limit: u32) -> Result<Vec<Job>, StoreError> {
    let mut filter = scope
        .restrict(Filter::new(), "team_id", Some("instance_id"))
        .and_optional("team_name = ?", wanted.team.clone())
        .and_optional("project = ?", wanted.project.clone())
        .and_optional("name = ?", wanted.name.clone())
        .and_optional("created_at >= ?", wanted.from)
        .and_optional("created_at < ?", wanted.to)
        .and_optional("id < ?", wanted.before)
        .order_by("id", Order::Descending);
    let holds = |text: &str| format!("%{}%", escape_like(text));
    if !wanted.states.is_empty() {
        filter = filter.in_list("state", wanted.states.iter().map(String::as_str));
    }
    if let Some(text) = &wanted.text {
        filter = filter.like("name", &holds(text), Case::Insensitive);
    }
    if let Some(actor) = &wanted.actor {
        let by = |column| Filter::new().like(column, &holds(actor), Case::Insensitive);
        filter = filter.and_any([by("actor"), by("actor_name")]);
    }
    let sql = format!("{JOB} WHERE {}{} LIMIT {limit}", filter.sql(0), filter.order_sql());
    r.query(&sql, filter.values(), job)
}

pub(super) fn insert(tx: &mut Transaction<'_>, job: &Job) -> Result<(), StoreError> {
    let spec = serde_json::to_string(&job.spec).map_err(|error| corrupt("jobs_jobs", "spec", error))?;
    let sql = "INSERT INTO jobs_jobs (id, team_id, team_name, instance_id, project, name, state, attempt, retries, retries_left,
        cpu_millis, memory_bytes, gpus, spec, actor, actor_name, rerun_of, cause, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";
    tx.execute(
        sql,
        params![
            job.id,
            job.team,
            &job.team_name,
            job.instance,
            &job.project,
            &job.name,
            job.progress.state.as_str(),
            job.progress.attempt,
            job.retries,
            job.progress.retries_left,
            job.resources.cpu.0,
            job.resources.memory.0,
            job.resources.gpu,
            spec,
            &job.actor,
            job.actor_name.clone(),
            job.rerun_of,
            job.cause,
            job.created_at
        ],
    )?;
    Ok(())
}

/// Writes what changes about a job.
pub(super) fn put_progress(tx: &mut Transaction<'_>, id: JobId, progress: &Progress) -> Result<(), StoreError> {
    let finish = match &progress.state {
        JobState::Finished(finish) => Some(finish),
        _ => None,
    };
    let sql =
        "UPDATE jobs_jobs SET state = ?2, exit = ?3, message = ?4, attempt = ?5, retries_left = ?6, cancel_reason = ?7,
        started_at = ?8, ended_at = ?9 WHERE id = ?1";
    tx.execute(
        sql,
        params![
            id,
            progress.state.as_str(),
            finish.and_then(|finish| exit_text(finish.exit.as_ref())),
            finish.map(|finish| finish.message.as_str()),
            progress.attempt,
            progress.retries_left,
            progress.cancel_reason.clone(),
            progress.started_at,
            finish.map(|finish| finish.ended_at)
        ],
    )?;
    Ok(())
}

pub(super) fn insert_attempt(
    tx: &mut Transaction<'_>,
    workload: WorkloadId,
    job: JobId,
    number: u32,
) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO jobs_attempts (workload_id, job_id, number, phase, is_open, is_metered, is_kept, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    tx.execute(sql, params![workload, job, number, AttemptPhase::Waiting.as_str(), true, false, true, now])?;
    Ok(())
}

pub(super) fn put_attempt(tx: &mut Transaction<'_>, attempt: &Attempt) -> Result<(), StoreError> {
    let sql = "UPDATE jobs_attempts SET phase = ?2, is_open = ?3, started_at = ?4, ended_at = ?5, exit = ?6, message = ?7, log_bytes = ?8
      WHERE workload_id = ?1";
    tx.execute(
        sql,
        params![
            attempt.workload,
            attempt.phase.as_str(),
            attempt.open,
            attempt.started_at,
            attempt.ended_at,
            exit_text(attempt.exit.as_ref()),
            attempt.message.clone(),
            attempt.log_bytes
        ],
    )?;
    Ok(())
}

/// Attempts of a job, oldest first.
pub(super) fn attempts(r: &mut impl Query, job: JobId) -> Result<Vec<Attempt>, StoreError> {
    r.query(&format!("{ATTEMPT} WHERE job_id = ?1 ORDER BY number"), params![job], attempt)
}

/// Attempts of several jobs, by job and number.
pub(super) fn attempts_of(r: &mut impl Query, jobs: &[JobId]) -> Result<Vec<Attempt>, StoreError> {
    let filter = Filter::new().in_list("job_id", jobs.iter().copied());
    r.query(&format!("{ATTEMPT} WHERE {} ORDER BY job_id, number", filter.sql(0)), filter.values(), attempt)
}

pub(super) fn attempt_by_workload(r: &mut impl Query, workload: WorkloadId) -> Result<Option<Attempt>, StoreError> {
    r.query_one(&format!("{ATTEMPT} WHERE workload_id = ?1"), params![workload], attempt)
}

fn open_attempt(row: &Row) -> Result<OpenAttempt, StoreError> {
    let word: String = row.get("state")?;
    let job_state = match word.as_str() {
        "queued" => OpenJob::Queued,
        "starting" => OpenJob::Starting,
        "running" => OpenJob::Running,
        word if STATE_WORDS.contains(&word) => OpenJob::Finished,
        _ => return Err(corrupt("jobs_jobs", "state", word)),
    };
    Ok(OpenAttempt {
        job: row.parse("job_id")?,
        workload: row.parse("workload_id")?,
        number: row.get("number")?,
        phase: phase(row)?,
        job_state,
        cancel_reason: row.get("cancel_reason")?,
        resources: resources(row)?,
        created_at: row.get("created_at")?,
    })
}

/// Attempts on the engine, and as many waiting ones as asked, oldest job first.
pub(super) fn open_attempts(r: &mut impl Query, waiting: u32) -> Result<Vec<OpenAttempt>, StoreError> {
    let select = "SELECT a.job_id, a.workload_id, a.number, a.phase, a.created_at, j.state, j.cancel_reason, j.cpu_millis, j.memory_bytes, j.gpus
      FROM jobs_attempts a JOIN jobs_jobs j ON j.id = a.job_id WHERE a.is_open = ?1 AND a.phase = ?2 ORDER BY a.job_id";
    let mut open = r.query(select, params![true, AttemptPhase::Launched.as_str()], open_attempt)?;
    let limited = format!("{select} LIMIT {waiting}");
    open.extend(r.query(&limited, params![true, AttemptPhase::Waiting.as_str()], open_attempt)?);
    Ok(open)
}

/// Attempts whose job waits before this one's, and what the ones on the engine were granted.
pub(super) fn queue_before(r: &mut impl Query, job: JobId) -> Result<(u64, Room), StoreError> {
    let sql = "SELECT COUNT(*) AS ahead FROM jobs_attempts WHERE is_open = ?1 AND phase = ?2 AND job_id < ?3";
    let ahead = r.query_one(sql, params![true, AttemptPhase::Waiting.as_str(), job], |row| row.get("ahead"))?;
    let sql = "SELECT CAST(COALESCE(SUM(j.cpu_millis), 0) AS {INTEGER}) AS cpu_millis,
        CAST(COALESCE(SUM(j.memory_bytes), 0) AS {INTEGER}) AS memory_bytes, CAST(COALESCE(SUM(j.gpus), 0) AS {INTEGER}) AS gpus
      FROM jobs_attempts a JOIN jobs_jobs j ON j.id = a.job_id WHERE a.is_open = ?1 AND a.phase = ?2";
    let room = |row: &Row| {
        Ok(Room { cpu_millis: row.get("cpu_millis")?, memory_bytes: row.get("memory_bytes")?, gpus: row.get("gpus")? })
    };
    let taken = r.query_one(sql, params![true, AttemptPhase::Launched.as_str()], room)?;
    Ok((ahead.unwrap_or(0), taken.unwrap_or(Room { cpu_millis: 0, memory_bytes: 0, gpus: 0 })))
}

/// Attempts on the engine or ended whose usage is not recorded to the end, with whether they have ended.
pub(super) fn unmetered(r: &mut impl Query, limit: u32) -> Result<Vec<(WorkloadId, bool)>, StoreError> {
    let sql = format!(
        "SELECT workload_id, phase FROM jobs_attempts WHERE is_metered = ?1 AND phase <> ?2 ORDER BY workload_id LIMIT {limit}"
    );
    r.query(&sql, params![false, AttemptPhase::Waiting.as_str()], |row| {
        Ok((row.parse("workload_id")?, phase(row)? == AttemptPhase::Ended))
    })
}

pub(super) fn set_metered(tx: &mut Transaction<'_>, workloads: &[WorkloadId]) -> Result<(), StoreError> {
    let filter = Filter::new().in_list("workload_id", workloads.iter().copied());
    let sql = format!("UPDATE jobs_attempts SET is_metered = ?1 WHERE {}", filter.sql(1));
    tx.execute(&sql, &filter.values_after(params![true]))?;
    Ok(())
}

/// An ended attempt whose files on the engine have been kept long enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expired {
    pub(super) workload: WorkloadId,
    pub(super) job: JobId,
    /// The job has finished and made no attempt after this one.
    pub(super) is_last: bool,
}

/// Attempts that ended before this moment and whose usage is recorded to the end, oldest first.
pub(super) fn expired(r: &mut impl Query, before: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
    let sql = format!(
        "SELECT a.workload_id, a.job_id, a.number, j.attempt, j.ended_at AS job_ended_at
      FROM jobs_attempts a JOIN jobs_jobs j ON j.id = a.job_id
      WHERE a.is_kept = ?1 AND a.ended_at < ?2 AND a.is_metered = ?1 ORDER BY a.ended_at, a.workload_id LIMIT {limit}"
    );
    r.query(&sql, params![true, before], |row| {
        let is_last = row.get::<u32>("number")? == row.get::<u32>("attempt")?;
        let has_finished = row.get::<Option<Timestamp>>("job_ended_at")?.is_some();
        Ok(Expired { workload: row.parse("workload_id")?, job: row.parse("job_id")?, is_last: is_last && has_finished })
    })
}

pub(super) fn set_removed(tx: &mut Transaction<'_>, workloads: &[WorkloadId]) -> Result<(), StoreError> {
    let filter = Filter::new().in_list("workload_id", workloads.iter().copied());
    let sql = format!("UPDATE jobs_attempts SET is_kept = ?1 WHERE {}", filter.sql(1));
    tx.execute(&sql, &filter.values_after(params![false]))?;
    Ok(())
}
