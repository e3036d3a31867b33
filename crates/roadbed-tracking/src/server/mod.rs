//! # Server
//!
//! **Purpose.** What an MLflow client asks a server about itself before it works.
//!
//! **Words.** The protocol version is the MLflow release whose protocol this server speaks.
//!
//! **Reads and writes.** Nothing: the answers are fixed when the server is built.
//!
//! **Endpoints.** `/version` and `/health` as plain text and `/api/3.0/mlflow/server-info`, all without a token. The version is the MLflow
//! release whose protocol is spoken, because clients choose their calls by it.
//!
//! **Not here.** Health of Roadbed itself: the platform's `/healthz` and `/readyz`.

mod api;

pub use api::{PROTOCOL_VERSION, capability};

#[cfg(test)]
mod tests;
