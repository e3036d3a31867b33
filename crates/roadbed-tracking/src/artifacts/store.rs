//! Rows of `artifacts_files`, and the references that keep their blobs.

use super::model::{ArtifactPath, StoredFile};
use roadbed_core::TeamId;
use roadbed_store::{Execute, Filter, Owner, Query, Row, StoreError, Transaction, params};

fn owner(team: TeamId, path: &str) -> Owner {
    Owner::new("artifact", format!("{team}/{path}"))
}

fn file(row: &Row) -> Result<StoredFile, StoreError> {
    Ok(StoredFile { path: row.get("path")?, digest: row.get("digest")?, bytes: row.get("bytes")? })
}

pub(super) fn find(query: &mut impl Query, team: TeamId, path: &str) -> Result<Option<StoredFile>, StoreError> {
    let sql = "SELECT path, digest, bytes FROM artifacts_files WHERE team_id = ?1 AND path = ?2";
    query.query_one(sql, params![team, path], file)
}

/// The first of these paths that is a file.
pub(super) fn first_file(
    query: &mut impl Query,
    team: TeamId,
    paths: Vec<String>,
) -> Result<Option<String>, StoreError> {
    let filter = Filter::new().and("team_id = ?", team).in_list("path", paths);
    let sql = format!("SELECT path FROM artifacts_files WHERE {} ORDER BY path LIMIT 1", filter.sql(0));
    query.query_one(&sql, filter.values(), |row| row.get("path"))
}

/// Bounds of all paths below a folder: `/` and its successor `0` enclose them.
fn bounds(folder: &ArtifactPath) -> (String, String) {
    match folder.as_str() {
        // Above every character a path can start with.
        "" => (String::new(), char::MAX.to_string()),
        folder => (format!("{folder}/"), format!("{folder}0")),
    }
}

/// All files below a folder, sorted, with paths relative to it.
///
/// # Errors
/// The store fails.
pub fn files_below(query: &mut impl Query, team: TeamId, folder: &ArtifactPath) -> Result<Vec<StoredFile>, StoreError> {
    let (from, to) = bounds(folder);
    let sql =
        "SELECT path, digest, bytes FROM artifacts_files WHERE team_id = ?1 AND path >= ?2 AND path < ?3 ORDER BY path";
    let mut files = query.query(sql, params![team, &from, to], file)?;
    for file in &mut files {
        file.path.drain(..from.len());
    }
    Ok(files)
}

/// Makes or replaces the file and keeps its blob.
pub(super) fn put(tx: &mut Transaction<'_>, team: TeamId, file: &StoredFile) -> Result<(), StoreError> {
    let owner = owner(team, &file.path);
    tx.release(&owner)?;
    tx.retain(&file.digest, &owner)?;
    let sql = "INSERT INTO artifacts_files (team_id, path, digest, bytes, updated_ms) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT (team_id, path) DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes, \
               updated_ms = excluded.updated_ms";
    let now = tx.now().as_millis();
    tx.execute(sql, params![team, &file.path, file.digest, file.bytes, now])?;
    Ok(())
}

/// Copies all files below a folder to another; the blobs are shared. The event is the caller's.
///
/// # Errors
/// The store fails.
pub fn copy_tree(
    tx: &mut Transaction<'_>,
    team: TeamId,
    from: &ArtifactPath,
    to: &ArtifactPath,
) -> Result<Vec<StoredFile>, StoreError> {
    let files = files_below(tx, team, from)?;
    for file in &files {
        put(tx, team, &StoredFile { path: format!("{to}/{}", file.path), ..file.clone() })?;
    }
    Ok(files)
}

/// Deletes the file of this path and all files below it; returns how many. The event is the caller's.
///
/// # Errors
/// The store fails.
pub fn delete_tree(tx: &mut Transaction<'_>, team: TeamId, path: &ArtifactPath) -> Result<u64, StoreError> {
    let below = files_below(tx, team, path)?.into_iter().map(|file| format!("{path}/{}", file.path));
    let itself = find(tx, team, path.as_str())?.map(|file| file.path);
    let mut deleted = 0;
    for path in below.chain(itself) {
        tx.release(&owner(team, &path))?;
        deleted += tx.execute("DELETE FROM artifacts_files WHERE team_id = ?1 AND path = ?2", params![team, path])?;
    }
    Ok(deleted)
}
