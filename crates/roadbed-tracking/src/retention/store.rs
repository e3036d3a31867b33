//! Rows of `retention_policies` and `retention_deleted`.

use super::model::Policy;
use roadbed_core::TeamId;
use roadbed_store::{Execute, Filter, Query, Reader, Row, StoreError, Transaction, params};

const POLICY: &str = "team_id, experiment, experiment_id, delete_after_days, purge_after_days, version, updated_ms";

fn policy(row: &Row) -> Result<Policy, StoreError> {
    Ok(Policy {
        team: row.parse("team_id")?,
        experiment: row.get("experiment")?,
        scope: row.get("experiment_id")?,
        delete_after_days: row.get("delete_after_days")?,
        purge_after_days: row.get("purge_after_days")?,
        version: row.get("version")?,
        updated_ms: row.get("updated_ms")?,
    })
}

/// Of one team, or of all.
pub(super) fn policies(query: &mut impl Query, team: Option<TeamId>) -> Result<Vec<Policy>, StoreError> {
    let filter = Filter::new().and("1 = ?", 1_i64).and_optional("team_id = ?", team);
    let sql = format!("SELECT {POLICY} FROM retention_policies WHERE {} ORDER BY team_id, experiment", filter.sql(0));
    query.query(&sql, filter.values(), policy)
}

pub(super) fn put(tx: &mut Transaction<'_>, new: &Policy) -> Result<(), StoreError> {
    let sql = "INSERT INTO retention_policies (team_id, experiment, experiment_id, delete_after_days, purge_after_days, \
               version, updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (team_id, experiment) DO UPDATE SET \
               delete_after_days = excluded.delete_after_days, purge_after_days = excluded.purge_after_days, \
               version = excluded.version, updated_ms = excluded.updated_ms";
    let Policy { team, experiment, scope, delete_after_days, purge_after_days, version, updated_ms } = new;
    tx.execute(sql, params![*team, *experiment, scope, *delete_after_days, *purge_after_days, *version, *updated_ms])?;
    Ok(())
}

/// Whether there was one.
pub(super) fn delete(tx: &mut Transaction<'_>, team: TeamId, experiment: i64) -> Result<bool, StoreError> {
    let sql = "DELETE FROM retention_policies WHERE team_id = ?1 AND experiment = ?2";
    Ok(tx.execute(sql, params![team, experiment])? > 0)
}

/// Notes since when runs have been deleted; what is noted stays.
pub(super) fn note_deleted(tx: &mut Transaction<'_>, runs: &[i64]) -> Result<(), StoreError> {
    let now = tx.now().as_millis();
    let values: Vec<_> = runs.iter().flat_map(|run| params![*run, now].to_vec()).collect();
    let sql = "INSERT INTO retention_deleted (run, seen_ms) VALUES {rows} ON CONFLICT (run) DO NOTHING";
    tx.execute_rows(sql, 2, &[0], &values)?;
    Ok(())
}

/// Those of the runs that have been deleted since before a moment.
pub(super) fn deleted_before(reader: &mut Reader<'_>, runs: &[i64], moment_ms: i64) -> Result<Vec<i64>, StoreError> {
    let filter = Filter::new().in_list("run", runs.iter().copied()).and("seen_ms < ?", moment_ms);
    let sql = format!("SELECT run FROM retention_deleted WHERE {}", filter.sql(0));
    reader.query(&sql, filter.values(), |row| row.get("run"))
}

/// Noted runs behind a number.
pub(super) fn noted(reader: &mut Reader<'_>, after: i64, limit: u32) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT run FROM retention_deleted WHERE run > ?1 ORDER BY run LIMIT ?2";
    reader.query(sql, params![after, limit], |row| row.get("run"))
}

pub(super) fn drop_notes(tx: &mut Transaction<'_>, runs: &[i64]) -> Result<(), StoreError> {
    if runs.is_empty() {
        return Ok(());
    }
    let filter = Filter::new().in_list("run", runs.iter().copied());
    tx.execute(&format!("DELETE FROM retention_deleted WHERE {}", filter.sql(0)), filter.values())?;
    Ok(())
}
