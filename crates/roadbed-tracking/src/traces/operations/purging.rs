//! Traces that go with the runs they were made in, for those who purge runs.

use crate::artifacts::ArtifactPath;
use crate::traces::model::{LOCATION_TAG, SOURCE_RUN, Trace, TraceKey, TracesDeleted};
use crate::traces::store;
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::TeamId;
use roadbed_store::{Appender, Reader, StoreError, Transaction};
use std::collections::{BTreeMap, HashSet};

/// Traces looked at in one piece.
const PIECE: usize = 500;
/// Ids an event names.
const NAMED: usize = 100;

/// A trace that goes with its run.
#[derive(Debug, Clone)]
struct OfRun {
    key: TraceKey,
    trace_id: String,
    experiment_id: i64,
    folder: Option<ArtifactPath>,
}

/// Some of the traces that go with a run.
#[derive(Debug, Clone, Default)]
pub struct TracesOfRun {
    traces: Vec<OfRun>,
    /// Where the next ones begin; none at the end.
    pub next: Option<After>,
}

/// Where a piece ended.
#[derive(Debug, Clone, Copy)]
pub struct After(TraceKey);

/// The folder of a trace's files. The tag can be changed, so only a folder named after the trace counts.
pub(super) fn folder(trace: &Trace) -> Option<ArtifactPath> {
    let told = trace.tags.get(LOCATION_TAG)?;
    let ours = told.ends_with(&format!("/traces/{}/artifacts", trace.trace_id));
    ArtifactPath::of_uri(told).ok().filter(|_| ours)
}

/// Traces that were made in the run, unless a run that stays is linked to them too. One that several of the runs have is told with the first.
///
/// # Errors
/// The store fails.
pub fn of_run(
    r: &mut Reader<'_>,
    team: TeamId,
    (run_id, going): (&str, &HashSet<String>),
    after: Option<After>,
) -> Result<TracesOfRun, StoreError> {
    let keys = store::linked(r, run_id, after.map(|after| after.0), PIECE)?;
    let next = keys.last().filter(|_| keys.len() == PIECE).map(|key| After(*key));
    let runs = store::runs(r, &keys)?;
    let goes = |key: &TraceKey, trace: &Trace| {
        let linked = runs.get(key).map_or(&[][..], Vec::as_slice);
        // Whoever writes a run's id into a trace of another team has no part in that run.
        *key == TraceKey::new(team, &trace.trace_id)
            // What was only looked at from a run, such as by an evaluation, was not made in it.
            && trace.metadata.contains_key(SOURCE_RUN)
            && linked.first().is_some_and(|first| first == run_id)
            && linked.iter().all(|run| going.contains(run))
    };
    let found = store::infos(r, &keys)?.into_iter().filter(|(key, trace)| goes(key, trace));
    let traces = found.map(|(key, trace)| OfRun {
        key,
        folder: folder(&trace),
        experiment_id: trace.experiment_id,
        trace_id: trace.trace_id,
    });
    Ok(TracesOfRun { traces: traces.collect(), next })
}

impl TracesOfRun {
    #[must_use]
    pub fn count(&self) -> u64 {
        self.traces.len() as u64
    }

    /// Where their files lie.
    pub fn folders(&self) -> impl Iterator<Item = &ArtifactPath> {
        self.traces.iter().filter_map(|trace| trace.folder.as_ref())
    }

    /// Says that they are deleted, by experiment.
    ///
    /// # Errors
    /// The store fails.
    pub fn announce(&self, tx: &mut Transaction<'_>, header: &EventHeader) -> Result<(), StoreError> {
        let mut by_experiment: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
        for trace in &self.traces {
            by_experiment.entry(trace.experiment_id).or_default().push(&trace.trace_id);
        }
        for (experiment_id, ids) in by_experiment {
            let header = EventHeader { subject: Subject::new("experiment", experiment_id), ..header.clone() };
            let trace_ids = ids.iter().take(NAMED).map(|id| (*id).to_owned()).collect();
            tx.emit(&header, &TracesDeleted { experiment_id, count: ids.len() as u64, trace_ids })?;
        }
        Ok(())
    }

    /// Deletes them with their spans and what was said about them.
    ///
    /// # Errors
    /// The store fails.
    pub fn delete(&self, append: &mut Appender<'_>) -> Result<(), StoreError> {
        let keys: Vec<TraceKey> = self.traces.iter().map(|trace| trace.key).collect();
        store::delete(append, &keys).map(drop)
    }
}

/// Takes back what links other traces to runs that are gone.
///
/// # Errors
/// The store fails.
pub fn unlink_runs(append: &mut Appender<'_>, run_ids: &[String]) -> Result<(), StoreError> {
    store::unlink_runs(append, run_ids)
}
