//! Ports the room uses and the one it implements.

use roadbed_contracts::ports::{Directory, Jobs, Lineage, Prices, Secrets};
use std::sync::Arc;

/// What other rooms answer.
#[derive(Clone)]
pub struct UsedPorts {
    pub directory: Arc<dyn Directory>,
    pub lineage: Arc<dyn Lineage>,
    pub prices: Arc<dyn Prices>,
    pub secrets: Arc<dyn Secrets>,
}

/// What this room answers.
#[derive(Clone)]
pub struct Ports {
    pub jobs: Arc<dyn Jobs>,
}
