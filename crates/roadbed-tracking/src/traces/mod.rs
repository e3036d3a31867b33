//! # Traces
//!
//! **Purpose.** What an application built on language models did for one request: its steps (*spans*) with inputs, outputs, times and
//! errors, and what people, judges and code said about it (*assessments*).
//!
//! **Words.** A *root* is a span without a parent; it names the trace's state and previews. A trace is *finalized* once its client told it
//! as a whole: then times are no longer derived from spans. A *session* is a conversation of several traces.
//!
//! **States.** `IN_PROGRESS` → `OK` or `ERROR`, as the root or the client says.
//!
//! **Reads and writes.** Records lane, because traces come by the thousand and are keyed upserts: `traces_infos` (tags and metadata are JSON
//! in the row), `traces_spans` (one row per span; its document is compressed), `traces_assessments`, `traces_links` (runs and prompts). Keys
//! are digests of team and trace id, so that nobody's spans reach another team's trace. Event `TracesDeleted` (activity) of the state lane,
//! written before the rows go. Purging a run takes
//! the traces made in it along, with their files, unless another run has them too.
//!
//! **Endpoints.** OpenTelemetry: `/v1/traces` POST (protobuf or JSON, plain, gzip or deflate). Below MLflow's 3.0 prefixes: `traces` POST,
//! `traces/{search,batchGetInfos,metrics,calculate-filter-correlation}` POST, `traces/{get,batchGet}` GET, `traces/{id}` GET,
//! `traces/{id}/assessments` POST, `…/{assessment}` GET, PATCH, DELETE. Below 2.0: `traces` POST and GET, `traces/{id}` PATCH,
//! `traces/{id}/info` GET. Below both: `traces/{delete-traces,link-to-run,link-prompts}` POST, `traces/{id}/tags` PATCH, DELETE. For MLflow's
//! page `get-trace-artifact` GET. For the command line and the portal `/api/v1/traces` GET, `/api/v1/traces/{id}` GET, DELETE.
//!
//! **Not here.** Files attached to traces: `artifacts`. Prompts: `models`.

mod api;
mod assessment;
mod metrics;
mod model;
mod moment;
mod operations;
mod otlp;
mod pages;
mod plan;
mod spans;
mod store;

pub use api::capability;
pub use model::{TRACE_READ, TRACE_WRITE, TracesDeleted};
pub use operations::{TracesOfRun, of_run, unlink_runs};

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "traces",
    lane: Lane::Records,
    migrations: &[Migration { number: 1, name: "traces", sql: include_str!("migrations/0001_traces.sql") }],
}];

#[cfg(test)]
mod tests;
