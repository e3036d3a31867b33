//! What can be done with traces.

mod assessing;
mod correlating;
mod deleting;
mod ingesting;
mod reading;
mod searching;
mod telling;

pub(super) use assessing::{assess, assessment, change_assessment, delete_assessment};
pub(super) use correlating::correlate;
pub(super) use deleting::{Doomed, delete, delete_one};
pub(super) use ingesting::ingest;
pub(super) use reading::{WithSpans, find, many, with_spans, with_spans_of};
pub(super) use searching::{Search, search};
pub(super) use telling::{Ending, Told, delete_tag, end, link_prompts, link_to_run, set_tag, tell};

use super::model::TraceError;

/// Longest id of a trace.
const ID_LIMIT: usize = 100;

/// # Errors
/// The text cannot be the id of a trace.
fn check_id(trace_id: &str) -> Result<(), TraceError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if trace_id.is_empty() || trace_id.len() > ID_LIMIT || !trace_id.chars().all(plain) {
        return Err(TraceError::InvalidId(shown(trace_id)));
    }
    Ok(())
}

/// A text of a request for a message.
fn shown(text: &str) -> String {
    text.chars().take(ID_LIMIT).collect()
}
