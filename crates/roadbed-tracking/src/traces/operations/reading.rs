//! One trace, or several that are named.

use super::ids::shown;
use crate::experiments;
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::traces::assessment::Judged;
use crate::traces::model::{SOURCE_RUN, Trace, TraceError, TraceKey};
use crate::traces::spans::Content;
use crate::traces::store;
use roadbed_store::Reader;

/// Most traces of one request.
const MANY_LIMIT: usize = 1000;
/// Most bytes of spans in one answer.
const SPANS_LIMIT_BYTES: i64 = 256 << 20;

/// A trace with its spans.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct WithSpans {
    pub judged: Judged,
    pub spans: Vec<Content>,
}

/// A trace for people, who want to know what it is called and where it belongs even when its client did not say.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Presented {
    pub judged: Judged,
    /// The trace's name, or else that of its root.
    pub name: Option<String>,
    /// The run it was made in, or else one it is linked to.
    pub run: Option<String>,
}

/// Adds names and runs to traces of the team of the call.
pub(in crate::traces) async fn presented(
    tracking: &Tracking,
    call: &Call,
    traces: Vec<Judged>,
) -> Result<Vec<Presented>, MlflowError> {
    let team = call.team;
    let read = move |r: &mut Reader<'_>| {
        let keys = |lacks: fn(&Trace) -> bool| {
            let lacking = traces.iter().filter(|judged| lacks(&judged.trace));
            lacking.map(|judged| TraceKey::new(team, &judged.trace.trace_id)).collect::<Vec<_>>()
        };
        let mut roots = store::root_names(r, &keys(|trace| trace.name().is_none()))?;
        let mut runs = store::runs(r, &keys(|trace| !trace.metadata.contains_key(SOURCE_RUN)))?;
        let present = |judged: &Judged| {
            let key = TraceKey::new(team, &judged.trace.trace_id);
            let linked = || runs.remove(&key).and_then(|runs| runs.into_iter().next());
            Presented {
                name: judged.trace.name().map(str::to_owned).or_else(|| roots.remove(&key)),
                run: judged.trace.metadata.get(SOURCE_RUN).cloned().or_else(linked),
                judged: judged.clone(),
            }
        };
        Ok::<_, MlflowError>(traces.iter().map(present).collect())
    };
    tracking.context.store.read_records(read).await
}

/// The trace a request names, in the team of the call.
pub(in crate::traces) async fn find(tracking: &Tracking, call: &Call, trace_id: &str) -> Result<Judged, MlflowError> {
    let found = many(tracking, call, &[trace_id.to_owned()], None).await?.pop();
    found.ok_or_else(|| TraceError::Unknown(shown(trace_id)).into())
}

/// Those of the traces that are there, in the order asked for; within these experiments when they are named.
pub(in crate::traces) async fn many(
    tracking: &Tracking,
    call: &Call,
    trace_ids: &[String],
    experiment_ids: Option<&[String]>,
) -> Result<Vec<Judged>, MlflowError> {
    if trace_ids.len() > MANY_LIMIT {
        return Err(MlflowError::invalid(format!("a request takes at most {MANY_LIMIT} trace_ids")));
    }
    let within = match experiment_ids {
        None => None,
        Some(ids) => Some(experiments::reachable(tracking, call, ids).await?),
    };
    let keys: Vec<TraceKey> = trace_ids.iter().map(|id| TraceKey::new(call.team, id)).collect();
    let read = move |r: &mut Reader<'_>| {
        let mut traces = store::infos(r, &keys)?;
        let mut said = store::assessments(r, &keys)?;
        let judged = |key: &TraceKey| {
            let trace = traces.remove(key)?;
            let is_within = |all: &Vec<experiments::Experiment>| all.iter().any(|one| one.number == trace.experiment);
            within
                .as_ref()
                .is_none_or(is_within)
                .then(|| Judged { assessments: said.remove(key).unwrap_or_default(), trace })
        };
        Ok::<_, MlflowError>(keys.iter().filter_map(judged).collect())
    };
    tracking.context.store.read_records(read).await
}

/// A trace with its spans. Unless `partial`, every span the client spoke of must be there.
pub(in crate::traces) async fn with_spans(
    tracking: &Tracking,
    call: &Call,
    trace_id: &str,
    partial: bool,
) -> Result<WithSpans, MlflowError> {
    let judged = find(tracking, call, trace_id).await?;
    if !judged.trace.has_spans_here() {
        return Err(TraceError::SpansElsewhere(judged.trace.trace_id).into());
    }
    let found = with_spans_of(tracking, call, vec![judged], partial).await?.pop();
    found.ok_or_else(|| TraceError::Unfinished(shown(trace_id)).into())
}

/// Those of the traces whose spans are here, with them; complete ones only, unless `partial`.
pub(in crate::traces) async fn with_spans_of(
    tracking: &Tracking,
    call: &Call,
    traces: Vec<Judged>,
    partial: bool,
) -> Result<Vec<WithSpans>, MlflowError> {
    let team = call.team;
    let read = move |r: &mut Reader<'_>| {
        let key = |judged: &Judged| TraceKey::new(team, &judged.trace.trace_id);
        let here = traces.iter().filter(|judged| judged.trace.has_spans_here());
        let here: Vec<(TraceKey, &Judged)> = here.map(|judged| (key(judged), judged)).collect();
        let keys: Vec<TraceKey> = here.iter().map(|(key, _)| *key).collect();
        let sizes = store::size(r, &keys)?;
        let mut bytes: i64 = 0;
        for (key, judged) in &here {
            bytes = bytes.saturating_add(sizes.get(key).map_or(0, |(_, bytes)| *bytes));
            if bytes > SPANS_LIMIT_BYTES {
                return Err(TraceError::TooLarge { trace_id: judged.trace.trace_id.clone(), bytes }.into());
            }
        }
        let mut contents = store::contents(r, &keys)?;
        let with = |(key, judged): (TraceKey, &Judged)| {
            let spans = contents.remove(&key).unwrap_or_default();
            let told = judged.trace.told_spans().unwrap_or(0);
            let complete = !spans.is_empty() && u64::try_from(spans.len()).is_ok_and(|count| count >= told);
            (partial || complete).then(|| WithSpans { judged: judged.clone(), spans })
        };
        Ok::<_, MlflowError>(here.into_iter().filter_map(with).collect())
    };
    tracking.context.store.read_records(read).await
}
