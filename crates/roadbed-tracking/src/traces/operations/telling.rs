//! What clients tell about a trace as a whole, its tags and its links.

use super::held::with_trace;
use super::ids::{check_id, shown};
use super::ingesting::artifact_location;
use crate::experiments;
use crate::mlflow::{Call, MlflowError, Tracking, names};
use crate::runs;
use crate::traces::assessment::{Assessment, Judged};
use crate::traces::model::{
    FINALIZED, LOCATION_TAG, SOURCE_RUN, SPANS_TAG, State, TAG_KEY_LIMIT, TAG_VALUE_LIMIT, Trace, TraceError, TraceKey,
};
use crate::traces::store::{self, LinkKind, Stored};
use std::collections::BTreeMap;

/// Most traces of one call that links them, as MLflow allows.
const LINKS_LIMIT: usize = 100;
/// Longest preview a client sets itself, in characters.
const OWN_PREVIEW_LIMIT: usize = 10_000;
/// Tags that say where the trace lies.
const FIXED_TAGS: &[&str] = &[SPANS_TAG, "mlflow.trace.archiveLocation", "mlflow.trace.archivalFailure"];

/// A trace as a client tells it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Told {
    pub trace_id: String,
    pub experiment_id: String,
    pub started_ms: i64,
    pub duration_ms: Option<i64>,
    pub state: State,
    pub client_request_id: Option<String>,
    pub request_preview: Option<String>,
    pub response_preview: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub metadata: BTreeMap<String, String>,
    pub assessments: Vec<Assessment>,
    /// Old clients tell the beginning first and the end later.
    pub whole: bool,
}

/// How an old client ends a trace.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Ending {
    pub ended_ms: i64,
    pub state: State,
    pub tags: BTreeMap<String, String>,
    pub metadata: BTreeMap<String, String>,
}

fn checked(pairs: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, MlflowError> {
    let checked = |(key, value): (String, String)| {
        names::check_length("key", TAG_KEY_LIMIT, &key)?;
        Ok((key, names::truncated(value, TAG_VALUE_LIMIT)))
    };
    pairs.into_iter().map(checked).collect()
}

fn short(preview: Option<String>) -> Option<String> {
    preview.map(|text| names::truncated(text, OWN_PREVIEW_LIMIT))
}

/// Makes the trace, or completes the one that its spans made already.
pub(in crate::traces) async fn tell(tracking: &Tracking, call: &Call, told: Told) -> Result<Judged, MlflowError> {
    check_id(&told.trace_id)?;
    let experiment = experiments::active(tracking, call, &told.experiment_id).await?;
    let mut tags = checked(told.tags)?;
    tags.insert(LOCATION_TAG.to_owned(), artifact_location(&experiment, &told.trace_id));
    let mut metadata = checked(told.metadata)?;
    if told.whole {
        metadata.insert(FINALIZED.to_owned(), "true".to_owned());
    }
    let fresh = Trace {
        trace_id: told.trace_id,
        experiment: experiment.number,
        experiment_id: experiment.experiment_id,
        started_ms: told.started_ms,
        duration_ms: told.duration_ms,
        state: told.state,
        client_request_id: told.client_request_id,
        request_preview: short(told.request_preview),
        response_preview: short(told.response_preview),
        tags,
        metadata,
        finalized: told.whole,
    };
    fresh.check_size()?;
    let (team, said) = (call.team, told.assessments);
    tracking
        .context
        .store
        .append(move |append| {
            let key = TraceKey::new(team, &fresh.trace_id);
            let (there, is_new) = store::claim(append, team, &fresh)?;
            let trace = if is_new { fresh.clone() } else { completed(there, &fresh) };
            trace.check_size()?;
            store::put(append, team, &trace)?;
            said.iter().try_for_each(|one| store::put_assessment(append, key, one))?;
            if let Some(run) = trace.metadata.get(SOURCE_RUN) {
                store::link(append, LinkKind::Run, &[(run.clone(), key)])?;
            }
            let assessments = store::assessments(append, &[key])?.remove(&key).unwrap_or_default();
            Ok::<_, MlflowError>(Judged { trace, assessments })
        })
        .await
}

fn completed(there: Trace, fresh: &Trace) -> Trace {
    let mut trace = Trace { tags: there.tags, metadata: there.metadata, ..fresh.clone() };
    trace.tags.extend(fresh.tags.clone());
    trace.metadata.extend(fresh.metadata.clone());
    trace.request_preview = fresh.request_preview.clone().or(there.request_preview);
    trace.response_preview = fresh.response_preview.clone().or(there.response_preview);
    trace.finalized |= there.finalized;
    trace
}

/// Changes a trace that is there.
async fn change<F>(tracking: &Tracking, call: &Call, trace_id: &str, change: F) -> Result<Trace, MlflowError>
where
    F: Fn(&mut Trace) -> Result<(), TraceError> + Send + 'static,
{
    let team = call.team;
    with_trace(tracking, call, trace_id, move |append, Stored { mut trace, .. }| {
        change(&mut trace)?;
        trace.check_size()?;
        store::put(append, team, &trace)?;
        Ok(trace)
    })
    .await
}

pub(in crate::traces) async fn end(
    tracking: &Tracking,
    call: &Call,
    trace_id: &str,
    ending: Ending,
) -> Result<Trace, MlflowError> {
    let (tags, metadata) = (checked(ending.tags)?, checked(ending.metadata)?);
    let trace = change(tracking, call, trace_id, move |trace| {
        trace.duration_ms = Some(ending.ended_ms.saturating_sub(trace.started_ms));
        trace.state = ending.state;
        trace.tags.extend(tags.clone());
        trace.metadata.extend(metadata.clone());
        Ok(())
    })
    .await?;
    if let Some(run_id) = trace.metadata.get(SOURCE_RUN).cloned() {
        let link = (run_id, TraceKey::new(call.team, trace_id));
        let append = move |append: &mut roadbed_store::Appender<'_>| {
            Ok::<_, MlflowError>(store::link(append, LinkKind::Run, std::slice::from_ref(&link))?)
        };
        tracking.context.store.append(append).await?;
    }
    Ok(trace)
}

fn check_fixed(key: &str) -> Result<(), TraceError> {
    if FIXED_TAGS.contains(&key) { Err(TraceError::FixedTag(key.to_owned())) } else { Ok(()) }
}

pub(in crate::traces) async fn set_tag(
    tracking: &Tracking,
    call: &Call,
    trace_id: &str,
    (key, value): (String, String),
) -> Result<(), MlflowError> {
    check_fixed(&key)?;
    names::check_key("key", "key", &key)?;
    let value = names::truncated(value, TAG_VALUE_LIMIT);
    let set = move |trace: &mut Trace| {
        trace.tags.insert(key.clone(), value.clone());
        Ok(())
    };
    change(tracking, call, trace_id, set).await.map(drop)
}

pub(in crate::traces) async fn delete_tag(
    tracking: &Tracking,
    call: &Call,
    trace_id: &str,
    key: String,
) -> Result<(), MlflowError> {
    check_fixed(&key)?;
    let remove = move |trace: &mut Trace| match trace.tags.remove(&key) {
        Some(_) => Ok(()),
        None => Err(TraceError::UnknownTag { trace_id: trace.trace_id.clone(), key: shown(&key) }),
    };
    change(tracking, call, trace_id, remove).await.map(drop)
}

/// Links traces to a run. Traces that are not there are linked when they come: spans may be on their way.
pub(in crate::traces) async fn link_to_run(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    trace_ids: Vec<String>,
) -> Result<(), MlflowError> {
    if trace_ids.len() > LINKS_LIMIT {
        return Err(MlflowError::invalid(format!(
            "Cannot link more than {LINKS_LIMIT} traces to a run in a single request. Provided {} traces.",
            trace_ids.len()
        )));
    }
    trace_ids.iter().try_for_each(|id| check_id(id))?;
    let run = runs::find(tracking, call, run_id).await?;
    let team = call.team;
    let links: Vec<_> = trace_ids.iter().map(|id| (run.run_id.clone(), TraceKey::new(team, id))).collect();
    let append = move |append: &mut roadbed_store::Appender<'_>| {
        Ok::<_, MlflowError>(store::link(append, LinkKind::Run, &links)?)
    };
    tracking.context.store.append(append).await
}

/// Links the prompts a trace used, each as `name/version`.
pub(in crate::traces) async fn link_prompts(
    tracking: &Tracking,
    call: &Call,
    trace_id: &str,
    prompts: Vec<String>,
) -> Result<(), MlflowError> {
    if prompts.len() > LINKS_LIMIT || prompts.iter().any(|prompt| prompt.len() > 1000) {
        return Err(MlflowError::invalid(format!("a call links at most {LINKS_LIMIT} prompts to a trace")));
    }
    with_trace(tracking, call, trace_id, move |append, Stored { key, .. }| {
        let links: Vec<_> = prompts.iter().map(|prompt| (prompt.clone(), key)).collect();
        Ok(store::link(append, LinkKind::Prompt, &links)?)
    })
    .await
}
