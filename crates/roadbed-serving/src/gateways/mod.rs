//! # Gateways
//! Purpose: tell every data plane what to serve and whom to let in, and hear from it what is applied, loaded and counted.
//!
//! Words: *entry* (one keyed fact for gateways), *feed* (all entries with versions, the newest state of each key), *epoch* (changes
//! when control lost history a gateway may have), *acknowledged* (the version a gateway has applied, from its heartbeat).
//! States: a gateway is live while its last heartbeat is at most 5 seconds old.
//! Reads and writes: tables `gateways_entries`, `gateways_feed`; records `traffic`; the reactor `gateway-grants`.
//! What gateways said last is in memory only: they say it again each second.
//! Endpoints: `/api/v1/gateways`; for gateways `/internal/v1/entries`, `/internal/v1/heartbeat`.
//! Not here: what goes into the entries of services and revisions (services, rollouts), blobs (the platform's own route).
//!
//! Invariant: an entry changes in the transaction of the change it tells about.

mod api;
mod counters;
mod entries;
mod model;
mod operations;
mod reactor;
pub(crate) mod store;

pub use api::{ENTRY_READ, GATEWAY_READ, HEARTBEAT_WRITE, capability};
pub use counters::record_kinds;
pub use entries::{revision_key, service_key};
pub use model::{GatewayLiveness, GatewaySeen, Readiness};
pub use operations::Gateways;
pub use reactor::{GrantsReactor, GrantsSource};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "gateways",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "gateways", sql: include_str!("migrations/0001_gateways.sql") }],
};
