use super::counts::StageCounts;
use super::model::{Arm, Outcome, Progress, Rollout, RolloutState, Stage, StageKind};
use super::verdict::Verdict;
use crate::services::store::{json, optional_id, text_of};
use roadbed_capability::Scope;
use roadbed_core::{Percent, RevisionId, RolloutId, ServiceId, Timestamp};
use roadbed_store::{Execute, Filter, Query, Row, StoreError, Transaction, Value, params};

const ROLLOUT: &str = "SELECT id, service_id, service_name, team_id, instance_id, from_revision, from_number, to_revision, to_number, \
     model, terms, state, started_at, paused_at, paused_micros, decide_after_micros, ended_at, verdict, progress, actor, version, \
     created_at FROM rollouts_rollouts";
const TABLE: &str = "rollouts_rollouts";

fn corrupt(column: &str, value: impl Into<String>) -> StoreError {
    StoreError::Corrupt { table: TABLE.to_owned(), column: column.to_owned(), value: value.into() }
}

fn verdict(row: &Row, column: &str) -> Result<Option<Verdict>, StoreError> {
    if row.get::<Option<String>>(column)?.is_none() {
        return Ok(None);
    }
    json(row, TABLE, column).map(Some)
}

fn state(row: &Row) -> Result<RolloutState, StoreError> {
    let started_at: Option<Timestamp> = row.get("started_at")?;
    let progress = || -> Result<Progress, StoreError> {
        Ok(Progress {
            started_at: started_at.ok_or_else(|| corrupt("started_at", "null"))?,
            paused_micros: row.get("paused_micros")?,
            decide_after_micros: row.get("decide_after_micros")?,
        })
    };
    let word: String = row.get("state")?;
    let verdict = verdict(row, "verdict")?;
    Ok(match word.as_str() {
        "pending" => RolloutState::Pending,
        "running" => RolloutState::Running(progress()?),
        "paused" => RolloutState::Paused {
            progress: progress()?,
            paused_at: row.get("paused_at")?,
            held: verdict.map(Box::new),
        },
        other => RolloutState::Ended {
            outcome: Outcome::parse(other).ok_or_else(|| corrupt("state", other))?,
            started_at,
            ended_at: row.get("ended_at")?,
            verdict: Box::new(verdict.ok_or_else(|| corrupt("verdict", "null"))?),
        },
    })
}

fn rollout(row: &Row) -> Result<Rollout, StoreError> {
    let from: Option<RevisionId> = optional_id(row, "from_revision")?;
    let from = match from {
        Some(revision) => Some(Arm { revision, number: row.get("from_number")? }),
        None => None,
    };
    Ok(Rollout {
        id: row.parse("id")?,
        service: row.parse("service_id")?,
        service_name: row.parse("service_name")?,
        team: row.parse("team_id")?,
        instance: row.parse("instance_id")?,
        from,
        to: Arm { revision: row.parse("to_revision")?, number: row.get("to_number")? },
        model: row.get("model")?,
        terms: json(row, TABLE, "terms")?,
        state: state(row)?,
        progress: verdict(row, "progress")?,
        actor: row.get("actor")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}

pub(super) fn by_id(r: &mut impl Query, id: RolloutId) -> Result<Option<Rollout>, StoreError> {
    r.query_one(&format!("{ROLLOUT} WHERE id = ?1"), params![id], rollout)
}

/// Rollouts that have not ended, oldest first.
pub(super) fn open(r: &mut impl Query) -> Result<Vec<Rollout>, StoreError> {
    r.query(&format!("{ROLLOUT} WHERE ended_at IS NULL ORDER BY id"), params![], rollout)
}

/// Rollouts of a service before an id, newest first.
pub(super) fn of_service(
    r: &mut impl Query,
    service: ServiceId,
    before: Option<RolloutId>,
    limit: u32,
) -> Result<Vec<Rollout>, StoreError> {
    let filter = Filter::new().and("service_id = ?", service).and_optional("id < ?", before);
    let sql = format!("{ROLLOUT} WHERE {} ORDER BY id DESC LIMIT {limit}", filter.sql(0));
    r.query(&sql, filter.values(), rollout)
}

/// Which rollouts a list shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Words of the states; all of them when empty.
    pub(super) states: Vec<&'static str>,
    pub(super) service: Option<ServiceId>,
    pub(super) before: Option<RolloutId>,
}

/// Rollouts within the scope, newest first.
pub(super) fn list(r: &mut impl Query, scope: &Scope, wanted: &Wanted, limit: u32) -> Result<Vec<Rollout>, StoreError> {
    let filter = scope.restrict(Filter::new(), "team_id", Some("instance_id"));
    let filter = filter.and_optional("service_id = ?", wanted.service).and_optional("id < ?", wanted.before);
    let filter = if wanted.states.is_empty() { filter } else { filter.in_list("state", wanted.states.iter().copied()) };
    let sql = format!("{ROLLOUT} WHERE {} ORDER BY id DESC LIMIT {limit}", filter.sql(0));
    r.query(&sql, filter.values(), rollout)
}

/// Columns of the state, in the order of the statements below.
fn state_values(rollout: &Rollout) -> Result<Vec<Value>, StoreError> {
    let text = |verdict: Option<&Verdict>| verdict.map(text_of).transpose();
    let (started_at, paused_at, progress, ended_at, verdict) = match &rollout.state {
        RolloutState::Pending => (None, None, None, None, None),
        RolloutState::Running(progress) => (Some(progress.started_at), None, Some(*progress), None, None),
        RolloutState::Paused { progress, paused_at, held } => {
            (Some(progress.started_at), Some(*paused_at), Some(*progress), None, held.as_deref())
        }
        RolloutState::Ended { started_at, ended_at, verdict, .. } => {
            (*started_at, None, None, Some(*ended_at), Some(&**verdict))
        }
    };
    Ok(vec![
        text_of(&rollout.terms)?.into(),
        rollout.state.as_str().into(),
        started_at.into(),
        paused_at.into(),
        progress.map_or(0, |progress| progress.paused_micros).into(),
        progress.map_or(0, |progress| progress.decide_after_micros).into(),
        ended_at.into(),
        text(verdict)?.into(),
        text(rollout.progress.as_ref())?.into(),
    ])
}

pub(super) fn insert(tx: &mut Transaction<'_>, rollout: &Rollout) -> Result<(), StoreError> {
    let sql = "INSERT INTO rollouts_rollouts (id, service_id, service_name, team_id, instance_id, from_revision, from_number,
               to_revision, to_number, model, actor, version, created_at, terms, state, started_at, paused_at, paused_micros,
               decide_after_micros, ended_at, verdict, progress)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";
    let mut values = params![
        rollout.id,
        rollout.service,
        &rollout.service_name,
        rollout.team,
        rollout.instance,
        rollout.from.map(|arm| arm.revision),
        rollout.from.map(|arm| arm.number),
        rollout.to.revision,
        rollout.to.number,
        &rollout.model,
        &rollout.actor,
        rollout.version,
        rollout.created_at
    ]
    .to_vec();
    values.extend(state_values(rollout)?);
    tx.execute(sql, &values)?;
    Ok(())
}

/// Writes what changes about a rollout and gives it the next version.
pub(super) fn update(tx: &mut Transaction<'_>, rollout: &Rollout) -> Result<(), StoreError> {
    let sql =
        "UPDATE rollouts_rollouts SET version = version + 1, terms = ?2, state = ?3, started_at = ?4, paused_at = ?5,
               paused_micros = ?6, decide_after_micros = ?7, ended_at = ?8, verdict = ?9, progress = ?10 WHERE id = ?1";
    let mut values = params![rollout.id].to_vec();
    values.extend(state_values(rollout)?);
    tx.execute(sql, &values)?;
    Ok(())
}

pub(super) fn set_progress(tx: &mut Transaction<'_>, id: RolloutId, progress: &Verdict) -> Result<(), StoreError> {
    let sql = "UPDATE rollouts_rollouts SET progress = ?2 WHERE id = ?1";
    tx.execute(sql, params![id, text_of(progress)?])?;
    Ok(())
}

fn stage(row: &Row) -> Result<Stage, StoreError> {
    let kind: String = row.get("kind")?;
    let points: u16 = row.get("weight_basis_points")?;
    let step: u32 = row.get("step")?;
    Ok(Stage {
        number: row.get("number")?,
        kind: if kind == StageKind::WarmUp.as_str() { StageKind::WarmUp } else { StageKind::Step },
        step: usize::try_from(step).unwrap_or(0),
        weight: Percent::from_basis_points(points).ok_or_else(|| corrupt("weight_basis_points", points.to_string()))?,
        entry_version: row.get("entry_version")?,
        started_at: row.get("started_at")?,
        paused_micros: row.get("paused_micros")?,
    })
}

/// Stages of a rollout, in order.
pub(super) fn stages(r: &mut impl Query, id: RolloutId) -> Result<Vec<Stage>, StoreError> {
    let sql =
        "SELECT number, kind, step, weight_basis_points, entry_version, started_at, paused_micros FROM rollouts_stages
               WHERE rollout_id = ?1 ORDER BY number";
    r.query(sql, params![id], stage)
}

pub(super) fn insert_stage(tx: &mut Transaction<'_>, id: RolloutId, stage: &Stage) -> Result<(), StoreError> {
    let sql = "INSERT INTO rollouts_stages (rollout_id, number, kind, step, weight_basis_points, entry_version, started_at, paused_micros)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)";
    let values = params![
        id,
        stage.number,
        stage.kind.as_str(),
        stage.step,
        stage.weight.basis_points(),
        stage.entry_version,
        stage.started_at
    ];
    tx.execute(sql, values)?;
    Ok(())
}

/// Adds a pause to the stage it fell in.
pub(super) fn add_pause(tx: &mut Transaction<'_>, id: RolloutId, stage: i64, micros: i64) -> Result<(), StoreError> {
    let sql = "UPDATE rollouts_stages SET paused_micros = paused_micros + ?3 WHERE rollout_id = ?1 AND number = ?2";
    tx.execute(sql, params![id, stage, micros])?;
    Ok(())
}

/// Counts at one look, and what they said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EvidenceRow {
    pub(super) number: i64,
    pub(super) at: Timestamp,
    pub(super) counts: Vec<StageCounts>,
    pub(super) evidence: Verdict,
}

const EVIDENCE: &str = "SELECT number, at, counts, evidence FROM rollouts_evidence";

fn evidence_row(row: &Row) -> Result<EvidenceRow, StoreError> {
    Ok(EvidenceRow {
        number: row.get("number")?,
        at: row.get("at")?,
        counts: json(row, "rollouts_evidence", "counts")?,
        evidence: json(row, "rollouts_evidence", "evidence")?,
    })
}

/// Looks with these numbers, in order.
pub(super) fn evidence_rows(
    r: &mut impl Query,
    id: RolloutId,
    numbers: &[i64],
) -> Result<Vec<EvidenceRow>, StoreError> {
    let filter = Filter::new().and("rollout_id = ?", id).in_list("number", numbers.iter().copied());
    r.query(&format!("{EVIDENCE} WHERE {} ORDER BY number", filter.sql(0)), filter.values(), evidence_row)
}

pub(super) fn last_evidence(r: &mut impl Query, id: RolloutId) -> Result<Option<EvidenceRow>, StoreError> {
    r.query_one(&format!("{EVIDENCE} WHERE rollout_id = ?1 ORDER BY number DESC LIMIT 1"), params![id], evidence_row)
}

/// Appends what was seen; the same counts as before are not written again.
pub(super) fn append_evidence(
    tx: &mut Transaction<'_>,
    id: RolloutId,
    counts: &[StageCounts],
    evidence: &Verdict,
) -> Result<(), StoreError> {
    let number = match last_evidence(tx, id)? {
        // The numbers follow from the counts; written and read back they may differ in the last digit.
        Some(last) if last.counts == counts && last.evidence.sentence == evidence.sentence => return Ok(()),
        Some(last) => last.number + 1,
        None => 1,
    };
    let now = tx.now();
    let sql = "INSERT INTO rollouts_evidence (rollout_id, number, at, counts, evidence) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.execute(sql, params![id, number, now, text_of(&counts)?, text_of(evidence)?])?;
    Ok(())
}
