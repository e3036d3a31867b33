//! Puts the room's capabilities together.

use crate::jobs::JobsTable;
use crate::ports::{Ports, UsedPorts};
use crate::settings::TrainingSettings;
use crate::{environments, jobs, snapshots};
use roadbed_capability::manifest::SectionSyntax;
use roadbed_capability::records::RecordKind;
use roadbed_capability::{Capability, Context};
use roadbed_compute::Engine;
use roadbed_contracts::ports::Jobs;
use std::sync::Arc;

/// How the room's sections of the manifest are written.
#[must_use]
pub fn manifest_syntax() -> Vec<SectionSyntax> {
    vec![environments::SYNTAX, jobs::SYNTAX]
}

/// Kinds of records the room declares: `usage` and `capacity`.
#[must_use]
pub fn record_kinds() -> Vec<RecordKind> {
    jobs::record_kinds()
}

/// All capabilities of the room, and the ports it implements.
#[must_use]
pub fn capabilities(
    context: &Context,
    engine: Arc<dyn Engine>,
    used: UsedPorts,
    settings: TrainingSettings,
) -> (Vec<Capability>, Ports) {
    let snapshots = snapshots::Snapshots::new(context, used.directory.clone(), settings.snapshot_limit_bytes);
    let environments = environments::Environments::new(context, settings.environments_directory.clone());
    let jobs = jobs::Jobs::new(context, engine, used, settings, snapshots.clone());
    let capabilities =
        vec![jobs::capability(&jobs), snapshots::capability(&snapshots), environments::capability(&environments)];
    (capabilities, Ports { jobs: jobs_port(context) })
}

/// The `Jobs` port alone: it needs the store only, so rooms that this one uses can have it too.
#[must_use]
pub fn jobs_port(context: &Context) -> Arc<dyn Jobs> {
    Arc::new(JobsTable::new(context.store.clone()))
}
