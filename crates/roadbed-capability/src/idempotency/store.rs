use roadbed_store::{Execute, Query, StoreError, Transaction, params};
use std::time::Duration;

const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Digest of the body and the answer of the first call with this key.
pub(super) fn find(tx: &mut Transaction<'_>, key: &str) -> Result<Option<(String, String)>, StoreError> {
    let sql = "SELECT body, answer FROM capability_idempotency WHERE key = ?1";
    tx.query_one(sql, params![key], |row| Ok((row.get("body")?, row.get("answer")?)))
}

/// Keeps the first answer, and drops those older than a day.
pub(super) fn insert(tx: &mut Transaction<'_>, key: &str, body: &str, answer: &str) -> Result<(), StoreError> {
    let now = tx.now();
    tx.execute("DELETE FROM capability_idempotency WHERE created_at < ?1", params![now.minus(KEPT)])?;
    let sql = "INSERT INTO capability_idempotency (key, body, answer, created_at) VALUES (?1, ?2, ?3, ?4)";
    tx.execute(sql, params![key, body, answer, now])?;
    Ok(())
}
