//! Serving: models behind stable names, released step by step by valid statistics.
//!
//! Owns: gateways (what data planes know and tell), services and their revisions, rollouts; traffic as numbers over time; the metering of
//! inline inference.
//! Never: other rooms, the gateway's own crate.
//! Start reading at [`rollouts`], then `rollouts::plan`.

mod assembly;
pub mod gateways;
pub mod revisions;
pub mod rollouts;
pub mod services;
mod settings;
pub mod traffic;

pub use assembly::{Serving, capabilities, manifest_syntax, record_kinds};
pub use gateways::{GatewayLiveness, GrantsSource};
pub use settings::{ServingSettings, UsedPorts};

use roadbed_store::MigrationSet;

/// Tables of the room.
pub const MIGRATIONS: &[MigrationSet] = &[gateways::MIGRATIONS, services::MIGRATIONS, rollouts::MIGRATIONS];
