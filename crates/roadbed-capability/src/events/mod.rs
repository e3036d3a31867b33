//! The event feed of the API: a list with filters, and a live stream (server-sent events) over the same rows.

mod api;

pub use api::{EVENT_READ, capability};
