//! Who calls, and which rows they may reach.

use crate::permission::{Grantee, Permission};
use crate::problem::Problem;
use async_trait::async_trait;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use roadbed_contracts::events::Actor;
use roadbed_core::{InstanceId, JobId, Secret, TeamId, TokenId, WorkloadId};
use roadbed_store::Filter;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a request brings to prove who it is.
#[derive(Debug, Clone)]
pub enum Credential {
    /// `Authorization: Bearer`, or the password of Basic.
    Token(Secret),
    /// The portal's session cookie.
    Session(Secret),
    /// Nothing; allowed only where the server says so (`--insecure-local`).
    None,
}

/// Kind of the one who calls, with the id that goes into events.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    Token(TokenId),
    /// A person in the portal, by name.
    User(String),
    /// User code of a job (or a Python worker) with the workload's token.
    Workload {
        workload: WorkloadId,
        job: Option<JobId>,
    },
    Gateway(String),
    /// A caller on loopback under `--insecure-local`.
    Local,
}

/// An authenticated caller, before any question about a permission.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal {
    pub identity: Identity,
    /// For people: the member's or token's name.
    pub name: String,
    pub platform_admin: bool,
    /// Role per team.
    pub memberships: Vec<(TeamId, Grantee)>,
    /// The token is limited to this instance.
    pub instance: Option<InstanceId>,
    /// The token is limited to these permissions (`job:submit`, or `job:*`).
    pub actions: Option<Vec<String>>,
    /// Project of calls that name none.
    pub home: Option<InstanceId>,
}

impl Principal {
    /// Does a person (or a program with a person's token) call, and not a workload or a gateway?
    #[must_use]
    pub const fn is_person(&self) -> bool {
        matches!(self.identity, Identity::Token(_) | Identity::User(_) | Identity::Local)
    }
}

/// Finds out who calls. Implemented by projects.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// # Errors
    /// A 401 problem that says why (unknown, expired, revoked), without telling more than the caller knows.
    async fn authenticate(&self, credential: &Credential) -> Result<Principal, Problem>;
}

/// Decides what a principal may do. Implemented by projects with Cedar.
pub trait Authorizer: Send + Sync + 'static {
    /// May the principal use the permission on things of this team (and instance)? `None`: on the platform itself.
    fn permits(&self, principal: &Principal, permission: Permission, resource: Resource) -> bool;
}

/// What is acted on, as far as access cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    Platform,
    Team(TeamId),
    Instance(TeamId, InstanceId),
}

/// Rows within reach for one permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    teams: Reach<TeamId>,
    instance: Option<InstanceId>,
}

/// All rows or those of some owners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach<T: Ord> {
    All,
    Only(BTreeSet<T>),
}

impl Scope {
    /// Every row of the platform, for controllers acting for the platform itself.
    #[must_use]
    pub const fn platform() -> Self {
        Self { teams: Reach::All, instance: None }
    }

    #[must_use]
    pub const fn teams(&self) -> &Reach<TeamId> {
        &self.teams
    }

    /// The only instance within reach, when the token is limited to one.
    #[must_use]
    pub const fn instance(&self) -> Option<InstanceId> {
        self.instance
    }

    /// Keeps the rows within the scope: by the column with the team, and the one with the instance when there is one.
    #[must_use]
    pub fn restrict(&self, filter: Filter, team_column: &'static str, instance_column: Option<&'static str>) -> Filter {
        let filter = match &self.teams {
            Reach::All => filter,
            Reach::Only(teams) => filter.in_list(team_column, teams.iter().copied()),
        };
        match (self.instance, instance_column) {
            (Some(instance), Some(column)) => filter.in_list(column, [instance]),
            _ => filter,
        }
    }

    #[must_use]
    pub fn reaches(&self, team: TeamId) -> bool {
        match &self.teams {
            Reach::All => true,
            Reach::Only(teams) => teams.contains(&team),
        }
    }

    #[must_use]
    pub fn reaches_instance(&self, team: TeamId, instance: InstanceId) -> bool {
        self.reaches(team) && self.instance.is_none_or(|only| only == instance)
    }
}

/// The caller of a guarded route. Handlers take it as an argument; the guard has already checked
/// that the caller holds the route's permission somewhere.
#[derive(Clone)]
pub struct Caller {
    principal: Arc<Principal>,
    authorizer: Arc<dyn Authorizer>,
}

impl Caller {
    #[must_use]
    pub fn new(principal: Principal, authorizer: Arc<dyn Authorizer>) -> Self {
        Self { principal: Arc::new(principal), authorizer }
    }

    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// For the events this call leads to.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match &self.principal.identity {
            Identity::Token(id) => Actor::of("token", id),
            Identity::User(name) => Actor::of("user", name),
            Identity::Workload { job: Some(job), .. } => Actor::of("job", job),
            Identity::Workload { workload, job: None } => Actor::of("workload", workload),
            Identity::Gateway(name) => Actor::of("gateway", name),
            Identity::Local => Actor::of("local", "caller"),
        }
    }

    /// The job whose user code calls, when it does.
    #[must_use]
    pub fn job(&self) -> Option<JobId> {
        match self.principal.identity {
            Identity::Workload { job, .. } => job,
            _ => None,
        }
    }

    /// Rows the caller may reach with this permission. Empty when none.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        let allowed = |team| self.authorizer.permits(&self.principal, permission, self.resource(team));
        let teams = if self.authorizer.permits(&self.principal, permission, Resource::Platform) {
            Reach::All
        } else {
            Reach::Only(
                self.principal.memberships.iter().map(|(team, _)| *team).filter(|team| allowed(*team)).collect(),
            )
        };
        Scope { teams, instance: self.principal.instance }
    }

    fn resource(&self, team: TeamId) -> Resource {
        self.principal.instance.map_or(Resource::Team(team), |instance| Resource::Instance(team, instance))
    }

    /// # Errors
    /// 403 when the caller lacks the permission on this resource. Use it only after the object was found through
    /// [`Caller::scope`], so that an unreachable object is 404 and not 403.
    pub fn require(&self, permission: Permission, resource: Resource) -> Result<(), Problem> {
        if self.authorizer.permits(&self.principal, permission, resource) {
            return Ok(());
        }
        Err(forbidden(permission))
    }

    /// Does the caller hold the permission anywhere?
    #[must_use]
    pub fn holds(&self, permission: Permission) -> bool {
        match self.scope(permission).teams {
            Reach::All => true,
            Reach::Only(teams) => !teams.is_empty(),
        }
    }
}

/// The answer to a caller who lacks a permission, naming who can help.
#[must_use]
pub fn forbidden(permission: Permission) -> Problem {
    Problem::forbidden(format!("this needs the permission {}", permission.name()))
        .with_fix(format!("ask for the role {} or a token that includes it", permission.grantee().as_str()))
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::internal(&"a handler that takes a caller is on a public route"))
    }
}
