//! Code snapshots: a project's files as one content-addressed, zstd-compressed tar.
//!
//! [`pack`] makes the same bytes from the same files everywhere: sorted names, no times, no owners. [`unpack`] trusts nothing: it writes
//! only plain files, folders and links that stay inside, within [`Limits`].
//!
//! Owns: the format and what travels. Never: the network, where snapshots are kept.
//! Start reading at [`select`], then [`pack`].

mod error;
mod limits;
mod pack;
mod select;
mod unpack;

pub use error::SnapshotError;
pub use limits::Limits;
pub use pack::{Packed, pack};
pub use select::{Selected, select};
pub use unpack::{Unpacked, unpack};

#[cfg(test)]
mod tests;
