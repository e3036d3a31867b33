//! Which team a call is for. MLflow has no word for teams, so every call acts within exactly one: the one named by the header
//! `x-roadbed-team` (id or name) or by MLflow's own `x-mlflow-workspace`, else the team of the token's home project, else the caller's only team, else `default`.
//! Whatever the request names is looked up within that team; another team's object is 404.

use super::error::MlflowError;
use axum::http::HeaderMap;
use roadbed_capability::{Caller, Context, Permission};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_contracts::ports::Directory;
use roadbed_core::TeamId;
use roadbed_store::{Remembered, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names the team of a call, for callers who are in several.
pub const TEAM_HEADER: &str = "x-roadbed-team";
/// The same from MLflow clients (`mlflow.set_workspace`, `MLFLOW_WORKSPACE`): a workspace is a team.
pub const WORKSPACE_HEADER: &str = "x-mlflow-workspace";
const DEFAULT_TEAM: &str = "default";

/// Runs whose rows are kept between requests.
const MOST_KNOWN_RUNS: usize = 4096;

/// What every handler of this room shares.
#[derive(Clone)]
pub struct Tracking {
    pub context: Context,
    pub directory: Arc<dyn Directory>,
    /// Rows of runs by team and run id: code that trains names the same run in every request.
    pub known_runs: Arc<Remembered<(TeamId, String), Option<Row>>>,
}

impl Tracking {
    #[must_use]
    pub fn new(context: Context, directory: Arc<dyn Directory>) -> Self {
        Self { context, directory, known_runs: Arc::new(Remembered::new(MOST_KNOWN_RUNS)) }
    }

    /// The team of the call, if the caller holds the permission there.
    ///
    /// # Errors
    /// 404 for a team out of reach, 403 for one where the permission is missing.
    pub async fn team(
        &self,
        caller: &Caller,
        headers: &HeaderMap,
        permission: Permission,
    ) -> Result<TeamId, MlflowError> {
        let team = self.named_team(caller, headers).await?;
        let instance = caller.principal().instance;
        let scope = caller.scope(permission);
        if instance.map_or_else(|| scope.reaches(team), |instance| scope.reaches_instance(team, instance)) {
            return Ok(team);
        }
        Err(roadbed_capability::caller::forbidden(permission).into())
    }

    async fn named_team(&self, caller: &Caller, headers: &HeaderMap) -> Result<TeamId, MlflowError> {
        let principal = caller.principal();
        if let Some(wanted) = headers.get(TEAM_HEADER).or_else(|| headers.get(WORKSPACE_HEADER)) {
            let wanted = wanted.to_str().unwrap_or_default();
            let unknown =
                || MlflowError::missing(format!("no team {wanted:?} within reach; name yours in {TEAM_HEADER}"));
            let team = self.team_by_text(wanted).await?.ok_or_else(unknown)?;
            return if is_member(caller, team) { Ok(team) } else { Err(unknown()) };
        }
        if let Some(home) = principal.home.or(principal.instance)
            && let Some(info) = self.directory.instance(home).await?
        {
            return Ok(info.team);
        }
        if let [(team, _)] = principal.memberships.as_slice() {
            return Ok(*team);
        }
        let none = || {
            MlflowError::missing(format!("name a team in the header {TEAM_HEADER}: there is no team {DEFAULT_TEAM:?}"))
        };
        self.team_by_text(DEFAULT_TEAM).await?.ok_or_else(none)
    }

    /// Names of the teams within the caller's reach, sorted.
    ///
    /// # Errors
    /// The directory fails.
    pub async fn teams_of(&self, caller: &Caller) -> Result<Vec<String>, MlflowError> {
        let instances = self.directory.instances(None).await?;
        let within = instances.iter().filter(|info| is_member(caller, info.team));
        Ok(within.map(|info| info.team_name.to_string()).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// The name of every team.
    ///
    /// # Errors
    /// The directory fails.
    pub async fn names_of_teams(&self) -> Result<BTreeMap<TeamId, String>, MlflowError> {
        let instances = self.directory.instances(None).await?;
        Ok(instances.into_iter().map(|info| (info.team, info.team_name.to_string())).collect())
    }

    async fn team_by_text(&self, wanted: &str) -> Result<Option<TeamId>, MlflowError> {
        let instances = self.directory.instances(None).await?;
        let found = instances
            .iter()
            .find(|info| info.team_name.as_str() == wanted || wanted.parse().is_ok_and(|id: TeamId| id == info.team));
        Ok(found.map(|info| info.team))
    }

    /// Header of an event of this call.
    #[must_use]
    pub fn event(caller: &Caller, team: TeamId, subject: Subject) -> EventHeader {
        let header = EventHeader::new(subject, caller.actor()).with_team(team);
        match caller.principal().instance.or(caller.principal().home) {
            Some(instance) => header.with_instance(instance),
            None => header,
        }
    }

    /// 32 hex digits, unique and growing with time: ids of runs and logged models.
    #[must_use]
    pub fn next_hex(&self) -> String {
        format!("{:032x}", self.context.ids.next())
    }
}

fn is_member(caller: &Caller, team: TeamId) -> bool {
    let principal = caller.principal();
    principal.platform_admin || principal.memberships.iter().any(|(mine, _)| *mine == team)
}
