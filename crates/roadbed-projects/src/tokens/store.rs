use super::model::Token;
use roadbed_core::{Timestamp, TokenId, WorkloadId};
use roadbed_store::{Execute, Query, Row, StoreError, Transaction, params};

const TOKEN: &str = "SELECT id, name, kind, user_name, team_id, instance_id, actions, workload_id, job_id,
  created_at, expires_at, last_used_at, revoked_at FROM tokens_tokens";

fn token(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.parse("id")?,
        name: row.get("name")?,
        kind: row.parse("kind")?,
        user: row.get("user_name")?,
        team: row.parse_optional("team_id")?,
        instance: row.parse_optional("instance_id")?,
        actions: row.parse_optional("actions")?,
        workload: row.parse_optional("workload_id")?,
        job: row.parse_optional("job_id")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_used_at: row.get("last_used_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}

pub(crate) fn by_hash(r: &mut impl Query, hash: &str) -> Result<Option<Token>, StoreError> {
    r.query_one(&format!("{TOKEN} WHERE hash = ?1"), params![hash], token)
}

pub(super) fn by_id(r: &mut impl Query, id: TokenId) -> Result<Option<Token>, StoreError> {
    r.query_one(&format!("{TOKEN} WHERE id = ?1"), params![id], token)
}

/// Tokens of people that are not revoked, oldest first; of one user unless `None`.
pub(super) fn list(r: &mut impl Query, user: Option<&str>, after: &str, limit: u32) -> Result<Vec<Token>, StoreError> {
    let live = format!("{TOKEN} WHERE kind = 'user' AND revoked_at IS NULL AND id > ?1");
    match user {
        Some(user) => {
            r.query(&format!("{live} AND user_name = ?2 ORDER BY id LIMIT {limit}"), params![after, user], token)
        }
        None => r.query(&format!("{live} ORDER BY id LIMIT {limit}"), params![after], token),
    }
}

/// Every token that may still be used, with its hash: what gateways are granted.
pub(super) fn live_with_hash(r: &mut impl Query, now: Timestamp) -> Result<Vec<(String, Token)>, StoreError> {
    let sql = format!(
        "{} WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?1) ORDER BY hash",
        TOKEN.replace("SELECT id", "SELECT hash, id")
    );
    r.query(&sql, params![now], |row| Ok((row.get("hash")?, token(row)?)))
}

pub(crate) fn insert(tx: &mut Transaction<'_>, token: &Token, hash: &str) -> Result<(), StoreError> {
    let actions = token.actions.as_ref().map(ToString::to_string);
    let sql = "INSERT INTO tokens_tokens
      (id, hash, name, kind, user_name, team_id, instance_id, actions, workload_id, job_id, created_at, expires_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    tx.execute(
        sql,
        params![
            token.id,
            hash,
            token.name.as_str(),
            token.kind.as_str(),
            token.user.clone(),
            token.team,
            token.instance,
            actions,
            token.workload,
            token.job,
            token.created_at,
            token.expires_at
        ],
    )?;
    Ok(())
}

pub(super) fn revoke(tx: &mut Transaction<'_>, id: TokenId) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "UPDATE tokens_tokens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
    tx.execute(sql, params![id, now])?;
    Ok(())
}

/// Tokens of the workload that are not revoked yet.
pub(super) fn live_of_workload(r: &mut impl Query, workload: WorkloadId) -> Result<Vec<Token>, StoreError> {
    let sql = format!("{TOKEN} WHERE workload_id = ?1 AND revoked_at IS NULL");
    r.query(&sql, params![workload], token)
}

pub(super) fn used(tx: &mut Transaction<'_>, id: TokenId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.execute("UPDATE tokens_tokens SET last_used_at = ?2 WHERE id = ?1", params![id, now])?;
    Ok(())
}

pub(super) fn insert_link(
    tx: &mut Transaction<'_>,
    hash: &str,
    user: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.execute("DELETE FROM tokens_links WHERE expires_at < ?1", params![now])?;
    let sql = "INSERT INTO tokens_links (hash, user_name, expires_at) VALUES (?1, ?2, ?3)";
    tx.execute(sql, params![hash, user, expires_at])?;
    Ok(())
}

/// Takes the link out; its user when it was still good.
pub(super) fn spend_link(tx: &mut Transaction<'_>, hash: &str) -> Result<Option<String>, StoreError> {
    let now = tx.now();
    let sql = "SELECT user_name FROM tokens_links WHERE hash = ?1 AND expires_at > ?2";
    let user = tx.query_one(sql, params![hash, now], |row| row.get("user_name"))?;
    tx.execute("DELETE FROM tokens_links WHERE hash = ?1", params![hash])?;
    Ok(user)
}

pub(super) fn insert_session(
    tx: &mut Transaction<'_>,
    hash: &str,
    user: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.execute("DELETE FROM tokens_sessions WHERE expires_at < ?1", params![now])?;
    let sql = "INSERT INTO tokens_sessions (hash, user_name, expires_at) VALUES (?1, ?2, ?3)";
    tx.execute(sql, params![hash, user, expires_at])?;
    Ok(())
}

pub(super) fn session_user(r: &mut impl Query, hash: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
    let sql = "SELECT user_name FROM tokens_sessions WHERE hash = ?1 AND expires_at > ?2";
    r.query_one(sql, params![hash, now], |row| row.get("user_name"))
}

pub(super) fn end_session(tx: &mut Transaction<'_>, hash: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM tokens_sessions WHERE hash = ?1", params![hash])?;
    Ok(())
}
