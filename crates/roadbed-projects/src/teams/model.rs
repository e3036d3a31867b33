use roadbed_capability::{Grantee, Problem};
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_core::{InvalidName, Name, TeamId, Timestamp};
use roadbed_store::StoreError;
use serde::{Deserialize, Serialize};

/// The team every installation starts with.
pub const DEFAULT_TEAM: &str = "default";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub id: TeamId,
    pub name: Name,
    /// Grows with each change, for If-Match.
    pub version: i64,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub user: Name,
    pub role: Grantee,
    pub platform_admin: bool,
    pub created_at: Timestamp,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub name: Name,
    pub platform_admin: bool,
    /// Name of the team and role, by team.
    pub roles: Vec<(Name, Grantee)>,
    pub created_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum TeamsError {
    #[error("there is no team {0:?}")]
    Unknown(String),
    #[error("there is already a team {0:?}")]
    NameTaken(Name),
    #[error("{0} is not a member of this team")]
    UnknownMember(Name),
    #[error("{0:?} is not a role; choose viewer, developer, deployer or admin")]
    UnknownRole(String),
    #[error("{0} is the last admin of this team; make somebody else admin first")]
    LastAdmin(Name),
    #[error("team {team} still owns {projects} projects; delete or move them first")]
    NotEmpty { team: Name, projects: i64 },
    #[error("the team {DEFAULT_TEAM:?} cannot be deleted: calls that name no team belong to it")]
    DefaultTeam,
    #[error(transparent)]
    Name(#[from] InvalidName),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TeamsError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "teams.unknown",
            Self::NameTaken(_) => "teams.name_taken",
            Self::UnknownMember(_) => "teams.unknown_member",
            Self::UnknownRole(_) => "teams.unknown_role",
            Self::LastAdmin(_) => "teams.last_admin",
            Self::NotEmpty { .. } => "teams.not_empty",
            Self::DefaultTeam => "teams.default_team",
            Self::Name(_) => "teams.invalid_name",
            Self::Store(_) => "internal",
        }
    }
}

impl From<TeamsError> for Problem {
    fn from(error: TeamsError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            TeamsError::Unknown(_) | TeamsError::UnknownMember(_) => Self::not_found(code, detail),
            TeamsError::NameTaken(_)
            | TeamsError::LastAdmin(_)
            | TeamsError::NotEmpty { .. }
            | TeamsError::DefaultTeam => Self::conflict(code, detail),
            TeamsError::UnknownRole(_) => Self::bad_request(code, detail).with_field("role"),
            TeamsError::Name(_) => Self::bad_request(code, detail).with_field("name"),
            TeamsError::Store(error) => error.into(),
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TeamCreated {
    pub name: Name,
}
impl EventBody for TeamCreated {
    const KIND: &'static str = "TeamCreated";
    const CLASS: EventClass = EventClass::Audit;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TeamDeleted {
    pub name: Name,
}
impl EventBody for TeamDeleted {
    const KIND: &'static str = "TeamDeleted";
    const CLASS: EventClass = EventClass::Audit;
}

/// A user's role in a team was given, changed or taken (`role` is `None`).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct MemberChanged {
    pub user: Name,
    pub role: Option<String>,
}
impl EventBody for MemberChanged {
    const KIND: &'static str = "MemberChanged";
    const CLASS: EventClass = EventClass::Audit;
}
