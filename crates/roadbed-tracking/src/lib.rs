//! Tracking: experiments, runs, artifacts, logged models, the model registry and traces, spoken in MLflow's REST protocol so that unmodified
//! `mlflow` clients work.
//!
//! Owns: what MLflow clients log and register. Never: other rooms; jobs are known by id only.
//! Start reading at [`mlflow`] (the protocol), then [`runs`], then [`models`].
//!
//! Order of the capabilities, each using only those before it: experiments, inputs, runs, artifacts, logged models, approvals,
//! signatures, models, production, webhooks, retention, scans, cards, boms, transfer, traces.

pub mod approvals;
mod arrival;
pub mod artifacts;
pub mod boms;
pub mod cards;
pub mod elsewhere;
pub mod experiments;
mod facts;
pub mod inputs;
pub mod lineage;
pub mod logged_models;
pub mod mlflow;
pub mod models;
mod ports;
pub mod production;
pub mod retention;
pub mod runs;
pub mod scans;
pub mod search;
pub mod server;
mod settings;
pub mod signatures;
pub mod traces;
pub mod transfer;
pub mod webhooks;
pub mod workspaces;

pub use ports::Ports;
pub use settings::TrackingSettings;

use lineage::StoredLineage;
use mlflow::Tracking;
use models::StoredRegistry;
use roadbed_capability::{Capability, Context};
use roadbed_contracts::ports::Directory;
use roadbed_store::MigrationSet;
use signatures::FileHashes;
use std::sync::Arc;

/// Tables of all capabilities of this room.
pub const MIGRATIONS: &[&[MigrationSet]] = &[
    experiments::MIGRATIONS,
    inputs::MIGRATIONS,
    runs::MIGRATIONS,
    artifacts::MIGRATIONS,
    logged_models::MIGRATIONS,
    approvals::MIGRATIONS,
    signatures::MIGRATIONS,
    models::MIGRATIONS,
    production::MIGRATIONS,
    webhooks::MIGRATIONS,
    retention::MIGRATIONS,
    transfer::MIGRATIONS,
    traces::MIGRATIONS,
];

/// The capabilities of this room and the ports it implements.
#[must_use]
pub fn capabilities(
    context: &Context,
    directory: Arc<dyn Directory>,
    settings: TrackingSettings,
) -> (Vec<Capability>, Ports) {
    let tracking = Tracking::new(context.clone(), directory);
    let made = runs::MadeByRuns { models: logged_models::made_by, versions: models::made_from };
    let hashes = FileHashes::new(context.blobs.clone());
    let capabilities = vec![
        server::capability(tracking.clone()),
        workspaces::capability(tracking.clone()),
        elsewhere::capability(tracking.clone()),
        experiments::capability(tracking.clone(), runs::OF_EXPERIMENTS),
        runs::capability(tracking.clone(), made),
        artifacts::capability(tracking.clone(), made),
        logged_models::capability(tracking.clone()),
        approvals::capability(tracking.clone(), models::OF_APPROVALS),
        signatures::capability(tracking.clone(), models::OF_SIGNATURES, hashes.clone()),
        models::capability(tracking.clone()),
        production::capability(tracking.clone()),
        webhooks::capability(tracking.clone(), settings),
        retention::capability(tracking.clone()),
        scans::capability(tracking.clone()),
        cards::capability(tracking.clone(), hashes.clone()),
        boms::capability(tracking.clone(), hashes),
        transfer::capability(tracking.clone()),
        traces::capability(tracking),
    ];
    let ports = Ports {
        lineage: Arc::new(StoredLineage::new(context.clone())),
        registry: Arc::new(StoredRegistry::new(context.clone())),
    };
    (capabilities, ports)
}

#[cfg(test)]
extern crate self as roadbed_tracking;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod tests;
