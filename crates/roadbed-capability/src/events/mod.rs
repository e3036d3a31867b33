//! The event feed of the API: a list with filters, and a live stream (server-sent events) over the same rows.
//!
//! The stream begins with `hello` (the newest number), says `heartbeat` every 10 seconds so that a listener can tell a dead connection
//! from a quiet platform, and ends within a minute after the listener's token or session did. It reads the next rows when the listener
//! has taken the ones before: a slow listener holds at most one batch here.

mod api;
mod query;
mod stream;
mod view;

pub use api::{capability, capability_with};
pub use query::EVENT_READ;
pub use stream::Rhythm;
pub use view::{EventView, is_within};
