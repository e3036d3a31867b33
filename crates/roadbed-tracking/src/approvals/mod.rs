//! # Approvals
//!
//! **Purpose.** Nobody points `champion` at a version alone: a rule says what must have been measured and how many other people must agree.
//!
//! **Words.** A *rule* belongs to an alias of a model, or to an alias of every model of the team that has no rule of its own. It has
//! *conditions* (`metrics.auc >= 0.9`, read from the version's logged model, else from its run) and a number of *approvers*, who are
//! people and not the one who registered the version. An approval is given for a version and an alias, upon *evidence*: the digest of the
//! files and the values the conditions look at. When these differ from what was approved, the approval counts no more.
//!
//! **States.** given → revoked (by a person, or because the evidence changed). A version's files cannot change; measurements can.
//!
//! **Reads and writes** (state lane). Tables `approvals_rules`, `approvals`. Events (audit): `ApprovalRuleChanged`, `ApprovalGiven`,
//! `ApprovalRevoked`. Measurements are read from `runs` before the transaction that moves an alias.
//!
//! **Controller** `approvals`: revokes what rests on evidence that changed, so that it is seen and told.
//!
//! **Endpoints.** `/api/v1/approval-rules[/{alias}]` (team), `/api/v1/models/{model}/approval-rules[/{alias}]`, `/api/v1/approvals`,
//! `/api/v1/models/{model}/versions/{version}/approvals[/{approval}]`.
//!
//! **Not here.** Moving the alias: `models`, which asks [`check_move`] in its transaction, whichever API the move came by. Aliases that
//! were moved before a rule was set stay where they are; removing an alias needs no approval.

mod api;
mod controller;
mod model;
mod operations;
mod plan;
mod rules_api;
mod stand;
mod store;

pub use api::capability;
pub use model::{
    Approval, ApprovalGiven, ApprovalRevoked, ApprovalRuleChanged, Candidate, Measured, OfModels, is_alias,
};
pub use operations::{check_move, measured};
pub use store::{approvers_at, forget_model, of_version as approvals_of};

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "approvals",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "approvals", sql: include_str!("migrations/0001_approvals.sql") }],
}];

#[cfg(test)]
mod tests;
