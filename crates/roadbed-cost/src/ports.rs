use roadbed_contracts::ports::Prices;
use std::sync::Arc;

/// Ports the room implements.
#[derive(Clone)]
pub struct Ports {
    pub prices: Arc<dyn Prices>,
}
