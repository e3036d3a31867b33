//! Routes about people and roles.

use super::model::User;
use super::operations::{TEAM_READ, Teams, USER_READ};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use roadbed_capability::extract::{Page, Query};
use roadbed_capability::{Caller, DeclaredPermissions, Grantee, Problem, Routes, get};
use schemars::JsonSchema;
use serde::Serialize;

/// A person.
#[derive(Debug, Serialize, JsonSchema)]
struct UserView {
    name: String,
    platform_admin: bool,
    teams: Vec<UserTeam>,
    /// RFC 3339.
    created_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct UserTeam {
    team: String,
    /// `viewer`, `developer`, `deployer` or `admin`.
    role: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct UserList {
    items: Vec<UserView>,
    next_cursor: Option<String>,
}

/// What a role may do.
#[derive(Debug, Serialize, JsonSchema)]
struct RoleView {
    /// `viewer`, `developer`, `deployer`, `admin` or `platform_admin`.
    role: String,
    /// For whom it is, in a sentence.
    about: String,
    /// By name; each role holds what the ones before hold.
    permissions: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RoleList {
    /// Least first.
    items: Vec<RoleView>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        let team = |(team, role): (roadbed_core::Name, Grantee)| UserTeam {
            team: team.to_string(),
            role: role.as_str().to_owned(),
        };
        Self {
            name: user.name.to_string(),
            platform_admin: user.platform_admin,
            teams: user.roles.into_iter().map(team).collect(),
            created_at: user.created_at.to_string(),
        }
    }
}

pub(super) fn add(routes: Routes<Teams>) -> Routes<Teams> {
    routes
        .add(
            get("/api/v1/users", users)
                .summary("List everyone")
                .query::<Page>()
                .answers::<UserList>(StatusCode::OK)
                .allow(USER_READ),
        )
        .add(
            get("/api/v1/roles", roles)
                .summary("List the roles and what they may do")
                .answers::<RoleList>(StatusCode::OK)
                .allow(TEAM_READ),
        )
}

async fn users(
    State(teams): State<Teams>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<UserList>, Problem> {
    let limit = page.limit()?;
    let found = teams.users(&caller, page.cursor.unwrap_or_default(), limit).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| full).map(|user| user.name.to_string());
    Ok(Json(UserList { items: found.into_iter().map(UserView::from).collect(), next_cursor }))
}

async fn roles(Extension(declared): Extension<DeclaredPermissions>) -> Json<RoleList> {
    let view = |(role, about): (Grantee, &str)| RoleView {
        role: role.as_str().to_owned(),
        about: about.to_owned(),
        permissions: declared
            .of_people()
            .filter(|permission| permission.grantee() <= role)
            .map(|permission| permission.name().to_owned())
            .collect(),
    };
    Json(RoleList { items: ABOUT.into_iter().map(view).collect() })
}

/// The ladder, in words.
const ABOUT: [(Grantee, &str); 5] = [
    (Grantee::Viewer, "Reads everything of the team and calls its services."),
    (Grantee::Developer, "Also runs jobs, tracks runs, registers models and edits projects."),
    (Grantee::Deployer, "Also deploys, promotes and rolls back, and moves aliases of models."),
    (Grantee::Admin, "Also manages the members of the team."),
    (Grantee::PlatformAdmin, "Does everything in every team, makes teams and sets prices."),
];
