//! A change of one trace: its row is held until the commit.

use super::ids::shown;
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::traces::model::TraceError;
use crate::traces::store::{self, Stored};
use roadbed_store::Appender;

/// Runs a change of a trace that is there.
///
/// # Errors
/// There is none for this team; what the change refuses; the store fails.
pub(super) async fn with_trace<T, F>(
    tracking: &Tracking,
    call: &Call,
    trace_id: &str,
    change: F,
) -> Result<T, MlflowError>
where
    T: Send + 'static,
    F: Fn(&mut Appender<'_>, Stored) -> Result<T, MlflowError> + Send + 'static,
{
    let (team, trace_id) = (call.team, trace_id.to_owned());
    tracking
        .context
        .store
        .append(move |append| {
            let found = store::lock(append, team, &trace_id)?;
            change(append, found.ok_or_else(|| TraceError::Unknown(shown(&trace_id)))?)
        })
        .await
}
