//! Run again.

use super::submit::{NewJobResources, Quantity, SubmitQuery, job_id, quantity};
use super::wire::JobView;
use crate::jobs::definition::ResourceRequest;
use crate::jobs::operations::Jobs;
use crate::jobs::rerun::Changes;
use crate::jobs::view::JobDetail;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Body, IdempotencyKey, PathOf, Query};
use roadbed_capability::{Caller, Problem};
use roadbed_core::Span;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What shall be different this time; the rest is as it was.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rerun {
    /// Only parameters that the job has.
    #[serde(default)]
    parameters: BTreeMap<String, serde_json::Value>,
    resources: Option<NewJobResources>,
    /// Such as `1h`.
    timeout: Option<String>,
    /// Attempts after a failed first one.
    retries: Option<u32>,
}

pub(super) async fn rerun(
    State(jobs): State<Jobs>,
    caller: Caller,
    Query(query): Query<SubmitQuery>,
    PathOf(id): PathOf<String>,
    IdempotencyKey(key): IdempotencyKey,
    Body(again): Body<Rerun>,
) -> Result<(StatusCode, Json<JobView>), Problem> {
    let resources = again.resources.unwrap_or_default();
    let changes = Changes {
        parameters: again.parameters,
        resources: ResourceRequest {
            cpu: quantity("resources.cpu", resources.cpu)?,
            memory: quantity("resources.memory", resources.memory)?,
            gpu: resources.gpu,
        },
        timeout: quantity::<Span>("timeout", again.timeout.map(Quantity::Text))?,
        retries: again.retries,
    };
    let dry_run = query.dry_run.unwrap_or(false);
    let (accepted, findings) = jobs.rerun(&caller, job_id(&id)?, changes, key.as_deref(), dry_run).await?;
    let mut view = JobView::from(JobDetail::new(accepted.0, accepted.1));
    view.warnings = findings.into_iter().map(|finding| finding.detail).collect();
    Ok((StatusCode::CREATED, Json(view)))
}
