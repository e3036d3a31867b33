//! Deletes traces with their spans, assessments and files. The event is written first: what is gone without a word would be worse than a word
//! about what a crash left standing, which the caller is told did not succeed.

use super::purging::folder;
use crate::artifacts;
use crate::experiments;
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::traces::model::{TraceError, TraceKey, TracesDeleted};
use crate::traces::store;
use roadbed_contracts::events::Subject;
use roadbed_store::{Appender, Reader, Transaction};

/// Traces of one commit.
const AT_ONCE: usize = 500;
/// Ids an event names.
const NAMED: usize = 100;

/// Which traces go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::traces) enum Doomed {
    Ids(Vec<String>),
    /// The oldest of those that began at this time or before, at most so many.
    Until {
        ms: i64,
        most: Option<usize>,
    },
}

impl Doomed {
    /// # Errors
    /// It is not one way of the two.
    pub(in crate::traces) fn new(until: Option<i64>, most: Option<i64>, ids: Vec<String>) -> Result<Self, MlflowError> {
        match (until, most, ids.is_empty()) {
            (None, None, false) => Ok(Self::Ids(ids)),
            (Some(ms), None, true) => Ok(Self::Until { ms, most: None }),
            (Some(ms), Some(most), true) if most > 0 => Ok(Self::Until { ms, most: usize::try_from(most).ok() }),
            (_, Some(most), _) if most <= 0 => {
                Err(MlflowError::invalid(format!("`max_traces` must be a positive integer, received {most}.")))
            }
            _ => Err(TraceError::NothingToDelete.into()),
        }
    }
}

/// How many there were.
pub(in crate::traces) async fn delete(
    tracking: &Tracking,
    call: &Call,
    experiment_id: &str,
    doomed: Doomed,
) -> Result<u64, MlflowError> {
    let experiment = experiments::find(tracking, call, experiment_id).await?;
    match doomed {
        Doomed::Ids(ids) => {
            let mut deleted = 0;
            for some in ids.chunks(AT_ONCE) {
                let keys: Vec<TraceKey> = some.iter().map(|id| TraceKey::new(call.team, id)).collect();
                let number = experiment.number;
                let read = move |r: &mut Reader<'_>| {
                    let found = store::infos(r, &keys)?.into_iter().filter(|(_, trace)| trace.experiment == number);
                    Ok::<_, MlflowError>(found.map(|(key, trace)| (key, trace.trace_id)).collect())
                };
                let found = tracking.context.store.read_records(read).await?;
                deleted += remove(tracking, call, experiment.experiment_id, found).await?;
            }
            Ok(deleted)
        }
        Doomed::Until { ms, most } => {
            let mut left = most.unwrap_or(usize::MAX);
            let mut deleted = 0;
            while left > 0 {
                let (number, limit) = (experiment.number, left.min(AT_ONCE));
                let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(store::oldest(r, number, ms, limit)?);
                let found = tracking.context.store.read_records(read).await?;
                let count = found.len();
                deleted += remove(tracking, call, experiment.experiment_id, found).await?;
                left = left.saturating_sub(count);
                if count < limit {
                    break;
                }
            }
            Ok(deleted)
        }
    }
}

/// The one trace of this id, whichever experiment it belongs to.
pub(in crate::traces) async fn delete_one(tracking: &Tracking, call: &Call, trace_id: &str) -> Result<(), MlflowError> {
    let trace = super::find(tracking, call, trace_id).await?.trace;
    let found = vec![(TraceKey::new(call.team, trace_id), trace.trace_id)];
    remove(tracking, call, trace.experiment_id, found).await.map(drop)
}

async fn remove(
    tracking: &Tracking,
    call: &Call,
    experiment_id: i64,
    found: Vec<(TraceKey, String)>,
) -> Result<u64, MlflowError> {
    let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
    if count == 0 {
        return Ok(0);
    }
    let trace_ids = found.iter().take(NAMED).map(|(_, id)| id.clone()).collect();
    let keys: Vec<TraceKey> = found.into_iter().map(|(key, _)| key).collect();
    let (team, wanted) = (call.team, keys.clone());
    let read = move |r: &mut Reader<'_>| {
        Ok::<_, MlflowError>(store::infos(r, &wanted)?.values().filter_map(folder).collect::<Vec<_>>())
    };
    let folders = tracking.context.store.read_records(read).await?;
    let (header, body) =
        (call.event(Subject::new("experiment", experiment_id)), TracesDeleted { experiment_id, count, trace_ids });
    let emit = move |tx: &mut Transaction<'_>| {
        for folder in &folders {
            artifacts::delete_tree(tx, team, folder)?;
        }
        tx.emit(&header, &body)?;
        Ok::<_, MlflowError>(())
    };
    call.write(tracking, emit).await?;
    if call.dry_run {
        return Ok(count);
    }
    let delete = move |append: &mut Appender<'_>| Ok::<_, MlflowError>(store::delete(append, &keys)?);
    tracking.context.store.append(delete).await
}
