//! Metrics of traces: goes through the traces piece by piece and keeps only what the answer needs.

use super::searching::experiments_of;
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::traces::metrics::{self, Condition, Groups, Measured, Point, Question};
use crate::traces::model::{SOURCE_RUN, TraceKey};
use crate::traces::store::{self, Place, Scope, SpanScan, Stored};
use roadbed_store::Reader;
use std::collections::HashMap;
use std::sync::Arc;

/// Traces of one look into the store.
const PIECE: usize = 500;
/// Traces of one look at their assessments, which may be long.
const JUDGED_PIECE: usize = 50;

pub(in crate::traces) async fn measure(
    tracking: &Tracking,
    call: &Call,
    experiment_ids: &[String],
    question: Question,
) -> Result<Vec<Point>, MlflowError> {
    let experiments = experiments_of(tracking, call, Some(experiment_ids)).await?;
    let (from_ms, until_ms) = question.trace_bounds();
    let scope = Arc::new(Scope { experiments, from_ms, until_ms, ..Scope::default() });
    let question = Arc::new(question);
    let size = if is_judged(&question) { JUDGED_PIECE } else { PIECE };
    let (mut groups, mut after) = (Groups::new(&question), None);
    loop {
        let (asked, within) = (Arc::clone(&question), Arc::clone(&scope));
        let read = move |r: &mut Reader<'_>| {
            let found = store::scan(r, &within, after.as_ref(), size)?;
            let last = found.last().filter(|_| found.len() == size);
            let last = last.map(|one| Place { started_ms: one.trace.started_ms, trace_id: one.trace.trace_id.clone() });
            count(r, &asked, found, &mut groups)?;
            Ok::<_, MlflowError>((groups, last))
        };
        (groups, after) = tracking.context.store.read_records(read).await?;
        if after.is_none() {
            return Ok(groups.points(&question));
        }
    }
}

fn is_judged(question: &Question) -> bool {
    matches!(question.measured(), Measured::Assessments | Measured::Verdict)
}

/// Counts these traces, their spans or what was said about them.
fn count(
    r: &mut Reader<'_>,
    question: &Question,
    mut found: Vec<Stored>,
    groups: &mut Groups,
) -> Result<(), MlflowError> {
    let keys = |found: &[Stored]| found.iter().map(|stored| stored.key).collect::<Vec<TraceKey>>();
    let by_run = |condition: &Condition| matches!(condition, Condition::Metadata { key, .. } if key == SOURCE_RUN);
    let runs = match question.conditions().iter().any(by_run) {
        true => store::runs(r, &keys(&found))?,
        false => HashMap::new(),
    };
    let linked = |stored: &Stored| runs.get(&stored.key).map_or(&[][..], Vec::as_slice);
    found.retain(|stored| metrics::is_meant(question, &stored.trace, linked(stored)));
    match question.measured() {
        Measured::Spans | Measured::SpanLatency | Measured::Cost(_) => spans(r, question, &keys(&found), groups),
        Measured::Assessments | Measured::Verdict => {
            let said = store::assessments(r, &keys(&found))?;
            for stored in &found {
                for one in said.get(&stored.key).into_iter().flatten() {
                    let fact = metrics::of_assessment(question, &stored.trace, one);
                    fact.map_or(Ok(()), |fact| groups.add(fact))?;
                }
            }
            Ok(())
        }
        _ => {
            let mut facts = found.iter().filter_map(|stored| metrics::of_trace(question, &stored.trace));
            facts.try_for_each(|fact| groups.add(fact))
        }
    }
}

fn spans(r: &mut Reader<'_>, question: &Question, keys: &[TraceKey], groups: &mut Groups) -> Result<(), MlflowError> {
    let mut scan = SpanScan {
        keys,
        opens: question.asks_model(),
        priced: matches!(question.measured(), Measured::Cost(_)),
        after: None,
    };
    while let Some(spans) = scan.next(r)? {
        let mut facts = spans.iter().filter_map(|span| metrics::of_span(question, span));
        facts.try_for_each(|fact| groups.add(fact))?;
    }
    Ok(())
}
