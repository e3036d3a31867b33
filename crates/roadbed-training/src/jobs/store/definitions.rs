//! Jobs of manifests.

use super::corrupt;
use crate::jobs::definition::JobDefinition;
use roadbed_core::{InstanceId, Name, TeamId, Timestamp};
use roadbed_store::{Execute, Query, StoreError, Transaction, params};

/// A job of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::jobs) struct Stored {
    pub(in crate::jobs) name: Name,
    pub(in crate::jobs) owner: String,
    pub(in crate::jobs) definition: JobDefinition,
    pub(in crate::jobs) updated_at: Timestamp,
}

/// All of an instance, by name.
pub(in crate::jobs) fn of_instance(r: &mut impl Query, instance: InstanceId) -> Result<Vec<Stored>, StoreError> {
    let sql = "SELECT name, owner, definition, updated_at FROM jobs_definitions WHERE instance_id = ?1 ORDER BY name";
    r.query(sql, params![instance], |row| {
        let name: Name = row.parse("name")?;
        let text: String = row.get("definition")?;
        let definition = serde_json::from_str(&text)
            .map_err(|error| corrupt("jobs_definitions", "definition", format!("{instance} {name}: {error}")))?;
        Ok(Stored { name, owner: row.get("owner")?, definition, updated_at: row.get("updated_at")? })
    })
}

pub(in crate::jobs) fn put(
    tx: &mut Transaction<'_>,
    instance: InstanceId,
    team: TeamId,
    name: &str,
    owner: &str,
    definition: &serde_json::Value,
) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO jobs_definitions (instance_id, name, team_id, owner, definition, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT (instance_id, name) DO UPDATE SET owner = excluded.owner, definition = excluded.definition,
        updated_at = excluded.updated_at";
    tx.execute(sql, params![instance, name, team, owner, definition, now])?;
    Ok(())
}

pub(in crate::jobs) fn delete(tx: &mut Transaction<'_>, instance: InstanceId, name: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM jobs_definitions WHERE instance_id = ?1 AND name = ?2", params![instance, name])?;
    Ok(())
}
