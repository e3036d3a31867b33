//! # Activity
//! Purpose: what happened, newest first, with the names of those who did it and where it was.
//!
//! Words: *event* (something happened, written in the transaction of the change), *actor* (who caused it), *subject* (what it is about).
//! States: none; events are written by whoever changes something and never change.
//! Reads and writes: reads the store's events and the names in `teams_teams`, `projects_projects`, `projects_instances`,
//! `tokens_tokens`; writes nothing.
//! Endpoints: `/api/v1/activity`.
//! Not here: the live stream and the list from the beginning (the socket's event feed), sentences about events (the portal).
//!
//! Invariant: one request looks at a bounded number of events, whatever the filter; the answer says how far it looked.

mod api;
mod filter;
mod operations;
mod store;

pub use api::capability;
