//! `list|get|create|delete NOUN`: one table of nouns, their addresses and columns, and the few lines that work it off.
//!
//! Start reading at [`catalog`]: a new noun is an entry there and nothing else.

mod catalog;
mod command;
mod endpoint;
mod perform;

pub(crate) use catalog::noun;
pub(crate) use command::{augment, is_generic};
pub(crate) use endpoint::is_id;
pub(crate) use perform::perform;

#[cfg(test)]
pub(crate) use catalog::NOUNS;
#[cfg(test)]
pub(crate) use endpoint::{Action, Method};
