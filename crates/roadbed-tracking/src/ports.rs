use roadbed_contracts::ports::{Lineage, Registry};
use std::sync::Arc;

/// What this room answers to others.
#[derive(Clone)]
pub struct Ports {
    pub lineage: Arc<dyn Lineage>,
    pub registry: Arc<dyn Registry>,
}
