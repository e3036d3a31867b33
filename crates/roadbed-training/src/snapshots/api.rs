use super::operations::Snapshots;
use crate::permissions::{JOB_READ, JOB_SUBMIT};
use crate::project_of_call::ProjectOfCall;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{PathOf, Query};
use roadbed_capability::{Caller, Capability, Problem, Routes, get, put};
use roadbed_contracts::workload::CodeSnapshot;
use roadbed_core::Digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stored code snapshot.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SnapshotView {
    /// BLAKE3 of the packed bytes, 64 hex digits.
    pub digest: String,
    pub bytes: u64,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UploadQuery {
    /// The token's home project, else `default`, when absent.
    pub project: Option<String>,
    /// Settles which project when several teams have one of that name.
    pub team: Option<String>,
    /// Check only.
    pub dry_run: Option<bool>,
}

impl From<CodeSnapshot> for SnapshotView {
    fn from(snapshot: CodeSnapshot) -> Self {
        Self { digest: snapshot.digest.to_string(), bytes: snapshot.bytes }
    }
}

#[must_use]
pub fn capability(snapshots: &Snapshots) -> Capability {
    let routes = Routes::new(snapshots.clone())
        .add(
            put("/api/v1/snapshots", upload)
                .summary("Upload a code snapshot (a zstd-compressed tar) and get its digest")
                .query::<UploadQuery>()
                .answers::<SnapshotView>(StatusCode::OK)
                .allow(JOB_SUBMIT),
        )
        .add(
            get("/api/v1/snapshots/{digest}", show)
                .summary("Ask whether a code snapshot is stored, to spare its upload")
                .answers::<SnapshotView>(StatusCode::OK)
                .allow(JOB_READ),
        );
    Capability::new("snapshots").routes(routes)
}

async fn upload(
    State(snapshots): State<Snapshots>,
    caller: Caller,
    Query(query): Query<UploadQuery>,
    body: Body,
) -> Result<Json<SnapshotView>, Problem> {
    let call = ProjectOfCall { project: query.project.as_deref(), team: query.team.as_deref() };
    let content = body.into_data_stream();
    Ok(Json(snapshots.upload(&caller, call, content, query.dry_run.unwrap_or(false)).await?.into()))
}

async fn show(
    State(snapshots): State<Snapshots>,
    caller: Caller,
    PathOf(digest): PathOf<String>,
) -> Result<Json<SnapshotView>, Problem> {
    let digest: Digest = digest.parse().map_err(|error: roadbed_core::digest::InvalidDigest| {
        Problem::not_found("snapshots.unknown", error.to_string())
    })?;
    Ok(Json(snapshots.known(&caller, digest).await?.into()))
}
