//! Rows of `models`, `models_versions` and `models_aliases`.

use super::model::{Alias, ModelVersion, RegisteredModel};
use crate::runs::MadeVersion;
use roadbed_core::TeamId;
use roadbed_store::{Execute, Filter, Query, Reader, Row, StoreError, Transaction, params};
use std::collections::{BTreeMap, HashSet};

const MODEL: &str = "number, name, description, tags, last_version, created_ms, updated_ms";
const VERSION: &str = "model, version, source, snapshot, digest, run_id, run_link, model_id, description, stage, tags, \
                       created_ms, updated_ms, created_by";

fn tags(row: &Row, table: &str) -> Result<BTreeMap<String, String>, StoreError> {
    let text: String = row.get("tags")?;
    serde_json::from_str(&text).map_err(|_| StoreError::Corrupt {
        table: table.to_owned(),
        column: "tags".to_owned(),
        value: text.chars().take(80).collect(),
    })
}

fn text(tags: &BTreeMap<String, String>) -> Result<String, StoreError> {
    serde_json::to_string(tags).map_err(|error| StoreError::Event { detail: error.to_string() })
}

fn model(row: &Row) -> Result<RegisteredModel, StoreError> {
    Ok(RegisteredModel {
        number: row.get("number")?,
        name: row.get("name")?,
        description: row.get("description")?,
        tags: tags(row, "models")?,
        last_version: row.get("last_version")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
    })
}

fn version(row: &Row) -> Result<ModelVersion, StoreError> {
    Ok(ModelVersion {
        model: row.get("model")?,
        version: row.get("version")?,
        source: row.get("source")?,
        snapshot: row.get("snapshot")?,
        digest: row.get("digest")?,
        run_id: row.get("run_id")?,
        run_link: row.get("run_link")?,
        model_id: row.get("model_id")?,
        description: row.get("description")?,
        stage: row.get("stage")?,
        tags: tags(row, "models_versions")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
        created_by: row.get("created_by")?,
    })
}

pub(super) fn by_name(query: &mut impl Query, team: TeamId, name: &str) -> Result<Option<RegisteredModel>, StoreError> {
    let sql = format!("SELECT {MODEL} FROM models WHERE team_id = ?1 AND name = ?2");
    query.query_one(&sql, params![team, name], model)
}

/// All models of the team by name.
pub(super) fn all(query: &mut impl Query, team: TeamId) -> Result<Vec<RegisteredModel>, StoreError> {
    let sql = format!("SELECT {MODEL} FROM models WHERE team_id = ?1 ORDER BY name");
    query.query(&sql, params![team], model)
}

pub(super) fn insert(
    tx: &mut Transaction<'_>,
    team: TeamId,
    new: &RegisteredModel,
) -> Result<RegisteredModel, StoreError> {
    let sql = "SELECT COALESCE((SELECT MAX(number) FROM models), 0) + 1 AS number";
    let number: i64 = tx.query_one(sql, &[], |row| row.get("number"))?.unwrap_or(1);
    let sql = "INSERT INTO models (number, team_id, name, description, tags, last_version, created_ms, updated_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let tags = text(&new.tags)?;
    let values =
        params![number, team, &new.name, &new.description, tags, new.last_version, new.created_ms, new.updated_ms];
    tx.execute(sql, values)?;
    Ok(RegisteredModel { number, ..new.clone() })
}

pub(super) fn update(tx: &mut Transaction<'_>, changed: &RegisteredModel) -> Result<(), StoreError> {
    let sql = "UPDATE models SET name = ?2, description = ?3, tags = ?4, last_version = ?5, updated_ms = ?6 WHERE number = ?1";
    let tags = text(&changed.tags)?;
    let RegisteredModel { number, name, description, last_version, updated_ms, .. } = changed;
    tx.execute(sql, params![*number, name, description, tags, *last_version, *updated_ms])?;
    Ok(())
}

/// Removes the model with its versions and aliases.
pub(super) fn delete(tx: &mut Transaction<'_>, number: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM models_aliases WHERE model = ?1", params![number])?;
    tx.execute("DELETE FROM models_versions WHERE model = ?1", params![number])?;
    tx.execute("DELETE FROM models WHERE number = ?1", params![number])?;
    Ok(())
}

pub(super) fn find_version(
    query: &mut impl Query,
    model: i64,
    number: i64,
) -> Result<Option<ModelVersion>, StoreError> {
    let sql = format!("SELECT {VERSION} FROM models_versions WHERE model = ?1 AND version = ?2");
    query.query_one(&sql, params![model, number], version)
}

/// All versions of these models, newest first.
pub(super) fn versions_of(query: &mut impl Query, models: &[i64]) -> Result<Vec<ModelVersion>, StoreError> {
    let mut found = Vec::new();
    for some in models.chunks(500) {
        let filter = Filter::new().in_list("model", some.iter().copied());
        let sql = format!("SELECT {VERSION} FROM models_versions WHERE {} ORDER BY model, version DESC", filter.sql(0));
        found.extend(query.query(&sql, filter.values(), version)?);
    }
    Ok(found)
}

/// The versions made from a run, by model and number.
///
/// # Errors
/// The store fails.
pub fn made_from(reader: &mut Reader<'_>, team: TeamId, run_id: &str) -> Result<Vec<MadeVersion>, StoreError> {
    let sql = "SELECT models.name AS name, made.version AS version, alias.alias AS alias \
               FROM models_versions AS made JOIN models ON models.number = made.model \
               LEFT JOIN models_aliases AS alias ON alias.model = made.model AND alias.version = made.version \
               WHERE made.run_id = ?1 AND models.team_id = ?2 ORDER BY models.name, made.version, alias.alias";
    let rows = reader.query(sql, params![run_id, team], |row| {
        Ok((row.get::<String>("name")?, row.get::<i64>("version")?, row.get::<Option<String>>("alias")?))
    })?;
    let mut versions: Vec<MadeVersion> = Vec::new();
    for (name, version, alias) in rows {
        match versions.last_mut() {
            Some(last) if last.name == name && last.version == version => last.aliases.extend(alias),
            _ => versions.push(MadeVersion { name, version, aliases: alias.into_iter().collect() }),
        }
    }
    Ok(versions)
}

pub(super) fn insert_version(tx: &mut Transaction<'_>, new: &ModelVersion) -> Result<(), StoreError> {
    let sql = "INSERT INTO models_versions (model, version, source, snapshot, digest, run_id, run_link, model_id, description, stage, \
               tags, created_ms, updated_ms, created_by) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    tx.execute(
        sql,
        params![
            new.model,
            new.version,
            &new.source,
            new.snapshot.as_deref(),
            new.digest,
            &new.run_id,
            &new.run_link,
            &new.model_id,
            new.description.as_deref(),
            &new.stage,
            text(&new.tags)?,
            new.created_ms,
            new.updated_ms,
            new.created_by.as_deref()
        ],
    )?;
    Ok(())
}

pub(super) fn update_version(tx: &mut Transaction<'_>, changed: &ModelVersion) -> Result<(), StoreError> {
    let sql = "UPDATE models_versions SET description = ?3, stage = ?4, tags = ?5, updated_ms = ?6 WHERE model = ?1 AND version = ?2";
    let tags = text(&changed.tags)?;
    let ModelVersion { model, version, description, stage, updated_ms, .. } = changed;
    tx.execute(sql, params![*model, *version, description.as_deref(), stage, tags, *updated_ms])?;
    Ok(())
}

pub(super) fn delete_version(tx: &mut Transaction<'_>, model: i64, version: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM models_aliases WHERE model = ?1 AND version = ?2", params![model, version])?;
    tx.execute("DELETE FROM models_versions WHERE model = ?1 AND version = ?2", params![model, version])?;
    Ok(())
}

fn alias(row: &Row) -> Result<Alias, StoreError> {
    Ok(Alias { alias: row.get("alias")?, version: row.get("version")? })
}

pub(super) fn aliases(query: &mut impl Query, model: i64) -> Result<Vec<Alias>, StoreError> {
    let sql = "SELECT alias, version FROM models_aliases WHERE model = ?1 ORDER BY alias";
    query.query(sql, params![model], alias)
}

/// Points the alias at a version, or removes it.
pub(super) fn set_alias(
    tx: &mut Transaction<'_>,
    model: i64,
    alias: &str,
    version: Option<i64>,
) -> Result<(), StoreError> {
    let Some(version) = version else {
        tx.execute("DELETE FROM models_aliases WHERE model = ?1 AND alias = ?2", params![model, alias])?;
        return Ok(());
    };
    let sql = "INSERT INTO models_aliases (model, alias, version) VALUES (?1, ?2, ?3) \
               ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version";
    tx.execute(sql, params![model, alias, version])?;
    Ok(())
}

/// Those of these runs and logged models that versions of the team were registered from.
///
/// # Errors
/// The store fails.
pub fn registered_from(
    query: &mut impl Query,
    team: TeamId,
    run_ids: &[String],
    model_ids: &[String],
) -> Result<HashSet<String>, StoreError> {
    let mut found = HashSet::new();
    for (column, ids) in [("run_id", run_ids), ("model_id", model_ids)] {
        for some in ids.chunks(500) {
            let filter = Filter::new().and("models.team_id = ?", team).in_list(column, some);
            let sql = format!(
                "SELECT made.{column} AS id FROM models_versions AS made JOIN models ON models.number = made.model WHERE {}",
                filter.sql(0)
            );
            found.extend(query.query(&sql, filter.values(), |row| row.get::<String>("id"))?);
        }
    }
    Ok(found)
}
