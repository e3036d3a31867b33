use super::model::EnvironmentDefinition;
use roadbed_core::{InstanceId, TeamId};
use roadbed_store::{Execute, Query, StoreError, Transaction, params};

/// The environment of a project instance as the manifest has it.
pub(crate) fn definition(
    r: &mut impl Query,
    instance: InstanceId,
) -> Result<Option<EnvironmentDefinition>, StoreError> {
    let sql = "SELECT definition FROM environments_definitions WHERE instance_id = ?1";
    let text: Option<String> = r.query_one(sql, params![instance], |row| row.get("definition"))?;
    let corrupt = |error: serde_json::Error| StoreError::Corrupt {
        table: "environments_definitions".to_owned(),
        column: "definition".to_owned(),
        value: format!("{instance}: {error}"),
    };
    text.map(|text| serde_json::from_str(&text).map_err(corrupt)).transpose()
}

pub(super) fn put(
    tx: &mut Transaction<'_>,
    instance: InstanceId,
    team: TeamId,
    owner: &str,
    definition: &serde_json::Value,
) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO environments_definitions (instance_id, team_id, owner, definition, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (instance_id) DO UPDATE SET owner = excluded.owner, definition = excluded.definition, updated_at = excluded.updated_at";
    tx.execute(sql, params![instance, team, owner, definition, now])?;
    Ok(())
}

pub(super) fn delete(tx: &mut Transaction<'_>, instance: InstanceId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM environments_definitions WHERE instance_id = ?1", params![instance])?;
    Ok(())
}
