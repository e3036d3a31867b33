//! Routes and wire types (`mlflow/protos/mlflow_artifacts.proto`, ListArtifacts of `service.proto`).

use super::content::send_file;
use super::model::{ArtifactPath, FolderEntry};
use super::pages::RunFiles;
use super::{operations, pages, presigned, uploads};
use crate::mlflow::{Call, Empty, Endpoints, MlflowError, Tracking, mlflow_paths, refusal};
use crate::runs::{self, MadeByRuns, RUN_READ, RUN_WRITE};
use axum::body::Body;
use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use roadbed_capability::route::Route;
use roadbed_capability::{Caller, Capability, Permission, get, put};
use roadbed_core::TeamId;
use serde::Serialize;
use std::sync::Arc;

const ROOTS: &[&str] = &["/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts"];
const FILES: &[&str] =
    &["/api/2.0/mlflow-artifacts/artifacts/{*path}", "/ajax-api/2.0/mlflow-artifacts/artifacts/{*path}"];
/// Artifacts of the MLflow API.
#[must_use]
pub fn capability(tracking: Tracking, made: MadeByRuns) -> Capability {
    let abandoned = uploads::AbandonedUploads { tracking: tracking.clone() };
    let pages = pages::routes(RunFiles { tracking: tracking.clone(), made });
    let mut endpoints = Endpoints::new(tracking)
        .get(ROOTS, RUN_READ, list_folder)
        .get(mlflow_paths!("/artifacts/list"), RUN_READ, list_of_run)
        .delete(FILES, RUN_WRITE, delete);
    endpoints = uploads::routes(presigned::routes(endpoints));
    for path in FILES {
        let streamed = |route: Route<Tracking>| route.undocumented().refuses_as(refusal);
        endpoints = endpoints
            .route(streamed(get(path, download)).allow(RUN_READ))
            .route(streamed(put(path, upload)).allow(RUN_WRITE));
    }
    let routes = super::plain::add(endpoints).into_routes();
    Capability::new("artifacts").routes(routes).routes(pages).controller(Arc::new(abandoned))
}

/// A file or folder of a listing.
#[derive(Debug, Serialize)]
pub struct FileView {
    path: String,
    is_dir: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_size: Option<u64>,
}

impl FileView {
    /// Entries of a folder, with paths below `prefix`.
    #[must_use]
    pub fn list(entries: Vec<FolderEntry>, prefix: &ArtifactPath) -> Vec<Self> {
        let below = |name: String| if prefix.as_str().is_empty() { name } else { format!("{prefix}/{name}") };
        let view = |entry| match entry {
            FolderEntry::File { name, bytes } => Self { path: below(name), is_dir: false, file_size: Some(bytes) },
            FolderEntry::Folder { name } => Self { path: below(name), is_dir: true, file_size: None },
        };
        entries.into_iter().map(view).collect()
    }
}

#[derive(Debug, Serialize)]
struct FilesAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    root_uri: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileView>,
}

async fn list_folder(tracking: Tracking, call: Call) -> Result<FilesAnswer, MlflowError> {
    let folder = ArtifactPath::parse_folder(call.fields.text_or_empty("path")?)?;
    let entries = operations::list(&tracking, call.team, folder).await?;
    Ok(FilesAnswer { root_uri: None, files: FileView::list(entries, &ArtifactPath::parse_folder("")?) })
}

async fn list_of_run(tracking: Tracking, call: Call) -> Result<FilesAnswer, MlflowError> {
    let below = ArtifactPath::parse_folder(call.fields.text_or_empty("path")?)?;
    let run = runs::find(&tracking, &call, call.fields.run_id()?).await?;
    let folder = ArtifactPath::of_uri(&run.artifact_uri)?.join(&below);
    let entries = operations::list(&tracking, call.team, folder).await?;
    Ok(FilesAnswer { root_uri: Some(run.artifact_uri), files: FileView::list(entries, &below) })
}

async fn delete(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    operations::delete(&tracking, &call, ArtifactPath::parse(call.fields.required("path")?)?).await?;
    Ok(Empty {})
}

/// The path and the team of a call whose body or answer is a stream.
async fn addressed(
    tracking: &Tracking,
    caller: &Caller,
    parameters: &RawPathParams,
    headers: &HeaderMap,
    permission: Permission,
) -> Result<(TeamId, ArtifactPath), MlflowError> {
    let path = parameters.iter().find(|(name, _)| *name == "path").map(|(_, path)| path).unwrap_or_default();
    let path = ArtifactPath::parse(path)?;
    Ok((tracking.team(caller, headers, permission).await?, path))
}

async fn download(
    State(tracking): State<Tracking>,
    caller: Caller,
    parameters: RawPathParams,
    headers: HeaderMap,
) -> Result<Response, MlflowError> {
    let (team, path) = addressed(&tracking, &caller, &parameters, &headers, RUN_READ).await?;
    send_file(&tracking, team, &path, &headers).await
}

async fn upload(
    State(tracking): State<Tracking>,
    caller: Caller,
    parameters: RawPathParams,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, MlflowError> {
    let (team, path) = addressed(&tracking, &caller, &parameters, &headers, RUN_WRITE).await?;
    operations::put(&tracking, &caller, team, path, body.into_data_stream()).await?;
    Ok(StatusCode::OK.into_response())
}
