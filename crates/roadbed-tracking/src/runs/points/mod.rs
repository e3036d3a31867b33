//! Points of metrics as columns of bytes: what the records lane keeps of them. Pure.

mod block;
mod codec;
mod place;

pub(super) use block::{Series, read_block, series_of, write_block};
pub(super) use codec::{WrongBytes, decode, encode};
pub(super) use place::{Place, settle};

#[cfg(test)]
mod tests;
