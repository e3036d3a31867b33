//! Routes of deliveries on `/api/v1`.

use super::model::{Delivery, DeliveryState, WEBHOOK_READ, WEBHOOK_WRITE};
use super::operations::{self, Webhooks};
use super::store;
use crate::mlflow::{Call, MlflowError, rfc3339};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{DryRun, Page, PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get, post};
use roadbed_store::Reader;
use serde::{Deserialize, Serialize};

pub(super) fn add(routes: Routes<Webhooks>) -> Routes<Webhooks> {
    routes
        .add(
            get("/api/v1/webhooks/{webhook}/deliveries", list)
                .summary("List what was and is delivered to a webhook, newest first")
                .query::<DeliveryQuery>()
                .answers::<DeliveryList>(StatusCode::OK)
                .allow(WEBHOOK_READ),
        )
        .add(
            get("/api/v1/webhooks/{webhook}/deliveries/{delivery}", show)
                .summary("Show a delivery with what is sent")
                .answers::<DeliveryPage>(StatusCode::OK)
                .allow(WEBHOOK_READ),
        )
        .add(
            post("/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver", redeliver)
                .summary("Send a delivery again, under the same id")
                .answers::<DeliveryItem>(StatusCode::OK)
                .allow(WEBHOOK_WRITE),
        )
}

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeliveryQuery {
    /// Only those that are `waiting`, `delivered` or `given_up`.
    #[serde(default)]
    state: Option<String>,
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct DeliveryItem {
    /// Sent as `X-MLflow-Delivery-Id`, the same over all attempts.
    id: String,
    event: String,
    /// Number of the event it tells of.
    seq: i64,
    /// `waiting`, `delivered` or `given_up`.
    state: &'static str,
    attempts: i64,
    /// RFC 3339; when it is sent next, if it is.
    next_attempt_at: Option<String>,
    last_attempt_at: Option<String>,
    /// HTTP status of the last answer.
    status: Option<i64>,
    error: Option<String>,
    /// Beginning of the last answer.
    answer: String,
    created_at: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct DeliveryPage {
    #[serde(flatten)]
    delivery: DeliveryItem,
    /// The body, which is what the signature is over.
    payload: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct DeliveryList {
    /// How many wait, on all pages.
    waiting: i64,
    items: Vec<DeliveryItem>,
    next_cursor: Option<String>,
}

impl From<Delivery> for DeliveryItem {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            event: delivery.event,
            seq: delivery.seq,
            state: delivery.state.as_str(),
            attempts: delivery.attempts,
            next_attempt_at: delivery.next_ms.map(rfc3339),
            last_attempt_at: delivery.last_ms.map(rfc3339),
            status: delivery.status,
            error: delivery.error,
            answer: delivery.answer,
            created_at: rfc3339(delivery.created_ms),
        }
    }
}

async fn list(
    State(webhooks): State<Webhooks>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(wanted): PathOf<String>,
    Query(query): Query<DeliveryQuery>,
) -> Result<Json<DeliveryList>, Problem> {
    let call = Call::of(&webhooks.tracking, caller, &headers, WEBHOOK_READ).await?;
    let DeliveryQuery { state, limit, cursor } = query;
    let state = state.as_deref().map(str::parse::<DeliveryState>).transpose();
    let state = state.map_err(|error| Problem::from(MlflowError::from(error)).with_field("state"))?;
    let limit = Page { limit, cursor: None }.limit()?;
    let before = cursor.as_deref().map_or(Ok(i64::MAX), str::parse).map_err(|_| {
        Problem::bad_request("request.query", "cursor is none that a list gave: start again without it")
            .with_field("cursor")
    })?;
    let read = move |r: &mut Reader<'_>| {
        let webhook = operations::find(r, call.team, &wanted)?;
        let waiting = store::waiting(r, &webhook.id)?;
        Ok::<_, MlflowError>((waiting, store::deliveries(r, &webhook.id, (state, before), limit)?))
    };
    let (waiting, found) = webhooks.tracking.context.store.read(read).await?;
    let is_full = found.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| is_full).map(|last| last.number.to_string());
    Ok(Json(DeliveryList { waiting, items: found.into_iter().map(DeliveryItem::from).collect(), next_cursor }))
}

async fn show(
    State(webhooks): State<Webhooks>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((wanted, delivery)): PathOf<(String, String)>,
) -> Result<Json<DeliveryPage>, Problem> {
    let call = Call::of(&webhooks.tracking, caller, &headers, WEBHOOK_READ).await?;
    let read = move |r: &mut Reader<'_>| {
        let webhook = operations::find(r, call.team, &wanted)?;
        operations::find_delivery(r, &webhook.id, &delivery)
    };
    let found = webhooks.tracking.context.store.read(read).await?;
    Ok(Json(DeliveryPage { payload: found.payload.clone(), delivery: found.into() }))
}

async fn redeliver(
    State(webhooks): State<Webhooks>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf((wanted, delivery)): PathOf<(String, String)>,
) -> Result<Json<DeliveryItem>, Problem> {
    let call = Call::of(&webhooks.tracking, caller, &headers, WEBHOOK_WRITE).await?.rehearsing(dry_run);
    Ok(Json(webhooks.redeliver(&call, &wanted, &delivery).await?.into()))
}
