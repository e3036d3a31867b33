//! What was answered, counted per service, revision and entry version, and kept until control has it.
//!
//! A request touches one shard of one [`TrafficCell`]. Each interval the ticker takes what the shards hold and makes one record per
//! cell, whose key is never used again: a state that can be sent any number of times. The [`Spool`] keeps records, in memory and on
//! disk, until control acknowledges them. What a killed process loses is what came after the last tick.
//!
//! Three ways to reach a revision are kept apart, because only the first is evidence for a rollout:
//! - *assigned*: the split chose it. Source `<gateway>-<start>`, weight as in the service entry.
//! - *fallback*: control was silent beyond the lease. Source `<gateway>-<start>:fallback`, weight as in the lease.
//! - *addressed*: the caller named the revision. Source `<gateway>-<start>:addressed`, weight 0.

mod cell;
mod ledger;
mod shard;
mod spool;
mod spool_file;
mod units;

pub(crate) use cell::{CellKey, Reach, TrafficCell};
pub(crate) use ledger::Ledger;
#[cfg(test)]
pub(crate) use shard::merge_counters;
pub(crate) use shard::{Outcome, Sample};
pub(crate) use spool::Spool;
pub(crate) use spool_file::SpoolFile;
pub(crate) use units::{KeyedSight, KeyedUnits, UnitBudget};

#[cfg(test)]
mod tests;
