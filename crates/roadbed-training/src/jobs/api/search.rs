//! Finding text in a log.

use super::submit::job_id;
use crate::jobs::log::search::{Needle, Search};
use crate::jobs::operations::Jobs;
use crate::permissions::JOB_READ;
use axum::Json;
use axum::extract::State;
use roadbed_capability::extract::{PathOf, Query};
use roadbed_capability::{Caller, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const LIMIT: u32 = 1000;
const QUERY_LIMIT_BYTES: usize = 1000;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchQuery {
    /// Text to find, 1 to 1,000 bytes; upper and lower case letters of ASCII are the same.
    q: String,
    /// Only lines that begin before this byte; the end of the log when absent.
    before: Option<u64>,
    /// 1 to 1000; 100 when absent.
    limit: Option<u32>,
}

/// Lines that hold a text: the last ones before a place, in the order of the log.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SearchView {
    items: Vec<LogLineView>,
    /// Matching lines before the place, all of them.
    total: u64,
    /// Pass it as `before` to find earlier ones; absent when there are none.
    next_before: Option<u64>,
    /// Bytes looked at, from the beginning.
    scanned_bytes: u64,
    /// The whole log before the place was looked at; a log longer than 256 MiB is looked at in its first part only.
    complete: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LogLineView {
    /// From 1.
    line: u64,
    /// Of its first byte in the log.
    offset: u64,
    /// Without its end; the first 4,000 bytes of a long line.
    text: String,
}

pub(super) async fn search(
    State(jobs): State<Jobs>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchView>, Problem> {
    let (job, _) = jobs.find(&caller, JOB_READ, job_id(&id)?).await?;
    let bad = |detail: String, field: &str| Problem::bad_request("request.query", detail).with_field(field);
    if query.q.is_empty() || query.q.len() > QUERY_LIMIT_BYTES {
        return Err(bad(format!("q is a text of 1 to {QUERY_LIMIT_BYTES} bytes"), "q"));
    }
    let limit = query.limit.unwrap_or(100);
    if !(1..=LIMIT).contains(&limit) {
        return Err(bad(format!("limit is {limit}; write 1 to {LIMIT}"), "limit"));
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let search = Search::new(Needle::new(&query.q), query.before.unwrap_or(u64::MAX), limit);
    let found = jobs.search_log(job.id, search).await?;
    let next_before = found.lines.front().map(|line| line.offset).filter(|_| found.total > found.lines.len() as u64);
    Ok(Json(SearchView {
        total: found.total,
        next_before,
        scanned_bytes: found.scanned_bytes,
        complete: found.is_complete,
        items: found
            .lines
            .into_iter()
            .map(|line| LogLineView { line: line.number, offset: line.offset, text: line.text })
            .collect(),
    }))
}
