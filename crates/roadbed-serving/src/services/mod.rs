//! # Services
//! Purpose: a model behind one stable name and address, with every step it ever took kept as an immutable revision.
//!
//! Words: *service* (name, team, settings), *revision* (model bytes + configuration, numbered 1, 2, 3), *stable* (the revision in
//! charge), *previous* (the one before, kept warm), *held* (a model digest that was rolled back: nothing but a person tries it again).
//! States: empty → deploying → serving; failed when the first revision could not be brought up.
//! Reads and writes: tables `services_services`, `services_revisions`, `services_held`; entries `service/<id>`, `revision/<id>`;
//! events `ServiceCreated`, `ServiceChanged`, `ServiceDeleted`, `RevisionCreated`; records `usage` (series `inline/<revision id>`);
//! the controller `service-usage`.
//! Words of health: healthy, progressing, degraded, failing, paused, unknown; a pure function of state, rollout, gateways and answers.
//! Endpoints: `/api/v1/services`, `/api/v1/services/{service}` (read, delete, change the settings).
//! Not here: moving traffic and deploying (rollouts), what a revision holds (revisions), time series (traffic), running models (the
//! gateway's process group).
//!
//! Invariant: a name belongs to one service on the platform; whose it is stays hidden from other teams.

mod api;
mod change_settings;
mod entry;
mod health;
mod model;
mod operations;
pub(crate) mod reading;
mod recent;
mod settings;
pub(crate) mod store;
mod usage;
mod usage_plan;
mod views;
mod written;

pub use api::capability;
pub use entry::{Traffic, revision_entry, service_entry};
pub use health::{Health, OpenRollout, OpenState, RecentAnswers, Signs, health};
pub use model::{
    LastChange, Origin, Revision, RevisionCreated, Service, ServiceChanged, ServiceCreated, ServiceDeleted,
    ServiceState, ServicesError,
};
pub use operations::{SERVICE_DEPLOY, SERVICE_PREDICT, SERVICE_READ, Services};
pub(crate) use operations::{header, publish, put_traffic, put_traffic_as_is, unpublish};
pub use reading::read_services;
pub use settings::{
    BatchingSettings, GuardrailSettings, ReplicaSettings, RolloutSettings, ServiceSettings, Strategy, Undecided,
    check_steps,
};
pub(crate) use views::model_of;
pub use written::{as_written, patched};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "services",
    lane: Lane::State,
    migrations: &[
        Migration { number: 1, name: "services", sql: include_str!("migrations/0001_services.sql") },
        Migration { number: 2, name: "origins", sql: include_str!("migrations/0002_origins.sql") },
    ],
};
