//! Training: executions of user code to completion, the code and the environments they run with.
//!
//! Owns: jobs, snapshots, environments; the metering of what jobs use. Never: other rooms.
//! Start reading at [`jobs`], then `jobs::plan`.

mod assembly;
pub mod environments;
pub mod jobs;
mod permissions;
mod ports;
mod project_of_call;
mod settings;
pub mod snapshots;

pub use assembly::{capabilities, jobs_port, manifest_syntax, record_kinds};
pub use ports::{Ports, UsedPorts};
pub use settings::TrainingSettings;

use roadbed_store::MigrationSet;

/// Tables of the room.
pub const MIGRATIONS: &[MigrationSet] = &[jobs::MIGRATIONS, snapshots::MIGRATIONS, environments::MIGRATIONS];
