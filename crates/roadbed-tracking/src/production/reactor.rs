//! The reactor `production`: notes alias moves, revisions and ended rollouts from audit events.

use super::model::{AliasMove, Served, ServedRevision};
use super::store;
use crate::models::{ModelAliasMoved, ModelDeleted, ModelVersionDeleted};
use async_trait::async_trait;
use roadbed_capability::{Context, ControllerError, Reactor};
use roadbed_contracts::events::serving::{RevisionCreated, RolloutEnded, ServiceDeleted};
use roadbed_contracts::events::{Event, EventBody as _};
use roadbed_contracts::ports::ModelReference;
use roadbed_store::{Lease, StoreError, Transaction};

pub(super) struct Notes {
    pub context: Context,
}

/// A row to add.
#[derive(Debug, Clone)]
enum Note {
    Move(AliasMove),
    Revision(ServedRevision),
    Served(Served),
}

#[async_trait]
impl Reactor for Notes {
    fn name(&self) -> &'static str {
        "production"
    }

    async fn start(&self) -> Result<(), ControllerError> {
        Ok(())
    }

    async fn react(&self, lease: &Lease, events: &[Event]) -> Result<(), ControllerError> {
        let notes: Vec<Note> = events.iter().filter_map(note).collect();
        if notes.is_empty() {
            return Ok(());
        }
        let lease = lease.clone();
        let write = move |tx: &mut Transaction<'_>| -> Result<(), StoreError> {
            tx.check_lease(&lease)?;
            tx.without_event("these rows repeat what events have told");
            for note in &notes {
                match note {
                    Note::Move(one) => store::add_move(tx, one)?,
                    Note::Revision(one) => store::add_revision(tx, one)?,
                    Note::Served(one) => store::add_served(tx, one)?,
                }
            }
            Ok(())
        };
        Ok(self.context.store.write(write).await?)
    }
}

/// What an event says about production; none when it says nothing, or is of a form that is not known.
fn note(event: &Event) -> Option<Note> {
    let moved = |model: String, alias: String, version, ended| {
        Some(Note::Move(AliasMove {
            seq: event.seq.0,
            team: event.header.team?,
            model,
            alias,
            version,
            ended,
            actor: event.header.actor.as_str().to_owned(),
            at_ms: event.at.as_millis(),
        }))
    };
    let served = |service: String, revision: Option<String>| {
        let actor = event.header.actor.as_str().to_owned();
        let (seq, at_ms) = (event.seq.0, event.at.as_millis());
        Some(Note::Served(Served { seq, service_id: service, revision, actor, at_ms }))
    };
    let body = event.body.clone();
    match event.kind.as_str() {
        ModelAliasMoved::KIND => {
            let one: ModelAliasMoved = serde_json::from_value(body).ok()?;
            moved(one.model, one.alias, one.version, None)
        }
        ModelVersionDeleted::KIND => {
            let one: ModelVersionDeleted = serde_json::from_value(body).ok()?;
            moved(one.model, String::new(), None, Some(one.version))
        }
        ModelDeleted::KIND => {
            let one: ModelDeleted = serde_json::from_value(body).ok()?;
            moved(one.model, String::new(), None, Some(0))
        }
        RevisionCreated::KIND => {
            let one: RevisionCreated = serde_json::from_value(body).ok()?;
            let Ok(ModelReference::Version { name, version }) = one.model.parse() else { return None };
            Some(Note::Revision(ServedRevision {
                revision: one.revision.to_string(),
                team: event.header.team?,
                service_id: one.service.to_string(),
                service: event.header.subject.id.clone(),
                number: one.number,
                model: name.to_string(),
                version: i64::from(version),
            }))
        }
        RolloutEnded::KIND => {
            let one: RolloutEnded = serde_json::from_value(body).ok()?;
            let revision = if one.state == "promoted" { Some(one.to_revision) } else { one.from_revision };
            served(one.service.to_string(), revision.map(|revision| revision.to_string()))
        }
        ServiceDeleted::KIND => {
            let one: ServiceDeleted = serde_json::from_value(body).ok()?;
            served(one.service.to_string(), None)
        }
        _ => None,
    }
}
