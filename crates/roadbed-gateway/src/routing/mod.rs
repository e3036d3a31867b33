//! From a service's name to the revision that answers. A [`Snapshot`] never changes: news make a new one, which requests pick up
//! without a lock.

mod build;
mod service_route;
mod snapshot;

pub(crate) use build::{RouteBuilder, revisions};
pub(crate) use service_route::{ServiceRoute, Target, Unit};
pub(crate) use snapshot::Snapshot;
