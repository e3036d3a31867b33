//! Creates that may be repeated: the first answer is kept for a day, in the transaction of the change, and given again.

mod call;
mod store;

pub use call::IdempotentCall;

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "capability",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "idempotency", sql: include_str!("migrations/0001_idempotency.sql") }],
};
