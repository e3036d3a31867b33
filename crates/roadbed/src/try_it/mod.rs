//! # Try it
//! Purpose: send one request to a service from a page of the portal, and see what came back.
//!
//! Words: *relay* (one request to the gateway for a person), *pass* (a token for calling services, made for a session and good for some
//! minutes; a browser never sees it).
//! Reads and writes: tokens (through `Tokens`, as the caller). Endpoints: `/api/v1/services/{service}/try`.
//! Not here: who may call what (the gateway decides once more by its own grants), predictions of programs (they call the gateway).
//!
//! Control never needs a gateway for its own work. This is a courtesy to a person: nothing else goes this way and nothing waits for it.
//! See `docs/decisions/0016-try-it-is-relayed.md`.

mod api;
mod model;
mod passes;
mod relay;

pub(crate) use api::{TryIt, capability};

#[cfg(test)]
mod tests;
