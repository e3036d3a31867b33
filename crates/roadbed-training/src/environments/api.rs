use super::model::FoundEnvironment;
use super::operations::{ENVIRONMENT_READ, Environments};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::{Capability, Problem, Routes, get};
use schemars::JsonSchema;
use serde::Serialize;

/// A Python environment on this machine.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EnvironmentView {
    /// Digest of its lock, interpreter version and platform.
    pub key: String,
    /// Such as `3.11.9`.
    pub python: Option<String>,
    /// False while it is being made.
    pub ready: bool,
    /// Bytes of its files; those shared with other environments count in each.
    pub bytes: u64,
    /// RFC 3339.
    pub last_used_at: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EnvironmentList {
    pub items: Vec<EnvironmentView>,
}

impl From<FoundEnvironment> for EnvironmentView {
    fn from(found: FoundEnvironment) -> Self {
        Self {
            key: found.key.to_string(),
            python: found.python,
            ready: found.ready,
            bytes: found.bytes,
            last_used_at: found.last_used_at.map(|at| at.to_string()),
        }
    }
}

#[must_use]
pub fn capability(environments: &Environments) -> Capability {
    let routes = Routes::new(environments.clone()).add(
        get("/api/v1/environments", list)
            .summary("List the Python environments on this machine")
            .answers::<EnvironmentList>(StatusCode::OK)
            .allow(ENVIRONMENT_READ),
    );
    Capability::new("environments").routes(routes).section(environments.section())
}

async fn list(State(environments): State<Environments>) -> Result<Json<EnvironmentList>, Problem> {
    let found = environments.list().await?;
    Ok(Json(EnvironmentList { items: found.into_iter().map(EnvironmentView::from).collect() }))
}
