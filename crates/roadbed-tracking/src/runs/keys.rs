//! `GET /api/v1/experiments/{id}/keys`: what the runs of an experiment logged, for choosing columns and writing filters.

use super::model::RUN_READ;
use super::store::{self, KeyKind};
use crate::experiments;
use crate::mlflow::{Call, MlflowError, Tracking};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get};
use roadbed_store::Reader;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunKeyQuery {
    /// Keys of this kind; of all kinds when absent.
    #[serde(default)]
    kind: Option<KeyKind>,
    /// Only keys that contain this text, in any case.
    #[serde(default)]
    q: Option<String>,
    /// Most keys of each kind, 1 to 1000; 100 when absent.
    #[serde(default)]
    limit: Option<u32>,
}

/// A key that runs logged.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RunKey {
    kind: KeyKind,
    key: String,
    /// How many runs have it, deleted ones too.
    runs: usize,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RunKeyList {
    /// By kind (metrics, params, tags) and then by key.
    items: Vec<RunKey>,
}

pub(super) fn add(routes: Routes<Tracking>) -> Routes<Tracking> {
    routes.add(
        get("/api/v1/experiments/{experiment}/keys", list)
            .summary("List the metrics, params and tags that runs of an experiment logged")
            .query::<RunKeyQuery>()
            .answers::<RunKeyList>(StatusCode::OK)
            .allow(RUN_READ),
    )
}

async fn list(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
    Query(query): Query<RunKeyQuery>,
) -> Result<Json<RunKeyList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, RUN_READ).await?;
    let limit = query.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        let detail = format!("limit is {limit}; write 1 to 1000");
        return Err(Problem::bad_request("request.query", detail).with_field("limit"));
    }
    let experiment = experiments::find(&tracking, &call, &id).await?.number;
    let part = query.q.unwrap_or_default();
    let read = move |r: &mut Reader<'_>| {
        let mut items = Vec::new();
        for kind in KeyKind::ALL.into_iter().filter(|kind| query.kind.is_none_or(|wanted| wanted == *kind)) {
            let found = store::keys(r, experiment, (kind, &part), limit as usize)?;
            items.extend(found.into_iter().map(|(key, runs)| RunKey { kind, key, runs }));
        }
        Ok::<_, MlflowError>(items)
    };
    Ok(Json(RunKeyList { items: tracking.context.store.read_records(read).await? }))
}
