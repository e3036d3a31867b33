//! # Teams
//! Purpose: a group of people who own projects together: who is in it and what each of them may do.
//!
//! Words: *team*, *member* (a user with one role in a team), *user* (a person by name; a platform administrator or not).
//! States: a team exists or not; it can be deleted once it owns no project.
//! Reads and writes: tables `teams_teams`, `teams_users`, `teams_members`, reads `projects_projects` (to keep a team that still owns some); events `TeamCreated`, `TeamDeleted`, `MemberChanged`.
//! Endpoints: `/api/v1/teams`, `/api/v1/teams/{team}`, `/api/v1/teams/{team}/members`, `/api/v1/teams/{team}/members/{user}`,
//! `/api/v1/users`, `/api/v1/roles`.
//! Not here: tokens (tokens), what a role may do (policies), projects of a team (projects).

mod api;
mod model;
mod operations;
mod people;
pub(crate) mod store;

pub use api::capability;
pub use model::{DEFAULT_TEAM, Member, Team, TeamCreated, TeamsError, User};
pub use operations::{TEAM_ADMIN, TEAM_CREATE, TEAM_READ, Teams, USER_READ};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "teams",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "teams", sql: include_str!("migrations/0001_teams.sql") }],
};
