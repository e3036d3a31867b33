//! Project of a call: explicit, else the token's home project, else `default`.

use crate::permissions::JOB_READ;
use roadbed_capability::caller::Reach;
use roadbed_capability::{Caller, Permission, Problem, Resource, Scope};
use roadbed_contracts::ports::{Directory, InstanceInfo};
use roadbed_core::{InvalidName, Name};

const DEFAULT_PROJECT: &str = "default";

/// Why a call has no project.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    #[error("there is no project {0:?}")]
    Unknown(String),
    #[error("several teams have a project {project:?}: {}", .teams.join(", "))]
    Ambiguous { project: String, teams: Vec<String> },
    #[error("project: {0}")]
    Name(#[from] InvalidName),
}

impl From<ProjectError> for Problem {
    fn from(error: ProjectError) -> Self {
        let detail = error.to_string();
        match error {
            ProjectError::Unknown(_) => Self::not_found("jobs.unknown_project", detail).with_field("project"),
            ProjectError::Ambiguous { .. } => {
                Self::conflict("jobs.ambiguous_project", detail).with_field("team").with_fix("say which team")
            }
            ProjectError::Name(_) => Self::bad_request("jobs.invalid_name", detail).with_field("project"),
        }
    }
}

/// What a call says about its project.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ProjectOfCall<'a> {
    pub(crate) project: Option<&'a str>,
    pub(crate) team: Option<&'a str>,
}

/// The instance a call acts on. A project out of the caller's reach is as unknown as one that does not exist.
///
/// # Errors
/// There is none, several teams have one of that name, or the caller lacks the permission there.
pub(crate) async fn find_instance(
    directory: &dyn Directory,
    caller: &Caller,
    permission: Permission,
    call: ProjectOfCall<'_>,
) -> Result<InstanceInfo, Problem> {
    let name = call.project.unwrap_or(DEFAULT_PROJECT);
    let parsed: Name = name.parse().map_err(ProjectError::Name)?;
    let mut found = match (call.project, caller.principal().instance.or(caller.principal().home)) {
        (None, Some(home)) => directory.instance(home).await?.into_iter().collect(),
        _ => by_name(directory, &caller.scope(permission), &parsed).await?,
    };
    if found.is_empty() {
        // Within reach for reading: the permission is what is missing.
        found = by_name(directory, &caller.scope(JOB_READ), &parsed).await?;
    }
    found.retain(|info| call.team.is_none_or(|team| team == info.team_name.as_str()));
    if found.len() > 1 {
        let teams = found.iter().map(|info| info.team_name.to_string()).collect();
        return Err(ProjectError::Ambiguous { project: name.to_owned(), teams }.into());
    }
    let info = found.pop().ok_or_else(|| ProjectError::Unknown(name.to_owned()))?;
    caller.require(permission, Resource::Instance(info.team, info.instance))?;
    Ok(info)
}

/// Primary instances with this project name that the scope reaches; a token for one instance finds that one.
async fn by_name(directory: &dyn Directory, scope: &Scope, name: &Name) -> Result<Vec<InstanceInfo>, Problem> {
    if let Some(only) = scope.instance() {
        let info = directory.instance(only).await?;
        return Ok(info.into_iter().filter(|info| info.project_name == *name && scope.reaches(info.team)).collect());
    }
    match scope.teams() {
        Reach::All => {
            let all = directory.instances(None).await?;
            Ok(all.into_iter().filter(|info| info.primary && info.project_name == *name).collect())
        }
        Reach::Only(teams) => {
            let mut found = Vec::new();
            for team in teams {
                found.extend(directory.find(*team, name, None).await?);
            }
            Ok(found)
        }
    }
}
