//! # Rollouts
//! Purpose: move traffic to a new revision step by step, take it back by itself when the revision is worse, and say why.
//!
//! Words: *stage* (a weight in force, one entry version; the first is the *warm-up*, whose units are not tested), *step* (a tested
//! stage), *guardrail*, *evidence* (counts per stage and the e-values they give), *verdict* (the recorded decision).
//! States: pending → running ↔ paused → promoted | rolled_back; pending → failed. A paused rollout takes no step, and is still rolled
//! back when harm is proven.
//! Reads and writes: tables `rollouts_rollouts`, `rollouts_stages`, `rollouts_evidence`; what services own (revisions, entries, holds);
//! records `traffic`; events `RolloutStarted`, `RolloutStepped`, `RolloutPaused`, `RolloutResumed`, `RolloutEnded`; the port `Registry`;
//! the controller `rollouts`; the manifest's section `services`.
//! Endpoints: `/api/v1/services/{service}/deploy`, `…/rollback`, `…/rollouts`, `…/rollouts/latest`; `/api/v1/rollouts/{id}` and below
//! it `/explain`, `/promote`, `/rollback`, `/pause`, `/resume`; `/api/v1/rollouts` (of all services).
//! Not here: the mathematics (stats), the split itself (the gateway), alerts (reliability).
//!
//! Invariant: the evidence is a function of the stored stages and counts alone, so any control process reaches the same verdict.
//! Invariant: each change is one transaction with the entry that makes it so; what was planned on older rows is not applied.
//!
//! Units: with a routing key each key counts once per stage, without one each request; both were assigned by the split with the same
//! weight, so their counts add up. Requests that carry a key are never counted as units themselves.

mod actions;
mod api;
mod apply;
mod baseline;
mod controller;
mod counts;
mod deploy;
mod explain;
mod forecast;
mod manifest;
mod model;
mod operations;
mod plan;
mod read_counts;
mod sentence;
mod state_of;
mod store;
mod terms;
mod verdict;
mod views;

pub use api::capability;
pub use controller::RolloutsController;
pub use counts::{ArmCounts, StageCounts};
pub use explain::looks_to_show;
pub use manifest::{SYNTAX, ServicesSection};
pub use model::{
    Arm, Outcome, Progress, Refusal, Rollout, RolloutPaused, RolloutResumed, RolloutStarted, RolloutState,
    RolloutStepped, RolloutsError, Stage, StageKind,
};
pub use operations::Rollouts;
pub use plan::{Evidence, Moment, Step, decide, evidence};
pub(crate) use state_of::open_rollout_of;
pub use terms::{Baseline, Guardrail, GuardrailKind, Terms};
pub use verdict::{Decision, GuardrailReport, Reason, Verdict};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "rollouts",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "rollouts", sql: include_str!("migrations/0001_rollouts.sql") }],
};
