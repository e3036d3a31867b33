//! # Boms
//!
//! **Purpose.** What a version is made of, for tools that check supply chains: a machine-learning bill of materials in CycloneDX 1.6.
//!
//! **Words.** The *bill* names the model with its model card, each of its files with digests, the data its run read, and the Python packages
//! its `requirements.txt` asks for, with a version where one is pinned.
//!
//! **How.** The same content gives the same document to the byte: its time is when the version was registered, and its serial number is
//! made of everything else in it. It changes when what is known changes, such as a metric.
//!
//! **States.** None; it keeps nothing.
//!
//! **Reads and writes.** Reads `models` and `runs`; writes nothing. SHA-256 of files is what `signatures` reads.
//!
//! **Endpoints.** `/api/v1/models/{model}/versions/{version}/bom`.
//!
//! **Not here.** The page for people: `cards`. Packages that the pinned ones pull in: `requirements.txt` does not say them.

mod api;
mod document;
mod gather;
mod requirements;
mod serial;

pub use api::capability;

#[cfg(test)]
mod tests;
