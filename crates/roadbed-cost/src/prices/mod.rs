//! # Prices
//! Purpose: the price book: what a CPU hour and a GiB hour of memory cost here.
//!
//! Words: *price* (pico-units of the currency per unit of a resource, so that small units keep exact integers).
//! States: a resource has its built-in price (version 0) until somebody sets one; each change is a new version; the book has one currency.
//! Reads and writes: tables `prices_prices` (in force), `prices_changes` (all that ever were); event `PriceSet`.
//! Endpoints: `/api/v1/prices`, `/api/v1/prices/{resource}`, `/api/v1/prices/{resource}/changes`.
//! Not here: what something cost (costs).

mod api;
mod model;
mod operations;
mod store;

pub use api::capability;
pub use model::{PriceBook, PricesError, Resource};
pub use operations::{PRICE_READ, PRICE_WRITE, PriceBooks};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "prices",
    lane: Lane::State,
    migrations: &[
        Migration { number: 1, name: "prices", sql: include_str!("migrations/0001_prices.sql") },
        Migration { number: 2, name: "changes", sql: include_str!("migrations/0002_changes.sql") },
    ],
};
