//! Which events are wanted. Pure.

use super::store::Names;
use roadbed_contracts::events::Event;
use roadbed_core::{InstanceId, Name, TeamId, Timestamp};
use std::collections::BTreeSet;

/// What a request asks for, with names resolved to ids.
#[derive(Debug, Clone, Default)]
pub(super) struct ActivityFilter {
    pub(super) kinds: BTreeSet<String>,
    pub(super) subject_kind: Option<String>,
    pub(super) subject_id: Option<String>,
    pub(super) team: Option<TeamId>,
    pub(super) project: Option<ProjectFilter>,
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
    /// Lower case.
    pub(super) actor: Option<String>,
    /// Lower case.
    pub(super) text: Option<String>,
}

/// Events of a project name an instance of it, or are about the project itself.
#[derive(Debug, Clone)]
pub(super) struct ProjectFilter {
    pub(super) name: Name,
    pub(super) team: TeamId,
    pub(super) instances: Vec<InstanceId>,
}

impl ActivityFilter {
    pub(super) fn wants(&self, event: &Event, names: &Names) -> bool {
        let header = &event.header;
        (self.kinds.is_empty() || self.kinds.contains(&event.kind))
            && self.subject_kind.as_ref().is_none_or(|kind| *kind == header.subject.kind)
            && self.subject_id.as_ref().is_none_or(|id| *id == header.subject.id)
            && self.team.is_none_or(|team| header.team == Some(team))
            && self.project.as_ref().is_none_or(|project| project.holds(event))
            && self.from.is_none_or(|from| event.at >= from)
            && self.to.is_none_or(|to| event.at < to)
            && self.actor.as_ref().is_none_or(|wanted| {
                let actor = header.actor.as_str();
                holds(actor, wanted)
                    || names.actor(actor).is_some_and(|name| holds(&name, wanted))
                    || names.token(actor).is_some_and(|name| holds(name, wanted))
            })
            && self.text.as_ref().is_none_or(|wanted| mentions(event, names, wanted))
    }
}

impl ProjectFilter {
    fn holds(&self, event: &Event) -> bool {
        let header = &event.header;
        let is_itself = header.subject.kind == "project" && header.subject.id == self.name.as_str();
        header.instance.is_some_and(|instance| self.instances.contains(&instance))
            || (is_itself && header.team == Some(self.team))
    }
}

fn holds(text: &str, wanted: &str) -> bool {
    text.to_lowercase().contains(wanted)
}

/// Anything a person can see of the event holds the text.
fn mentions(event: &Event, names: &Names, wanted: &str) -> bool {
    let header = &event.header;
    let actor = header.actor.as_str();
    [event.kind.as_str(), header.subject.kind.as_str(), header.subject.id.as_str(), actor]
        .iter()
        .any(|text| holds(text, wanted))
        || names.actor(actor).is_some_and(|name| holds(&name, wanted))
        || header.team.and_then(|team| names.team(team)).is_some_and(|name| holds(name, wanted))
        || header.instance.and_then(|instance| names.project(instance)).is_some_and(|name| holds(name, wanted))
        || values_hold(&event.body, wanted)
}

/// Some value of the body, not the name of a field, holds the text.
fn values_hold(value: &serde_json::Value, wanted: &str) -> bool {
    use serde_json::Value;
    match value {
        Value::String(text) => holds(text, wanted),
        Value::Array(items) => items.iter().any(|item| values_hold(item, wanted)),
        Value::Object(fields) => fields.values().any(|field| values_hold(field, wanted)),
        Value::Number(number) => number.to_string() == wanted,
        Value::Null | Value::Bool(_) => false,
    }
}

/// A name for people in the body: of what the event is about, or of the service it happened to.
pub(super) fn subject_name(event: &Event) -> Option<String> {
    let text = |field: &str| event.body.get(field).and_then(serde_json::Value::as_str);
    let name = text("name").or_else(|| text("service_name"));
    name.filter(|name| !name.is_empty()).map(|name| name.chars().take(200).collect())
}
