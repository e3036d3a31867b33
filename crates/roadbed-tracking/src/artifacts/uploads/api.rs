//! Routes and wire types (`mlflow/protos/mlflow_artifacts.proto`: CreateMultipartUpload, CompleteMultipartUpload, AbortMultipartUpload).

use super::grant::Grant;
use super::model::{NamedPart, UploadError};
use super::operations;
use crate::artifacts::ArtifactPath;
use crate::mlflow::{Call, Empty, Endpoints, MlflowError, Tracking, refusal};
use crate::runs::RUN_WRITE;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use roadbed_capability::{post, put};
use serde::Serialize;
use std::collections::BTreeMap;

const CREATE: &[&str] =
    &["/api/2.0/mlflow-artifacts/mpu/create/{*folder}", "/ajax-api/2.0/mlflow-artifacts/mpu/create/{*path}"];
const COMPLETE: &[&str] =
    &["/api/2.0/mlflow-artifacts/mpu/complete/{*folder}", "/ajax-api/2.0/mlflow-artifacts/mpu/complete/{*path}"];
const ABORT: &[&str] =
    &["/api/2.0/mlflow-artifacts/mpu/abort/{*folder}", "/ajax-api/2.0/mlflow-artifacts/mpu/abort/{*path}"];
/// Ours: MLflow's server hands out addresses of its bucket here.
const PART: &str = "/api/2.0/mlflow-artifacts/mpu/part/{grant}";

/// Adds the routes of uploads in parts.
pub(in crate::artifacts) fn routes(endpoints: Endpoints) -> Endpoints {
    let mut endpoints = endpoints.post(COMPLETE, RUN_WRITE, complete).post(ABORT, RUN_WRITE, abort);
    for path in CREATE {
        endpoints = endpoints.route(post(path, create).undocumented().refuses_as(refusal).allow(RUN_WRITE));
    }
    endpoints.route(put(PART, receive).undocumented().refuses_as(refusal).public())
}

#[derive(Debug, Serialize)]
struct Created {
    upload_id: String,
    credentials: Vec<Credential>,
}

#[derive(Debug, Serialize)]
struct Credential {
    url: String,
    part_number: usize,
    headers: BTreeMap<String, String>,
}

/// Where the file goes: the folder is in the address, and of the path on the client's machine only the name counts.
fn target(call: &Call) -> Result<ArtifactPath, MlflowError> {
    let folder = ArtifactPath::parse(call.fields.required("folder")?)?;
    let local = call.fields.required("path")?;
    let name = local.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.is_empty() {
        return Err(UploadError::Name { name: local.to_owned() }.into());
    }
    Ok(folder.join(&ArtifactPath::parse(name)?))
}

async fn create(State(tracking): State<Tracking>, request: Request) -> Result<Response, MlflowError> {
    let base = own_address(request.headers());
    let call = Call::read(&tracking, request, RUN_WRITE).await?;
    let parts = call.fields.integer("num_parts")?.unwrap_or(1);
    let (upload_id, grants) = operations::begin(&tracking, &call, target(&call)?, parts).await?;
    let address = |grant: &String| format!("{base}{}", PART.replace("{grant}", grant));
    let credential = |(part_number, grant)| Credential { url: address(grant), part_number, headers: BTreeMap::new() };
    let credentials = (1..).zip(&grants).map(credential).collect();
    Ok(Json(Created { upload_id, credentials }).into_response())
}

/// This server as the client reached it, which needs no setting and is right behind a proxy that says how it was called.
fn own_address(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let scheme = if text("x-forwarded-proto") == "https" { "https" } else { "http" };
    format!("{scheme}://{}", text(header::HOST.as_str()))
}

async fn receive(
    State(tracking): State<Tracking>,
    Path(grant): Path<String>,
    body: Body,
) -> Result<Response, MlflowError> {
    let grant = Grant::open(&tracking.context.seals, &grant, tracking.context.clock.now())?;
    let digest = operations::receive(&tracking, grant, body.into_data_stream()).await?;
    Ok((StatusCode::OK, [(header::ETAG, format!("\"{digest}\""))]).into_response())
}

async fn complete(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let id = call.fields.required("upload_id")?.to_owned();
    let named = call.fields.objects("parts")?.into_iter().map(|part| {
        let number = part.integer("part_number")?.and_then(|number| u64::try_from(number).ok()).unwrap_or_default();
        Ok::<_, MlflowError>(NamedPart { number, tag: part.text_or_empty("etag")?.to_owned() })
    });
    let named = named.collect::<Result<Vec<_>, _>>()?;
    operations::complete(&tracking, &call, (target(&call)?, id), named).await?;
    Ok(Empty {})
}

async fn abort(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let id = call.fields.required("upload_id")?.to_owned();
    operations::abort(&tracking, &call, target(&call)?, id).await?;
    Ok(Empty {})
}
