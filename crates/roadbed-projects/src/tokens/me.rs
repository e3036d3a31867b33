//! Who the caller is, and what of the platform is within their reach: the portal leaves out what a person may not do, and says who can.

use super::operations::Tokens;
use crate::teams::{self, TEAM_READ, Team};
use axum::extract::State;
use axum::{Extension, Json};
use roadbed_capability::caller::Identity;
use roadbed_capability::{Caller, DeclaredPermissions, Permission, Problem, Resource};
use roadbed_core::TeamId;
use roadbed_store::StoreError;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Teams shown at most; a platform administrator reaches all of them anyway.
const TEAMS_SHOWN: u32 = 200;

/// Who the caller is.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Me {
    pub name: String,
    /// `user` (a session of the portal), `token`, `workload`, `gateway` or `local`.
    pub kind: String,
    pub platform_admin: bool,
    /// Team id → role.
    pub roles: BTreeMap<String, String>,
    /// Id of the only project instance within reach.
    pub instance: Option<String>,
    /// Project of calls that name none.
    pub home: Option<Home>,
    /// Teams within reach, by name; at most 200.
    pub teams: Vec<MyTeam>,
    /// Permissions held on everything, by name.
    pub platform_permissions: Vec<String>,
    /// Every permission that people can hold → the least role that includes it.
    pub permission_roles: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Home {
    pub team: String,
    pub project: String,
}

/// A team within reach.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MyTeam {
    pub id: String,
    pub name: String,
    /// `viewer`, `developer`, `deployer`, `admin`, or `platform_admin` for one who is no member.
    pub role: String,
    /// Permissions held on things of this team, by name.
    pub permissions: Vec<String>,
}

pub(super) async fn me(
    State(tokens): State<Arc<Tokens>>,
    Extension(declared): Extension<DeclaredPermissions>,
    caller: Caller,
) -> Result<Json<Me>, Problem> {
    let principal = caller.principal();
    let (scope, home) = (caller.scope(TEAM_READ), principal.home);
    let found = tokens.context.store.read(move |r| -> Result<_, StoreError> {
        let home = match home {
            Some(home) => crate::projects::store::instance_by_id(r, home)?,
            None => None,
        };
        Ok((teams::store::list(r, &scope, "", TEAMS_SHOWN)?, home))
    });
    let (teams, home) = found.await?;
    let asked: Vec<Permission> = declared.of_people().collect();
    let held: Vec<Permission> =
        asked.iter().copied().filter(|asked| caller.require(*asked, Resource::Platform).is_ok()).collect();
    let memberships: HashMap<TeamId, &'static str> =
        principal.memberships.iter().map(|(team, role)| (*team, role.as_str())).collect();
    let roles = memberships.iter().map(|(team, role)| (team.to_string(), (*role).to_owned()));
    Ok(Json(Me {
        name: principal.name.clone(),
        kind: kind(&principal.identity).to_owned(),
        platform_admin: principal.platform_admin,
        roles: roles.collect(),
        instance: principal.instance.map(|id| id.to_string()),
        home: home.map(|info| Home { team: info.team_name.to_string(), project: info.project_name.to_string() }),
        teams: teams.iter().map(|team| my_team(&caller, team, &memberships, &asked, &held)).collect(),
        platform_permissions: held.iter().map(|permission| permission.name().to_owned()).collect(),
        permission_roles: asked
            .iter()
            .map(|permission| (permission.name().to_owned(), permission.grantee().as_str().to_owned()))
            .collect(),
    }))
}

fn my_team(
    caller: &Caller,
    team: &Team,
    memberships: &HashMap<TeamId, &'static str>,
    asked: &[Permission],
    held: &[Permission],
) -> MyTeam {
    let resource = match caller.principal().instance {
        Some(instance) => Resource::Instance(team.id, instance),
        None => Resource::Team(team.id),
    };
    // What is held on the platform is held on each team; only the rest is asked about.
    let may = |permission: &&Permission| held.contains(permission) || caller.require(**permission, resource).is_ok();
    MyTeam {
        id: team.id.to_string(),
        name: team.name.to_string(),
        role: memberships.get(&team.id).copied().unwrap_or("platform_admin").to_owned(),
        permissions: asked.iter().filter(may).map(|permission| permission.name().to_owned()).collect(),
    }
}

const fn kind(identity: &Identity) -> &'static str {
    match identity {
        Identity::User(_) => "user",
        Identity::Token(_) => "token",
        Identity::Workload { .. } => "workload",
        Identity::Gateway(_) => "gateway",
        Identity::Local => "local",
    }
}
