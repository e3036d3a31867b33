//! `get-trace-artifact`: the spans of a trace as a file, and files that were attached to it.

use crate::artifacts::{self, ArtifactPath, FileTree};
use crate::mlflow::{Call, Endpoints, MlflowError, Tracking, refusal};
use crate::traces::model::{LOCATION_TAG, TRACE_READ};
use crate::traces::operations;
use crate::traces::spans::Content;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::get;
use serde::Serialize;

const PATHS: &[&str] = &["/ajax-api/2.0/mlflow/get-trace-artifact", "/ajax-api/3.0/mlflow/get-trace-artifact"];
/// The file old clients keep spans in.
const SPANS_FILE: &str = "traces.json";

pub(super) fn add(endpoints: Endpoints) -> Endpoints {
    PATHS.iter().fold(endpoints, |endpoints, path| {
        endpoints.route(get(path, answer).undocumented().refuses_as(refusal).allow(TRACE_READ))
    })
}

#[derive(Serialize)]
struct SpansFile<'a> {
    spans: &'a [Content],
}

async fn answer(State(tracking): State<Tracking>, request: Request) -> Response {
    let headers = request.headers().clone();
    let found = async {
        let call = Call::read(&tracking, request, TRACE_READ).await?;
        given(&tracking, &call, &headers).await
    };
    found.await.unwrap_or_else(MlflowError::into_response)
}

async fn given(tracking: &Tracking, call: &Call, headers: &HeaderMap) -> Result<Response, MlflowError> {
    let judged = operations::find(tracking, call, call.fields.required("request_id")?).await?;
    let trace = &judged.trace;
    let attachment = call.fields.nonempty("path")?;
    if attachment.is_none() && trace.has_spans_here() {
        // What is under way is shown as far as it came.
        let found = operations::with_spans_of(tracking, call, vec![judged], true).await?;
        let spans = found.first().map_or(&[][..], |full| &full.spans);
        let text = serde_json::to_vec(&SpansFile { spans }).map_err(|error| MlflowError::internal(&error))?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
            (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"traces.json\"")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        return Ok((StatusCode::OK, headers, text).into_response());
    }
    let root = ArtifactPath::of_uri(trace.tags.get(LOCATION_TAG).map_or("", String::as_str))?;
    let path = attachment.map_or_else(|| SPANS_FILE.to_owned(), |path| format!("attachments/{path}"));
    let file = artifacts::find_file(tracking, call.team, &FileTree::new(root), &path).await?;
    Ok(artifacts::answer_file(tracking, &file, headers).await?)
}
