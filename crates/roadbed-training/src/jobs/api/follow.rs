//! Logs.

use super::submit::job_id;
use crate::jobs::operations::Jobs;
use crate::permissions::JOB_READ;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::extract::{PathOf, Query};
use roadbed_capability::{Caller, Problem};
use roadbed_core::JobId;
use schemars::JsonSchema;
use serde::Deserialize;

/// Offset of the first byte of the answer.
const LOG_OFFSET: HeaderName = HeaderName::from_static("x-roadbed-log-offset");
/// Where to read on. Not with `follow`: add what was received to the first offset.
const LOG_NEXT: HeaderName = HeaderName::from_static("x-roadbed-log-next");
/// `true` when nothing will follow. Not with `follow`: the end of the answer is the end of the log.
const LOG_END: HeaderName = HeaderName::from_static("x-roadbed-log-end");
const PIECE_MAX_BYTES: usize = 4 << 20;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LogQuery {
    /// First byte wanted, counted over all attempts; 0 when absent.
    #[serde(default)]
    pub offset: u64,
    /// Stay until the job has ended.
    #[serde(default)]
    pub follow: bool,
}

pub(super) async fn logs(
    State(jobs): State<Jobs>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    Query(query): Query<LogQuery>,
) -> Result<Response, Problem> {
    let (job, _) = jobs.find(&caller, JOB_READ, job_id(&id)?).await?;
    let plain = (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    let offset = (LOG_OFFSET, HeaderValue::from(query.offset));
    if query.follow {
        let body = Body::from_stream(jobs.follow_log(job.id, query.offset));
        return Ok(([plain, offset], body).into_response());
    }
    let (bytes, end) = read_piece(&jobs, job.id, query.offset).await?;
    let next = query.offset + bytes.len() as u64;
    let end = HeaderValue::from_static(if end { "true" } else { "false" });
    Ok(([plain, offset, (LOG_NEXT, HeaderValue::from(next)), (LOG_END, end)], bytes).into_response())
}

/// What is there now, over the attempts, up to the largest answer; and whether nothing will follow.
async fn read_piece(jobs: &Jobs, id: JobId, offset: u64) -> Result<(Vec<u8>, bool), Problem> {
    let mut bytes = Vec::new();
    loop {
        let left = PIECE_MAX_BYTES - bytes.len();
        let piece = jobs.read_log(id, offset + bytes.len() as u64, left).await?;
        bytes.extend_from_slice(&piece.bytes);
        if piece.bytes.is_empty() || bytes.len() == PIECE_MAX_BYTES {
            return Ok((bytes, piece.end));
        }
    }
}
