//! Routes and wire types.

use super::model::{Arrived, TRANSFER_WRITE, parse};
use super::{operations, store};
use crate::artifacts::{self, ArtifactPath};
use crate::mlflow::{Call, MlflowError, Tracking};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{DryRun, Query, RawBody};
use roadbed_capability::{Caller, Capability, Problem, Routes, get, post};
use roadbed_contracts::transfer::WholeLine;
use roadbed_store::Reader;
use serde::{Deserialize, Serialize};

/// Largest body of lines.
const BODY_LIMIT_BYTES: usize = 16 << 20;
/// Items of a page.
const PAGE: usize = 10_000;

/// Moving tracking data in.
#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let routes = Routes::new(tracking)
        .add(
            post("/api/v1/transfer/lines", bring_in)
                .summary("Bring tracking data in with its ids, as JSON lines")
                .body_limit(BODY_LIMIT_BYTES)
                .answers::<Arrived>(StatusCode::OK)
                .allow(TRANSFER_WRITE),
        )
        .add(
            get("/api/v1/transfer/whole", list_whole)
                .summary("List the runs and logged models that have arrived whole")
                .query::<WholeQuery>()
                .answers::<WholeList>(StatusCode::OK)
                .allow(TRANSFER_WRITE),
        )
        .add(
            get("/api/v1/transfer/files", list_files)
                .summary("List the files below a folder of artifacts with their digests")
                .query::<FilesQuery>()
                .answers::<DigestList>(StatusCode::OK)
                .allow(TRANSFER_WRITE),
        );
    Capability::new("transfer").routes(routes)
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct WholeQuery {
    cursor: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct WholeItem {
    /// Such as `run/<id>`.
    item: String,
    mark: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct WholeList {
    items: Vec<WholeItem>,
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct FilesQuery {
    /// Such as `0/<run>/artifacts`.
    folder: String,
    cursor: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct DigestItem {
    /// Below the folder.
    path: String,
    bytes: u64,
    /// BLAKE3, in hex.
    digest: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct DigestList {
    items: Vec<DigestItem>,
    next_cursor: Option<String>,
}

async fn bring_in(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    RawBody(body): RawBody,
) -> Result<Json<Arrived>, Problem> {
    let call = Call::of(&tracking, caller, &headers, TRANSFER_WRITE).await?.rehearsing(dry_run);
    let lines = parse(&body)?;
    Ok(Json(operations::bring_in(&tracking, &call, lines).await?))
}

async fn list_whole(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<WholeQuery>,
) -> Result<Json<WholeList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, TRANSFER_WRITE).await?;
    let (team, after) = (call.team, query.cursor.unwrap_or_default());
    let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(store::whole(r, team, &after, PAGE)?);
    let found = tracking.context.store.read_records(read).await?;
    let next_cursor = found.get(PAGE - 1).map(|last| last.item.clone());
    let items = found.into_iter().map(|WholeLine { item, mark }| WholeItem { item, mark }).collect();
    Ok(Json(WholeList { items, next_cursor }))
}

async fn list_files(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<FilesQuery>,
) -> Result<Json<DigestList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, TRANSFER_WRITE).await?;
    let folder = ArtifactPath::parse(&query.folder).map_err(|error| Problem::from(error).with_field("folder"))?;
    let (team, after) = (call.team, query.cursor);
    let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(artifacts::files_below(r, team, &folder)?);
    let mut found = tracking.context.store.read(read).await?;
    found.retain(|file| after.as_ref().is_none_or(|after| file.path > *after));
    let is_more = found.len() > PAGE;
    found.truncate(PAGE);
    let next_cursor = found.last().filter(|_| is_more).map(|last| last.path.clone());
    let item = |file: artifacts::StoredFile| DigestItem {
        path: file.path,
        bytes: file.bytes,
        digest: file.digest.to_string(),
    };
    Ok(Json(DigestList { items: found.into_iter().map(item).collect(), next_cursor }))
}
