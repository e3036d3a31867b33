//! Requests about assessments (`mlflow/protos/assessments.proto`).

use super::v3::fresh_id;
use crate::mlflow::{Call, Empty, MlflowError, Tracking, missing};
use crate::traces::assessment::Assessment;
use crate::traces::operations;
use serde::Serialize;
use serde_json::Value;

#[derive(Debug, Serialize)]
pub(super) struct AssessmentAnswer {
    assessment: Value,
}

pub(super) async fn create(tracking: Tracking, call: Call) -> Result<AssessmentAnswer, MlflowError> {
    let fields = call.fields.object("assessment")?.ok_or_else(|| missing("assessment"))?;
    let now = tracking.context.clock.now().as_millis();
    let trace_id = call.fields.required("trace_id")?;
    let new = Assessment::read(&fields, &fresh_id(&tracking), now)?;
    let made = operations::assess(&tracking, &call, trace_id, new).await?;
    Ok(AssessmentAnswer { assessment: made.view(trace_id) })
}

pub(super) async fn get(tracking: Tracking, call: Call) -> Result<AssessmentAnswer, MlflowError> {
    let (trace_id, id) = (call.fields.required("trace_id")?, call.fields.required("assessment_id")?);
    let found = operations::assessment(&tracking, &call, trace_id, id).await?;
    Ok(AssessmentAnswer { assessment: found.view(trace_id) })
}

/// Paths of a `FieldMask`: one text with commas and names in lowerCamelCase, as protobuf writes it, or a list.
fn mask(call: &Call) -> Result<Vec<String>, MlflowError> {
    let snake = |path: &str| {
        path.trim().chars().fold(String::new(), |mut name, c| {
            if c.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(c.to_ascii_lowercase());
            name
        })
    };
    match call.fields.value("update_mask") {
        Some(Value::String(paths)) => Ok(paths.split(',').map(snake).collect()),
        Some(Value::Object(_)) => {
            let paths = call.fields.object("update_mask")?.unwrap_or_default().texts("paths")?;
            Ok(paths.iter().map(|path| snake(path)).collect())
        }
        _ => Err(missing("update_mask")),
    }
}

pub(super) async fn update(tracking: Tracking, call: Call) -> Result<AssessmentAnswer, MlflowError> {
    let fields = call.fields.object("assessment")?.ok_or_else(|| missing("assessment"))?;
    let (trace_id, id) = (call.fields.required("trace_id")?, call.fields.required("assessment_id")?);
    let changed = operations::change_assessment(&tracking, &call, (trace_id, id), (mask(&call)?, fields)).await?;
    Ok(AssessmentAnswer { assessment: changed.view(trace_id) })
}

pub(super) async fn delete(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let (trace_id, id) = (call.fields.required("trace_id")?, call.fields.required("assessment_id")?);
    operations::delete_assessment(&tracking, &call, trace_id, id).await?;
    Ok(Empty {})
}
