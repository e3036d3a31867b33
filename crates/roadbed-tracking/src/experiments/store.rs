//! Rows of `experiments`.

use super::model::{Experiment, tags_to_text};
use roadbed_core::TeamId;
use roadbed_store::{Execute, Query, Row, StoreError, Transaction, params};
use std::collections::BTreeMap;

const COLUMNS: &str = "number, experiment_id, name, artifact_location, lifecycle_stage, tags, created_ms, updated_ms";

fn experiment(row: &Row) -> Result<Experiment, StoreError> {
    Ok(Experiment {
        number: row.get("number")?,
        experiment_id: row.get("experiment_id")?,
        name: row.get("name")?,
        artifact_location: row.get("artifact_location")?,
        lifecycle: row.parse("lifecycle_stage")?,
        tags: tags_from_text(&row.get::<String>("tags")?)?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
    })
}

fn tags_from_text(text: &str) -> Result<BTreeMap<String, String>, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt {
        table: "experiments".to_owned(),
        column: "tags".to_owned(),
        value: text.chars().take(80).collect(),
    })
}

/// The experiment with this id in the team.
pub(super) fn by_id(
    query: &mut impl Query,
    team: TeamId,
    experiment_id: i64,
) -> Result<Option<Experiment>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM experiments WHERE team_id = ?1 AND experiment_id = ?2");
    query.query_one(&sql, params![team, experiment_id], experiment)
}

pub(super) fn by_name(query: &mut impl Query, team: TeamId, name: &str) -> Result<Option<Experiment>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM experiments WHERE team_id = ?1 AND name = ?2");
    query.query_one(&sql, params![team, name], experiment)
}

/// All experiments of the team.
pub(super) fn all(query: &mut impl Query, team: TeamId) -> Result<Vec<Experiment>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM experiments WHERE team_id = ?1 ORDER BY number");
    query.query(&sql, params![team], experiment)
}

/// The next number of the store and the next id for clients.
pub(super) fn next_keys(tx: &mut Transaction<'_>) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT COALESCE((SELECT MAX(number) FROM experiments), 0) + 1 AS number, \
               COALESCE((SELECT MAX(experiment_id) FROM experiments), 0) + 1 AS experiment_id";
    let keys = tx.query_one(sql, &[], |row| Ok((row.get("number")?, row.get("experiment_id")?)))?;
    Ok(keys.unwrap_or((1, 1)))
}

pub(super) fn insert(tx: &mut Transaction<'_>, team: TeamId, new: &Experiment) -> Result<(), StoreError> {
    let sql = "INSERT INTO experiments (number, team_id, experiment_id, name, artifact_location, lifecycle_stage, tags, \
               created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    tx.execute(
        sql,
        params![
            new.number,
            team,
            new.experiment_id,
            &new.name,
            &new.artifact_location,
            new.lifecycle.as_str(),
            tags_to_text(&new.tags)?,
            new.created_ms,
            new.updated_ms
        ],
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Transaction<'_>, changed: &Experiment) -> Result<(), StoreError> {
    let sql = "UPDATE experiments SET name = ?2, lifecycle_stage = ?3, tags = ?4, updated_ms = ?5 WHERE number = ?1";
    let tags = tags_to_text(&changed.tags)?;
    tx.execute(sql, params![changed.number, &changed.name, changed.lifecycle.as_str(), tags, changed.updated_ms])?;
    Ok(())
}
