//! Files a job left.

use super::submit::job_id;
use crate::jobs::model::{AttemptPhase, JobsError};
use crate::jobs::operations::Jobs;
use crate::permissions::JOB_READ;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use roadbed_capability::extract::PathOf;
use roadbed_capability::{Caller, Problem};
use roadbed_compute::EngineError;
use roadbed_core::{JobId, WorkloadId};
use schemars::JsonSchema;
use serde::Serialize;

const PIECE_BYTES: usize = 1 << 20;

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OutputView {
    /// Relative to the working folder.
    pub path: String,
    pub bytes: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OutputList {
    pub items: Vec<OutputView>,
}

/// The last attempt that ended; `None` when none did.
async fn source(jobs: &Jobs, caller: &Caller, id: JobId) -> Result<Option<WorkloadId>, Problem> {
    let (_, attempts) = jobs.find(caller, JOB_READ, id).await?;
    let ended = attempts.iter().rev().find(|attempt| attempt.phase == AttemptPhase::Ended);
    Ok(ended.map(|attempt| attempt.workload))
}

pub(super) async fn list(
    State(jobs): State<Jobs>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<OutputList>, Problem> {
    let Some(workload) = source(&jobs, &caller, job_id(&id)?).await? else {
        return Ok(Json(OutputList { items: Vec::new() }));
    };
    let outputs = match jobs.inner.engine.outputs(workload).await {
        Ok(outputs) => outputs,
        Err(EngineError::Unknown(_)) => Vec::new(),
        Err(error) => return Err(Problem::internal(&error)),
    };
    let items = outputs.into_iter().map(|output| OutputView { path: output.path, bytes: output.bytes }).collect();
    Ok(Json(OutputList { items }))
}

pub(super) async fn download(
    State(jobs): State<Jobs>,
    caller: Caller,
    PathOf((id, path)): PathOf<(String, String)>,
) -> Result<Response, Problem> {
    let job = job_id(&id)?;
    let unknown = |path: &str| JobsError::UnknownOutput { job, path: path.to_owned() };
    let Some(workload) = source(&jobs, &caller, job).await? else { return Err(unknown(&path).into()) };
    // The first piece is read before the status is sent, so that a missing file is a problem and not a broken transfer.
    let first = match jobs.inner.engine.read_output(workload, &path, 0, PIECE_BYTES).await {
        Ok(first) => first,
        Err(EngineError::NoSuchOutput { .. } | EngineError::Unknown(_)) => return Err(unknown(&path).into()),
        Err(error) => return Err(Problem::internal(&error)),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        // Written by user code: no browser shall run it under our name.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
    ];
    let reading = Reading { jobs, workload, path, ready: Some((first.bytes, first.end)), offset: 0 };
    let pieces = futures_util::stream::try_unfold(reading, |mut reading| async move {
        let Some((bytes, end)) = reading.ready.take() else { return Ok(None) };
        reading.offset += bytes.len() as u64;
        if !end {
            let engine = &reading.jobs.inner.engine;
            let piece = engine.read_output(reading.workload, &reading.path, reading.offset, PIECE_BYTES).await;
            let piece = piece.map_err(std::io::Error::other)?;
            reading.ready = Some((piece.bytes, piece.end));
        }
        Ok::<_, std::io::Error>(Some((Bytes::from(bytes), reading)))
    });
    Ok((headers, Body::from_stream(pieces)).into_response())
}

struct Reading {
    jobs: Jobs,
    workload: WorkloadId,
    path: String,
    ready: Option<(Vec<u8>, bool)>,
    offset: u64,
}
