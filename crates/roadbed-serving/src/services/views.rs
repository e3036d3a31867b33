//! How services look on the wire.

use super::model::Revision;
use super::operations::{ServiceDetail, Services};
use super::written::as_written;
use roadbed_core::RevisionId;
use schemars::JsonSchema;
use serde::Serialize;

/// A service.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ServiceView {
    pub id: String,
    pub name: String,
    pub project: String,
    pub team: String,
    /// `empty`, `deploying`, `serving` or `failed`.
    pub state: String,
    /// Number of the revision in charge.
    pub revision: Option<i64>,
    /// Registered name and version of its model.
    pub model: Option<String>,
    /// Number of the revision a rollback returns to.
    pub previous_revision: Option<i64>,
    pub traffic: Vec<TrafficShareView>,
    /// Id of the rollout under way.
    pub rollout: Option<String>,
    /// Where to send predictions.
    pub url: String,
    /// Model digests that were rolled back: nothing but a person tries them again.
    pub held: Vec<String>,
    pub settings: serde_json::Value,
    /// The same settings as `roadbed.yaml` writes them; what a PATCH changes.
    pub settings_as_written: serde_json::Value,
    /// `manifest` or `api`; settings of the first kind are changed in `roadbed.yaml`.
    pub made_by: String,
    /// Grows with each change of the settings; for If-Match.
    pub version: i64,
    /// `healthy`, `progressing`, `degraded`, `failing`, `paused` or `unknown`.
    pub health: String,
    /// Why, in a sentence.
    pub health_reason: String,
    /// What was done to it last; null when that was before changes were kept.
    pub last_change: Option<LastChangeView>,
    /// RFC 3339.
    pub created_at: String,
}

/// What was done to a service last.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LastChangeView {
    /// RFC 3339.
    pub at: String,
    /// `token:<id>`, `user:<name>` or `controller:<name>`.
    pub actor: String,
    /// For people, such as `promoted revision 3`.
    pub what: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TrafficShareView {
    /// Number of the revision.
    pub revision: Option<i64>,
    pub weight_percent: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ServiceList {
    pub items: Vec<ServiceView>,
    pub next_cursor: Option<String>,
}

impl ServiceView {
    pub(crate) fn new(services: &Services, detail: &ServiceDetail) -> Self {
        let service = &detail.service;
        let number = |revision: Option<RevisionId>| revision.and_then(|revision| detail.number(revision));
        let stable = detail.revisions.iter().find(|revision| Some(revision.id()) == service.stable);
        let routes = detail.entry.iter().flat_map(|entry| entry.routes.iter());
        Self {
            id: service.id.to_string(),
            name: service.name.to_string(),
            project: service.project.to_string(),
            team: service.team_name.to_string(),
            state: service.state().as_str().to_owned(),
            revision: number(service.stable),
            model: stable.map(model_of),
            previous_revision: number(service.previous),
            traffic: routes
                .map(|route| TrafficShareView {
                    revision: detail.number(route.revision),
                    weight_percent: f64::from(route.weight.basis_points()) / 100.0,
                })
                .collect(),
            rollout: service.open_rollout.map(|id| id.to_string()),
            url: services.url(&service.name),
            held: detail.held.clone(),
            settings: serde_json::to_value(&service.settings).unwrap_or_default(),
            settings_as_written: as_written(&service.settings),
            made_by: service.made_by.clone(),
            version: service.version,
            health: detail.health.0.as_str().to_owned(),
            health_reason: detail.health.1.clone(),
            last_change: service.last_change.as_ref().map(|change| LastChangeView {
                at: change.at.to_string(),
                actor: change.actor.clone(),
                what: change.what.clone(),
            }),
            created_at: service.created_at.to_string(),
        }
    }
}

/// Registered name and version.
pub(crate) fn model_of(revision: &Revision) -> String {
    format!("{}/{}", revision.entry.model_name, revision.entry.model_version)
}
