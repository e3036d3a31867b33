//! Owner: cost. What something cost.

use super::PortError;
use async_trait::async_trait;
use roadbed_core::{Currency, Micros, WorkloadId};

/// Money spent, in micro-units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectCost {
    pub micros: Micros,
    pub currency: Currency,
}

#[async_trait]
pub trait Prices: Send + Sync + 'static {
    /// Cost so far of each workload, in the order asked; zero for one that used nothing yet.
    async fn cost_of_workloads(&self, workloads: &[WorkloadId]) -> Result<Vec<ObjectCost>, PortError>;
}
