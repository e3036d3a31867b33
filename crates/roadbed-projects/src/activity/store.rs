//! Names behind the ids in events.

use roadbed_contracts::events::Event;
use roadbed_core::{InstanceId, TeamId, TokenId};
use roadbed_store::{Filter, Query, StoreError};
use std::collections::{BTreeSet, HashMap};

/// Names that were looked up; `None` where there is nothing of this id (any more).
#[derive(Debug, Default)]
pub(super) struct Names {
    teams: HashMap<TeamId, Option<String>>,
    projects: HashMap<InstanceId, Option<String>>,
    tokens: HashMap<TokenId, Option<NamedActor>>,
}

/// Who is behind a token: its owner, or the token of nobody (a gateway's) by its own name.
#[derive(Debug)]
struct NamedActor {
    owner: Option<String>,
    token: String,
}

/// Ids at most asked about in one statement; SQLite takes 32,766 parameters.
const CHUNK: usize = 500;

impl Names {
    pub(super) fn team(&self, id: TeamId) -> Option<&str> {
        self.teams.get(&id).and_then(Option::as_deref)
    }

    pub(super) fn project(&self, id: InstanceId) -> Option<&str> {
        self.projects.get(&id).and_then(Option::as_deref)
    }

    /// The person or program behind an actor.
    pub(super) fn actor(&self, actor: &str) -> Option<String> {
        match actor.split_once(':') {
            Some(("token", id)) => {
                let found = self.tokens.get(&id.parse().ok()?)?.as_ref()?;
                Some(found.owner.as_ref().unwrap_or(&found.token).clone())
            }
            Some(("local", _)) => Some("somebody on this machine".to_owned()),
            Some(("job" | "workload", _)) => None,
            Some((_, name)) => Some(name.to_owned()),
            None => None,
        }
    }

    /// The name of the token that acted, when one did.
    pub(super) fn token(&self, actor: &str) -> Option<&str> {
        let id = actor.strip_prefix("token:")?.parse().ok()?;
        self.tokens.get(&id)?.as_ref().map(|found| found.token.as_str())
    }

    /// Looks up what these events name and is not known yet.
    pub(super) fn learn(&mut self, r: &mut impl Query, events: &[Event]) -> Result<(), StoreError> {
        let teams: BTreeSet<TeamId> = events.iter().filter_map(|event| event.header.team).collect();
        let teams: Vec<TeamId> = teams.into_iter().filter(|id| !self.teams.contains_key(id)).collect();
        let instances: BTreeSet<InstanceId> = events.iter().filter_map(|event| event.header.instance).collect();
        let instances: Vec<InstanceId> = instances.into_iter().filter(|id| !self.projects.contains_key(id)).collect();
        let token_of = |event: &Event| event.header.actor.as_str().strip_prefix("token:")?.parse::<TokenId>().ok();
        let tokens: BTreeSet<TokenId> = events.iter().filter_map(token_of).collect();
        let tokens: Vec<TokenId> = tokens.into_iter().filter(|id| !self.tokens.contains_key(id)).collect();
        for ids in teams.chunks(CHUNK) {
            self.teams.extend(ids.iter().map(|id| (*id, None)));
            let filter = Filter::new().in_list("id", ids.iter().copied());
            let sql = format!("SELECT id, name FROM teams_teams WHERE {}", filter.sql(0));
            self.teams.extend(r.query(&sql, filter.values(), |row| Ok((row.parse("id")?, row.get("name")?)))?);
        }
        for ids in instances.chunks(CHUNK) {
            self.projects.extend(ids.iter().map(|id| (*id, None)));
            let filter = Filter::new().in_list("i.id", ids.iter().copied());
            let sql = format!(
                "SELECT i.id, p.name FROM projects_instances i JOIN projects_projects p ON p.id = i.project_id WHERE {}",
                filter.sql(0)
            );
            self.projects.extend(r.query(&sql, filter.values(), |row| Ok((row.parse("id")?, row.get("name")?)))?);
        }
        for ids in tokens.chunks(CHUNK) {
            self.tokens.extend(ids.iter().map(|id| (*id, None)));
            let filter = Filter::new().in_list("id", ids.iter().copied());
            let sql = format!("SELECT id, user_name, name FROM tokens_tokens WHERE {}", filter.sql(0));
            self.tokens.extend(r.query(&sql, filter.values(), |row| {
                Ok((row.parse("id")?, Some(NamedActor { owner: row.get("user_name")?, token: row.get("name")? })))
            })?);
        }
        Ok(())
    }
}
