//! Routes of signatures of versions.

use super::bundle::MEDIA_TYPE;
use super::files::FileHashes;
use super::keys_api;
use super::model::{Frozen, OfModels, SIGNATURE_GIVE, SIGNATURE_READ, SignatureError};
use super::operations::{self, Shown};
use super::stand::Desk;
use crate::mlflow::{Call, Tracking, rfc3339};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::extract::{DryRun, PathOf, Query};
use roadbed_capability::{Caller, Capability, Problem, Routes, get, post};
use serde::{Deserialize, Serialize};

/// Signatures, with `of` to look versions up by.
#[must_use]
pub fn capability(tracking: Tracking, of: OfModels, hashes: FileHashes) -> Capability {
    let routes = keys_api::add(Routes::new(Desk { tracking, of, hashes }))
        .add(
            get("/api/v1/models/{model}/versions/{version}/signature", show)
                .summary("Show who signed a model version, and whether the signature fits its files")
                .query::<VersionSignatureQuery>()
                .answers::<SignatureItem>(StatusCode::OK)
                .allow(SIGNATURE_READ),
        )
        .add(
            post("/api/v1/models/{model}/versions/{version}/signature", sign)
                .summary("Sign the files of a model version with the team's key")
                .answers::<SignatureItem>(StatusCode::CREATED)
                .allow(SIGNATURE_GIVE),
        )
        .add(
            get("/api/v1/models/{model}/versions/{version}/signature/bundle", bundle)
                .summary("Get the signature of a model version as model.sig, which the model-signing tool checks")
                .answers_other(StatusCode::OK)
                .allow(SIGNATURE_READ),
        );
    Capability::new("signatures").routes(routes)
}

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct VersionSignatureQuery {
    /// Read every byte of the files, instead of comparing the digests they were stored under.
    #[serde(default)]
    read: bool,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct SignatureItem {
    model: String,
    version: i64,
    /// Was it made with the key it names, over exactly the files the version has?
    fits: bool,
    /// Why it does not fit, in sentences.
    faults: Vec<String>,
    /// Were all bytes read for this answer?
    was_read: bool,
    /// How many files are signed.
    files: usize,
    /// Files that verifiers never look at (`.git…`), and that are in no signature.
    unsigned: Vec<String>,
    /// Id of the key.
    key: String,
    key_name: String,
    /// `current` or `retired`.
    key_state: &'static str,
    signed_by: String,
    /// RFC 3339.
    signed_at: String,
}

impl SignatureItem {
    fn new(frozen: Frozen, shown: Shown) -> Self {
        Self {
            model: frozen.name,
            version: frozen.version,
            fits: shown.checked.fits(),
            faults: shown.checked.faults,
            was_read: shown.checked.was_read,
            files: shown.checked.files,
            unsigned: shown.checked.unsigned,
            key: shown.key,
            key_name: shown.key_name,
            key_state: if shown.key_is_current { "current" } else { "retired" },
            signed_by: shown.signed_by,
            signed_at: rfc3339(shown.signed_ms),
        }
    }
}

async fn show(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number)): PathOf<(String, String)>,
    Query(query): Query<VersionSignatureQuery>,
) -> Result<Json<SignatureItem>, Problem> {
    let call = Call::of(&desk.tracking, caller, &headers, SIGNATURE_READ).await?;
    let frozen = operations::frozen(&desk, &call, &name, &number).await?;
    let found = operations::find((&desk.tracking, &desk.hashes), call.team, &frozen, query.read).await?;
    let unsigned = || SignatureError::Unsigned { name: frozen.name.clone(), version: frozen.version };
    let shown = found.ok_or_else(unsigned)?;
    Ok(Json(SignatureItem::new(frozen, shown)))
}

async fn sign(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf((name, number)): PathOf<(String, String)>,
) -> Result<(StatusCode, Json<SignatureItem>), Problem> {
    let call = Call::of(&desk.tracking, caller, &headers, SIGNATURE_GIVE).await?.rehearsing(dry_run);
    let frozen = operations::frozen(&desk, &call, &name, &number).await?;
    let shown = operations::sign(&desk, &call, &frozen).await?;
    Ok((StatusCode::CREATED, Json(SignatureItem::new(frozen, shown))))
}

async fn bundle(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number)): PathOf<(String, String)>,
) -> Result<Response, Problem> {
    let call = Call::of(&desk.tracking, caller, &headers, SIGNATURE_READ).await?;
    let frozen = operations::frozen(&desk, &call, &name, &number).await?;
    let bundle = operations::bundle_of(&desk, &call, &frozen).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"model.sig\"")),
    ];
    Ok((headers, bundle).into_response())
}
