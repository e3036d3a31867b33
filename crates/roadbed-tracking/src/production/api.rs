//! Routes of production.

use super::graph::{self, Graph};
use super::operations::{self, InForce, Serving};
use super::reactor::Notes;
use crate::approvals::Candidate;
use crate::mlflow::{Call, MlflowError, Tracking, rfc3339};
use crate::models::MODEL_READ;
use crate::runs::Origin;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{PathOf, Query};
use roadbed_capability::{Caller, Capability, Problem, Routes, get};
use roadbed_core::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What was in production, and where it came from.
#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let notes = Notes { context: tracking.context.clone() };
    let routes = Routes::new(tracking)
        .add(
            get("/api/v1/models/{model}/production", of_model)
                .summary("Show what a model's aliases named and which services served it, now or at a moment")
                .query::<AtQuery>()
                .answers::<ModelProduction>(StatusCode::OK)
                .allow(MODEL_READ),
        )
        .add(
            get("/api/v1/services/{service}/production", of_service)
                .summary("Show which model a service served, now or at a moment, and where it came from")
                .query::<AtQuery>()
                .answers::<ServiceProduction>(StatusCode::OK)
                .allow(MODEL_READ),
        )
        .add(
            get("/api/v1/models/{model}/versions/{version}/lineage", lineage)
                .summary("Show what a model version came from and what came of it, as a graph")
                .answers::<Graph>(StatusCode::OK)
                .allow(MODEL_READ),
        );
    Capability::new("production").routes(routes).reactor(Arc::new(notes))
}

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct AtQuery {
    /// RFC 3339; now when absent.
    #[serde(default)]
    at: Option<String>,
}

impl AtQuery {
    fn moment(&self, tracking: &Tracking) -> Result<Timestamp, Problem> {
        let Some(text) = &self.at else { return Ok(tracking.context.clock.now()) };
        text.parse().map_err(|_| {
            let detail = format!("at is {text:.50}; write a time such as 2026-05-04T12:00:00Z");
            Problem::bad_request("request.query", detail).with_field("at")
        })
    }
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct DatasetOrigin {
    name: String,
    digest: String,
    source: String,
}

/// Where a version comes from, as far as it is still there.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
struct VersionOrigin {
    /// Over the files.
    digest: Option<String>,
    registered_by: Option<String>,
    run: Option<String>,
    job: Option<String>,
    /// Of Git.
    commit: Option<String>,
    repository: Option<String>,
    source: Option<String>,
    datasets: Vec<DatasetOrigin>,
}

impl VersionOrigin {
    fn new(candidate: Option<Candidate>, origin: Option<Origin>) -> Self {
        let mut known = Self::default();
        if let Some(candidate) = candidate {
            known.digest = candidate.digest.map(|digest| digest.to_string());
            known.registered_by = candidate.author;
        }
        let Some(origin) = origin else { return known };
        let datasets = origin.datasets.into_iter().map(|input| DatasetOrigin {
            name: input.dataset.name,
            digest: input.dataset.digest,
            source: input.dataset.source.chars().take(1000).collect(),
        });
        Self {
            run: Some(origin.run_id),
            job: origin.job,
            commit: origin.commit,
            repository: origin.repository,
            source: origin.source,
            datasets: datasets.collect(),
            ..known
        }
    }
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct AliasThen {
    alias: String,
    version: i64,
    /// RFC 3339: when it began to name this version.
    since: String,
    /// As in events, such as `token:…`.
    moved_by: String,
    /// Who had approved it when it moved.
    approved_by: Vec<String>,
    origin: VersionOrigin,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ServiceThen {
    service: String,
    version: i64,
    /// Number of the revision.
    revision: i64,
    /// RFC 3339.
    since: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ModelProduction {
    model: String,
    /// RFC 3339.
    at: String,
    aliases: Vec<AliasThen>,
    services: Vec<ServiceThen>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ServiceProduction {
    service: String,
    /// RFC 3339.
    at: String,
    /// None when nothing was served.
    served: Option<ServedThen>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ServedThen {
    model: String,
    version: i64,
    /// Number of the revision.
    revision: i64,
    /// RFC 3339.
    since: String,
    /// Who or what ended the rollout.
    released_by: String,
    origin: VersionOrigin,
}

impl From<InForce> for AliasThen {
    fn from(one: InForce) -> Self {
        Self {
            alias: one.alias,
            version: one.version,
            since: rfc3339(one.since_ms),
            moved_by: one.actor,
            approved_by: one.approved_by,
            origin: VersionOrigin::new(one.candidate, one.origin),
        }
    }
}

impl From<Serving> for ServiceThen {
    fn from(one: Serving) -> Self {
        Self {
            service: one.revision.service,
            version: one.revision.version,
            revision: one.revision.number,
            since: rfc3339(one.served.at_ms),
        }
    }
}

async fn of_model(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(model): PathOf<String>,
    Query(query): Query<AtQuery>,
) -> Result<Json<ModelProduction>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let at = query.moment(&tracking)?;
    let aliases = operations::aliases_at(&tracking, &call, &model, at).await?;
    let services = operations::services_at(&tracking, &call, &model, at).await?;
    Ok(Json(ModelProduction {
        model,
        at: at.to_string(),
        aliases: aliases.into_iter().map(AliasThen::from).collect(),
        services: services.into_iter().map(ServiceThen::from).collect(),
    }))
}

async fn of_service(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(service): PathOf<String>,
    Query(query): Query<AtQuery>,
) -> Result<Json<ServiceProduction>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let at = query.moment(&tracking)?;
    let served = operations::service_at(&tracking, &call, &service, at).await?;
    let served = served.map(|(one, candidate, origin)| ServedThen {
        model: one.revision.model,
        version: one.revision.version,
        revision: one.revision.number,
        since: rfc3339(one.served.at_ms),
        released_by: one.served.actor,
        origin: VersionOrigin::new(candidate, origin),
    });
    Ok(Json(ServiceProduction { service, at: at.to_string(), served }))
}

async fn lineage(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number)): PathOf<(String, String)>,
) -> Result<Json<Graph>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let unreadable = |_| MlflowError::invalid(format!("a version is a number, not {number:.100}"));
    let version = number.parse().map_err(unreadable)?;
    Ok(Json(graph::of_version(&tracking, &call, (name, version)).await?))
}
