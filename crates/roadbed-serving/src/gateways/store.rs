use roadbed_contracts::entries::{Entry, EntryBody, EntryFeed, GrantEntry, ServiceEntry};
use roadbed_core::Timestamp;
use roadbed_store::{Case, Execute, Filter, Query, Row, StoreError, Transaction, escape_like, params};
use std::collections::BTreeMap;

use super::entries::{GRANT_PREFIX, grant_key};

/// Where the feed stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FeedState {
    /// Empty until a gateway asks for the first time.
    pub(crate) epoch: String,
    pub(crate) head: i64,
    /// Removals up to this version are forgotten: who is behind it starts again.
    pub(crate) floor: i64,
}

pub(crate) fn feed_state(r: &mut impl Query) -> Result<FeedState, StoreError> {
    let sql = "SELECT epoch, head, floor FROM gateways_feed WHERE id = 1";
    let found = r.query_one(sql, params![], |row| {
        Ok(FeedState { epoch: row.get("epoch")?, head: row.get("head")?, floor: row.get("floor")? })
    })?;
    Ok(found.unwrap_or_default())
}

/// Starts a new epoch.
pub(super) fn set_epoch(tx: &mut Transaction<'_>, epoch: &str) -> Result<(), StoreError> {
    tx.without_event("the feed's epoch is between control and its gateways");
    let sql = "INSERT INTO gateways_feed (id, epoch, head, floor) VALUES (1, ?1, 0, 0)
               ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch";
    tx.execute(sql, params![epoch])?;
    Ok(())
}

fn next_version(tx: &mut Transaction<'_>) -> Result<i64, StoreError> {
    let sql = "INSERT INTO gateways_feed (id, epoch, head, floor) VALUES (1, '', 1, 0)
               ON CONFLICT (id) DO UPDATE SET head = gateways_feed.head + 1";
    tx.execute(sql, params![])?;
    Ok(feed_state(tx)?.head)
}

fn unwritable(error: &serde_json::Error) -> StoreError {
    StoreError::Event { detail: format!("an entry does not serialize: {error}") }
}

/// Version and text of an entry; the text is `None` when it was removed.
fn find(r: &mut impl Query, key: &str) -> Result<Option<(i64, Option<String>)>, StoreError> {
    let sql = "SELECT version, body FROM gateways_entries WHERE key = ?1";
    r.query_one(sql, params![key], |row| Ok((row.get("version")?, row.get("body")?)))
}

/// Makes the entry so, or removes it with `None`; the version it has then. An equal entry keeps its version.
pub(crate) fn put_entry(tx: &mut Transaction<'_>, key: &str, body: Option<&EntryBody>) -> Result<i64, StoreError> {
    let text = body.map(serde_json::to_string).transpose().map_err(|error| unwritable(&error))?;
    match find(tx, key)? {
        Some((version, known)) if known == text => return Ok(version),
        None if text.is_none() => return Ok(feed_state(tx)?.head),
        _ => {}
    }
    write(tx, key, text)
}

/// As [`put_entry`], with a new version also for an equal entry: counters under the old version end there.
pub(crate) fn put_entry_anew(tx: &mut Transaction<'_>, key: &str, body: &EntryBody) -> Result<i64, StoreError> {
    let text = serde_json::to_string(body).map_err(|error| unwritable(&error))?;
    write(tx, key, Some(text))
}

fn write(tx: &mut Transaction<'_>, key: &str, text: Option<String>) -> Result<i64, StoreError> {
    let version = next_version(tx)?;
    let now = tx.now();
    let sql = "INSERT INTO gateways_entries (key, version, body, changed_at) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (key) DO UPDATE SET version = excluded.version, body = excluded.body,
               changed_at = excluded.changed_at";
    tx.execute(sql, params![key, version, text, now])?;
    Ok(version)
}

fn body(row: &Row, column: &str) -> Result<Option<EntryBody>, StoreError> {
    let Some(text) = row.get::<Option<String>>(column)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| StoreError::Corrupt {
        table: "gateways_entries".into(),
        column: column.into(),
        value: error.to_string(),
    })
}

/// The service entry in force with its version.
pub(crate) fn service_entry(r: &mut impl Query, key: &str) -> Result<Option<(i64, ServiceEntry)>, StoreError> {
    let sql = "SELECT version, body FROM gateways_entries WHERE key = ?1";
    let found = r.query_one(sql, params![key], |row| Ok((row.get("version")?, body(row, "body")?)))?;
    Ok(found.and_then(|(version, body)| match body {
        Some(EntryBody::Service(entry)) => Some((version, entry)),
        _ => None,
    }))
}

/// Changes after a version, oldest first; everything there is when it is 0. `None`: history the asker needs is gone.
pub(super) fn feed(r: &mut impl Query, after: i64) -> Result<Option<EntryFeed>, StoreError> {
    let state = feed_state(r)?;
    if after > state.head || (after > 0 && after < state.floor) {
        return Ok(None);
    }
    let sql = if after == 0 {
        "SELECT key, version, body FROM gateways_entries WHERE version > ?1 AND body IS NOT NULL ORDER BY version"
    } else {
        "SELECT key, version, body FROM gateways_entries WHERE version > ?1 ORDER BY version"
    };
    let entries = r.query(sql, params![after], |row| {
        Ok(Entry { key: row.get("key")?, version: row.get("version")?, body: body(row, "body")? })
    })?;
    Ok(Some(EntryFeed { entries, head: state.head, epoch: state.epoch }))
}

/// Makes the grants exactly these; how many changed.
pub(super) fn put_grants(tx: &mut Transaction<'_>, grants: &[GrantEntry]) -> Result<usize, StoreError> {
    tx.without_event("grants follow tokens and memberships, whose changes have events");
    let wanted: BTreeMap<String, &GrantEntry> = grants.iter().map(|grant| (grant_key(grant), grant)).collect();
    let filter = Filter::new().like("key", &format!("{}%", escape_like(GRANT_PREFIX)), Case::Sensitive);
    let sql = format!("SELECT key FROM gateways_entries WHERE body IS NOT NULL AND {}", filter.sql(0));
    let known = tx.query(&sql, filter.values(), |row| row.get::<String>("key"))?;
    let before = feed_state(tx)?.head;
    for key in known.iter().filter(|key| !wanted.contains_key(*key)) {
        put_entry(tx, key, None)?;
    }
    for (key, grant) in wanted {
        put_entry(tx, &key, Some(&EntryBody::Grant(grant.clone())))?;
    }
    Ok(usize::try_from(feed_state(tx)?.head - before).unwrap_or(0))
}

/// Forgets removals before a moment, so that ended tokens do not pile up.
pub(super) fn forget_removals(tx: &mut Transaction<'_>, before: Timestamp) -> Result<(), StoreError> {
    tx.without_event("removals that every gateway has long seen");
    let sql =
        "SELECT COALESCE(MAX(version), 0) AS version FROM gateways_entries WHERE body IS NULL AND changed_at < ?1";
    let floor: i64 = tx.query_one(sql, params![before], |row| row.get("version"))?.unwrap_or(0);
    if floor > 0 {
        tx.execute("DELETE FROM gateways_entries WHERE body IS NULL AND changed_at < ?1", params![before])?;
        tx.execute("UPDATE gateways_feed SET floor = ?1 WHERE id = 1 AND floor < ?1", params![floor])?;
    }
    Ok(())
}
