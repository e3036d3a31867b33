use super::model::{LastChange, Origin, Revision, Service};
use roadbed_capability::Scope;
use roadbed_contracts::entries::RevisionEntry;
use roadbed_core::{Digest, InstanceId, RevisionId, ServiceId};
use roadbed_store::{Execute, Filter, Owner, Query, Row, StoreError, Transaction, params};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Kind of the owner that keeps a revision's files.
const OWNER_KIND: &str = "revision";

pub(crate) fn json<T: DeserializeOwned>(row: &Row, table: &'static str, column: &str) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| StoreError::Corrupt {
        table: table.to_owned(),
        column: column.to_owned(),
        value: error.to_string(),
    })
}

fn optional_json<T: DeserializeOwned>(row: &Row, table: &'static str, column: &str) -> Result<Option<T>, StoreError> {
    if row.get::<Option<String>>(column)?.is_none() {
        return Ok(None);
    }
    json(row, table, column).map(Some)
}

pub(crate) fn text_of<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Event { detail: error.to_string() })
}

pub(crate) fn optional_id<T: std::str::FromStr>(row: &Row, column: &str) -> Result<Option<T>, StoreError> {
    if row.get::<Option<String>>(column)?.is_none() {
        return Ok(None);
    }
    row.parse(column).map(Some)
}

const SERVICE: &str = "SELECT id, name, team_id, team_name, instance_id, project, settings, stable_revision, previous_revision, \
     open_rollout, last_outcome, made_by, version, last_change, created_at FROM services_services";

fn service(row: &Row) -> Result<Service, StoreError> {
    Ok(Service {
        id: row.parse("id")?,
        name: row.parse("name")?,
        team: row.parse("team_id")?,
        team_name: row.parse("team_name")?,
        instance: row.parse("instance_id")?,
        project: row.parse("project")?,
        settings: json(row, "services_services", "settings")?,
        stable: optional_id(row, "stable_revision")?,
        previous: optional_id(row, "previous_revision")?,
        open_rollout: optional_id(row, "open_rollout")?,
        last_outcome: row.get("last_outcome")?,
        made_by: row.get("made_by")?,
        version: row.get("version")?,
        last_change: optional_json(row, "services_services", "last_change")?,
        created_at: row.get("created_at")?,
    })
}

pub(crate) fn by_name(r: &mut impl Query, name: &str) -> Result<Option<Service>, StoreError> {
    r.query_one(&format!("{SERVICE} WHERE name = ?1"), params![name], service)
}

pub(crate) fn by_id(r: &mut impl Query, id: ServiceId) -> Result<Option<Service>, StoreError> {
    r.query_one(&format!("{SERVICE} WHERE id = ?1"), params![id], service)
}

pub(crate) fn of_instance(r: &mut impl Query, instance: InstanceId) -> Result<Vec<Service>, StoreError> {
    r.query(&format!("{SERVICE} WHERE instance_id = ?1 ORDER BY name"), params![instance], service)
}

/// Services within the scope after the name `after`, by name.
pub(crate) fn list(r: &mut impl Query, scope: &Scope, after: &str, limit: u32) -> Result<Vec<Service>, StoreError> {
    let filter = scope.restrict(Filter::new(), "team_id", Some("instance_id")).and("name > ?", after);
    let sql = format!("{SERVICE} WHERE {} ORDER BY name LIMIT {limit}", filter.sql(0));
    r.query(&sql, filter.values(), service)
}

pub(crate) fn insert(tx: &mut Transaction<'_>, new: &Service) -> Result<(), StoreError> {
    let sql = "INSERT INTO services_services (id, name, team_id, team_name, instance_id, project, settings, made_by, version, created_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let settings = text_of(&new.settings)?;
    let values = params![
        new.id,
        &new.name,
        new.team,
        &new.team_name,
        new.instance,
        &new.project,
        settings,
        &new.made_by,
        new.version,
        new.created_at
    ];
    tx.execute(sql, values)?;
    Ok(())
}

/// Writes everything that changes about a service.
pub(crate) fn update(tx: &mut Transaction<'_>, service: &Service) -> Result<(), StoreError> {
    let sql =
        "UPDATE services_services SET settings = ?2, stable_revision = ?3, previous_revision = ?4, open_rollout = ?5,
               last_outcome = ?6, made_by = ?7, version = ?8 WHERE id = ?1";
    let settings = text_of(&service.settings)?;
    let values = params![
        service.id,
        settings,
        service.stable,
        service.previous,
        service.open_rollout,
        service.last_outcome.clone(),
        &service.made_by,
        service.version
    ];
    tx.execute(sql, values)?;
    Ok(())
}

/// Notes what was done to a service last, beside what [`update`] writes.
pub(crate) fn note_change(
    tx: &mut Transaction<'_>,
    service: ServiceId,
    actor: &str,
    what: &str,
) -> Result<(), StoreError> {
    let change = LastChange { at: tx.now(), actor: actor.to_owned(), what: what.to_owned() };
    let sql = "UPDATE services_services SET last_change = ?2 WHERE id = ?1";
    tx.execute(sql, params![service, text_of(&change)?])?;
    Ok(())
}

/// Removes a service with its revisions and lets their files go.
pub(super) fn delete(tx: &mut Transaction<'_>, id: ServiceId) -> Result<(), StoreError> {
    for revision in revisions(tx, id)? {
        tx.release(&Owner::new(OWNER_KIND, revision.id()))?;
    }
    tx.execute("DELETE FROM services_revisions WHERE service_id = ?1", params![id])?;
    tx.execute("DELETE FROM services_held WHERE service_id = ?1", params![id])?;
    tx.execute("DELETE FROM services_services WHERE id = ?1", params![id])?;
    Ok(())
}

const REVISION: &str = "SELECT id, entry, origin, published, created_at FROM services_revisions";

fn revision(row: &Row) -> Result<Revision, StoreError> {
    Ok(Revision {
        entry: json(row, "services_revisions", "entry")?,
        origin: optional_json(row, "services_revisions", "origin")?,
        published: row.get("published")?,
        created_at: row.get("created_at")?,
    })
}

/// All revisions of a service, newest first.
pub(crate) fn revisions(r: &mut impl Query, service: ServiceId) -> Result<Vec<Revision>, StoreError> {
    r.query(&format!("{REVISION} WHERE service_id = ?1 ORDER BY number DESC"), params![service], revision)
}

/// Revisions below a number, newest first.
pub(crate) fn revisions_before(
    r: &mut impl Query,
    service: ServiceId,
    before: i64,
    limit: u32,
) -> Result<Vec<Revision>, StoreError> {
    let sql = format!("{REVISION} WHERE service_id = ?1 AND number < ?2 ORDER BY number DESC LIMIT {limit}");
    r.query(&sql, params![service, before], revision)
}

pub(crate) fn revision_by_number(
    r: &mut impl Query,
    service: ServiceId,
    number: i64,
) -> Result<Option<Revision>, StoreError> {
    r.query_one(&format!("{REVISION} WHERE service_id = ?1 AND number = ?2"), params![service, number], revision)
}

/// Numbers of a service's revisions by id.
pub(crate) fn numbers(r: &mut impl Query, service: ServiceId) -> Result<BTreeMap<RevisionId, i64>, StoreError> {
    let sql = "SELECT id, number FROM services_revisions WHERE service_id = ?1";
    let found = r.query(sql, params![service], |row| Ok((row.parse("id")?, row.get("number")?)))?;
    Ok(found.into_iter().collect())
}

pub(crate) fn revision_by_id(r: &mut impl Query, id: RevisionId) -> Result<Option<Revision>, StoreError> {
    r.query_one(&format!("{REVISION} WHERE id = ?1"), params![id], revision)
}

/// Revisions that gateways are told of, of all services.
pub(crate) fn published(r: &mut impl Query) -> Result<Vec<Revision>, StoreError> {
    r.query(&format!("{REVISION} WHERE published = TRUE ORDER BY service_id, number"), params![], revision)
}

pub(crate) fn next_number(r: &mut impl Query, service: ServiceId) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(MAX(number), 0) AS last FROM services_revisions WHERE service_id = ?1";
    Ok(r.query_one(sql, params![service], |row| row.get::<i64>("last"))?.unwrap_or(0) + 1)
}

/// Keeps a revision and its files.
pub(crate) fn insert_revision(
    tx: &mut Transaction<'_>,
    entry: &RevisionEntry,
    origin: &Origin,
) -> Result<(), StoreError> {
    let owner = Owner::new(OWNER_KIND, entry.id);
    for file in &entry.files {
        tx.retain(&file.digest, &owner)?;
    }
    let now = tx.now();
    let sql = "INSERT INTO services_revisions (id, service_id, number, model_name, model_version, model_digest, entry, published, created_at, origin)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, TRUE, ?8, ?9)";
    let values = params![
        entry.id,
        entry.service,
        entry.number,
        &entry.model_name,
        &entry.model_version,
        entry.model_digest,
        text_of(entry)?,
        now,
        text_of(origin)?
    ];
    tx.execute(sql, values)?;
    Ok(())
}

pub(crate) fn set_published(tx: &mut Transaction<'_>, id: RevisionId, published: bool) -> Result<(), StoreError> {
    tx.execute("UPDATE services_revisions SET published = ?2 WHERE id = ?1", params![id, published])?;
    Ok(())
}

pub(crate) fn is_held(r: &mut impl Query, service: ServiceId, digest: Digest) -> Result<bool, StoreError> {
    let sql = "SELECT model_digest FROM services_held WHERE service_id = ?1 AND model_digest = ?2";
    Ok(r.query_one(sql, params![service, digest], |row| row.get::<String>("model_digest"))?.is_some())
}

pub(super) fn held(r: &mut impl Query, service: ServiceId) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT model_digest FROM services_held WHERE service_id = ?1 ORDER BY model_digest";
    r.query(sql, params![service], |row| row.get("model_digest"))
}

pub(crate) fn hold(tx: &mut Transaction<'_>, service: ServiceId, digest: Digest) -> Result<(), StoreError> {
    let sql = "INSERT INTO services_held (service_id, model_digest) VALUES (?1, ?2) ON CONFLICT (service_id, model_digest) DO NOTHING";
    tx.execute(sql, params![service, digest])?;
    Ok(())
}

pub(crate) fn lift_hold(tx: &mut Transaction<'_>, service: ServiceId, digest: Digest) -> Result<(), StoreError> {
    tx.execute("DELETE FROM services_held WHERE service_id = ?1 AND model_digest = ?2", params![service, digest])?;
    Ok(())
}
