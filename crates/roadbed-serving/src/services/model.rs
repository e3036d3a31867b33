use roadbed_capability::Problem;
use roadbed_capability::manifest::Diagnostic;
use roadbed_capability::problem::ProblemItem;
use roadbed_contracts::entries::RevisionEntry;
use roadbed_contracts::events;
use roadbed_core::{Digest, InstanceId, InvalidName, Name, RevisionId, RolloutId, ServiceId, TeamId, Timestamp};
use roadbed_store::StoreError;
use serde::{Deserialize, Serialize};

use super::settings::ServiceSettings;

#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    pub id: ServiceId,
    pub name: Name,
    pub team: TeamId,
    pub team_name: Name,
    pub instance: InstanceId,
    pub project: Name,
    pub settings: ServiceSettings,
    pub stable: Option<RevisionId>,
    /// The revision before the stable one, kept warm for a rollback.
    pub previous: Option<RevisionId>,
    /// At most one rollout at a time.
    pub open_rollout: Option<RolloutId>,
    /// How the last rollout ended: `promoted`, `rolled_back` or `failed`.
    pub last_outcome: Option<String>,
    /// `manifest` or `api`.
    pub made_by: String,
    /// Grows with each change of the settings.
    pub version: i64,
    /// `None` for one that was last changed before changes were kept.
    pub last_change: Option<LastChange>,
    pub created_at: Timestamp,
}

/// What was done to a service last, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastChange {
    pub at: Timestamp,
    /// As in events: `token:<id>`, `user:<name>`, `controller:<name>`.
    pub actor: String,
    /// For people, such as `promoted revision 3`.
    pub what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceState {
    /// No revision was ever deployed.
    Empty,
    /// The first revision is on its way.
    Deploying,
    Serving,
    /// The first revision could not be brought up.
    Failed,
}

impl ServiceState {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Deploying => "deploying",
            Self::Serving => "serving",
            Self::Failed => "failed",
        }
    }
}

impl Service {
    #[must_use]
    pub fn state(&self) -> ServiceState {
        match (self.stable, self.open_rollout, self.last_outcome.as_deref()) {
            (Some(_), _, _) => ServiceState::Serving,
            (None, Some(_), _) => ServiceState::Deploying,
            (None, None, Some("failed")) => ServiceState::Failed,
            (None, None, _) => ServiceState::Empty,
        }
    }

    /// Name of its object in bills.
    #[must_use]
    pub fn object(&self) -> String {
        format!("service/{}", self.name)
    }
}

/// One immutable step of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    pub entry: RevisionEntry,
    /// `None` for one that was made before origins were kept.
    pub origin: Option<Origin>,
    /// Gateways are told of it.
    pub published: bool,
    pub created_at: Timestamp,
}

/// Where a revision comes from, fixed when it is made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Who deployed it, as in events.
    pub created_by: String,
    /// The run that logged the model.
    pub run_id: Option<String>,
    /// What the model can be loaded as, such as `lightgbm` and `python_function`.
    pub flavors: Vec<String>,
    /// Minor version of Python the model was logged with.
    pub python: Option<String>,
    /// Requests in the model at one time, as the service was set then.
    pub concurrency: u32,
}

impl Revision {
    #[must_use]
    pub const fn id(&self) -> RevisionId {
        self.entry.id
    }

    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.entry.model_digest
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ServicesError {
    #[error("there is no service {0:?}")]
    Unknown(String),
    #[error("the name {0:?} is taken; service names are unique on the platform, choose another one")]
    NameTaken(String),
    #[error(
        "service {service:?} belongs to project {project}; leave project out, or choose another name for the service"
    )]
    OtherProject { service: String, project: Name },
    #[error("there is no project {0:?}")]
    UnknownProject(String),
    #[error("several teams have a project {project:?} ({}); use a token for one of them", .teams.join(", "))]
    AmbiguousProject { project: String, teams: Vec<String> },
    #[error("service {0:?} has a rollout under way; promote it or roll it back first")]
    RolloutOpen(Name),
    #[error("service {service:?} has no revision {number}")]
    UnknownRevision { service: Name, number: i64 },
    #[error("service {0:?} has no revision in charge yet; deploy a model to it")]
    NoRevision(Name),
    #[error(
        "service {service:?} is described by the roadbed.yaml of project {project}, which would take the change back"
    )]
    MadeByManifest { service: Name, project: Name },
    #[error("{}", .0.first().map_or("the settings are not accepted", |first| first.message.as_str()))]
    Settings(Vec<Diagnostic>),
    #[error(transparent)]
    Name(#[from] InvalidName),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ServicesError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "services.unknown",
            Self::NameTaken(_) => "services.name_taken",
            Self::OtherProject { .. } => "services.other_project",
            Self::UnknownProject(_) => "services.unknown_project",
            Self::AmbiguousProject { .. } => "services.ambiguous_project",
            Self::RolloutOpen(_) => "services.rollout_open",
            Self::UnknownRevision { .. } => "services.unknown_revision",
            Self::NoRevision(_) => "services.no_revision",
            Self::MadeByManifest { .. } => "services.made_by_manifest",
            Self::Settings(_) => "services.settings",
            Self::Name(_) => "services.invalid_name",
            Self::Store(_) => "internal",
        }
    }
}

impl From<ServicesError> for Problem {
    fn from(error: ServicesError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            ServicesError::Unknown(_)
            | ServicesError::UnknownProject(_)
            | ServicesError::UnknownRevision { .. }
            | ServicesError::NoRevision(_) => Self::not_found(code, detail),
            ServicesError::MadeByManifest { service, .. } => Self::conflict(code, detail)
                .with_fix(format!("change services.{service} in that file and run 'roadbed apply'")),
            ServicesError::Settings(diagnostics) => settings_problem(code, detail, &diagnostics),
            ServicesError::NameTaken(_) | ServicesError::OtherProject { .. } | ServicesError::RolloutOpen(_) => {
                Self::conflict(code, detail)
            }
            ServicesError::AmbiguousProject { .. } => Self::bad_request(code, detail).with_field("project"),
            ServicesError::Name(_) => Self::bad_request(code, detail).with_field("service"),
            ServicesError::Store(error) => error.into(),
        }
    }
}

/// The first finding in whole, with all of them as its items.
fn settings_problem(code: &str, detail: String, diagnostics: &[Diagnostic]) -> Problem {
    let problem = Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, code, detail);
    let item = |diagnostic: &Diagnostic| ProblemItem {
        detail: diagnostic.message.clone(),
        field: Some(diagnostic.key.clone()),
        line: None,
        fix: diagnostic.fix.clone(),
    };
    let problem = problem.with_problems(diagnostics.iter().map(item).collect());
    let Some(first) = diagnostics.first() else { return problem };
    Problem { field: Some(first.key.clone()), fix: first.fix.clone(), ..problem }
}

pub use roadbed_contracts::events::serving::{RevisionCreated, ServiceDeleted};

events! {
    /// A service has a name from now on.
    ServiceCreated { service: ServiceId, name: Name } = Audit;
    /// Its settings are others now.
    ServiceChanged { service: ServiceId, name: Name, version: i64 } = Audit;
}
