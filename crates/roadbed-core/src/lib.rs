//! The platform's vocabulary: ids, names, quantities, money, time and who a piece of work belongs to.
//!
//! Owns: words every other crate uses. Never: I/O, other crates of ours, rules of a capability.
//! Start reading at [`attribution`], then [`id`].

pub mod attribution;
pub mod clock;
pub mod digest;
pub mod id;
pub mod money;
pub mod name;
pub mod quantity;
pub mod secret;
pub mod timestamp;

pub use attribution::Attribution;
pub use clock::{Clock, IdSource, SystemClock, SystemIds};
pub use digest::Digest;
pub use id::{
    EnvironmentId, EventSeq, InstanceId, JobId, ProjectId, RevisionId, RolloutId, ServiceId, TeamId, TokenId, ViewId,
    WorkloadId,
};
pub use money::{Currency, Micros, PicoPrice, apportion};
pub use name::{InvalidName, ModelName, Name};
pub use quantity::{ByteSize, CpuMillis, InvalidQuantity, Percent, Span};
pub use secret::Secret;
pub use timestamp::{InvalidTimestamp, Timestamp};

#[cfg(test)]
mod tests;
