//! Runs controllers and reactors: period, wake-up, lease, retry with growing pauses, visible status.

use crate::context::Context;
use crate::controller::{Controller, ControllerError, Reactor};
use roadbed_core::Timestamp;
use roadbed_store::Lease;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A lease lives this long without renewal, so another server takes over within it.
const LEASE_TTL: Duration = Duration::from_secs(15);
const FIRST_RETRY: Duration = Duration::from_millis(200);
const LAST_RETRY: Duration = Duration::from_secs(30);
/// A pass longer than this is ended and counted as failed.
const PASS_TIMEOUT: Duration = Duration::from_secs(120);
const EVENT_BATCH: u32 = 200;
const POLL: Duration = Duration::from_secs(1);

/// What people see of a controller or reactor.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
pub struct LoopStatus {
    /// `waiting`, `running`, `failing` or `elsewhere` (another server holds the lease).
    pub state: String,
    /// The last pass in a sentence.
    pub summary: String,
    /// Passes that ended well since this process started.
    pub passes: u64,
    pub failures_in_a_row: u32,
    pub last_error: Option<String>,
    /// RFC 3339.
    pub last_pass_at: Option<String>,
}

/// Status of every loop by name.
#[derive(Clone, Default)]
pub struct LoopStatuses(Arc<Mutex<BTreeMap<&'static str, LoopStatus>>>);

impl LoopStatuses {
    #[must_use]
    pub fn all(&self) -> BTreeMap<String, LoopStatus> {
        let statuses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        statuses.iter().map(|(name, status)| ((*name).to_owned(), status.clone())).collect()
    }

    fn change(&self, name: &'static str, change: impl FnOnce(&mut LoopStatus)) {
        change(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
    }

    fn passed(&self, name: &'static str, at: Timestamp, summary: String) {
        self.change(name, |status| {
            status.state = "waiting".into();
            status.summary = summary;
            status.passes += 1;
            status.failures_in_a_row = 0;
            status.last_error = None;
            status.last_pass_at = Some(at.to_string());
        });
    }

    fn failed(&self, name: &'static str, at: Timestamp, error: &ControllerError) -> u32 {
        let mut failures = 0;
        self.change(name, |status| {
            status.state = "failing".into();
            status.failures_in_a_row += 1;
            status.last_error = Some(error.to_string());
            status.last_pass_at = Some(at.to_string());
            failures = status.failures_in_a_row;
        });
        tracing::warn!(controller = name, failures, "controller {name} failed: {error}");
        failures
    }
}

/// Owns the loops of one control process until it is stopped.
pub struct Driver {
    context: Context,
    holder: String,
    statuses: LoopStatuses,
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

impl Driver {
    /// `holder` names this process in leases: new at every start where several servers share a store, always the same where only one can
    /// open it, so that a restart after a kill goes on at once.
    #[must_use]
    pub fn new(context: Context, holder: String) -> Self {
        Self {
            context,
            holder,
            statuses: LoopStatuses::default(),
            tasks: JoinSet::new(),
            stop: CancellationToken::new(),
        }
    }

    #[must_use]
    pub fn statuses(&self) -> LoopStatuses {
        self.statuses.clone()
    }

    /// Starts a controller's loop.
    pub fn run_controller(&mut self, controller: Arc<dyn Controller>) {
        let held = HeldLoop::new(&self.context, &self.holder, &self.statuses, controller.name());
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            stop.run_until_cancelled(held.drive_controller(controller)).await;
        });
    }

    /// Starts a reactor's loop.
    pub fn run_reactor(&mut self, reactor: Arc<dyn Reactor>) {
        let held = HeldLoop::new(&self.context, &self.holder, &self.statuses, reactor.name());
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            stop.run_until_cancelled(held.drive_reactor(reactor)).await;
        });
    }

    /// Ends all loops; a pass under way is dropped at its next await, which every pass survives by design.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

struct HeldLoop {
    context: Context,
    holder: String,
    statuses: LoopStatuses,
    name: &'static str,
    lease: Option<Lease>,
}

impl HeldLoop {
    fn new(context: &Context, holder: &str, statuses: &LoopStatuses, name: &'static str) -> Self {
        statuses.change(name, |status| status.state = "waiting".into());
        Self { context: context.clone(), holder: holder.to_owned(), statuses: statuses.clone(), name, lease: None }
    }

    /// The lease, held or newly taken; `None` while another server holds it. Taking it is a durable write, so one with enough
    /// time left is kept as it is.
    async fn lease(&mut self) -> Result<Option<Lease>, ControllerError> {
        let enough = self.context.clock.now().plus(LEASE_TTL / 2);
        if let Some(lease) = self.lease.as_ref().filter(|lease| lease.expires_at > enough) {
            return Ok(Some(lease.clone()));
        }
        self.lease = self.context.store.acquire_lease(self.name, &self.holder, LEASE_TTL).await?;
        if self.lease.is_none() {
            self.statuses.change(self.name, |status| status.state = "elsewhere".into());
        }
        Ok(self.lease.clone())
    }

    /// Waits out a failure: 0.2 s, doubled up to 30 s. A wake-up ends the wait early: what failed may be one thing among many.
    async fn pause_after(&mut self, error: &ControllerError) {
        self.lease = None;
        let failures = self.statuses.failed(self.name, self.context.clock.now(), error);
        let pause = FIRST_RETRY.saturating_mul(1 << failures.min(10)).min(LAST_RETRY);
        tokio::time::sleep(FIRST_RETRY).await;
        let woken = self.context.wake_ups.of(self.name);
        let _ = tokio::time::timeout(pause - FIRST_RETRY, woken.notified()).await;
    }

    async fn drive_controller(mut self, controller: Arc<dyn Controller>) {
        let woken = self.context.wake_ups.of(self.name);
        loop {
            match self.controller_pass(&*controller).await {
                Ok(()) => {
                    let _ = tokio::time::timeout(controller.period(), woken.notified()).await;
                }
                Err(error) => self.pause_after(&error).await,
            }
        }
    }

    async fn controller_pass(&mut self, controller: &dyn Controller) -> Result<(), ControllerError> {
        let Some(lease) = self.lease().await? else { return Ok(()) };
        self.statuses.change(self.name, |status| status.state = "running".into());
        let pass = tokio::time::timeout(PASS_TIMEOUT, self.renewing(controller.pass(&lease))).await;
        let summary = pass.map_err(|_| ControllerError::new(format!("a pass took longer than {PASS_TIMEOUT:?}")))??;
        self.statuses.passed(self.name, self.context.clock.now(), summary);
        Ok(())
    }

    /// Keeps the lease alive while a long pass runs.
    async fn renewing<T>(&self, pass: impl Future<Output = T>) -> T {
        tokio::pin!(pass);
        loop {
            tokio::select! {
                result = &mut pass => return result,
                () = tokio::time::sleep(LEASE_TTL / 3) => {
                    let _ = self.context.store.acquire_lease(self.name, &self.holder, LEASE_TTL).await;
                }
            }
        }
    }

    async fn drive_reactor(mut self, reactor: Arc<dyn Reactor>) {
        let mut head = self.context.store.head();
        let mut held_epoch = None;
        loop {
            match self.reactor_pass(&*reactor, &mut held_epoch).await {
                Ok(true) => {}
                Ok(false) => {
                    let _ = tokio::time::timeout(POLL, head.changed()).await;
                }
                Err(error) => self.pause_after(&error).await,
            }
        }
    }

    /// True when there may be more events at once.
    async fn reactor_pass(
        &mut self,
        reactor: &dyn Reactor,
        held_epoch: &mut Option<i64>,
    ) -> Result<bool, ControllerError> {
        let Some(lease) = self.lease().await? else { return Ok(false) };
        if *held_epoch != Some(lease.epoch) {
            reactor.start().await?;
            *held_epoch = Some(lease.epoch);
        }
        let store = &self.context.store;
        let from = store.cursor(self.name).await?;
        let events = store.events_after(from, EVENT_BATCH).await?;
        let Some(to) = events.last().map(|event| event.seq) else {
            self.statuses.change(self.name, |status| status.state = "waiting".into());
            return Ok(false);
        };
        reactor.react(&lease, &events).await?;
        let (name, held) = (self.name, lease.clone());
        store
            .write(move |tx| {
                tx.check_lease(&held)?;
                tx.advance_cursor(name, from, to)
            })
            .await?;
        self.statuses.passed(self.name, self.context.clock.now(), format!("handled events up to {to}"));
        Ok(true)
    }
}
