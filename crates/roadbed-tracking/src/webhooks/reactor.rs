//! The reactor `webhook-outbox`: puts what events tell into the outbox, in their order.

use super::model::{CONTROLLER, Delivery, DeliveryState, Webhook};
use super::operations::{Webhooks, hyphenated};
use super::{notices, store};
use async_trait::async_trait;
use roadbed_capability::{ControllerError, Reactor};
use roadbed_contracts::events::Event;
use roadbed_core::TeamId;
use roadbed_store::{Execute, Lease, StoreError, Transaction};
use std::collections::BTreeMap;

pub(super) struct Outbox {
    pub webhooks: Webhooks,
}

#[async_trait]
impl Reactor for Outbox {
    fn name(&self) -> &'static str {
        "webhook-outbox"
    }

    async fn start(&self) -> Result<(), ControllerError> {
        Ok(())
    }

    async fn react(&self, lease: &Lease, events: &[Event]) -> Result<(), ControllerError> {
        let sources: Vec<Event> = events.iter().filter(|event| notices::is_source(event)).cloned().collect();
        if sources.is_empty() {
            return Ok(());
        }
        let tracking = &self.webhooks.tracking;
        let teams = tracking.names_of_teams().await.map_err(ControllerError::new)?;
        let lease = lease.clone();
        let write = move |tx: &mut Transaction<'_>| -> Result<usize, StoreError> {
            tx.check_lease(&lease)?;
            tx.without_event("the outbox repeats what events have told");
            fill(tx, &sources, &teams)
        };
        if tracking.context.store.write(write).await? > 0 {
            tracking.context.wake_ups.wake(CONTROLLER);
        }
        Ok(())
    }
}

/// How many deliveries were put there.
fn fill(tx: &mut Transaction<'_>, events: &[Event], teams: &BTreeMap<TeamId, String>) -> Result<usize, StoreError> {
    let webhooks = store::enabled(tx)?;
    let mut queued = 0;
    for event in events {
        let Some(team) = event.header.team else { continue };
        let listening = |webhook: &&Webhook| webhook.team == team && webhook.since_seq < event.seq.0;
        let listening: Vec<&Webhook> = webhooks.iter().filter(listening).collect();
        if listening.is_empty() {
            continue;
        }
        let workspace = teams.get(&team).map_or("", String::as_str);
        for notice in notices::of(tx, team, event)? {
            let payload = notices::payload(notice.kind, &notice.data, event.at, workspace)
                .map_err(|error| StoreError::Event { detail: error.to_string() })?;
            for webhook in listening.iter().filter(|webhook| webhook.kinds.contains(&notice.kind)) {
                let new = delivery(tx, webhook, (event.seq.0, notice.kind.name), &payload);
                queued += usize::from(store::queue(tx, &new)?);
            }
        }
    }
    Ok(queued)
}

fn delivery(tx: &Transaction<'_>, webhook: &Webhook, (seq, event): (i64, &str), payload: &str) -> Delivery {
    let now = tx.now().as_millis();
    Delivery {
        number: 0,
        id: delivery_id(&webhook.id, seq, event),
        webhook: webhook.id.clone(),
        seq,
        event: event.to_owned(),
        payload: payload.to_owned(),
        state: DeliveryState::Waiting,
        attempts: 0,
        next_ms: Some(now),
        created_ms: now,
        queued_ms: now,
        last_ms: None,
        status: None,
        error: None,
        answer: String::new(),
    }
}

/// The same for the same event and webhook, so that even a delivery that is made again is known by its receiver.
fn delivery_id(webhook: &str, seq: i64, event: &str) -> String {
    let hash = blake3::hash(format!("{webhook} {seq} {event}").as_bytes());
    let bits = hash.as_bytes().iter().take(16).fold(0, |bits: u128, byte| (bits << 8) | u128::from(*byte));
    hyphenated(bits)
}
