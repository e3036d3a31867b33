//! Addresses that MLflow's pages use for files of a run: `/get-artifact` and `upload-artifact` (`mlflow/server/handlers.py`).

use super::content::send_file;
use super::model::ArtifactPath;
use super::operations;
use crate::mlflow::{Call, Endpoints, MlflowError, Tracking, mlflow_paths, refusal};
use crate::runs::{self, RUN_READ, RUN_WRITE};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::extract::Query;
use roadbed_capability::{Caller, get, post};
use serde::Deserialize;

/// Largest file of `upload-artifact`, as in MLflow.
const UPLOAD_LIMIT_BYTES: usize = 10 << 20;

pub(super) fn add(endpoints: Endpoints) -> Endpoints {
    let mut endpoints =
        endpoints.route(get("/get-artifact", download).undocumented().refuses_as(refusal).allow(RUN_READ));
    for path in mlflow_paths!("/upload-artifact") {
        let route = post(path, upload).undocumented().refuses_as(refusal).body_limit(UPLOAD_LIMIT_BYTES);
        endpoints = endpoints.route(route.allow(RUN_WRITE));
    }
    endpoints
}

/// The place of a file below the artifacts of a run.
async fn place(tracking: &Tracking, call: &Call, run_id: &str, path: &str) -> Result<ArtifactPath, MlflowError> {
    let below = ArtifactPath::parse(path)?;
    let run = runs::find(tracking, call, run_id).await?;
    Ok(ArtifactPath::of_uri(&run.artifact_uri)?.join(&below))
}

async fn download(State(tracking): State<Tracking>, request: Request) -> Result<Response, MlflowError> {
    let headers = request.headers().clone();
    let call = Call::read(&tracking, request, RUN_READ).await?;
    let path = place(&tracking, &call, call.fields.run_id()?, call.fields.required("path")?).await?;
    send_file(&tracking, call.team, &path, &headers).await
}

#[derive(Debug, Deserialize)]
struct UploadQuery {
    #[serde(default)]
    run_uuid: String,
    #[serde(default)]
    path: String,
}

async fn upload(
    State(tracking): State<Tracking>,
    caller: Caller,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, MlflowError> {
    for (name, value) in [("run_uuid", &query.run_uuid), ("path", &query.path)] {
        if value.is_empty() {
            return Err(MlflowError::invalid(format!("Request must specify {name}.")));
        }
    }
    let call = Call::of(&tracking, caller, &headers, RUN_WRITE).await?;
    let path = place(&tracking, &call, &query.run_uuid, &query.path).await?;
    if headers.get(header::CONTENT_LENGTH).is_some_and(|length| length == "0") {
        return Err(MlflowError::invalid("Request must specify data."));
    }
    operations::put(&tracking, &call.caller, call.team, path, body.into_data_stream()).await?;
    Ok(StatusCode::OK.into_response())
}
