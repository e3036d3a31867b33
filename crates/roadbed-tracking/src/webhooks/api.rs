//! Routes of webhooks on `/api/v1`.

use super::controller::Deliverer;
use super::deliveries_api;
use super::kinds;
use super::mlflow_api;
use super::model::{WEBHOOK_READ, WEBHOOK_WRITE, Webhook};
use super::operations::{Change, NewWebhook, Webhooks};
use super::reactor::Outbox;
use super::sender::{Outcome, Sender};
use crate::mlflow::{Call, MlflowError, Tracking, rfc3339};
use crate::settings::TrackingSettings;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use roadbed_capability::extract::{Body, DryRun, IfMatch, PathOf};
use roadbed_capability::{Caller, Capability, Problem, Routes, delete, get, patch, post};
use roadbed_core::Secret;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[must_use]
pub fn capability(tracking: Tracking, settings: TrackingSettings) -> Capability {
    let webhooks = Webhooks { tracking: tracking.clone(), sender: Sender::new(settings.private_webhooks) };
    let routes = Routes::new(webhooks.clone())
        .add(
            get("/api/v1/webhooks", list)
                .summary("List the webhooks of the team")
                .answers::<WebhookList>(StatusCode::OK)
                .allow(WEBHOOK_READ),
        )
        .add(
            post("/api/v1/webhooks", create)
                .summary("Have an address told of events of the registry")
                .body::<WebhookBody>()
                .answers::<WebhookItem>(StatusCode::CREATED)
                .allow(WEBHOOK_WRITE),
        )
        .add(
            get("/api/v1/webhooks/{webhook}", show)
                .summary("Show a webhook and how its deliveries go")
                .answers::<WebhookItem>(StatusCode::OK)
                .allow(WEBHOOK_READ),
        )
        .add(
            patch("/api/v1/webhooks/{webhook}", change)
                .summary("Change a webhook")
                .body::<WebhookChange>()
                .answers::<WebhookItem>(StatusCode::OK)
                .allow(WEBHOOK_WRITE),
        )
        .add(
            delete("/api/v1/webhooks/{webhook}", remove)
                .summary("Delete a webhook with its deliveries")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(WEBHOOK_WRITE),
        )
        .add(
            post("/api/v1/webhooks/{webhook}/test", test)
                .summary("Send an example to a webhook, once and at once")
                .body::<WebhookTest>()
                .answers::<WebhookTestResult>(StatusCode::OK)
                .allow(WEBHOOK_WRITE),
        );
    Capability::new("webhooks")
        .routes(deliveries_api::add(routes))
        .routes(mlflow_api::routes(tracking, webhooks.clone()))
        .reactor(Arc::new(Outbox { webhooks: webhooks.clone() }))
        .controller(Arc::new(Deliverer { webhooks }))
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookBody {
    /// 1 to 63 letters, digits, hyphens, underscores and periods.
    name: String,
    /// `https://…`; addresses of private networks need `ROADBED_PRIVATE_WEBHOOKS=1` on the server.
    url: String,
    /// Such as `model_version.created` or `model_alias.moved`.
    events: Vec<String>,
    /// Deliveries are signed with it; it is never shown again.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    secret: Option<Secret>,
    #[serde(default)]
    description: String,
    /// Switched off, it is told of nothing; on when absent.
    #[serde(default)]
    enabled: Option<bool>,
}

/// What is absent stays as it is.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookChange {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    events: Option<Vec<String>>,
    /// Empty: deliveries are signed no more.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    secret: Option<Secret>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    enabled: Option<bool>,
}

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookTest {
    /// The event an example of is sent; the first of the webhook's when absent.
    #[serde(default)]
    event: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct WebhookItem {
    id: String,
    name: String,
    description: String,
    url: String,
    events: Vec<String>,
    /// It has a secret, with which deliveries are signed.
    signed: bool,
    enabled: bool,
    /// `unused`, `healthy` or `failing`.
    health: &'static str,
    /// RFC 3339; since when every attempt has failed.
    failing_since: Option<String>,
    failures_in_a_row: i64,
    last_error: Option<String>,
    /// RFC 3339; the last delivery that arrived.
    delivered_at: Option<String>,
    /// Send it in If-Match to change exactly what you saw.
    version: String,
    created_by: String,
    /// RFC 3339.
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct WebhookList {
    items: Vec<WebhookItem>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct WebhookTestResult {
    delivered: bool,
    /// HTTP status of the answer.
    status: Option<u16>,
    /// Beginning of the answer.
    answer: String,
    error: Option<String>,
}

impl From<Webhook> for WebhookItem {
    fn from(webhook: Webhook) -> Self {
        Self {
            health: webhook.health.word(),
            id: webhook.id,
            name: webhook.name,
            description: webhook.description,
            url: webhook.url,
            events: webhook.kinds.iter().map(|kind| kind.name.to_owned()).collect(),
            signed: webhook.secret.is_some(),
            enabled: webhook.enabled,
            failing_since: webhook.health.failing_since_ms.map(rfc3339),
            failures_in_a_row: webhook.health.failures,
            last_error: webhook.health.last_error,
            delivered_at: webhook.health.delivered_ms.map(rfc3339),
            version: webhook.version.to_string(),
            created_by: webhook.created_by,
            created_at: rfc3339(webhook.created_ms),
            updated_at: rfc3339(webhook.updated_ms),
        }
    }
}

impl From<Outcome> for WebhookTestResult {
    fn from(Outcome { status, answer, error, .. }: Outcome) -> Self {
        Self { delivered: error.is_none(), status, answer, error }
    }
}

/// The webhook with its version as entity tag.
fn tagged(webhook: Webhook) -> (HeaderMap, Json<WebhookItem>) {
    let mut headers = HeaderMap::new();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", webhook.version)) {
        headers.insert(header::ETAG, tag);
    }
    (headers, Json(webhook.into()))
}

async fn list(
    State(webhooks): State<Webhooks>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<WebhookList>, Problem> {
    let call = Call::of(&webhooks.tracking, caller, &headers, WEBHOOK_READ).await?;
    let found = webhooks.all(call.team).await?;
    Ok(Json(WebhookList { items: found.into_iter().map(WebhookItem::from).collect() }))
}

async fn create(
    State(webhooks): State<Webhooks>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    Body(body): Body<WebhookBody>,
) -> Result<(StatusCode, HeaderMap, Json<WebhookItem>), Problem> {
    let call = Call::of(&webhooks.tracking, caller, &headers, WEBHOOK_WRITE).await?.rehearsing(dry_run);
    let WebhookBody { name, url, events, secret, description, enabled } = body;
    let new = NewWebhook { name, description, url, events, secret, enabled: enabled.unwrap_or(true) };
    let (headers, item) = tagged(webhooks.create(&call, new).await?);
    Ok((StatusCode::CREATED, headers, item))
}

async fn show(
    State(webhooks): State<Webhooks>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(wanted): PathOf<String>,
) -> Result<(HeaderMap, Json<WebhookItem>), Problem> {
    let call = Call::of(&webhooks.tracking, caller, &headers, WEBHOOK_READ).await?;
    Ok(tagged(webhooks.get(call.team, &wanted).await?))
}

async fn change(
    State(webhooks): State<Webhooks>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    seen: IfMatch,
    PathOf(wanted): PathOf<String>,
    Body(body): Body<WebhookChange>,
) -> Result<(HeaderMap, Json<WebhookItem>), Problem> {
    let call = Call::of(&webhooks.tracking, caller, &headers, WEBHOOK_WRITE).await?.rehearsing(dry_run);
    let kinds = body.events.as_deref().map(kinds::parse_all).transpose().map_err(MlflowError::from)?;
    let secret = body.secret.map(|secret| Some(secret).filter(|secret| !secret.expose().is_empty()));
    let WebhookChange { name, url, description, enabled, .. } = body;
    let change = Change { name, description, url, kinds, secret, enabled };
    Ok(tagged(webhooks.update(&call, &wanted, change, seen).await?))
}

async fn remove(
    State(webhooks): State<Webhooks>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(wanted): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&webhooks.tracking, caller, &headers, WEBHOOK_WRITE).await?.rehearsing(dry_run);
    webhooks.delete(&call, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn test(
    State(webhooks): State<Webhooks>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(wanted): PathOf<String>,
    Body(body): Body<WebhookTest>,
) -> Result<Json<WebhookTestResult>, Problem> {
    let call = Call::of(&webhooks.tracking, caller, &headers, WEBHOOK_WRITE).await?.rehearsing(dry_run);
    Ok(Json(webhooks.test(&call, &wanted, body.event.as_deref()).await?.into()))
}
