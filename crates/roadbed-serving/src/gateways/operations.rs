use super::model::{GatewayLiveness, GatewaySeen};
use super::store;
use roadbed_capability::{Context, Problem};
use roadbed_contracts::entries::{EntryFeed, GrantEntry, Heartbeat};
use roadbed_contracts::records::Record;
use roadbed_core::Timestamp;
use roadbed_store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Longest wait of one question for changes.
const WAIT_LIMIT: Duration = Duration::from_secs(60);
/// Another control process may have written: polling is the net under the notification.
const POLL: Duration = Duration::from_secs(1);
/// Removals are told for this long; a gateway that comes back later reads everything.
const REMOVALS_KEPT: Duration = Duration::from_secs(7 * 86_400);
/// Name of the controller that heartbeats wake.
pub(crate) const ROLLOUTS_CONTROLLER: &str = "rollouts";

/// Use cases of gateways. Cheap to clone.
#[derive(Clone)]
pub struct Gateways {
    context: Context,
    liveness: GatewayLiveness,
    changes: Arc<watch::Sender<u64>>,
}

impl Gateways {
    #[must_use]
    pub fn new(context: &Context) -> Self {
        let liveness = GatewayLiveness::new(context.clock.clone());
        Self { context: context.clone(), liveness, changes: Arc::new(watch::Sender::new(0)) }
    }

    #[must_use]
    pub fn liveness(&self) -> GatewayLiveness {
        self.liveness.clone()
    }

    /// Call it after a commit that changed entries: waiting gateways hear of it at once.
    pub fn announce(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Changes after a version; waits for one when there is none.
    pub(super) async fn feed(&self, after: i64, wait: Duration) -> Result<EntryFeed, Problem> {
        let mut changes = self.changes.subscribe();
        let deadline = tokio::time::Instant::now() + wait.min(WAIT_LIMIT);
        loop {
            changes.mark_unchanged();
            let feed = self.read(after).await?;
            let told_something = !feed.entries.is_empty() || after == 0 || feed.head < after;
            if told_something || tokio::time::Instant::now() >= deadline {
                return Ok(feed);
            }
            let next_look = deadline.min(tokio::time::Instant::now() + POLL);
            let _ = tokio::time::timeout_at(next_look, changes.changed()).await;
        }
    }

    async fn read(&self, after: i64) -> Result<EntryFeed, Problem> {
        let (state, feed) = self
            .context
            .store
            .read(move |r| -> Result<_, StoreError> { Ok((store::feed_state(r)?, store::feed(r, after)?)) })
            .await?;
        if let Some(feed) = feed.filter(|_| !state.epoch.is_empty()) {
            return Ok(feed);
        }
        if after <= state.head && !state.epoch.is_empty() {
            // The asker missed removals that are forgotten: a foreign epoch makes it start again.
            return Ok(EntryFeed { entries: Vec::new(), head: 0, epoch: format!("{}-forgotten", state.epoch) });
        }
        // The first question of all, or a gateway that knows more than control does: history was lost.
        let epoch = format!("{:032x}", self.context.ids.next());
        let seen = state.epoch;
        self.context
            .store
            .write(move |tx| -> Result<_, StoreError> {
                if store::feed_state(tx)?.epoch == seen {
                    store::set_epoch(tx, &epoch)?;
                }
                let state = store::feed_state(tx)?;
                let lost = after > state.head;
                let found = if lost { None } else { store::feed(tx, after)? };
                Ok(found.unwrap_or(EntryFeed { entries: Vec::new(), head: state.head, epoch: state.epoch }))
            })
            .await
            .map_err(Problem::from)
    }

    /// Takes what a gateway says. A record that no kind takes is dropped with a note in the log: sent again it would be refused again.
    pub(super) async fn heartbeat(&self, name: String, heartbeat: Heartbeat) -> Result<(), Problem> {
        let (mut taken, mut dropped) = (Vec::<Record>::new(), None);
        for record in heartbeat.records {
            match self.context.records.check(&record) {
                Ok(()) => taken.push(record),
                Err(refusal) => dropped = Some(refusal),
            }
        }
        if let Some(refusal) = dropped {
            tracing::warn!(gateway = name, %refusal, "records of a gateway are dropped");
        }
        self.context.records.append(&taken).await?;
        let revisions = heartbeat.revisions.into_iter().map(|status| (status.revision, status)).collect();
        let heard_at = self.context.clock.now();
        self.liveness.note(GatewaySeen { name, heard_at, applied: heartbeat.applied, revisions });
        self.context.wake_ups.wake(ROLLOUTS_CONTROLLER);
        Ok(())
    }

    pub(super) async fn head(&self) -> Result<i64, StoreError> {
        Ok(self.context.store.read(|r| store::feed_state(r)).await?.head)
    }

    /// Makes the grants exactly these.
    pub(super) async fn put_grants(&self, grants: Vec<GrantEntry>) -> Result<(), StoreError> {
        let forget_before: Timestamp = self.context.clock.now().minus(REMOVALS_KEPT);
        let changed = self
            .context
            .store
            .write(move |tx| -> Result<_, StoreError> {
                store::forget_removals(tx, forget_before)?;
                store::put_grants(tx, &grants)
            })
            .await?;
        if changed > 0 {
            self.announce();
        }
        Ok(())
    }
}
