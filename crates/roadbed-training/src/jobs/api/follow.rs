//! Logs.

use super::submit::job_id;
use crate::jobs::operations::Jobs;
use crate::permissions::JOB_READ;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
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
/// Bytes of the whole log when the answer began.
const LOG_BYTES: HeaderName = HeaderName::from_static("x-roadbed-log-bytes");
/// `true` when the whole log has that many bytes for ever.
const LOG_COMPLETE: HeaderName = HeaderName::from_static("x-roadbed-log-complete");
const PIECE_MAX_BYTES: usize = 4 << 20;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LogQuery {
    /// First byte wanted, counted over all attempts; 0 when absent. Below 0: so many bytes before the end as it is now.
    #[serde(default)]
    pub offset: i64,
    /// Bytes at most; 4 MiB when absent, which is also the most. Not with `follow`.
    pub limit: Option<usize>,
    /// Only whole lines: begins behind the first line end when `offset` is below 0, and ends with a line unless the log does.
    #[serde(default)]
    pub lines: bool,
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
    let limit = limit(&query)?;
    let (length, is_complete) = jobs.log_length(job.id).await?;
    let from_end = length.saturating_sub(query.offset.unsigned_abs());
    let mut offset = u64::try_from(query.offset).unwrap_or(from_end);
    if query.lines && query.offset < 0 {
        offset = line_start(&jobs, job.id, offset).await?;
    }
    let mut headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (LOG_BYTES, HeaderValue::from(length)),
        (LOG_COMPLETE, truth(is_complete)),
        (LOG_OFFSET, HeaderValue::from(offset)),
    ]);
    if query.follow {
        let body = Body::from_stream(jobs.follow_log(job.id, offset));
        return Ok((headers, body).into_response());
    }
    let (mut bytes, end) = read_piece(&jobs, job.id, offset, limit).await?;
    let mut is_end = end;
    if query.lines && !(end && is_complete) {
        // A line longer than the limit is given in pieces: somebody who waits for its end would wait for ever.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        if whole > 0 || bytes.len() < limit {
            is_end = end && whole == bytes.len();
            bytes.truncate(whole);
        }
    }
    headers.insert(LOG_NEXT, HeaderValue::from(offset + bytes.len() as u64));
    headers.insert(LOG_END, truth(is_end));
    Ok((headers, bytes).into_response())
}

fn truth(is_so: bool) -> HeaderValue {
    HeaderValue::from_static(if is_so { "true" } else { "false" })
}

fn limit(query: &LogQuery) -> Result<usize, Problem> {
    match query.limit {
        None => Ok(PIECE_MAX_BYTES),
        Some(_) if query.follow => {
            let detail = "follow gives everything until the end: leave limit out";
            Err(Problem::bad_request("request.query", detail).with_field("limit"))
        }
        Some(limit @ 1..=PIECE_MAX_BYTES) => Ok(limit),
        Some(limit) => {
            let detail = format!("limit is {limit}; write 1 to {PIECE_MAX_BYTES}");
            Err(Problem::bad_request("request.query", detail).with_field("limit"))
        }
    }
}

/// The next place at or after `offset` where a line begins; `offset` itself when none does within one piece.
async fn line_start(jobs: &Jobs, id: JobId, offset: u64) -> Result<u64, Problem> {
    let Some(before) = offset.checked_sub(1) else { return Ok(0) };
    let (bytes, _) = read_piece(jobs, id, before, PIECE_MAX_BYTES).await?;
    let end = bytes.iter().position(|byte| *byte == b'\n');
    Ok(end.map_or(offset, |end| before + end as u64 + 1))
}

/// What is there now, over the attempts, up to the limit; and whether nothing will follow.
async fn read_piece(jobs: &Jobs, id: JobId, offset: u64, limit: usize) -> Result<(Vec<u8>, bool), Problem> {
    let mut bytes = Vec::new();
    loop {
        let left = limit - bytes.len();
        let piece = jobs.read_log(id, offset + bytes.len() as u64, left).await?;
        bytes.extend_from_slice(&piece.bytes);
        if piece.bytes.is_empty() || bytes.len() == limit {
            return Ok((bytes, piece.end));
        }
    }
}
