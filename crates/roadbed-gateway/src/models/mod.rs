//! Models of revisions: their files fetched from control and kept by digest, loaded, and unloaded when nobody uses them any more.

mod cache;
mod fetch;
mod handle;
mod library;

pub(crate) use handle::{InFlight, LoadPhase, RevisionHandle};
pub(crate) use library::{Library, Removal};

#[cfg(test)]
mod tests;
