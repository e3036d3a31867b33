//! # Elsewhere
//!
//! **Purpose.** Administration that MLflow's server has and Roadbed does in its own way: a client that asks for it is told where it is,
//! with 501 and MLflow's error JSON, instead of a bare 404.
//!
//! **States.** None; it keeps nothing.
//!
//! **Reads and writes.** Nothing.
//!
//! **Endpoints.** Everything below `gateway`, `scorers`, `jobs`, `datasets` (of evaluations), `label-schemas`, `review-queues`, `prompt-optimization`, `issues`,
//! `mcp-servers`, `users`, `roles`, `permissions` and their like, all methods, below the four MLflow prefixes; any body.
//!
//! **Not here.** What MLflow clients can do here: the other capabilities.

mod api;

pub use api::capability;

#[cfg(test)]
mod tests;
