//! Rows of `signatures_keys` and `signatures`.

use super::model::{Signature, SigningKey};
use roadbed_core::TeamId;
use roadbed_store::{Execute, Query, Row, StoreError, Transaction, params};

const KEY: &str = "id, team_id, name, public_key, sealed, created_by, created_ms, retired_ms";
const SIGNATURE: &str = "model, version, team_id, key_id, digest, bundle, signed_by, signed_ms";

fn key(row: &Row) -> Result<SigningKey, StoreError> {
    Ok(SigningKey {
        id: row.get("id")?,
        team: row.parse("team_id")?,
        name: row.get("name")?,
        public_key: row.get("public_key")?,
        sealed: row.get("sealed")?,
        created_by: row.get("created_by")?,
        created_ms: row.get("created_ms")?,
        retired_ms: row.get("retired_ms")?,
    })
}

fn signature(row: &Row) -> Result<Signature, StoreError> {
    Ok(Signature {
        model: row.get("model")?,
        version: row.get("version")?,
        team: row.parse("team_id")?,
        key: row.get("key_id")?,
        digest: row.get("digest")?,
        bundle: row.get("bundle")?,
        signed_by: row.get("signed_by")?,
        signed_ms: row.get("signed_ms")?,
    })
}

/// Newest first.
pub(super) fn keys(query: &mut impl Query, team: TeamId) -> Result<Vec<SigningKey>, StoreError> {
    let sql = format!("SELECT {KEY} FROM signatures_keys WHERE team_id = ?1 ORDER BY created_ms DESC, id");
    query.query(&sql, params![team], key)
}

/// The key of the team that signs now.
pub(super) fn current_key(query: &mut impl Query, team: TeamId) -> Result<Option<SigningKey>, StoreError> {
    let sql = format!("SELECT {KEY} FROM signatures_keys WHERE team_id = ?1 AND retired_ms IS NULL");
    query.query_one(&sql, params![team], key)
}

pub(super) fn find_key(query: &mut impl Query, team: TeamId, id: &str) -> Result<Option<SigningKey>, StoreError> {
    let sql = format!("SELECT {KEY} FROM signatures_keys WHERE team_id = ?1 AND id = ?2");
    query.query_one(&sql, params![team, id], key)
}

pub(super) fn insert_key(tx: &mut Transaction<'_>, new: SigningKey) -> Result<SigningKey, StoreError> {
    let created_ms = tx.now().as_millis();
    let sql = "INSERT INTO signatures_keys (id, team_id, name, public_key, sealed, created_by, created_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let SigningKey { id, team, name, public_key, sealed, created_by, .. } = &new;
    tx.execute(sql, params![id, *team, name, public_key, sealed, created_by, created_ms])?;
    Ok(SigningKey { created_ms, ..new })
}

pub(super) fn retire_keys(tx: &mut Transaction<'_>, team: TeamId) -> Result<(), StoreError> {
    let now = tx.now().as_millis();
    let sql = "UPDATE signatures_keys SET retired_ms = ?2 WHERE team_id = ?1 AND retired_ms IS NULL";
    tx.execute(sql, params![team, now])?;
    Ok(())
}

pub(super) fn find(query: &mut impl Query, model: i64, version: i64) -> Result<Option<Signature>, StoreError> {
    let sql = format!("SELECT {SIGNATURE} FROM signatures WHERE model = ?1 AND version = ?2");
    query.query_one(&sql, params![model, version], signature)
}

/// In place of one that was there.
pub(super) fn put(tx: &mut Transaction<'_>, new: &Signature) -> Result<(), StoreError> {
    let sql = "INSERT INTO signatures (model, version, team_id, key_id, digest, bundle, signed_by, signed_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (model, version) DO UPDATE SET key_id = excluded.key_id, \
               digest = excluded.digest, bundle = excluded.bundle, signed_by = excluded.signed_by, signed_ms = excluded.signed_ms";
    let Signature { model, version, team, key, digest, bundle, signed_by, signed_ms } = new;
    tx.execute(sql, params![*model, *version, *team, key, *digest, bundle, signed_by, *signed_ms])?;
    Ok(())
}

/// Removes the signature of a version that is deleted; the event is the caller's.
///
/// # Errors
/// The store fails.
pub fn forget_version(tx: &mut Transaction<'_>, model: i64, version: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM signatures WHERE model = ?1 AND version = ?2", params![model, version])?;
    Ok(())
}

/// As [`forget_version`], for a model that is deleted: its number may be given again.
///
/// # Errors
/// The store fails.
pub fn forget_model(tx: &mut Transaction<'_>, model: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM signatures WHERE model = ?1", params![model])?;
    Ok(())
}
