//! The files of the built portal, for whoever serves them.
//!
//! Owns: which file a path names, its media type, its compressed forms, whether it may be kept for ever. Never: HTTP, settings, npm.
//! The files come from `web/dist`, which `make portal` writes; the crate compiles without them and says so in [`Assets::state`].
//! Start reading at [`Assets`].

mod asset;
mod assets;

pub use asset::{Asset, Form};
pub use assets::{Assets, State};

#[cfg(test)]
mod tests;
