//! Policies, what they do, errors and events.

use crate::mlflow::{ErrorCode, MlflowError};
use roadbed_capability::{Grantee, Permission};
use roadbed_contracts::events;
use roadbed_core::TeamId;

pub(super) const RETENTION_READ: Permission = Permission::new("retention:read", Grantee::Viewer);
pub(super) const RETENTION_GOVERN: Permission = Permission::new("retention:govern", Grantee::Admin);

/// In place of an experiment's key: the policy is the team's.
pub(super) const WHOLE_TEAM: i64 = -1;
/// How the team is named among scopes.
pub(super) const TEAM_SCOPE: &str = "team";
/// A run with this tag stays.
pub(super) const KEEP_TAG: &str = "roadbed.keep";
pub(super) const DAY_MS: i64 = 86_400_000;
const DAYS: std::ops::RangeInclusive<i64> = 1..=36_500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Policy {
    pub team: TeamId,
    /// The store's key, or [`WHOLE_TEAM`].
    pub experiment: i64,
    /// As people name it: the experiment's id, or `team`.
    pub scope: String,
    /// Runs that ended so long ago are deleted.
    pub delete_after_days: Option<i64>,
    /// Runs that have been deleted for so long are purged.
    pub purge_after_days: Option<i64>,
    pub version: i64,
    pub updated_ms: i64,
}

impl Policy {
    /// # Errors
    /// A number of days is out of range, or there is none.
    pub(super) fn check(&self) -> Result<(), RetentionError> {
        let days = [self.delete_after_days, self.purge_after_days];
        let fits = days.iter().flatten().all(|days| DAYS.contains(days)) && days.iter().any(Option::is_some);
        if fits { Ok(()) } else { Err(RetentionError::Days) }
    }
}

/// What goes, or would go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Toll {
    pub runs: u64,
    pub logged_models: u64,
    /// Made in these runs, and in no other.
    pub traces: u64,
    pub files: u64,
    /// In these files, each content once.
    pub bytes: u64,
    /// Of these, bytes nobody else holds; known only once they are gone.
    pub bytes_freed: u64,
    /// Runs that stay: registered, or tagged `roadbed.keep`.
    pub kept: u64,
    /// There are more than were looked at.
    pub more: bool,
}

impl std::ops::AddAssign for Toll {
    fn add_assign(&mut self, other: Self) {
        self.runs += other.runs;
        self.logged_models += other.logged_models;
        self.traces += other.traces;
        self.files += other.files;
        self.bytes += other.bytes;
        self.bytes_freed += other.bytes_freed;
        self.kept += other.kept;
        self.more |= other.more;
    }
}

/// Why something about retention cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RetentionError {
    #[error("say after how many days runs are deleted, or purged, or both: 1 to 36500")]
    Days,
    #[error("there is no retention policy for {0}")]
    Unknown(String),
}

impl From<RetentionError> for MlflowError {
    fn from(error: RetentionError) -> Self {
        let code = match &error {
            RetentionError::Days => ErrorCode::InvalidParameterValue,
            RetentionError::Unknown(_) => ErrorCode::ResourceDoesNotExist,
        };
        Self::new(code, error.to_string())
    }
}

events! {
    /// A policy was set or, without days, removed.
    RetentionChanged { scope: String, delete_after_days: Option<i64>, purge_after_days: Option<i64> } = Audit;
    /// Runs are gone for good with what they logged.
    RunsPurged { runs: Vec<String>, logged_models: u64, files: u64, bytes: u64 } = Audit;
}
