//! What supervisors call with the token of their workload.

use crate::jobs::model::CONTROLLER;
use crate::jobs::operations::Jobs;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::caller::Identity;
use roadbed_capability::extract::{Body as JsonBody, PathOf};
use roadbed_capability::{Caller, Problem};
use roadbed_contracts::workload::WorkloadReport;
use roadbed_core::WorkloadId;

fn workload_of(caller: &Caller) -> Result<WorkloadId, Problem> {
    match caller.principal().identity {
        Identity::Workload { workload, .. } => Ok(workload),
        _ => Err(Problem::forbidden("this is for the supervisors of workloads")),
    }
}

/// A supervisor saw something: look now. The facts lie with the engine.
pub(super) async fn report(
    State(jobs): State<Jobs>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(report): JsonBody<WorkloadReport>,
) -> Result<StatusCode, Problem> {
    let own = workload_of(&caller)?;
    if id != own.to_string() || report.workload != own {
        return Err(Problem::not_found("workloads.unknown", "there is no such workload of this token"));
    }
    jobs.inner.engine.notify_report(&report);
    jobs.inner.context.wake_ups.wake(CONTROLLER);
    Ok(StatusCode::NO_CONTENT)
}
