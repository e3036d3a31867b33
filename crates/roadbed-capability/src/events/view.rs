//! How an event looks on the wire, and for whom.

use crate::caller::Scope;
use roadbed_contracts::events::Event;
use serde::Serialize;

/// One event.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct EventView {
    pub seq: i64,
    /// RFC 3339.
    pub at: String,
    pub kind: String,
    pub version: u16,
    /// `audit` or `activity`.
    pub class: String,
    pub team: Option<String>,
    pub instance: Option<String>,
    pub subject_kind: String,
    pub subject_id: String,
    pub actor: String,
    pub cause: Option<i64>,
    pub change: Option<String>,
    pub body: serde_json::Value,
}

impl From<&Event> for EventView {
    fn from(event: &Event) -> Self {
        Self {
            seq: event.seq.0,
            at: event.at.to_string(),
            kind: event.kind.clone(),
            version: event.version,
            class: event.class.as_str().to_owned(),
            team: event.header.team.map(|id| id.to_string()),
            instance: event.header.instance.map(|id| id.to_string()),
            subject_kind: event.header.subject.kind.clone(),
            subject_id: event.header.subject.id.clone(),
            actor: event.header.actor.as_str().to_owned(),
            cause: event.header.cause.map(|seq| seq.0),
            change: event.header.change.clone(),
            body: event.body.clone(),
        }
    }
}

/// Is the event within reach? Platform events (no team) are for those who reach every team.
#[must_use]
pub fn is_within(event: &Event, scope: &Scope) -> bool {
    match (event.header.team, event.header.instance) {
        (Some(team), Some(instance)) => scope.reaches_instance(team, instance),
        (Some(team), None) => scope.reaches(team) && scope.instance().is_none(),
        (None, _) => *scope == Scope::platform(),
    }
}
