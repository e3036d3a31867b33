//! Cost: what everything that ran has cost, and what stood idle.
//!
//! Owns: the price book and the arithmetic of money over usage. Never: other rooms; usage and capacity are records of the socket.
//! Start reading at [`costs`].

pub mod costs;
mod ports;
pub mod prices;

pub use ports::Ports;

use roadbed_capability::{Capability, Context};
use roadbed_contracts::ports::Directory;
use roadbed_store::MigrationSet;
use std::sync::Arc;

/// Tables of the room.
pub const MIGRATIONS: &[MigrationSet] = &[prices::MIGRATIONS];

/// All capabilities of the room, and its ports.
#[must_use]
pub fn capabilities(context: &Context, directory: Arc<dyn Directory>) -> (Vec<Capability>, Ports) {
    let costs = costs::Costs::new(context, directory);
    let ports = Ports { prices: Arc::new(costs.clone()) };
    (vec![prices::capability(context), costs::capability(costs)], ports)
}
