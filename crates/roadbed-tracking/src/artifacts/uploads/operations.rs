//! What can be done with an upload in parts.

use super::grant::Grant;
use super::model::{MOST_PARTS, NamedPart, PART_LIMIT_BYTES, Part, Upload, UploadError, check_parts};
use super::store;
use crate::artifacts::ArtifactPath;
use crate::artifacts::operations::{self as files, FILE_LIMIT_BYTES};
use crate::mlflow::{Call, MlflowError, Tracking};
use axum::body::BodyDataStream;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use roadbed_blobs::{BlobError, Blobs};
use roadbed_store::{Reader, Transaction};

/// Begins an upload to a path of the call's team; what the addresses of its parts are made of, in order.
///
/// # Errors
/// The path is taken or frozen, or the number of parts is none.
pub(super) async fn begin(
    tracking: &Tracking,
    call: &Call,
    path: ArtifactPath,
    parts: i64,
) -> Result<(String, Vec<String>), MlflowError> {
    let valid = u64::try_from(parts).ok().filter(|parts| (1..=MOST_PARTS).contains(parts));
    let parts = valid.ok_or_else(|| UploadError::Parts(parts.to_string()))?;
    let id = format!("{:032x}", tracking.context.ids.next());
    let upload = Upload { id: id.clone(), team: call.team, path, parts };
    call.write(tracking, move |tx| {
        files::check_free(tx, upload.team, &upload.path)?;
        Ok(store::add(tx, &upload)?)
    })
    .await?;
    let grants = (1..=parts).map(|part| Grant::new(tracking, &id, part).sealed(&tracking.context.seals));
    let grants = grants.collect::<Result<_, _>>()?;
    Ok((id, grants))
}

/// Takes in a part; its digest.
///
/// # Errors
/// The upload has ended, or the bytes cannot be stored.
pub(super) async fn receive(
    tracking: &Tracking,
    grant: Grant,
    content: BodyDataStream,
) -> Result<roadbed_core::Digest, MlflowError> {
    // Before the bytes, so that nobody fills the disk through an address of an upload that is over.
    let id = grant.upload.clone();
    let known = tracking.context.store.read(move |r: &mut Reader<'_>| store::find(r, &id)).await?;
    known.ok_or(UploadError::Unknown)?;
    let blob = tracking.context.blobs.put_stream(content, PART_LIMIT_BYTES).await?;
    let part = Part { number: grant.part, digest: blob.digest, bytes: blob.bytes };
    let write = move |tx: &mut Transaction<'_>| {
        store::find(tx, &grant.upload)?.ok_or(UploadError::Unknown)?;
        Ok::<_, MlflowError>(store::put_part(tx, &grant.upload, part)?)
    };
    tracking.context.store.write(write).await?;
    Ok(blob.digest)
}

/// Makes the parts one file.
///
/// # Errors
/// The upload is not one of this team to this path, its parts are not all there, or the path is taken meanwhile.
pub(super) async fn complete(
    tracking: &Tracking,
    call: &Call,
    (path, id): (ArtifactPath, String),
    named: Vec<NamedPart>,
) -> Result<(), MlflowError> {
    let (upload, came) = of_call(tracking, call, path, id).await?.ok_or(UploadError::Unknown)?;
    check_parts(&upload, &came, &named)?;
    let content = Box::pin(joined(tracking.context.blobs.clone(), came.clone()));
    let blob = tracking.context.blobs.put_stream(content, FILE_LIMIT_BYTES).await?;
    let header = files::header((&call.caller, call.team), &upload.path);
    call.write(tracking, move |tx| {
        // A part may have been sent again while they were put together.
        if store::parts(tx, &upload.id)? != came {
            return Err(UploadError::Unknown.into());
        }
        store::remove(tx, &upload.id)?;
        files::keep(tx, upload.team, &upload.path, blob, &header)
    })
    .await
}

/// Forgets an upload; one that is not there is fine.
///
/// # Errors
/// The store fails.
pub(super) async fn abort(tracking: &Tracking, call: &Call, path: ArtifactPath, id: String) -> Result<(), MlflowError> {
    if of_call(tracking, call, path, id.clone()).await?.is_none() {
        return Ok(());
    }
    call.write(tracking, move |tx| Ok(store::remove(tx, &id)?)).await
}

/// The upload with what has come of it, when it is one of the call's team to this path.
async fn of_call(
    tracking: &Tracking,
    call: &Call,
    path: ArtifactPath,
    id: String,
) -> Result<Option<(Upload, Vec<Part>)>, MlflowError> {
    let team = call.team;
    let read = move |r: &mut Reader<'_>| {
        let Some(upload) = store::find(r, &id)?.filter(|upload| upload.team == team && upload.path == path) else {
            return Ok(None);
        };
        let parts = store::parts(r, &id)?;
        Ok::<_, MlflowError>(Some((upload, parts)))
    };
    tracking.context.store.read(read).await
}

/// The bytes of the parts, one behind the other.
fn joined(blobs: Blobs, parts: Vec<Part>) -> impl futures_util::Stream<Item = Result<bytes::Bytes, BlobError>> + Send {
    let opened = stream::iter(parts).then(move |part| {
        let blobs = blobs.clone();
        async move { blobs.get(&part.digest).await?.ok_or(BlobError::NotFound(part.digest)) }
    });
    opened.try_flatten()
}
