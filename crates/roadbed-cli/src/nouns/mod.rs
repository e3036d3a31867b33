//! `list|get|create|update|delete NOUN`: one table of nouns, their addresses and columns, and the few lines that work it off.
//!
//! Start reading at [`catalog`]: a new noun is an entry there, and one in [`updates`] when it can be changed.

mod catalog;
mod command;
mod endpoint;
mod governed;
mod perform;
mod signed;
mod told;
mod tracked;
mod updates;

pub(crate) use catalog::noun;
pub(crate) use command::{augment, is_generic};
pub(crate) use endpoint::is_id;
pub(crate) use perform::{experiment_id, perform};

#[cfg(test)]
pub(crate) use catalog::NOUNS;
#[cfg(test)]
pub(crate) use command::flag;
#[cfg(test)]
pub(crate) use endpoint::{Action, Method};
#[cfg(test)]
pub(crate) use updates::update_of;
