//! Which traces a search finds and in which order. Pure.
//!
//! Grammar (behaviour of `SearchTraceUtils` in `mlflow/utils/search_utils.py`): clauses joined by AND about attributes (`status`,
//! `timestamp_ms`, `execution_time_ms`, `end_time`, `request_id`, `client_request_id`, `name`, `run_id`, `prompt`, `text`), `tags.x`,
//! `metadata.x`, `span.name|type|status|content`, `span.attributes.x`, `feedback.x`, `expectation.x` and `issue.id`. All clauses about
//! spans must hold for one span.

mod decide;
mod field;
mod order;
mod parse;
mod test;

pub(super) use decide::Plan;
pub(super) use order::{Cursor, Keys};

#[cfg(test)]
mod tests;
