//! The data plane: takes requests for predictions, decides who may ask and which revision answers, and counts what came of it.
//!
//! Owns: tokens' grants, routes and weights, admission, the wire protocols, counters of traffic; a folder of its own, so that it
//! starts and serves while control is away. Never: the store, a room, a model format (a [`Backend`] is handed in).
//!
//! A request goes through [`endpoints`]: host name, token, name, revision, body, question, door, model, answer, count. What it needs to
//! know is a `Snapshot` that news from control replace whole. Start reading at `endpoints/predict.rs`, then `routing/service_route.rs`,
//! then `link/entries.rs`.
//!
//! Invariant: a request takes no lock that another request's work is done under. Invariant: a version is acknowledged only when routing
//! follows it, the disk has it and the revisions it removed are gone. Invariant: a counter's key is written once.
//!
//! [`Backend`]: roadbed_contracts::backend::Backend
//! [`endpoints`]: Gateway

mod admission;
mod client;
mod counting;
mod endpoints;
mod entries;
mod error;
mod gateway;
mod grants;
mod http;
mod json;
mod link;
mod models;
mod moment;
mod plane;
mod protocols;
mod routing;
mod settings;

pub use error::GatewayError;
pub use gateway::Gateway;
pub use moment::{Clocks, Monotonic, SystemMonotonic};
pub use settings::GatewaySettings;

#[cfg(test)]
mod tests;
