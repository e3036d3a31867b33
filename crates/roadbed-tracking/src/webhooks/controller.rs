//! The controller `webhooks`: sends what is in the outbox, notes how it went, and forgets what is old.

use super::model::{CONTROLLER, Delivery, DeliveryState, Webhook, WebhookFailing, WebhookRecovered};
use super::operations::{Webhooks, subject};
use super::plan::{self, News};
use super::sender::Outcome;
use super::store;
use async_trait::async_trait;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use roadbed_capability::{Controller, ControllerError};
use roadbed_contracts::events::{Actor, EventHeader};
use roadbed_store::{Execute, Lease, Reader, StoreError, Transaction};
use std::time::Duration;
use tokio::time::Instant;

/// The shortest pause between two attempts is about as long.
const PERIOD: Duration = Duration::from_secs(10);
const BATCH: u32 = 200;
/// Webhooks that are sent to at the same time; each gets one delivery after the other.
const AT_ONCE: usize = 8;
/// Nothing is begun after so long in one pass; the driver ends passes of two minutes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Deliverer {
    pub webhooks: Webhooks,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    delivered: u64,
    failed: u64,
}

impl Deliverer {
    /// Sends to one webhook, in the order of events, until it cannot be reached.
    async fn send_all(&self, lease: &Lease, due: Vec<Delivery>, until: Instant) -> Result<Tally, ControllerError> {
        let mut tally = Tally::default();
        for delivery in due {
            if Instant::now() >= until {
                break;
            }
            // Read anew, since it may have been changed or switched off meanwhile.
            let id = delivery.webhook.clone();
            let store = &self.webhooks.tracking.context.store;
            let webhook = store.read(move |r: &mut Reader<'_>| store::by_id(r, &id)).await?;
            let Some(webhook) = webhook.filter(|webhook| webhook.enabled) else { break };
            let outcome = self.webhooks.send(&webhook, &delivery.id, delivery.payload.clone()).await;
            let is_delivered = outcome.error.is_none();
            let is_out_of_reach = outcome.status.is_none();
            self.note(lease, webhook, delivery, outcome).await?;
            tally.delivered += u64::from(is_delivered);
            tally.failed += u64::from(!is_delivered);
            if is_out_of_reach {
                break;
            }
        }
        Ok(tally)
    }

    async fn note(
        &self,
        lease: &Lease,
        webhook: Webhook,
        delivery: Delivery,
        outcome: Outcome,
    ) -> Result<(), ControllerError> {
        let lease = lease.clone();
        let write = move |tx: &mut Transaction<'_>| -> Result<(), StoreError> {
            tx.check_lease(&lease)?;
            tx.without_event("attempts are told only when they fail for long");
            let now = tx.now().as_millis();
            let next = plan::next(&delivery, &outcome, now);
            store::note_attempt(tx, &delivery, &outcome, next)?;
            if let (DeliveryState::Waiting, None, Some(until)) = (next.state, outcome.status, next.next_ms) {
                store::defer(tx, &webhook.id, until)?;
            }
            let Some(current) = store::by_id(tx, &webhook.id)? else { return Ok(()) };
            let (health, news) = plan::health(&current.health, &outcome, now);
            store::update_health(tx, &current.id, &health)?;
            tell(tx, &current, news, outcome.error.as_deref().unwrap_or_default())
        };
        Ok(self.webhooks.tracking.context.store.write(write).await?)
    }

    /// Writes only when there is something to forget.
    async fn forget(&self, lease: &Lease) -> Result<(), ControllerError> {
        let context = &self.webhooks.tracking.context;
        let before = context.clock.now().as_millis().saturating_sub(plan::KEPT_MS);
        if !context.store.read(move |r: &mut Reader<'_>| store::is_older(r, before)).await? {
            return Ok(());
        }
        let lease = lease.clone();
        let write = move |tx: &mut Transaction<'_>| -> Result<(), StoreError> {
            tx.check_lease(&lease)?;
            tx.without_event("what was delivered long ago is forgotten");
            store::forget(tx, before)
        };
        Ok(context.store.write(write).await?)
    }
}

fn tell(tx: &mut Transaction<'_>, webhook: &Webhook, news: News, error: &str) -> Result<(), StoreError> {
    let header = EventHeader::new(subject(&webhook.id), Actor::controller(CONTROLLER)).with_team(webhook.team);
    let name = webhook.name.clone();
    match news {
        News::Nothing => return Ok(()),
        News::Failing => tx.emit(&header, &WebhookFailing { name, error: error.to_owned() })?,
        News::Recovered => tx.emit(&header, &WebhookRecovered { name })?,
    };
    Ok(())
}

/// Those of one webhook together, in the order in which each was first met.
fn by_webhook(due: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut groups: Vec<Vec<Delivery>> = Vec::new();
    for delivery in due {
        let same = |group: &&mut Vec<Delivery>| group.iter().any(|other| other.webhook == delivery.webhook);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(delivery),
            None => groups.push(vec![delivery]),
        }
    }
    groups
}

#[async_trait]
impl Controller for Deliverer {
    fn name(&self) -> &'static str {
        CONTROLLER
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn pass(&self, lease: &Lease) -> Result<String, ControllerError> {
        self.forget(lease).await?;
        let context = &self.webhooks.tracking.context;
        let until = Instant::now() + PATIENCE;
        let mut whole = Tally::default();
        while Instant::now() < until {
            let now = context.clock.now().as_millis();
            let due = context.store.read(move |r: &mut Reader<'_>| store::due(r, now, BATCH)).await?;
            if due.is_empty() {
                break;
            }
            let sending = by_webhook(due).into_iter().map(|group| self.send_all(lease, group, until));
            let tallies: Vec<Tally> = stream::iter(sending).buffer_unordered(AT_ONCE).try_collect().await?;
            for tally in tallies {
                whole.delivered += tally.delivered;
                whole.failed += tally.failed;
            }
        }
        Ok(format!("delivered {}, failed {}", whole.delivered, whole.failed))
    }
}
