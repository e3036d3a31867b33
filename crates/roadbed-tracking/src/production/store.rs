//! Rows of the `production_` tables. They are added and never changed.

use super::model::{AliasMove, Served, ServedRevision};
use roadbed_core::TeamId;
use roadbed_store::{Execute, Query, Reader, Row, StoreError, Transaction, params};

const REVISION: &str = "revision, team_id, service_id, service, number, model, version";

pub(super) fn add_move(tx: &mut Transaction<'_>, new: &AliasMove) -> Result<(), StoreError> {
    let sql = "INSERT INTO production_moves (seq, team_id, model, alias, version, ended, actor, at_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (seq) DO NOTHING";
    let AliasMove { seq, team, model, alias, version, ended, actor, at_ms } = new;
    tx.execute(sql, params![*seq, *team, model, alias, *version, *ended, actor, *at_ms])?;
    Ok(())
}

pub(super) fn add_revision(tx: &mut Transaction<'_>, new: &ServedRevision) -> Result<(), StoreError> {
    let sql = "INSERT INTO production_revisions (revision, team_id, service_id, service, number, model, version) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (revision) DO NOTHING";
    let ServedRevision { revision, team, service_id, service, number, model, version } = new;
    tx.execute(sql, params![revision, *team, service_id, service, *number, model, *version])?;
    Ok(())
}

pub(super) fn add_served(tx: &mut Transaction<'_>, new: &Served) -> Result<(), StoreError> {
    let sql = "INSERT INTO production_served (seq, service_id, revision, actor, at_ms) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT (seq) DO NOTHING";
    let Served { seq, service_id, revision, actor, at_ms } = new;
    tx.execute(sql, params![*seq, service_id, revision.as_deref(), actor, *at_ms])?;
    Ok(())
}

/// The moves of a model's aliases up to a moment, in order; the newest `limit` of them.
pub(super) fn moves_until(
    reader: &mut Reader<'_>,
    team: TeamId,
    model: &str,
    at_ms: i64,
    limit: usize,
) -> Result<Vec<AliasMove>, StoreError> {
    let sql = "SELECT seq, alias, version, ended, actor, at_ms FROM production_moves \
               WHERE team_id = ?1 AND model = ?2 AND at_ms <= ?3 ORDER BY seq DESC LIMIT ?4";
    let mut found = reader.query(sql, params![team, model, at_ms, limit], |row| {
        Ok(AliasMove {
            seq: row.get("seq")?,
            team,
            model: model.to_owned(),
            alias: row.get("alias")?,
            version: row.get("version")?,
            ended: row.get("ended")?,
            actor: row.get("actor")?,
            at_ms: row.get("at_ms")?,
        })
    })?;
    found.reverse();
    Ok(found)
}

fn revision(row: &Row) -> Result<ServedRevision, StoreError> {
    Ok(ServedRevision {
        revision: row.get("revision")?,
        team: row.parse("team_id")?,
        service_id: row.get("service_id")?,
        service: row.get("service")?,
        number: row.get("number")?,
        model: row.get("model")?,
        version: row.get("version")?,
    })
}

/// Revisions of a model, of one version or all, newest first.
pub(super) fn revisions_of_model(
    reader: &mut Reader<'_>,
    team: TeamId,
    (model, version): (&str, Option<i64>),
    limit: usize,
) -> Result<Vec<ServedRevision>, StoreError> {
    let (from, to) = version.map_or((0, i64::MAX), |version| (version, version));
    let sql = format!(
        "SELECT {REVISION} FROM production_revisions WHERE team_id = ?1 AND model = ?2 AND version >= ?3 AND version <= ?4 \
         ORDER BY service, number DESC LIMIT ?5"
    );
    reader.query(&sql, params![team, model, from, to, limit], revision)
}

/// The revisions of a team's service of this name, also of deleted services.
pub(super) fn revisions_of_service(
    reader: &mut Reader<'_>,
    team: TeamId,
    service: &str,
    limit: usize,
) -> Result<Vec<ServedRevision>, StoreError> {
    let sql = format!(
        "SELECT {REVISION} FROM production_revisions WHERE team_id = ?1 AND service = ?2 ORDER BY number DESC LIMIT ?3"
    );
    reader.query(&sql, params![team, service, limit], revision)
}

fn served(row: &Row) -> Result<Served, StoreError> {
    Ok(Served {
        seq: row.get("seq")?,
        service_id: row.get("service_id")?,
        revision: row.get("revision")?,
        actor: row.get("actor")?,
        at_ms: row.get("at_ms")?,
    })
}

/// Everything a service served, in order; the newest `limit` of it.
pub(super) fn served_by(reader: &mut Reader<'_>, service_id: &str, limit: usize) -> Result<Vec<Served>, StoreError> {
    let sql = "SELECT seq, service_id, revision, actor, at_ms FROM production_served \
               WHERE service_id = ?1 ORDER BY seq DESC LIMIT ?2";
    let mut found = reader.query(sql, params![service_id, limit], served)?;
    found.reverse();
    Ok(found)
}

/// A revision by its id.
///
/// # Errors
/// The store fails.
pub fn revision_of(query: &mut impl Query, id: &str) -> Result<Option<ServedRevision>, StoreError> {
    let sql = format!("SELECT {REVISION} FROM production_revisions WHERE revision = ?1");
    query.query_one(&sql, params![id], revision)
}

/// What a service served at a moment; none before its first rollout ended.
pub(super) fn served_at(reader: &mut Reader<'_>, service_id: &str, at_ms: i64) -> Result<Option<Served>, StoreError> {
    let sql = "SELECT seq, service_id, revision, actor, at_ms FROM production_served \
               WHERE service_id = ?1 AND at_ms <= ?2 ORDER BY seq DESC LIMIT 1";
    reader.query_one(sql, params![service_id, at_ms], served)
}
