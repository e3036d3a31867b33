//! What each address does. Every request comes through [`answer`]: host names first, then the token, then the name.

mod dispatch;
mod measurements;
mod predict;
mod question;
mod recorder;
mod server;

pub(crate) use dispatch::answer;
