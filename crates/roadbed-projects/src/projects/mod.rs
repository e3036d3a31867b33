//! # Projects
//! Purpose: a repository's worth of work with one manifest, owned by one team, in one or more targets.
//!
//! Words: *project*, *target* (staging, production), *instance* (a project in one target; a new project has the target `default`).
//! States: a project exists or not; it can be deleted, its name becomes free again, its history stays.
//! Reads and writes: tables `projects_projects`, `projects_instances`; events `ProjectCreated`, `ProjectChanged`, `ProjectDeleted`.
//! Ports: implements `Directory`.
//! Endpoints: `/api/v1/projects`, `/api/v1/projects/{project}`.
//! Not here: what runs in a project (training, serving), its manifest (manifests).

mod api;
mod directory;
mod model;
mod operations;
pub(crate) mod store;

pub use api::capability;
pub use directory::ProjectDirectory;
pub use model::{DEFAULT_PROJECT, DEFAULT_TARGET, Project, ProjectCreated, ProjectsError};
pub use operations::{PROJECT_READ, PROJECT_WRITE, ProjectRequest, Projects};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "projects",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "projects", sql: include_str!("migrations/0001_projects.sql") }],
};
