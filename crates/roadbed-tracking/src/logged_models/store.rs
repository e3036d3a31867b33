//! Rows of `logged_models`.

use super::model::LoggedModel;
use crate::runs::MadeModel;
use roadbed_core::TeamId;
use roadbed_store::{Execute, Filter, Query, Reader, Row, StoreError, Transaction, params};
use std::collections::BTreeMap;

const COLUMNS: &str = "model_id, experiment, experiment_id, name, model_type, status, source_run_id, artifact_uri, \
                       lifecycle_stage, tags, params, created_ms, updated_ms";

fn map(row: &Row, column: &str) -> Result<BTreeMap<String, String>, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|_| StoreError::Corrupt {
        table: "logged_models".to_owned(),
        column: column.to_owned(),
        value: text.chars().take(80).collect(),
    })
}

fn text(map: &BTreeMap<String, String>) -> Result<String, StoreError> {
    serde_json::to_string(map).map_err(|error| StoreError::Event { detail: error.to_string() })
}

fn model(row: &Row) -> Result<LoggedModel, StoreError> {
    Ok(LoggedModel {
        model_id: row.get("model_id")?,
        experiment: row.get("experiment")?,
        experiment_id: row.get("experiment_id")?,
        name: row.get("name")?,
        model_type: row.get("model_type")?,
        status: row.get("status")?,
        source_run_id: row.get("source_run_id")?,
        artifact_uri: row.get("artifact_uri")?,
        lifecycle: row.parse("lifecycle_stage")?,
        tags: map(row, "tags")?,
        params: map(row, "params")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
    })
}

/// The model with this id in the team, deleted ones too.
pub(super) fn by_id(query: &mut impl Query, team: TeamId, model_id: &str) -> Result<Option<LoggedModel>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM logged_models WHERE model_id = ?1 AND team_id = ?2");
    query.query_one(&sql, params![model_id, team], model)
}

/// Whether a logged model of any team has this id.
pub(super) fn is_taken(query: &mut impl Query, model_id: &str) -> Result<bool, StoreError> {
    let sql = "SELECT model_id FROM logged_models WHERE model_id = ?1";
    Ok(query.query_one(sql, params![model_id], |row| row.get::<String>("model_id"))?.is_some())
}

/// The newest model with this name that the run made.
pub(super) fn newest_of_run(
    query: &mut impl Query,
    team: TeamId,
    run_id: &str,
    name: &str,
) -> Result<Option<LoggedModel>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM logged_models WHERE source_run_id = ?1 AND name = ?2 AND team_id = ?3 \
         AND lifecycle_stage = 'active' ORDER BY created_ms DESC, model_id DESC LIMIT 1"
    );
    query.query_one(&sql, params![run_id, name, team], model)
}

/// The active models of these experiments.
pub(super) fn of_experiments(query: &mut impl Query, experiments: &[i64]) -> Result<Vec<LoggedModel>, StoreError> {
    let filter = Filter::new().in_list("experiment", experiments.iter().copied()).and("lifecycle_stage = ?", "active");
    let sql = format!("SELECT {COLUMNS} FROM logged_models WHERE {}", filter.sql(0));
    query.query(&sql, filter.values(), model)
}

/// The models that a run made, by name.
///
/// # Errors
/// The store fails.
pub fn made_by(reader: &mut Reader<'_>, team: TeamId, run_id: &str) -> Result<Vec<MadeModel>, StoreError> {
    let sql = "SELECT model_id, name, model_type, status, artifact_uri FROM logged_models \
               WHERE source_run_id = ?1 AND team_id = ?2 AND lifecycle_stage = 'active' ORDER BY name, created_ms, model_id";
    reader.query(sql, params![run_id, team], |row| {
        Ok(MadeModel {
            model_id: row.get("model_id")?,
            name: row.get("name")?,
            model_type: row.get("model_type")?,
            status: row.get("status")?,
            artifact_uri: row.get("artifact_uri")?,
        })
    })
}

pub(super) fn insert(tx: &mut Transaction<'_>, team: TeamId, new: &LoggedModel) -> Result<(), StoreError> {
    let sql = "INSERT INTO logged_models (model_id, team_id, experiment, experiment_id, name, model_type, status, source_run_id, \
               artifact_uri, lifecycle_stage, tags, params, created_ms, updated_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    tx.execute(
        sql,
        params![
            &new.model_id,
            team,
            new.experiment,
            new.experiment_id,
            &new.name,
            &new.model_type,
            &new.status,
            &new.source_run_id,
            &new.artifact_uri,
            new.lifecycle.as_str(),
            text(&new.tags)?,
            text(&new.params)?,
            new.created_ms,
            new.updated_ms
        ],
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Transaction<'_>, changed: &LoggedModel) -> Result<(), StoreError> {
    let sql = "UPDATE logged_models SET status = ?2, lifecycle_stage = ?3, tags = ?4, params = ?5, updated_ms = ?6 \
               WHERE model_id = ?1";
    let (tags, logged) = (text(&changed.tags)?, text(&changed.params)?);
    let stage = changed.lifecycle.as_str();
    tx.execute(sql, params![&changed.model_id, &changed.status, stage, tags, logged, changed.updated_ms])?;
    Ok(())
}

/// A logged model that a run made, as far as its end needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfRun {
    pub model_id: String,
    pub run_id: String,
    pub artifact_uri: String,
}

/// All models these runs made, deleted ones too.
///
/// # Errors
/// The store fails.
pub fn of_runs(query: &mut impl Query, team: TeamId, run_ids: &[String]) -> Result<Vec<OfRun>, StoreError> {
    let mut found = Vec::new();
    for some in run_ids.chunks(500) {
        let filter = Filter::new().and("team_id = ?", team).in_list("source_run_id", some);
        let sql = format!("SELECT model_id, source_run_id, artifact_uri FROM logged_models WHERE {}", filter.sql(0));
        found.extend(query.query(&sql, filter.values(), |row| {
            Ok(OfRun {
                model_id: row.get("model_id")?,
                run_id: row.get("source_run_id")?,
                artifact_uri: row.get("artifact_uri")?,
            })
        })?);
    }
    Ok(found)
}

/// Removes models for good. The event is the caller's.
///
/// # Errors
/// The store fails.
pub fn remove(tx: &mut Transaction<'_>, team: TeamId, model_ids: &[String]) -> Result<(), StoreError> {
    for some in model_ids.chunks(500) {
        let filter = Filter::new().and("team_id = ?", team).in_list("model_id", some);
        tx.execute(&format!("DELETE FROM logged_models WHERE {}", filter.sql(0)), filter.values())?;
    }
    Ok(())
}
