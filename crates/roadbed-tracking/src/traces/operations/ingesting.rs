//! Spans that came over OTLP: kept, and what they say about their traces derived.

use crate::experiments::{self, Experiment};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs;
use crate::traces::model::{
    COST, LOCATION_TAG, NAME_TAG, SESSION, SOURCE_RUN, SPANS_HERE, SPANS_TAG, State, TOKEN_USAGE, Trace, TraceKey, USER,
};
use crate::traces::spans::{Batch, Node, summed};
use crate::traces::store::{self, LinkKind};
use roadbed_core::TeamId;
use roadbed_store::{Appender, StoreError};
use std::collections::BTreeMap;

const TOKEN_KEYS: &[&str] = &["input_tokens", "output_tokens", "total_tokens"];
const CACHE_KEYS: &[&str] =
    &["cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation_input_tokens_above_1hr"];
const COST_KEYS: &[&str] = &["input_cost", "output_cost", "total_cost"];

/// Where files of a trace lie.
pub(super) fn artifact_location(experiment: &Experiment, trace_id: &str) -> String {
    format!("{}/traces/{trace_id}/artifacts", experiment.artifact_location)
}

/// Keeps the spans of a request, all or none; those with a root are linked to the run.
pub(in crate::traces) async fn ingest(
    tracking: &Tracking,
    call: &Call,
    experiment_id: &str,
    run_id: Option<&str>,
    batches: Vec<Batch>,
) -> Result<(), MlflowError> {
    let experiment = experiments::active(tracking, call, experiment_id).await?;
    if let Some(run_id) = run_id {
        runs::find(tracking, call, run_id).await?;
    }
    let (team, run_id) = (call.team, run_id.map(str::to_owned));
    tracking
        .context
        .store
        .append(move |append| {
            batches.iter().try_for_each(|batch| keep(append, team, &experiment, run_id.as_deref(), batch))
        })
        .await
}

fn keep(
    append: &mut Appender<'_>,
    team: TeamId,
    experiment: &Experiment,
    run_id: Option<&str>,
    batch: &Batch,
) -> Result<(), MlflowError> {
    let key = TraceKey::new(team, &batch.trace_id);
    let (mut trace, is_new) = store::claim(append, team, &begun(experiment, batch))?;
    merge(&mut trace, batch);
    store::put_spans(append, key, &batch.rows)?;
    sum_up(append, key, &mut trace, (batch, is_new))?;
    trace.check_size()?;
    store::put(append, team, &trace)?;
    if let Some(run_id) = run_id.filter(|_| batch.root.is_some()) {
        store::link(append, LinkKind::Run, &[(run_id.to_owned(), key)])?;
    }
    if let Some(run_id) = trace.metadata.get(SOURCE_RUN).filter(|_| is_new) {
        store::link(append, LinkKind::Run, &[(run_id.clone(), key)])?;
    }
    Ok(())
}

/// A trace of which only these spans are known.
fn begun(experiment: &Experiment, batch: &Batch) -> Trace {
    Trace {
        trace_id: batch.trace_id.clone(),
        experiment: experiment.number,
        experiment_id: experiment.experiment_id,
        started_ms: batch.started_ms,
        duration_ms: None,
        state: State::InProgress,
        client_request_id: None,
        request_preview: None,
        response_preview: None,
        tags: BTreeMap::from([(LOCATION_TAG.to_owned(), artifact_location(experiment, &batch.trace_id))]),
        metadata: BTreeMap::new(),
        finalized: false,
    }
}

/// What the client told about the trace as a whole stands before what spans say.
fn merge(trace: &mut Trace, batch: &Batch) {
    if !trace.finalized {
        let ended = trace.duration_ms.map(|duration| trace.started_ms.saturating_add(duration)).max(batch.ended_ms);
        trace.started_ms = trace.started_ms.min(batch.started_ms);
        trace.duration_ms = ended.map(|ended| ended.saturating_sub(trace.started_ms));
    }
    trace.tags.extend(batch.tags.iter().map(|(key, value)| (key.clone(), value.clone())));
    trace.tags.insert(SPANS_TAG.to_owned(), SPANS_HERE.to_owned());
    if let Some(root) = &batch.root {
        if trace.state.is_open() {
            trace.state = root.state;
        }
        trace.request_preview = trace.request_preview.take().or_else(|| root.request_preview.clone());
        trace.response_preview = trace.response_preview.take().or_else(|| root.response_preview.clone());
        let named = trace.tags.get(NAME_TAG).cloned();
        trace.tags.extend(root.tags.iter().map(|(key, value)| (key.clone(), value.clone())));
        if let Some(named) = named.filter(|_| trace.finalized) {
            trace.tags.insert(NAME_TAG.to_owned(), named);
        }
    }
    let mut told = |key: &str, value: &Option<String>| {
        if let Some(value) = value {
            trace.metadata.entry(key.to_owned()).or_insert_with(|| value.clone());
        }
    };
    told(SESSION, &batch.session);
    told(USER, &batch.user);
}

/// Tokens and costs of all spans, also of those that came before.
fn sum_up(
    append: &mut Appender<'_>,
    key: TraceKey,
    trace: &mut Trace,
    (batch, is_new): (&Batch, bool),
) -> Result<(), StoreError> {
    let is_told = |trace: &Trace, key: &str| trace.finalized && trace.metadata.contains_key(key);
    let tokens = batch.rows.iter().any(|row| row.usage.is_some()) && !is_told(trace, TOKEN_USAGE);
    let costs = batch.rows.iter().any(|row| row.cost.is_some()) && !is_told(trace, COST);
    if !tokens && !costs {
        return Ok(());
    }
    let (usage, cost) = if is_new {
        let node = |data: &Option<String>, id, parent| Node { id, parent, data: data.clone() };
        let pair = |row: &crate::traces::spans::Row| {
            (node(&row.usage, row.span, row.parent), node(&row.cost, row.span, row.parent))
        };
        batch.rows.iter().map(pair).unzip()
    } else {
        store::nodes(append, key)?
    };
    if tokens && let Some(sum) = summed(&usage, TOKEN_KEYS, CACHE_KEYS, true) {
        trace.metadata.insert(TOKEN_USAGE.to_owned(), sum);
    }
    if costs && let Some(sum) = summed(&cost, COST_KEYS, &[], false) {
        trace.metadata.insert(COST.to_owned(), sum);
    }
    Ok(())
}
