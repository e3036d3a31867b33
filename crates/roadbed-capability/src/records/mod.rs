//! Records: many small measurements that every room may read. A capability declares each kind once ([`RecordKind`]); gateways,
//! supervisors and rooms append; aggregates are merged on read.
//!
//! **What is stored.** Key (kind, series, bucket, source) → value with a revision; the higher revision wins, so appends commute and may be
//! repeated. One table per month (UTC), made on demand; retention drops it.
//!
//! **Roll-up.** When a bucket is older than the first step of its kind (its *settling time*) the rows of a window are merged into one
//! coarser row per series and source, in the transaction that deletes them. The coarser row lists the buckets it covers. What that
//! choice gives, each a test:
//! 1. A roll-up never changes an aggregate, whenever it runs: the rule for late records depends on their bucket and the clock alone.
//! 2. Whatever arrives within the settling time may come in any order, any number of times.
//! 3. Later than that, a new key still counts, once: it stays beside the coarser row until the next roll-up takes it in. A key that was
//!    there before keeps its first state: a re-send is never counted twice, but a *changed* value is not taken any more.
//!
//! Edges of a read are exact at the resolution that its age still has: a coarser row counts when its window starts in the range.
//!
//! Tables: `records_months`, `records_kinds`, `records_<month>`, all in the records lane. Controller: [`RecordsUpkeep`].
//! Not here: what a kind means, and how records travel from a gateway.

mod access;
mod covered;
mod error;
mod fold;
mod kind;
mod month;
mod row;
mod store;
mod upkeep;
mod window;

pub use access::{Appended, MIGRATIONS, Records, Series};
pub use error::{RecordsError, Refusal};
pub use fold::{Folded, Grouping};
pub use kind::RecordKind;
pub use row::StoredRecord;
pub use upkeep::{ExpiryReport, RecordsUpkeep, RollUpReport};

#[cfg(test)]
mod tests;
