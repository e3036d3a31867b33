//! Ids of requests.

use crate::traces::model::TraceError;

/// Longest id of a trace.
const ID_LIMIT: usize = 100;

/// # Errors
/// The text cannot be the id of a trace.
pub(super) fn check_id(trace_id: &str) -> Result<(), TraceError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if trace_id.is_empty() || trace_id.len() > ID_LIMIT || !trace_id.chars().all(plain) {
        return Err(TraceError::InvalidId(shown(trace_id)));
    }
    Ok(())
}

/// A text of a request for a message.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(ID_LIMIT).collect()
}
