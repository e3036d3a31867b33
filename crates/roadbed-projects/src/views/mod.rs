//! # Views
//! Purpose: a page of the portal with its filters under a name, for oneself or for the team.
//!
//! Words: *view* (name, page and the query of its address), *shared* (everyone in the team sees it).
//! States: a view is its owner's alone or shared; each change gives it a new version.
//! Reads and writes: table `views_views`, reads names in `teams_teams`; events `ViewSaved`, `ViewDeleted`.
//! Endpoints: `/api/v1/views`, `/api/v1/views/{id}`.
//! Not here: what a query means (the portal's pages).
//!
//! Invariant: what is not shared is there for its owner only, whatever their role.

mod api;
mod model;
mod operations;
mod store;

pub use api::capability;
pub use model::{View, ViewsError};
pub use operations::{VIEW_READ, VIEW_SHARE, VIEW_WRITE};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "views",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "views", sql: include_str!("migrations/0001_views.sql") }],
};
