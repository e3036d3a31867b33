//! The platform about itself: alive, ready, and what its own loops are doing; blobs for the machines that
//! run models and user code; and the collector of unreferenced blobs.

mod api;
mod blobs;
mod collector;
mod measurements;
mod permission;

pub use api::{Readiness, capability};
pub use blobs::{BLOB_FETCH, blobs_capability};
pub use collector::BlobCollector;
pub use permission::PLATFORM_READ;
