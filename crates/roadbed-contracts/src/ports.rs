//! Ports: an answer of another room is needed now. At most 12 traits of at most 5 methods, one file and one owner each;
//! implemented by the owner, wired in the roof, never called inside a transaction.

pub mod directory;
pub mod jobs;
pub mod lineage;
pub mod prices;
pub mod registry;
pub mod secrets;

pub use directory::{Directory, InstanceInfo};
pub use jobs::{JobInfo, Jobs};
pub use lineage::Lineage;
pub use prices::{ObjectCost, Prices};
pub use registry::{ModelReference, Registry, ResolvedModel};
pub use secrets::{IssuedToken, Secrets, WorkloadGrant};

/// Why a port gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// The asked object does not exist for the asking team; the text says which.
    #[error("{0}")]
    NotFound(String),
    /// The owner refused; the text says why and what to do.
    #[error("{0}")]
    Refused(String),
    /// The owner failed (store error and the like): try again.
    #[error("{0}")]
    Failed(String),
}
