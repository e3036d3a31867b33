//! Reads what other stores of tracking data hold (MLflow's databases, folders and servers, and exports of Roadbed) and writes exports.
//!
//! Owns: the forms of those stores. Never: this platform's own store, which is reached by its HTTP API; nothing here is ever written to a
//! place that is read.
//! The command line speaks to Roadbed with the same HTTP agent ([`agent_for`]) as to the servers that are read.
//! Start reading at [`Source`]; [`open`] makes one from what a user writes.

mod agent;
mod archive;
mod database;
mod error;
mod folder;
mod open;
mod roots;
mod server;
mod source;
mod versions;

pub use agent::{agent_for, encoded, is_loopback};
pub use archive::{Archive, ArchiveWriter};
pub use error::TransferError;
pub use folder::FolderWriter;
pub use open::{Options, open};
pub use server::ServerSource;
pub use source::{FileContent, FileEntry, Found, Holder, LeftOut, Note, Page, Points, Source, VersionFiles};
