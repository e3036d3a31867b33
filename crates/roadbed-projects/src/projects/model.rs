use roadbed_capability::Problem;
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_core::{InvalidName, Name, ProjectId, TeamId, Timestamp};
use roadbed_store::StoreError;
use serde::{Deserialize, Serialize};

/// The project every installation starts with.
pub const DEFAULT_PROJECT: &str = "default";
/// The only target of a project whose manifest names none.
pub const DEFAULT_TARGET: &str = "default";
/// Longest description, in characters.
pub(super) const DESCRIPTION_LIMIT: usize = 2000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    pub team: TeamId,
    pub team_name: Name,
    pub name: Name,
    pub description: String,
    /// Grows with each change, for If-Match.
    pub version: i64,
    pub created_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum ProjectsError {
    #[error("there is no project {0:?}")]
    Unknown(String),
    #[error("team {team} already has a project {name}")]
    NameTaken { team: Name, name: Name },
    #[error("there is a project {name} in several teams: {}", .teams.join(", "))]
    Ambiguous { name: String, teams: Vec<String> },
    #[error("the description has {0} characters; at most {DESCRIPTION_LIMIT} are allowed")]
    DescriptionTooLong(usize),
    #[error("the project {DEFAULT_PROJECT:?} cannot be deleted: calls that name no project belong to it")]
    DefaultProject,
    #[error(transparent)]
    Name(#[from] InvalidName),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ProjectsError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "projects.unknown",
            Self::NameTaken { .. } => "projects.name_taken",
            Self::Ambiguous { .. } => "projects.ambiguous",
            Self::DescriptionTooLong(_) => "projects.description_too_long",
            Self::DefaultProject => "projects.default_project",
            Self::Name(_) => "projects.invalid_name",
            Self::Store(_) => "internal",
        }
    }
}

impl From<ProjectsError> for Problem {
    fn from(error: ProjectsError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            ProjectsError::Unknown(_) => Self::not_found(code, detail),
            ProjectsError::NameTaken { .. } | ProjectsError::DefaultProject => Self::conflict(code, detail),
            ProjectsError::Ambiguous { .. } => {
                Self::bad_request(code, detail).with_field("team").with_fix("say which with ?team=NAME")
            }
            ProjectsError::DescriptionTooLong(_) => Self::bad_request(code, detail).with_field("description"),
            ProjectsError::Name(_) => Self::bad_request(code, detail).with_field("name"),
            ProjectsError::Store(error) => error.into(),
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProjectCreated {
    pub project: ProjectId,
    pub name: Name,
}
impl EventBody for ProjectCreated {
    const KIND: &'static str = "ProjectCreated";
    const CLASS: EventClass = EventClass::Audit;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ProjectChanged {
    pub project: ProjectId,
    pub description: String,
}
impl EventBody for ProjectChanged {
    const KIND: &'static str = "ProjectChanged";
    const CLASS: EventClass = EventClass::Audit;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ProjectDeleted {
    pub project: ProjectId,
    pub name: Name,
}
impl EventBody for ProjectDeleted {
    const KIND: &'static str = "ProjectDeleted";
    const CLASS: EventClass = EventClass::Audit;
}
