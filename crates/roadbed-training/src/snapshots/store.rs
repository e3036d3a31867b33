use roadbed_core::{Digest, TeamId, Timestamp};
use roadbed_store::{Execute, Filter, Query, StoreError, Transaction, params};

/// A snapshot that a team uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Uploaded {
    pub(super) team: TeamId,
    pub(super) bytes: u64,
    pub(super) uploaded_at: Timestamp,
}

/// Uploads of the digest by any team.
pub(super) fn uploads(r: &mut impl Query, digest: &Digest) -> Result<Vec<Uploaded>, StoreError> {
    let sql = "SELECT team_id, bytes, uploaded_at FROM snapshots_snapshots WHERE digest = ?1 ORDER BY team_id";
    r.query(sql, params![digest], |row| {
        Ok(Uploaded { team: row.parse("team_id")?, bytes: row.get("bytes")?, uploaded_at: row.get("uploaded_at")? })
    })
}

pub(super) fn put(tx: &mut Transaction<'_>, team: TeamId, digest: &Digest, bytes: u64) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO snapshots_snapshots (team_id, digest, bytes, uploaded_at) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (team_id, digest) DO UPDATE SET uploaded_at = excluded.uploaded_at";
    tx.execute(sql, params![team, digest, bytes, now])?;
    Ok(())
}

/// Digests uploaded before this moment, at most `limit`, oldest first.
pub(super) fn older(r: &mut impl Query, before: Timestamp, limit: u32) -> Result<Vec<Digest>, StoreError> {
    let sql = format!(
        "SELECT DISTINCT digest, uploaded_at FROM snapshots_snapshots WHERE uploaded_at < ?1 ORDER BY uploaded_at LIMIT {limit}"
    );
    r.query(&sql, params![before], |row| row.parse("digest"))
}

/// Forgets uploads of these digests that are older than `before`.
pub(super) fn forget(tx: &mut Transaction<'_>, digests: &[Digest], before: Timestamp) -> Result<(), StoreError> {
    let filter = Filter::new().in_list("digest", digests.iter().copied());
    let sql = format!("DELETE FROM snapshots_snapshots WHERE uploaded_at < ?1 AND {}", filter.sql(1));
    tx.execute(&sql, &filter.values_after(params![before]))?;
    Ok(())
}
