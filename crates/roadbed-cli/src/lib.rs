//! The command line of roadbed: reads arguments, speaks HTTP to a server, prints data to standard output and words to standard error.
//!
//! It links no room. What needs the program itself (starting a server, reading a manifest, looking at the machine) goes through
//! [`Local`], which the binary implements.
//!
//! Start reading at [`run`], then `grammar` (what may be written) and `verbs` (one file per verb). `nouns` holds the generic
//! `list|get|create|delete`, driven by one table.

mod command;
mod connection;
mod failure;
mod global;
mod grammar;
mod http;
mod local;
mod nouns;
mod output;
mod problem;
mod report;
mod session;
pub mod templates;
mod terminal;
mod transfer;
mod verbs;
mod waiting;

pub use command::{World, run, run_in};
pub use failure::Code;
pub use local::{
    BackupRequest, CheckFinding, CheckSeverity, CheckedManifest, Demo, DemoRequest, DoctorFinding, DoctorLevel, Local,
    LocalManifest, RestoreRequest, Role, ServerRequest, UpRequest,
};
pub use terminal::Terminal;

#[cfg(test)]
mod tests;
