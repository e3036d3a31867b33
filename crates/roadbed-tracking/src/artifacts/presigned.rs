//! Addresses of files in the bucket, which clients read from without this server (`mlflow/protos/mlflow_artifacts.proto`:
//! GetPresignedDownloadUrl; `service.proto`: CreatePresignedUploadUrl, CreatePresignedDownloadUrl).

use super::content::file_at;
use super::model::{ArtifactError, ArtifactPath, StoredFile};
use crate::mlflow::{Call, Empty, Endpoints, MlflowError, Tracking, mlflow_paths};
use crate::runs::{RUN_READ, RUN_WRITE};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

const PRESIGNED: &[&str] =
    &["/api/2.0/mlflow-artifacts/presigned/{*path}", "/ajax-api/2.0/mlflow-artifacts/presigned/{*path}"];
/// As MLflow's server; a client asks again when it runs out.
const VALID_FOR: Duration = Duration::from_secs(300);

pub(super) fn routes(endpoints: Endpoints) -> Endpoints {
    endpoints
        .get(PRESIGNED, RUN_READ, address_of_file)
        .post(mlflow_paths!("/artifacts/presigned-upload-url"), RUN_WRITE, no_upload)
        .post(mlflow_paths!("/artifacts/presigned-download-url"), RUN_READ, no_download)
}

#[derive(Debug, Serialize)]
struct Address {
    url: String,
    headers: BTreeMap<String, String>,
    file_size: u64,
}

async fn address_of_file(tracking: Tracking, call: Call) -> Result<Address, MlflowError> {
    if !tracking.context.blobs.gives_direct_urls() {
        return Err(ArtifactError::NoDirectDownload.into());
    }
    let path = ArtifactPath::parse(call.fields.required("path")?)?;
    let StoredFile { digest, bytes, .. } = file_at(&tracking, call.team, &path).await?;
    let url = tracking.context.blobs.direct_url(&digest, VALID_FOR).await?.ok_or(ArtifactError::NoDirectDownload)?;
    Ok(Address { url, headers: BTreeMap::new(), file_size: bytes })
}

/// Runs keep their files behind this server, as runs of an MLflow server with proxied artifacts do, which answers the same.
async fn no_upload(_tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    call.fields.required("path")?;
    Err(ArtifactError::Proxied("upload").into())
}

async fn no_download(_tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    call.fields.required("path")?;
    Err(ArtifactError::Proxied("download").into())
}
