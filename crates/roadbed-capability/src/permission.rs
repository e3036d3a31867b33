//! Permissions are declared by the capability that guards something with them; there is no list of all of them anywhere.

/// Whom a permission is given to. The order of the first five is a ladder: each holds what the ones before hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grantee {
    /// Reads.
    Viewer,
    /// Runs jobs, tracks, registers, edits projects.
    Developer,
    /// Deploys, promotes, rolls back, moves aliases.
    Deployer,
    /// Members, tokens, secrets, budgets of the team.
    Admin,
    /// Everything; prices, engines and policies are theirs alone.
    PlatformAdmin,
    /// A data plane; outside the ladder.
    Gateway,
    /// A running workload's supervisor; outside the ladder.
    Supervisor,
    /// A data plane or a supervisor; outside the ladder.
    Machine,
}

impl Grantee {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Developer => "developer",
            Self::Deployer => "deployer",
            Self::Admin => "admin",
            Self::PlatformAdmin => "platform_admin",
            Self::Gateway => "gateway",
            Self::Supervisor => "supervisor",
            Self::Machine => "machine",
        }
    }

    /// The roles a member can have in a team.
    pub const ROLES: [Self; 4] = [Self::Viewer, Self::Developer, Self::Deployer, Self::Admin];

    #[must_use]
    pub fn parse_role(text: &str) -> Option<Self> {
        Self::ROLES.into_iter().find(|role| role.as_str() == text)
    }
}

/// A text that is no member's role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role; choose viewer, developer, deployer or admin")]
pub struct InvalidRole(pub String);

impl std::str::FromStr for Grantee {
    type Err = InvalidRole;
    fn from_str(text: &str) -> Result<Self, InvalidRole> {
        Self::parse_role(text).ok_or_else(|| InvalidRole(text.chars().take(40).collect()))
    }
}

/// `noun:verb` and the least role that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permission {
    name: &'static str,
    grantee: Grantee,
}

impl Permission {
    #[must_use]
    pub const fn new(name: &'static str, grantee: Grantee) -> Self {
        Self { name, grantee }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    #[must_use]
    pub const fn grantee(self) -> Grantee {
        self.grantee
    }
}

/// Every permission that some route of this server is guarded with, by name. The server puts it into each request.
#[derive(Debug, Clone)]
pub struct DeclaredPermissions(std::sync::Arc<[Permission]>);

impl DeclaredPermissions {
    #[must_use]
    pub fn new(permissions: impl IntoIterator<Item = Permission>) -> Self {
        let by_name: std::collections::BTreeMap<_, _> =
            permissions.into_iter().map(|permission| (permission.name(), permission)).collect();
        Self(by_name.into_values().collect())
    }

    /// Those that people can hold, sorted by name.
    pub fn of_people(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().copied().filter(|permission| permission.grantee() <= Grantee::PlatformAdmin)
    }
}
