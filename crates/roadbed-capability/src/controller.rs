//! Controllers: our own reconcile loops. Each takes no input, observes, plans purely, applies, and is safe to run twice or on a
//! stale list. The [`Driver`](crate::driver::Driver) owns period, wake-up, lease, retry and the status people see.

use async_trait::async_trait;
use roadbed_contracts::events::Event;
use roadbed_store::Lease;
use std::time::Duration;

/// A failed pass; the driver tries again with growing pauses and shows the text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ControllerError(String);

impl ControllerError {
    pub fn new(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

impl From<roadbed_store::StoreError> for ControllerError {
    fn from(error: roadbed_store::StoreError) -> Self {
        Self::new(error)
    }
}

impl From<roadbed_contracts::ports::PortError> for ControllerError {
    fn from(error: roadbed_contracts::ports::PortError) -> Self {
        Self::new(error)
    }
}

impl From<crate::problem::Problem> for ControllerError {
    fn from(problem: crate::problem::Problem) -> Self {
        Self::new(problem.detail)
    }
}

/// One loop. A pass is `observe → plan (pure, in the capability's plan.rs) → apply`.
#[async_trait]
pub trait Controller: Send + Sync + 'static {
    /// Lower case with dashes; also the name of its lease and its wake-up.
    fn name(&self) -> &'static str;

    /// Longest time between two passes.
    fn period(&self) -> Duration;

    /// One pass. `lease` guards its writes: pass it to `Transaction::check_lease` in every write. The sentence that comes back
    /// is shown as the controller's status.
    async fn pass(&self, lease: &Lease) -> Result<String, ControllerError>;
}

/// Follows committed events in order, each batch at least once. State is rebuilt from tables by `start`.
#[async_trait]
pub trait Reactor: Send + Sync + 'static {
    /// Lower case with dashes; also the name of its durable cursor and its lease.
    fn name(&self) -> &'static str;

    /// Rebuilds state from tables, before the first batch and after the lease was lost in between.
    async fn start(&self) -> Result<(), ControllerError>;

    /// Handles events; the cursor moves behind the last one afterwards. Must be idempotent.
    async fn react(&self, lease: &Lease, events: &[Event]) -> Result<(), ControllerError>;
}
