use crate::caller::{Caller, Identity};
use crate::capability::Capability;
use crate::context::Context;
use crate::extract::PathOf;
use crate::permission::{Grantee, Permission};
use crate::problem::Problem;
use crate::route::{Routes, get};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use roadbed_core::Digest;
use roadbed_store::StoreError;

pub const BLOB_FETCH: Permission = Permission::new("blob:fetch", Grantee::Machine);

/// `GET /internal/v1/blobs/{digest}`: gateways get what revisions hold, workloads what their job holds.
#[must_use]
pub fn blobs_capability(context: &Context) -> Capability {
    let routes =
        Routes::new(context.clone()).add(get("/internal/v1/blobs/{digest}", blob).undocumented().allow(BLOB_FETCH));
    Capability::new("blobs").routes(routes)
}

async fn blob(
    State(context): State<Context>,
    caller: Caller,
    PathOf(digest): PathOf<String>,
) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("blobs.unknown", "there is no such blob for this caller");
    let digest: Digest = digest.parse().map_err(|_| unknown())?;
    if !may_fetch(&context, &caller, digest).await? {
        return Err(unknown());
    }
    let blob = context.blobs.get(&digest).await.map_err(|error| Problem::internal(&error))?;
    let blob = blob.ok_or_else(unknown)?;
    let headers = [
        (header::CONTENT_LENGTH, HeaderValue::from(blob.bytes())),
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
    ];
    Ok((headers, Body::from_stream(blob)).into_response())
}

/// A digest alone opens nothing: the caller's own object must hold the blob.
async fn may_fetch(context: &Context, caller: &Caller, digest: Digest) -> Result<bool, StoreError> {
    match &caller.principal().identity {
        Identity::Gateway(_) => context.store.is_held(digest, "revision", None).await,
        Identity::Workload { job: Some(job), .. } => context.store.is_held(digest, "job", Some(job.to_string())).await,
        _ => Ok(false),
    }
}
