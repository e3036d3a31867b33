//! What can be done with artifacts.

use super::model::{ArtifactDeleted, ArtifactError, ArtifactPath, ArtifactStored, FolderEntry, StoredFile};
use super::store;
use crate::mlflow::{Call, MlflowError, Tracking};
use axum::body::BodyDataStream;
use roadbed_blobs::Blob;
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::TeamId;
use roadbed_store::{Query, Transaction};

/// Largest file.
pub(super) const FILE_LIMIT_BYTES: u64 = 64 << 30;

pub(super) fn header((caller, team): (&roadbed_capability::Caller, TeamId), path: &ArtifactPath) -> EventHeader {
    Tracking::event(caller, team, Subject::new("artifact", path))
}

/// Stores a file: first the bytes, then the row that refers to them.
pub(super) async fn put(
    tracking: &Tracking,
    caller: &roadbed_capability::Caller,
    team: TeamId,
    path: ArtifactPath,
    content: BodyDataStream,
) -> Result<(), MlflowError> {
    if path.is_frozen() {
        return Err(ArtifactError::Frozen(path).into());
    }
    let blob = tracking.context.blobs.put_stream(content, FILE_LIMIT_BYTES).await?;
    let header = header((caller, team), &path);
    tracking.context.store.write(move |tx| keep(tx, team, &path, blob, &header)).await
}

/// Whether a file may be put at the path.
///
/// # Errors
/// The path is frozen, or a file or a folder lies in its way.
pub(super) fn check_free(query: &mut impl Query, team: TeamId, path: &ArtifactPath) -> Result<(), MlflowError> {
    if path.is_frozen() {
        return Err(ArtifactError::Frozen(path.clone()).into());
    }
    if let Some(other) = store::first_file(query, team, path.parents())? {
        return Err(ArtifactError::Clash { path: path.clone(), other, kind: "a file" }.into());
    }
    if !store::files_below(query, team, path)?.is_empty() {
        return Err(ArtifactError::Clash { path: path.clone(), other: path.to_string(), kind: "a folder" }.into());
    }
    Ok(())
}

/// Makes or replaces the file at the path with a blob that is stored.
///
/// # Errors
/// As [`check_free`].
pub(super) fn keep(
    tx: &mut Transaction<'_>,
    team: TeamId,
    path: &ArtifactPath,
    blob: Blob,
    header: &EventHeader,
) -> Result<(), MlflowError> {
    check_free(tx, team, path)?;
    store::put(tx, team, &StoredFile { path: path.to_string(), digest: blob.digest, bytes: blob.bytes })?;
    tx.emit(header, &ArtifactStored { path: path.to_string(), digest: blob.digest, bytes: blob.bytes })?;
    Ok(())
}

/// What a folder holds directly, sorted by name. Nothing when there is no such folder.
///
/// # Errors
/// The store fails.
pub async fn list(tracking: &Tracking, team: TeamId, folder: ArtifactPath) -> Result<Vec<FolderEntry>, MlflowError> {
    let read = move |r: &mut roadbed_store::Reader<'_>| Ok::<_, MlflowError>(store::files_below(r, team, &folder)?);
    Ok(entries(tracking.context.store.read(read).await?))
}

/// Files below a folder, sorted by path, as the entries the folder holds directly.
fn entries(files: Vec<StoredFile>) -> Vec<FolderEntry> {
    let mut found: Vec<FolderEntry> = Vec::new();
    for file in files {
        match file.path.split_once('/') {
            None => found.push(FolderEntry::File { name: file.path, bytes: file.bytes }),
            Some((folder, _)) => {
                let known = |entry: &FolderEntry| matches!(entry, FolderEntry::Folder { name } if name == folder);
                if !found.last().is_some_and(known) {
                    found.push(FolderEntry::Folder { name: folder.to_owned() });
                }
            }
        }
    }
    found
}

/// Deletes a file or a folder; one that is not there is fine.
pub(super) async fn delete(tracking: &Tracking, call: &Call, path: ArtifactPath) -> Result<(), MlflowError> {
    if path.is_frozen() {
        return Err(ArtifactError::Frozen(path).into());
    }
    let (team, header) = (call.team, header((&call.caller, call.team), &path));
    tracking
        .context
        .store
        .write(move |tx| {
            let files = store::delete_tree(tx, team, &path)?;
            if files > 0 {
                tx.emit(&header, &ArtifactDeleted { path: path.to_string(), files })?;
            }
            Ok::<_, MlflowError>(())
        })
        .await
}
