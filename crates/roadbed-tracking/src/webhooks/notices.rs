//! What receivers are told: from events to payloads. The shapes of MLflow's are those of `mlflow/webhooks/types.py`.

use super::kinds::Kind;
use crate::approvals::{ApprovalGiven, ApprovalRevoked, ApprovalRuleChanged};
use crate::models::{
    self, ModelAliasMoved, ModelCreated, ModelDeleted, ModelUpdated, ModelVersionCreated, ModelVersionDeleted,
    ModelVersionUpdated, RegisteredModel, TagChange,
};
use crate::production;
use roadbed_contracts::events::serving::RolloutEnded;
use roadbed_contracts::events::{Event, EventBody};
use roadbed_core::{TeamId, Timestamp};
use roadbed_store::{Query, StoreError};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// MLflow keeps the text of a prompt in this tag of its version.
const PROMPT_TEXT: &str = "mlflow.prompt.text";
/// MLflow's own tags of prompts, of which it does not tell.
const PROMPT_MARKS: [&str; 2] = ["mlflow.prompt.is_prompt", "_mlflow_prompt_type"];

/// Kinds of events that [`of`] looks at.
const SOURCES: [&str; 11] = [
    ModelCreated::KIND,
    ModelVersionCreated::KIND,
    ModelUpdated::KIND,
    ModelVersionUpdated::KIND,
    ModelAliasMoved::KIND,
    ModelDeleted::KIND,
    ModelVersionDeleted::KIND,
    ApprovalRuleChanged::KIND,
    ApprovalGiven::KIND,
    ApprovalRevoked::KIND,
    RolloutEnded::KIND,
];

/// Something to tell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Notice {
    pub kind: &'static Kind,
    pub data: Value,
}

pub(super) fn is_source(event: &Event) -> bool {
    event.header.team.is_some() && SOURCES.contains(&event.kind.as_str())
}

/// What an event tells. Names, versions and tags that changed are those of the event; tags, descriptions and sources of what was created
/// are read here, since audit events are kept for ever and do not carry what people may want to remove.
///
/// # Errors
/// The store fails. An event of a form that is not known tells nothing.
pub(super) fn of(query: &mut impl Query, team: TeamId, event: &Event) -> Result<Vec<Notice>, StoreError> {
    let Some(told) = Told::of(event) else { return Ok(Vec::new()) };
    let notices = match told {
        Told::Created(body) => vec![created(query, team, &body.model)?],
        Told::VersionCreated(body) => vec![version_created(query, team, body)?],
        Told::Updated(ModelUpdated { model, tag: Some(tag), .. }) => model_tag(query, team, &model, tag)?,
        Told::VersionUpdated(ModelVersionUpdated { model, version, tag: Some(tag), .. }) => {
            vec![version_tag(query, team, (&model, version), tag)?]
        }
        Told::Updated(_) | Told::VersionUpdated(_) => Vec::new(),
        Told::Moved(body) => alias_moved(query, team, body, event)?,
        Told::Deleted(body) => vec![notice("registered_model.deleted", json!({"name": body.model}))],
        Told::VersionDeleted(ModelVersionDeleted { model, version }) => {
            vec![notice("model_version.deleted", json!({"name": model, "version": version.to_string()}))]
        }
        Told::Rule(ApprovalRuleChanged { model, alias, conditions, approvers }) => {
            let data = json!({"name": model, "alias": alias, "conditions": conditions, "approvers": approvers});
            vec![notice("approval_rule.changed", data)]
        }
        Told::Given(ApprovalGiven { model, version, alias, person, comment, .. }) => {
            let version = version.to_string();
            let data = json!({"name": model, "version": version, "alias": alias, "person": person, "comment": comment});
            vec![notice("approval.given", data)]
        }
        Told::Revoked(ApprovalRevoked { model, version, alias, person, because }) => {
            let version = version.to_string();
            let data = json!({"name": model, "version": version, "alias": alias, "person": person, "because": because});
            vec![notice("approval.revoked", data)]
        }
        Told::Served(body) => vec![served(query, &body)?],
    };
    Ok(notices.into_iter().flatten().collect())
}

enum Told {
    Created(ModelCreated),
    VersionCreated(ModelVersionCreated),
    Updated(ModelUpdated),
    VersionUpdated(ModelVersionUpdated),
    Moved(ModelAliasMoved),
    Deleted(ModelDeleted),
    VersionDeleted(ModelVersionDeleted),
    Rule(ApprovalRuleChanged),
    Given(ApprovalGiven),
    Revoked(ApprovalRevoked),
    Served(RolloutEnded),
}

impl Told {
    fn of(event: &Event) -> Option<Self> {
        match event.kind.as_str() {
            ModelCreated::KIND => read(event).map(Self::Created),
            ModelVersionCreated::KIND => read(event).map(Self::VersionCreated),
            ModelUpdated::KIND => read(event).map(Self::Updated),
            ModelVersionUpdated::KIND => read(event).map(Self::VersionUpdated),
            ModelAliasMoved::KIND => read(event).map(Self::Moved),
            ModelDeleted::KIND => read(event).map(Self::Deleted),
            ModelVersionDeleted::KIND => read(event).map(Self::VersionDeleted),
            ApprovalRuleChanged::KIND => read(event).map(Self::Rule),
            ApprovalGiven::KIND => read(event).map(Self::Given),
            ApprovalRevoked::KIND => read(event).map(Self::Revoked),
            RolloutEnded::KIND => read(event).map(Self::Served),
            _ => None,
        }
    }
}

fn read<B: EventBody>(event: &Event) -> Option<B> {
    event.decode().ok().flatten()
}

/// None for a name that is not in the table, which a test excludes.
fn notice(name: &str, data: Value) -> Option<Notice> {
    Kind::named(name).map(|kind| Notice { kind, data })
}

fn is_prompt(model: Option<&RegisteredModel>) -> bool {
    model.is_some_and(RegisteredModel::is_prompt)
}

fn described(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn created(query: &mut impl Query, team: TeamId, name: &str) -> Result<Option<Notice>, StoreError> {
    let (model, _) = models::described(query, team, name, None)?;
    let prompt = is_prompt(model.as_ref());
    let (mut tags, description) = model.map(|model| (model.tags, model.description)).unwrap_or_default();
    if prompt {
        PROMPT_MARKS.iter().for_each(|mark| drop(tags.remove(*mark)));
    }
    let event = if prompt { "prompt.created" } else { "registered_model.created" };
    Ok(notice(event, json!({"name": name, "tags": tags, "description": description})))
}

fn version_created(
    query: &mut impl Query,
    team: TeamId,
    made: ModelVersionCreated,
) -> Result<Option<Notice>, StoreError> {
    let ModelVersionCreated { model: name, version: number, run_id, source, .. } = made;
    let (model, version) = models::described(query, team, &name, Some(number))?;
    let description = version.as_ref().and_then(|version| described(version.description.as_deref()?));
    let mut tags: BTreeMap<String, String> = version.as_ref().map(|version| version.tags.clone()).unwrap_or_default();
    let number = number.to_string();
    if is_prompt(model.as_ref()) {
        let template = tags.remove(PROMPT_TEXT);
        PROMPT_MARKS.iter().for_each(|mark| drop(tags.remove(*mark)));
        let data =
            json!({"name": name, "version": number, "template": template, "tags": tags, "description": description});
        return Ok(notice("prompt_version.created", data));
    }
    let run_id = described(&run_id);
    let data = json!({
        "name": name, "version": number, "source": source, "run_id": run_id, "tags": tags, "description": description
    });
    Ok(notice("model_version.created", data))
}

/// MLflow tells of tags of prompts and of versions, and of no others.
fn model_tag(
    query: &mut impl Query,
    team: TeamId,
    name: &str,
    tag: TagChange,
) -> Result<Vec<Option<Notice>>, StoreError> {
    let (model, _) = models::described(query, team, name, None)?;
    if !is_prompt(model.as_ref()) {
        return Ok(Vec::new());
    }
    let TagChange { key, value } = tag;
    Ok(vec![match value {
        Some(value) => notice("prompt_tag.set", json!({"name": name, "key": key, "value": value})),
        None => notice("prompt_tag.deleted", json!({"name": name, "key": key})),
    }])
}

fn version_tag(
    query: &mut impl Query,
    team: TeamId,
    (name, version): (&str, i64),
    TagChange { key, value }: TagChange,
) -> Result<Option<Notice>, StoreError> {
    let (model, _) = models::described(query, team, name, None)?;
    let prompt = is_prompt(model.as_ref());
    let version = version.to_string();
    Ok(match value {
        Some(value) => notice(
            if prompt { "prompt_version_tag.set" } else { "model_version_tag.set" },
            json!({"name": name, "version": version, "key": key, "value": value}),
        ),
        None => notice(
            if prompt { "prompt_version_tag.deleted" } else { "model_version_tag.deleted" },
            json!({"name": name, "version": version, "key": key}),
        ),
    })
}

/// MLflow tells of every move as of a new alias; ours says where it was before, and who moved it.
fn alias_moved(
    query: &mut impl Query,
    team: TeamId,
    moved: ModelAliasMoved,
    event: &Event,
) -> Result<Vec<Option<Notice>>, StoreError> {
    let ModelAliasMoved { model: name, alias, version, previous } = moved;
    let (model, _) = models::described(query, team, &name, None)?;
    let prompt = is_prompt(model.as_ref());
    let text = |version: Option<i64>| version.map(|version| version.to_string());
    let as_in_mlflow = match text(version) {
        Some(version) => notice(
            if prompt { "prompt_alias.created" } else { "model_version_alias.created" },
            json!({"name": name, "alias": alias, "version": version}),
        ),
        None => notice(
            if prompt { "prompt_alias.deleted" } else { "model_version_alias.deleted" },
            json!({"name": name, "alias": alias}),
        ),
    };
    let data = json!({
        "name": name, "alias": alias, "version": text(version), "previous": text(previous), "actor": event.header.actor.as_str()
    });
    Ok(vec![as_in_mlflow, notice("model_alias.moved", data)])
}

/// Names are those the revision was made with; null for one of a time when they were not noted.
fn served(query: &mut impl Query, ended: &RolloutEnded) -> Result<Option<Notice>, StoreError> {
    let now = match (ended.state.as_str(), ended.from_revision) {
        ("promoted", _) => ended.to_revision,
        (_, Some(revision)) => revision,
        (_, None) => return Ok(None),
    };
    let revision = production::revision_of(query, &now.to_string())?;
    let of = |part: fn(production::ServedRevision) -> Value| revision.clone().map_or(Value::Null, part);
    let data = json!({
        "service": of(|revision| json!(revision.service)),
        "revision": of(|revision| json!(revision.number)),
        "name": of(|revision| json!(revision.model)),
        "version": of(|revision| json!(revision.version.to_string())),
        "state": ended.state,
        "sentence": ended.sentence,
    });
    Ok(notice("production.changed", data))
}

#[derive(Serialize)]
struct Envelope<'a> {
    entity: &'a str,
    action: &'a str,
    timestamp: String,
    data: &'a Value,
    /// A workspace is a team.
    workspace: &'a str,
}

/// The body that is sent, as MLflow puts it together.
///
/// # Errors
/// Never in practice: all parts are JSON already.
pub(super) fn payload(kind: &Kind, data: &Value, at: Timestamp, workspace: &str) -> Result<String, serde_json::Error> {
    let (entity, action) = kind.parts();
    // Python before 3.11 reads no Z.
    let timestamp = at.to_string().replace('Z', "+00:00");
    serde_json::to_string(&Envelope { entity, action, timestamp, data, workspace })
}

/// What a test sends: MLflow's examples, and ours in their manner.
pub(super) fn example(kind: &Kind) -> Value {
    let (key, value, tags) = ("example_key", "example_value", json!({"example_key": "example_value"}));
    let (model, prompt, alias) = ("example_model", "example_prompt", "example_alias");
    match kind.name {
        "registered_model.created" => {
            json!({"name": model, "tags": tags, "description": "An example registered model"})
        }
        "model_version.created" => json!({
            "name": model, "version": "1", "source": "models:/123", "run_id": "abcd1234abcd5678", "tags": tags,
            "description": "An example model version"
        }),
        "model_version_tag.set" => json!({"name": model, "version": "1", "key": key, "value": value}),
        "model_version_tag.deleted" => json!({"name": model, "version": "1", "key": key}),
        "model_version_alias.created" => json!({"name": model, "alias": alias, "version": "1"}),
        "model_version_alias.deleted" => json!({"name": model, "alias": alias}),
        "prompt.created" => json!({"name": prompt, "tags": tags, "description": "An example prompt"}),
        "prompt_version.created" => json!({
            "name": prompt, "version": "1", "template": "Hello {{name}}!", "tags": tags, "description": "An example prompt version"
        }),
        "prompt_tag.set" => json!({"name": prompt, "key": key, "value": value}),
        "prompt_tag.deleted" => json!({"name": prompt, "key": key}),
        "prompt_version_tag.set" => json!({"name": prompt, "version": "1", "key": key, "value": value}),
        "prompt_version_tag.deleted" => json!({"name": prompt, "version": "1", "key": key}),
        "prompt_alias.created" => json!({"name": prompt, "alias": alias, "version": "1"}),
        "prompt_alias.deleted" => json!({"name": prompt, "alias": alias}),
        "registered_model.deleted" => json!({"name": model}),
        "model_version.deleted" => json!({"name": model, "version": "1"}),
        "model_alias.moved" => {
            json!({"name": model, "alias": alias, "version": "2", "previous": "1", "actor": "token:01890a5d-ac96-774b-bcce-b302099a8057"})
        }
        "approval_rule.changed" => {
            json!({"name": model, "alias": alias, "conditions": ["metrics.auc >= 0.9"], "approvers": 1})
        }
        "approval.given" => {
            json!({"name": model, "version": "1", "alias": alias, "person": "example", "comment": "looks right"})
        }
        "approval.revoked" => {
            json!({"name": model, "version": "1", "alias": alias, "person": "example", "because": "taken back by example"})
        }
        _ => json!({
            "service": "example", "revision": 2, "name": model, "version": "1", "state": "promoted",
            "sentence": "the new revision answers as well as the old one"
        }),
    }
}
