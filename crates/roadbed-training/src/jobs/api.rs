//! Routes of jobs.

mod follow;
mod internal;
mod outputs;
mod rerun;
mod search;
mod submit;
mod usage;
mod wire;

use super::controller::JobsController;
use super::manifest::JobsSection;
use super::metering::Metering;
use super::operations::Jobs;
use super::retention::Retention;
use crate::permissions::{JOB_CANCEL, JOB_READ, JOB_SUBMIT};
use axum::http::StatusCode;
use roadbed_capability::{Capability, Grantee, Permission, Routes, get, post};
use std::sync::Arc;

const WORKLOAD_REPORT: Permission = Permission::new("workload:report", Grantee::Supervisor);

#[must_use]
pub fn capability(jobs: &Jobs) -> Capability {
    let routes = told_routes(public_routes(Routes::new(jobs.clone())))
        .add(post("/internal/v1/workloads/{id}/report", internal::report).undocumented().allow(WORKLOAD_REPORT));
    Capability::new("jobs")
        .routes(routes)
        .controller(Arc::new(JobsController::new(jobs.clone())))
        .controller(Arc::new(Metering::new(jobs.clone())))
        .controller(Arc::new(Retention::new(jobs.clone())))
        .section(Arc::new(JobsSection::new(&jobs.inner.context)))
}

fn public_routes(routes: Routes<Jobs>) -> Routes<Jobs> {
    routes
        .add(
            post("/api/v1/jobs", submit::submit)
                .summary("Run a job of the manifest, or a command")
                .query::<submit::SubmitQuery>()
                .body::<submit::NewJob>()
                .answers::<wire::JobView>(StatusCode::CREATED)
                .allow(JOB_SUBMIT),
        )
        .add(
            get("/api/v1/jobs", submit::list)
                .summary("List jobs, newest first")
                .query::<submit::JobQuery>()
                .answers::<wire::JobList>(StatusCode::OK)
                .allow(JOB_READ),
        )
        .add(
            get("/api/v1/jobs/{id}", submit::show)
                .summary("Show a job")
                .answers::<wire::JobView>(StatusCode::OK)
                .allow(JOB_READ),
        )
        .add(
            post("/api/v1/jobs/{id}/cancel", submit::cancel)
                .summary("Ask a job to end")
                .query::<submit::SubmitQuery>()
                .body::<submit::CancelRequest>()
                .answers::<wire::JobView>(StatusCode::OK)
                .allow(JOB_CANCEL),
        )
        .add(
            post("/api/v1/jobs/{id}/rerun", rerun::rerun)
                .summary("Run a job again: the same code, environment and command, with other parameters or resources")
                .query::<submit::SubmitQuery>()
                .body::<rerun::Rerun>()
                .answers::<wire::JobView>(StatusCode::CREATED)
                .allow(JOB_SUBMIT),
        )
        .add(
            get("/api/v1/job-definitions", submit::definitions)
                .summary("List the jobs of a project's manifest")
                .query::<submit::DefinitionQuery>()
                .answers::<wire::DefinitionList>(StatusCode::OK)
                .allow(JOB_READ),
        )
}

/// What a job used, wrote and left.
fn told_routes(routes: Routes<Jobs>) -> Routes<Jobs> {
    routes
        .add(
            get("/api/v1/jobs/{id}/usage", usage::show)
                .summary("What a job uses over time, beside what it was granted")
                .answers::<usage::UsageView>(StatusCode::OK)
                .allow(JOB_READ),
        )
        .add(
            get("/api/v1/jobs/{id}/logs/search", search::search)
                .summary("Find lines in what a job wrote")
                .query::<search::SearchQuery>()
                .answers::<search::SearchView>(StatusCode::OK)
                .allow(JOB_READ),
        )
        .add(
            get("/api/v1/jobs/{id}/logs", follow::logs)
                .summary("Read what a job wrote, or follow it")
                .query::<follow::LogQuery>()
                .answers_other(StatusCode::OK)
                .allow(JOB_READ),
        )
        .add(
            get("/api/v1/jobs/{id}/outputs", outputs::list)
                .summary("List the files a job left")
                .answers::<outputs::OutputList>(StatusCode::OK)
                .allow(JOB_READ),
        )
        .add(
            get("/api/v1/jobs/{id}/outputs/{*path}", outputs::download)
                .summary("Download a file a job left")
                .answers_other(StatusCode::OK)
                .allow(JOB_READ),
        )
}
