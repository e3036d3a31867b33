//! # Templates
//! Purpose: a new project from the portal, with the files and rules of `roadbed init`.
//!
//! Words: *template* (built into the program, see `roadbed_cli::templates`), *filling* (name, team and parameters chosen for one).
//! States: none; nothing is kept. The caller makes the project, uploads the archive and applies the manifest with the API everyone has.
//! Reads and writes: no table, no event.
//! Endpoints: `/api/v1/templates`, `/api/v1/templates/{template}/preview`, `…/archive`, `…/archive.tar`.
//! Not here: creating projects (projects), running their first job (training).

mod api;
mod archive;
mod filling;

pub(crate) use api::capability;

#[cfg(test)]
mod tests;
