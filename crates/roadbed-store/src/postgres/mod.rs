//! The PostgreSQL side: one database for several control planes. An advisory lock makes the ordered lane, so that the
//! number of an event is its place in commit order over all processes.

pub(crate) mod engine;
mod errors;
pub(crate) mod listener;
pub(crate) mod location;
mod many_rows;
mod session;
mod value;
