//! Rows of `artifacts_uploads` and `artifacts_upload_parts`, and the references that keep the blobs of parts.

use super::model::{Part, Upload};
use crate::artifacts::ArtifactPath;
use crate::mlflow::MlflowError;
use roadbed_core::{TeamId, Timestamp};
use roadbed_store::{Execute, Owner, Query, Row, StoreError, Transaction, params};

/// Why nothing is told of these rows: a file is told of when it is whole.
const UNFINISHED: &str = "an upload that is not complete is nobody's file yet";

fn owner(upload: &str, part: u64) -> Owner {
    Owner::new("artifact-part", format!("{upload}/{part}"))
}

pub(super) fn add(tx: &mut Transaction<'_>, upload: &Upload) -> Result<(), StoreError> {
    tx.without_event(UNFINISHED);
    let sql = "INSERT INTO artifacts_uploads (upload_id, team_id, path, parts, begun_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
    let now = tx.now().as_millis();
    tx.execute(sql, params![&upload.id, upload.team, upload.path.as_str(), upload.parts, now])?;
    Ok(())
}

/// The upload, of any team: who may go on with it is decided by who asks.
pub(super) fn find(query: &mut impl Query, id: &str) -> Result<Option<Upload>, MlflowError> {
    let sql = "SELECT upload_id, team_id, path, parts FROM artifacts_uploads WHERE upload_id = ?1";
    let row = |row: &Row| {
        let path: String = row.get("path")?;
        Ok((row.get("upload_id")?, row.parse("team_id")?, path, row.get("parts")?))
    };
    let found: Option<(String, TeamId, String, u64)> = query.query_one(sql, params![id], row)?;
    let upload = |(id, team, path, parts): (_, _, String, _)| {
        Ok::<_, MlflowError>(Upload { id, team, path: ArtifactPath::parse(&path)?, parts })
    };
    found.map(upload).transpose()
}

/// Keeps a part, in place of one that came before it.
pub(super) fn put_part(tx: &mut Transaction<'_>, upload: &str, part: Part) -> Result<(), StoreError> {
    tx.without_event(UNFINISHED);
    let owner = owner(upload, part.number);
    tx.release(&owner)?;
    tx.retain(&part.digest, &owner)?;
    let sql = "INSERT INTO artifacts_upload_parts (upload_id, part_number, digest, bytes) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (upload_id, part_number) DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes";
    tx.execute(sql, params![upload, part.number, part.digest, part.bytes])?;
    Ok(())
}

/// Parts that have come, by number.
pub(super) fn parts(query: &mut impl Query, upload: &str) -> Result<Vec<Part>, StoreError> {
    let sql = "SELECT part_number, digest, bytes FROM artifacts_upload_parts WHERE upload_id = ?1 ORDER BY part_number";
    let part =
        |row: &Row| Ok(Part { number: row.get("part_number")?, digest: row.get("digest")?, bytes: row.get("bytes")? });
    query.query(sql, params![upload], part)
}

/// Forgets the upload and lets its parts go.
pub(super) fn remove(tx: &mut Transaction<'_>, upload: &str) -> Result<(), StoreError> {
    tx.without_event(UNFINISHED);
    for part in parts(tx, upload)? {
        tx.release(&owner(upload, part.number))?;
    }
    tx.execute("DELETE FROM artifacts_upload_parts WHERE upload_id = ?1", params![upload])?;
    tx.execute("DELETE FROM artifacts_uploads WHERE upload_id = ?1", params![upload])?;
    Ok(())
}

/// Ids of uploads begun before a moment, oldest first.
pub(super) fn begun_before(query: &mut impl Query, before: Timestamp, limit: u64) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT upload_id FROM artifacts_uploads WHERE begun_ms < ?1 ORDER BY begun_ms LIMIT ?2";
    query.query(sql, params![before.as_millis(), limit], |row| row.get("upload_id"))
}
