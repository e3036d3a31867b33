//! Tracking data on its way: `carry` reads a source and sends it to the server in force, `sender` and `files` do the sending, `tally`
//! counts and reports.

mod carry;
mod files;
mod progress;
mod sender;
mod tally;

pub(crate) use carry::carry;
pub(crate) use sender::Sender;
pub(crate) use tally::Tally;
