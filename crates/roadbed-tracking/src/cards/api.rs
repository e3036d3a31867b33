//! Route of cards.

use super::card::Card;
use super::{gather, markdown};
use crate::mlflow::{Call, Tracking};
use crate::models::MODEL_READ;
use crate::signatures::FileHashes;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::extract::PathOf;
use roadbed_capability::{Caller, Capability, Problem, Routes, get};

#[derive(Clone)]
struct Desk {
    tracking: Tracking,
    hashes: FileHashes,
}

#[must_use]
pub fn capability(tracking: Tracking, hashes: FileHashes) -> Capability {
    let routes = Routes::new(Desk { tracking, hashes }).add(
        get("/api/v1/models/{model}/versions/{version}/card", show)
            .summary("Show a model version's card, in Markdown, or in JSON for those who accept only that")
            .answers::<Card>(StatusCode::OK)
            .allow(MODEL_READ),
    );
    Capability::new("cards").routes(routes)
}

/// Markdown unless JSON is asked for and Markdown is not.
fn wants_json(headers: &HeaderMap) -> bool {
    let asked = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let asked: String = asked.collect::<Vec<_>>().join(",").to_lowercase();
    asked.contains("application/json") && !asked.contains("text/markdown")
}

async fn show(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number)): PathOf<(String, String)>,
) -> Result<Response, Problem> {
    let call = Call::of(&desk.tracking, caller, &headers, MODEL_READ).await?;
    let card = gather::card(&desk.tracking, &desk.hashes, &call, (&name, &number)).await?;
    let varies = [(header::VARY, HeaderValue::from_static("accept"))];
    if wants_json(&headers) {
        return Ok((varies, Json(card)).into_response());
    }
    // A browser that is led here shows it as text, whatever stands in it.
    let kind = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/markdown; charset=utf-8")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((varies, kind, markdown::page(&card)).into_response())
}
