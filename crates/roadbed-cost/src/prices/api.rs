use super::model::{PriceChange, Resource};
use super::operations::{PRICE_READ, PRICE_WRITE, PriceBooks, ShownBook};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Body, DryRun, IfMatch, Page, PathOf, Query};
use roadbed_capability::{Caller, Capability, Context, Problem, Routes, get, put};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The price book.
#[derive(Debug, Serialize, JsonSchema)]
struct PriceList {
    /// ISO 4217.
    currency: String,
    items: Vec<PriceView>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PriceView {
    /// `cpu_hour` or `memory_gib_hour`.
    resource: String,
    /// 10⁻¹² of the currency for one unit of the resource.
    pico_price: i64,
    /// What one unit is, for people.
    unit: String,
    /// 0 while it is the built-in one. Send it in If-Match to change exactly what you saw.
    version: i64,
    /// RFC 3339; absent while the price is the built-in one.
    changed_at: Option<String>,
    /// Who set it, as in events.
    changed_by: Option<String>,
    /// Name of the person or program who set it.
    changed_by_name: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPrice {
    /// 10⁻¹² of the currency for one unit of the resource.
    pico_price: i64,
}

/// A price that somebody set.
#[derive(Debug, Serialize, JsonSchema)]
struct PriceChangeView {
    version: i64,
    pico_price: i64,
    /// RFC 3339.
    at: String,
    actor: String,
    actor_name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PriceChangeList {
    /// Newest first.
    items: Vec<PriceChangeView>,
    next_cursor: Option<String>,
}

impl From<ShownBook> for PriceList {
    fn from(shown: ShownBook) -> Self {
        let view = |resource: Resource| {
            let change = shown.changes.iter().find(|change| change.resource == resource);
            PriceView {
                resource: resource.as_str().to_owned(),
                pico_price: shown.book.price(resource).0,
                unit: resource.unit().to_owned(),
                version: change.map_or(0, |change| change.version),
                changed_at: change.map(|change| change.set_at.to_string()),
                changed_by: change.map(|change| change.actor.clone()),
                changed_by_name: change.map(|change| change.actor_name.clone()),
            }
        };
        Self { currency: shown.book.currency.to_string(), items: Resource::ALL.into_iter().map(view).collect() }
    }
}

impl From<PriceChange> for PriceChangeView {
    fn from(change: PriceChange) -> Self {
        Self {
            version: change.version,
            pico_price: change.price.0,
            at: change.set_at.to_string(),
            actor: change.actor,
            actor_name: change.actor_name,
        }
    }
}

#[must_use]
pub fn capability(context: &Context) -> Capability {
    let routes = Routes::new(PriceBooks::new(context))
        .add(
            get("/api/v1/prices", list)
                .summary("Show the price book")
                .answers::<PriceList>(StatusCode::OK)
                .allow(PRICE_READ),
        )
        .add(
            get("/api/v1/prices/{resource}/changes", changes)
                .summary("List who set the price of a resource when, newest first")
                .query::<Page>()
                .answers::<PriceChangeList>(StatusCode::OK)
                .allow(PRICE_READ),
        )
        .add(
            put("/api/v1/prices/{resource}", set)
                .summary("Set the price of a resource")
                .body::<NewPrice>()
                .answers::<PriceList>(StatusCode::OK)
                .allow(PRICE_WRITE),
        );
    Capability::new("prices").routes(routes)
}

async fn list(State(books): State<PriceBooks>) -> Result<Json<PriceList>, Problem> {
    Ok(Json(books.shown().await?.into()))
}

async fn changes(
    State(books): State<PriceBooks>,
    PathOf(resource): PathOf<String>,
    Query(page): Query<Page>,
) -> Result<Json<PriceChangeList>, Problem> {
    let limit = page.limit()?;
    let before = page.cursor.map(|cursor| cursor.parse::<i64>()).transpose().map_err(|_| {
        Problem::bad_request("request.query", "cursor is none that a list gave: start again without it")
            .with_field("cursor")
    })?;
    let found = books.changes(&resource, before, limit).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| full).map(|change| change.version.to_string());
    Ok(Json(PriceChangeList { items: found.into_iter().map(PriceChangeView::from).collect(), next_cursor }))
}

async fn set(
    State(books): State<PriceBooks>,
    caller: Caller,
    seen: IfMatch,
    DryRun(dry_run): DryRun,
    PathOf(resource): PathOf<String>,
    Body(price): Body<NewPrice>,
) -> Result<Json<PriceList>, Problem> {
    Ok(Json(books.set(&caller, &resource, price.pico_price, seen, dry_run).await?.into()))
}
