//! Routes of traces, below MLflow's prefixes and for OpenTelemetry.

mod artifact;
mod assessments;
mod ingest;
mod metrics;
mod v2;
mod v3;
mod views;

use crate::mlflow::{Endpoints, Tracking, mlflow_paths, mlflow_v2_paths, mlflow_v3_paths};
use crate::traces::model::{TRACE_READ, TRACE_WRITE};
use roadbed_capability::Capability;

/// Traces of the MLflow API, of OpenTelemetry and of `/api/v1`.
#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let pages = super::pages::routes(tracking.clone());
    let endpoints = Endpoints::new(tracking)
        .post(mlflow_v3_paths!("/traces"), TRACE_WRITE, v3::tell)
        .post(mlflow_v3_paths!("/traces/search"), TRACE_READ, v3::search)
        .get(mlflow_v3_paths!("/traces/get"), TRACE_READ, v3::get)
        .get(mlflow_v3_paths!("/traces/batchGet"), TRACE_READ, v3::batch)
        .post(mlflow_v3_paths!("/traces/batchGetInfos"), TRACE_READ, v3::batch_infos)
        .post(mlflow_v3_paths!("/traces/metrics"), TRACE_READ, metrics::query)
        .post(mlflow_v3_paths!("/traces/calculate-filter-correlation"), TRACE_READ, v3::correlate)
        .get(mlflow_v3_paths!("/traces/{trace_id}"), TRACE_READ, v3::info)
        .post(mlflow_v3_paths!("/traces/{trace_id}/assessments"), TRACE_WRITE, assessments::create)
        .get(mlflow_v3_paths!("/traces/{trace_id}/assessments/{assessment_id}"), TRACE_READ, assessments::get)
        .patch(mlflow_v3_paths!("/traces/{trace_id}/assessments/{assessment_id}"), TRACE_WRITE, assessments::update)
        .delete(mlflow_v3_paths!("/traces/{trace_id}/assessments/{assessment_id}"), TRACE_WRITE, assessments::delete)
        .post(mlflow_paths!("/traces/delete-traces"), TRACE_WRITE, v3::delete)
        .patch(mlflow_paths!("/traces/{trace_id}/tags"), TRACE_WRITE, v3::set_tag)
        .delete(mlflow_paths!("/traces/{trace_id}/tags"), TRACE_WRITE, v3::delete_tag)
        .post(mlflow_paths!("/traces/link-to-run"), TRACE_WRITE, v3::link_to_run)
        .post(mlflow_paths!("/traces/link-prompts"), TRACE_WRITE, v3::link_prompts)
        .post(mlflow_v2_paths!("/traces"), TRACE_WRITE, v2::start)
        .get(mlflow_v2_paths!("/traces"), TRACE_READ, v2::search)
        .patch(mlflow_v2_paths!("/traces/{trace_id}"), TRACE_WRITE, v2::end)
        .get(mlflow_v2_paths!("/traces/{trace_id}/info"), TRACE_READ, v2::info);
    let endpoints = artifact::add(ingest::add(endpoints));
    Capability::new("traces").routes(endpoints.into_routes()).routes(pages)
}
