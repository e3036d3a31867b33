//! The link to control, dialed from here: entries in by long poll, heartbeats with counters out. Without it the gateway goes on with
//! what it has.

mod entries;
mod heartbeat;
mod ticker;

pub(crate) use entries::EntryLink;
pub(crate) use heartbeat::HeartbeatLink;
pub(crate) use ticker::Ticker;
