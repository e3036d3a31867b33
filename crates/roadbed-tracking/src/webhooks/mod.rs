//! # Webhooks
//!
//! **Purpose.** Other programs are told when something happens in the registry: a version was made, an alias moved, somebody approved.
//!
//! **Words.** A *webhook* is an address of a team and the events it asks for. A *delivery* is one event on its way to one webhook: it is
//! put into the outbox once, tried until it arrives or is given up, and keeps its id over all attempts, by which a receiver drops what it
//! has had. A webhook is *failing* since the first attempt that failed after the last one that did not; it is never switched off by itself.
//!
//! **States.** Of a delivery: waiting → delivered or given_up → waiting (sent again by somebody).
//!
//! **Reads and writes** (state lane). Tables `webhooks`, `webhooks_deliveries`. Events: `WebhookCreated`, `WebhookChanged`,
//! `WebhookDeleted` (audit), `WebhookFailing`, `WebhookRecovered` (activity). Secrets are sealed; no route gives one back.
//!
//! **Reactor** `webhook-outbox`: fills the outbox from events, in their order; a kill before a delivery was noted as sent sends it again,
//! under the same id. **Controller** `webhooks`: sends, several webhooks at a time and to each one delivery after the other; forgets
//! deliveries after 30 days.
//!
//! **Safety.** Only `https` to the public internet, unless `TrackingSettings::private_webhooks` says otherwise; see `address`. No redirect
//! is followed, no proxy used, an answer is read to 4 KiB and waited for 15 seconds.
//!
//! **Permissions.** `webhook:read` and `webhook:write` (admin): an address may hold a key of the other side.
//!
//! **Endpoints.** Below the four MLflow prefixes `webhooks` POST, GET and `webhooks/{webhook_id}` GET, PATCH, DELETE,
//! `webhooks/{webhook_id}/test` POST. `/api/v1/webhooks[/{webhook}]`, `…/test`, `…/deliveries[/{delivery}[/redeliver]]`. Both show the same
//! webhooks; those with events of Roadbed only are left out of MLflow's list, whose clients cannot read them.
//!
//! **Not here.** What happened: the events of `models`, `approvals` and of the room of serving. The stream for the portal: the socket.

mod address;
mod api;
mod controller;
mod deliveries_api;
mod kinds;
mod mlflow_api;
mod model;
mod notices;
mod operations;
mod plan;
mod reactor;
mod sender;
mod signature;
mod store;

pub use api::capability;
pub use model::{WebhookChanged, WebhookCreated, WebhookDeleted, WebhookFailing, WebhookRecovered};

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "webhooks",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "webhooks", sql: include_str!("migrations/0001_webhooks.sql") }],
}];

#[cfg(test)]
mod delivery_tests;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod tests;
