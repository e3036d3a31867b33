//! Seals secrets that the platform must give back later (keys for signing, secrets of webhooks), so that a copy of the store alone tells
//! nothing. Secrets that are only compared are hashed instead and need no seal.
//!
//! Owns: the sealing key and the form of sealed text. Never: what is sealed, or where it is kept.

mod error;
mod key_file;
mod seals;
#[cfg(test)]
mod tests;

pub use error::SealError;
pub use seals::Seals;
