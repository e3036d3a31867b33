//! # Jobs
//! Purpose: run my code to completion, with the resources it needs, and tell me how it ended, what it said and what it cost.
//!
//! Words: *job* (one execution of user code), *attempt* (one start of a job's code; a failed one is retried), *workload* (an attempt as
//! the engine knows it), *definition* (a job of a manifest).
//! States: queued → starting → running → succeeded | failed | cancelled | lost; a failure with retries left leads back to queued.
//! Reads and writes: tables `jobs_jobs`, `jobs_attempts`, `jobs_definitions`; events `JobSubmitted`, `JobLaunched`, `JobStarted`,
//! `JobRetried`, `JobCancelRequested`, `JobAttemptClosed`, `JobFinished`, `JobDefined`; records `usage`, `capacity`; the port `Jobs`;
//! controllers `jobs`, `metering` and `job-retention`; the manifest's section `jobs`.
//! Endpoints: `/api/v1/jobs`, `/api/v1/jobs/{id}`, `/api/v1/jobs/{id}/cancel`, `/api/v1/jobs/{id}/rerun`, `/api/v1/jobs/{id}/logs`,
//! `/api/v1/jobs/{id}/logs/search`, `/api/v1/jobs/{id}/usage`, `/api/v1/jobs/{id}/outputs`, `/api/v1/job-definitions`; for supervisors `/internal/v1/workloads/{id}/report`
//! (their code snapshot comes from the platform's `/internal/v1/blobs/{digest}`).
//! Not here: how user code is started and watched (compute, supervisor), uploads (snapshots), prices (cost).
//!
//! Invariant: an attempt's workload id is durable before the engine hears of it, so a start that is repeated or comes late changes nothing.
//! Invariant: only the controller starts and stops; everybody else writes what they want and wakes it.

mod api;
mod command;
mod controller;
mod definition;
mod launch;
mod log;
mod manifest;
mod metering;
mod model;
mod operations;
mod plan;
mod port;
mod rerun;
mod retention;
mod state;
mod store;
mod submission;
mod view;

pub use crate::permissions::{JOB_CANCEL, JOB_READ, JOB_SUBMIT};
pub use api::capability;
pub use command::{CommandError, Parameters};
pub use definition::{JobDefinition, ResourceRequest};
pub use manifest::{JobsSection, SYNTAX};
pub use metering::record_kinds;
pub use model::{Attempt, AttemptPhase, Job, JobSpec, JobsError};
pub use operations::Jobs;
pub use port::JobsTable;
pub use state::{JobState, Outcome};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "jobs",
    lane: Lane::State,
    migrations: &[
        Migration { number: 1, name: "jobs", sql: include_str!("migrations/0001_jobs.sql") },
        Migration { number: 2, name: "again", sql: include_str!("migrations/0002_again.sql") },
    ],
};

#[cfg(test)]
mod tests;
