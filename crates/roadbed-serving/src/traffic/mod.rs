//! # Traffic
//! Purpose: how much a service is asked, how well and how fast it answers, over time and now; what charts and tables of services show.
//!
//! Words: *bucket* (a stretch of `step` seconds, aligned to whole steps since 1970), *summary* (a whole range in a few numbers).
//! Reads and writes: reads records `traffic` (gateways), names and revisions of services; writes nothing.
//! Endpoints: `/api/v1/services/{service}/traffic`, `/api/v1/traffic`.
//! Not here: the evidence of rollouts (only what the split assigned counts there; here every answer does), costs.
//!
//! A bucket without requests has 0 requests and no latency: a hole is not a fast answer.

mod api;
mod operations;
mod range;
mod series;
mod views;

pub use api::capability;
pub use range::{Range, TrafficError};
pub use series::{Part, ServiceSeries, Sums};
