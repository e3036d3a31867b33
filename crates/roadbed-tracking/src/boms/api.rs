//! Route of bills of materials.

use super::document::Bom;
use super::gather;
use crate::mlflow::{Call, Tracking};
use crate::models::MODEL_READ;
use crate::signatures::FileHashes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::extract::PathOf;
use roadbed_capability::{Caller, Capability, Problem, Routes, get};

/// Media type of CycloneDX as JSON, registered at IANA.
const MEDIA_TYPE: &str = "application/vnd.cyclonedx+json; version=1.6";

#[derive(Clone)]
struct Desk {
    tracking: Tracking,
    hashes: FileHashes,
}

#[must_use]
pub fn capability(tracking: Tracking, hashes: FileHashes) -> Capability {
    let routes = Routes::new(Desk { tracking, hashes }).add(
        get("/api/v1/models/{model}/versions/{version}/bom", show)
            .summary("Show what a model version is made of, as a CycloneDX 1.6 bill of materials")
            .answers::<Bom>(StatusCode::OK)
            .allow(MODEL_READ),
    );
    Capability::new("boms").routes(routes)
}

async fn show(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number)): PathOf<(String, String)>,
) -> Result<Response, Problem> {
    let call = Call::of(&desk.tracking, caller, &headers, MODEL_READ).await?;
    let bom = gather::bom(&desk.tracking, &desk.hashes, &call, (&name, &number)).await?;
    let text = serde_json::to_string_pretty(&bom).map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))], text + "\n").into_response())
}
