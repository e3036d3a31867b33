//! Routes of signing keys. The private half is in no answer.

use super::keys;
use super::model::{SIGNATURE_GOVERN, SIGNATURE_READ, SigningKey};
use super::stand::Desk;
use crate::mlflow::{Call, rfc3339};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::extract::{Body, DryRun, PathOf};
use roadbed_capability::{Caller, Problem, Routes, get, post};
use serde::{Deserialize, Serialize};

pub(super) fn add(routes: Routes<Desk>) -> Routes<Desk> {
    routes
        .add(
            get("/api/v1/signing-keys", list)
                .summary("List the signing keys of the team, newest first")
                .answers::<SigningKeyList>(StatusCode::OK)
                .allow(SIGNATURE_READ),
        )
        .add(
            post("/api/v1/signing-keys", make)
                .summary("Make a new signing key, which retires the one before it")
                .body::<NewSigningKey>()
                .answers::<SigningKeyItem>(StatusCode::CREATED)
                .allow(SIGNATURE_GOVERN),
        )
        .add(
            get("/api/v1/signing-keys/{key}", show)
                .summary("Show a signing key by its id, or the current one")
                .answers::<SigningKeyItem>(StatusCode::OK)
                .allow(SIGNATURE_READ),
        )
        .add(
            get("/api/v1/signing-keys/{key}/pem", pem)
                .summary("Get the public half of a signing key in PEM, by its id or as current")
                .answers_other(StatusCode::OK)
                .allow(SIGNATURE_READ),
        )
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewSigningKey {
    /// For people, such as the year.
    name: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct SigningKeyItem {
    /// SHA-256 of the public half in PEM, in hex: what signatures name.
    id: String,
    name: String,
    /// `current` or `retired`.
    state: &'static str,
    /// PEM of a SubjectPublicKeyInfo on P-256.
    public_key: String,
    created_by: String,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    retired_at: Option<String>,
}

impl From<SigningKey> for SigningKeyItem {
    fn from(key: SigningKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            state: if key.retired_ms.is_none() { "current" } else { "retired" },
            public_key: key.public_key,
            created_by: key.created_by,
            created_at: rfc3339(key.created_ms),
            retired_at: key.retired_ms.map(rfc3339),
        }
    }
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct SigningKeyList {
    items: Vec<SigningKeyItem>,
}

async fn list(State(desk): State<Desk>, caller: Caller, headers: HeaderMap) -> Result<Json<SigningKeyList>, Problem> {
    let call = Call::of(&desk.tracking, caller, &headers, SIGNATURE_READ).await?;
    let found = keys::list(&desk.tracking, &call).await?;
    Ok(Json(SigningKeyList { items: found.into_iter().map(SigningKeyItem::from).collect() }))
}

async fn make(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    Body(new): Body<NewSigningKey>,
) -> Result<(StatusCode, Json<SigningKeyItem>), Problem> {
    let call = Call::of(&desk.tracking, caller, &headers, SIGNATURE_GOVERN).await?.rehearsing(dry_run);
    let made = keys::rotate(&desk.tracking, &call, &new.name).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

async fn show(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(wanted): PathOf<String>,
) -> Result<Json<SigningKeyItem>, Problem> {
    let call = Call::of(&desk.tracking, caller, &headers, SIGNATURE_READ).await?;
    Ok(Json(keys::find(&desk.tracking, &call, &wanted).await?.into()))
}

async fn pem(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(wanted): PathOf<String>,
) -> Result<Response, Problem> {
    let call = Call::of(&desk.tracking, caller, &headers, SIGNATURE_READ).await?;
    let key = keys::find(&desk.tracking, &call, &wanted).await?;
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/x-pem-file"))];
    Ok((kind, key.public_key).into_response())
}
