//! Feedback, expectations and issues of a trace.

use super::held::with_trace;
use super::ids::shown;
use crate::mlflow::{Call, Fields, MlflowError, Tracking};
use crate::traces::assessment::Assessment;
use crate::traces::model::{TraceError, TraceKey};
use crate::traces::store::{self, Stored};
use roadbed_store::Reader;

/// Most assessments of one trace.
const ASSESSMENTS_LIMIT: usize = 1000;

fn unknown(trace_id: &str, assessment_id: &str) -> TraceError {
    TraceError::UnknownAssessment { trace_id: shown(trace_id), assessment_id: shown(assessment_id) }
}

/// Adds what is said; the assessment it stands in for is valid no more.
pub(in crate::traces) async fn assess(
    tracking: &Tracking,
    call: &Call,
    trace_id: &str,
    new: Assessment,
) -> Result<Assessment, MlflowError> {
    let id = trace_id.to_owned();
    with_trace(tracking, call, trace_id, move |append, Stored { key, .. }| {
        let there = store::assessments(append, &[key])?.remove(&key).unwrap_or_default();
        if there.len() >= ASSESSMENTS_LIMIT {
            return Err(TraceError::Assessment("a trace takes at most 1,000 assessments").into());
        }
        if there.iter().any(|one| one.assessment_id == new.assessment_id) {
            return Err(TraceError::Assessment("the trace has an assessment of that id").into());
        }
        if let Some(older) = &new.overrides {
            let found = there.into_iter().find(|one| one.assessment_id == *older);
            let older = found.ok_or_else(|| unknown(&id, older))?;
            store::put_assessment(append, key, &Assessment { valid: false, ..older })?;
        }
        store::put_assessment(append, key, &new)?;
        Ok(new.clone())
    })
    .await
}

pub(in crate::traces) async fn assessment(
    tracking: &Tracking,
    call: &Call,
    trace_id: &str,
    assessment_id: &str,
) -> Result<Assessment, MlflowError> {
    super::find(tracking, call, trace_id).await?;
    let (key, wanted) = (TraceKey::new(call.team, trace_id), assessment_id.to_owned());
    let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(store::assessment(r, key, &wanted)?);
    let found = tracking.context.store.read_records(read).await?;
    found.ok_or_else(|| unknown(trace_id, assessment_id).into())
}

/// Changes what the mask names.
pub(in crate::traces) async fn change_assessment(
    tracking: &Tracking,
    call: &Call,
    (trace_id, assessment_id): (&str, &str),
    (mask, fields): (Vec<String>, Fields),
) -> Result<Assessment, MlflowError> {
    let (trace, wanted) = (trace_id.to_owned(), assessment_id.to_owned());
    let now = tracking.context.clock.now().as_millis();
    with_trace(tracking, call, trace_id, move |append, Stored { key, .. }| {
        let found = store::assessment(append, key, &wanted)?;
        let mut changed = found.ok_or_else(|| unknown(&trace, &wanted))?;
        changed.change(&mask, &fields, now)?;
        store::put_assessment(append, key, &changed)?;
        Ok(changed)
    })
    .await
}

/// Takes back what was said; what it stood in for is valid again. Nothing happens when it is gone already.
pub(in crate::traces) async fn delete_assessment(
    tracking: &Tracking,
    call: &Call,
    trace_id: &str,
    assessment_id: &str,
) -> Result<(), MlflowError> {
    let wanted = assessment_id.to_owned();
    with_trace(tracking, call, trace_id, move |append, Stored { key, .. }| {
        let Some(gone) = store::assessment(append, key, &wanted)? else { return Ok(()) };
        if let Some(older) = &gone.overrides
            && let Some(older) = store::assessment(append, key, older)?
        {
            store::put_assessment(append, key, &Assessment { valid: true, ..older })?;
        }
        Ok(store::delete_assessment(append, key, &wanted)?)
    })
    .await
}
