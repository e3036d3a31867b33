use super::model::{PriceBook, Resource};
use super::operations::{PRICE_READ, PRICE_WRITE, PriceBooks};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Body, DryRun, PathOf};
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
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPrice {
    /// 10⁻¹² of the currency for one unit of the resource.
    pico_price: i64,
}

impl From<PriceBook> for PriceList {
    fn from(book: PriceBook) -> Self {
        let view = |resource: Resource| PriceView {
            resource: resource.as_str().to_owned(),
            pico_price: book.price(resource).0,
        };
        Self { currency: book.currency.to_string(), items: Resource::ALL.into_iter().map(view).collect() }
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
            put("/api/v1/prices/{resource}", set)
                .summary("Set the price of a resource")
                .body::<NewPrice>()
                .answers::<PriceList>(StatusCode::OK)
                .allow(PRICE_WRITE),
        );
    Capability::new("prices").routes(routes)
}

async fn list(State(books): State<PriceBooks>) -> Result<Json<PriceList>, Problem> {
    Ok(Json(books.book().await?.into()))
}

async fn set(
    State(books): State<PriceBooks>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    PathOf(resource): PathOf<String>,
    Body(price): Body<NewPrice>,
) -> Result<Json<PriceList>, Problem> {
    Ok(Json(books.set(&caller, &resource, price.pico_price, dry_run).await?.into()))
}
