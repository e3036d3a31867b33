//! # Scans
//!
//! **Purpose.** What loading a version's files would import, read without loading them: a pickle can run anything.
//!
//! **Words.** A *finding* is an import that a pickle makes, in a file of the version. It is `dangerous` (runs commands, reads files, opens
//! connections, or cannot be told) or `unknown` (of a library not known to be harmless). Imports of known libraries are only counted.
//! A scan is a hint and never a gate: what is not found is not thereby safe.
//!
//! **How.** The opcodes are walked as the format says (`pickletools`), with a stack that keeps only short texts, so that names pushed by
//! whatever way are seen. Payloads are skipped, never read; a pickle inside a zip (`.pt`, `.npz`) is read in place when it is stored, and
//! unpacked a piece at a time when it is deflated, as are files of gzip and zlib (joblib). What is compressed otherwise or encrypted is told
//! as not looked at. Where bytes are no pickle any more (joblib puts arrays in between), the rest is searched for the written form
//! of dangerous names. Steps, depth, entries, findings and what
//! compressed parts unpack to have bounds; reaching one is told, and nothing that was not read is called harmless.
//!
//! **States.** None; it keeps nothing.
//!
//! **Reads and writes.** Reads files of `models`; writes nothing.
//!
//! **Endpoints.** `/api/v1/models/{model}/versions/{version}/scan`.
//!
//! **Not here.** Whether a version may serve: `approvals`.

mod api;
mod container;
mod judge;
mod opcodes;
mod search;
mod unpack;
mod walk;
mod zip;

pub use api::{Scan, capability, scan_files};

#[cfg(test)]
mod tests;
