//! Files of a model: fetched by digest, checked, and moved into place only when all of them are there.

use crate::client::{ControlClient, ControlError};
use http::Method;
use http_body_util::BodyExt;
use roadbed_contracts::entries::{ModelFile, RevisionEntry};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// Why a model's files are not here.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error("the path {0:?} of a model file leaves the model's folder; register the model again")]
    Path(String),
    #[error("{path:?} came with {found} bytes and should have {expected}")]
    Size { path: String, expected: u64, found: u64 },
    #[error("{path:?} came with other content than its digest says")]
    Content { path: String },
    #[error("cannot write {}: {source}", path.display())]
    Disk { path: PathBuf, source: std::io::Error },
}

impl FetchError {
    /// Whether trying again cannot help.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Self::Path(_))
    }
}

/// Makes sure that all files of the revision lie in the folder it returns.
pub(crate) async fn fetch_model(
    client: &ControlClient,
    models: &Path,
    revision: &RevisionEntry,
    timeout: Duration,
) -> Result<PathBuf, FetchError> {
    let target = models.join(revision.model_digest.to_string());
    for file in &revision.files {
        check_path(&file.path)?;
    }
    if is_complete(&target, &revision.files).await {
        return Ok(target);
    }
    // Named after the revision, because two revisions of the same model may be fetched at one time.
    let incoming = models.join(format!("incoming-{}", revision.id));
    remove(&incoming).await?;
    make_folder(&incoming).await?;
    for file in &revision.files {
        fetch_file(client, &incoming, file, timeout).await?;
    }
    if is_complete(&target, &revision.files).await {
        remove(&incoming).await?;
        return Ok(target);
    }
    remove(&target).await?;
    let disk = |source| FetchError::Disk { path: target.clone(), source };
    tokio::fs::rename(&incoming, &target).await.map_err(disk)?;
    Ok(target)
}

/// Refuses anything but plain relative paths.
fn check_path(path: &str) -> Result<(), FetchError> {
    let plain = Path::new(path).components().all(|component| matches!(component, Component::Normal(_)));
    if plain && !path.is_empty() && !path.contains(['\\', '\0']) { Ok(()) } else { Err(FetchError::Path(path.into())) }
}

/// Whether every file is there in its size. Content was checked when it was written.
async fn is_complete(folder: &Path, files: &[ModelFile]) -> bool {
    for file in files {
        match tokio::fs::metadata(folder.join(&file.path)).await {
            Ok(found) if found.is_file() && found.len() == file.bytes => {}
            _ => return false,
        }
    }
    tokio::fs::metadata(folder).await.is_ok()
}

async fn make_folder(path: &Path) -> Result<(), FetchError> {
    let disk = |source| FetchError::Disk { path: path.to_owned(), source };
    tokio::fs::create_dir_all(path).await.map_err(disk)
}

async fn remove(path: &Path) -> Result<(), FetchError> {
    match tokio::fs::remove_dir_all(path).await {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(FetchError::Disk { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

async fn fetch_file(
    client: &ControlClient,
    folder: &Path,
    file: &ModelFile,
    timeout: Duration,
) -> Result<(), FetchError> {
    let path = folder.join(&file.path);
    if let Some(parent) = path.parent() {
        make_folder(parent).await?;
    }
    let disk = |source| FetchError::Disk { path: path.clone(), source };
    let address = format!("/internal/v1/blobs/{}", file.digest);
    let mut body = client.open(Method::GET, &address, Vec::new(), timeout).await?;
    let mut out = tokio::fs::File::create(&path).await.map_err(disk)?;
    let (mut hasher, mut found) = (blake3::Hasher::new(), 0_u64);
    loop {
        let frame = tokio::time::timeout(timeout, body.frame()).await.map_err(|_| ControlError::Silent(timeout))?;
        let Some(frame) = frame else { break };
        let unreadable =
            |error: hyper::Error| ControlError::Unreadable { path: address.clone(), detail: error.to_string() };
        let Ok(bytes) = frame.map_err(unreadable)?.into_data() else { continue };
        found += bytes.len() as u64;
        if found > file.bytes {
            return Err(FetchError::Size { path: file.path.clone(), expected: file.bytes, found });
        }
        hasher.update(&bytes);
        out.write_all(&bytes).await.map_err(disk)?;
    }
    if found != file.bytes {
        return Err(FetchError::Size { path: file.path.clone(), expected: file.bytes, found });
    }
    if hasher.finalize().as_bytes() != file.digest.as_bytes() {
        return Err(FetchError::Content { path: file.path.clone() });
    }
    out.sync_all().await.map_err(disk)
}
