//! `/api/v1/experiments` for the command line and the portal. Reads are here, changes in `page_changes`.

use super::model::{EXPERIMENT_READ, Experiment, Tally, ViewType};
use super::operations::{self, Listing, RunsOfExperiments};
use crate::mlflow::{Call, MlflowError, Tracking, rfc3339};
use crate::search::PageToken;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use roadbed_capability::extract::{PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get};
use roadbed_store::Reader;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether active things are wanted, deleted ones, or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateChoice {
    #[default]
    Active,
    Deleted,
    All,
}

impl From<StateChoice> for ViewType {
    fn from(choice: StateChoice) -> Self {
        match choice {
            StateChoice::Active => Self::ActiveOnly,
            StateChoice::Deleted => Self::DeletedOnly,
            StateChoice::All => Self::All,
        }
    }
}

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExperimentQuery {
    /// Only experiments whose name contains this text, in any case.
    #[serde(default)]
    q: Option<String>,
    /// Experiments in use when absent.
    #[serde(default)]
    state: StateChoice,
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

/// A set of runs.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct ExperimentItem {
    pub id: String,
    pub name: String,
    /// `active` or `deleted`.
    pub state: &'static str,
    /// How many runs it has; of a deleted experiment, those that were deleted with it or before.
    pub runs: usize,
    pub tags: BTreeMap<String, String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339: when it was last changed, or one of its runs last began or ended.
    pub updated_at: String,
    /// Another one after each change; for If-Match.
    pub version: String,
}

impl ExperimentItem {
    fn new(experiment: Experiment, tally: Tally) -> Self {
        Self {
            id: experiment.experiment_id.to_string(),
            version: experiment.version(),
            state: experiment.lifecycle.as_str(),
            name: experiment.name,
            runs: tally.runs,
            tags: experiment.tags,
            created_at: rfc3339(experiment.created_ms),
            updated_at: rfc3339(experiment.updated_ms.max(tally.last_ms)),
        }
    }

    /// With its version as ETag.
    pub(super) fn answer(self) -> (HeaderMap, Json<Self>) {
        let mut headers = HeaderMap::new();
        if let Ok(tag) = HeaderValue::try_from(format!("\"{}\"", self.version)) {
            headers.insert(header::ETAG, tag);
        }
        (headers, Json(self))
    }
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ExperimentList {
    items: Vec<ExperimentItem>,
    next_cursor: Option<String>,
}

/// What the routes of experiments stand on.
#[derive(Clone)]
pub(super) struct Pages {
    pub tracking: Tracking,
    pub of_runs: RunsOfExperiments,
}

impl Pages {
    /// The experiments with what is known of their runs.
    pub(super) async fn items(&self, experiments: Vec<Experiment>) -> Result<Vec<ExperimentItem>, MlflowError> {
        let tally = self.of_runs.tally;
        let read = move |r: &mut Reader<'_>| {
            let tallies = tally(r, &experiments)?;
            let item = |one: Experiment| {
                let tally = tallies.get(&one.number).copied().unwrap_or_default();
                ExperimentItem::new(one, tally)
            };
            Ok::<_, MlflowError>(experiments.into_iter().map(item).collect())
        };
        self.tracking.context.store.read(read).await
    }

    pub(super) async fn item(&self, experiment: Experiment) -> Result<ExperimentItem, Problem> {
        self.items(vec![experiment]).await?.pop().ok_or_else(|| Problem::internal(&"an experiment is gone"))
    }
}

pub(super) fn routes(tracking: Tracking, of_runs: RunsOfExperiments) -> Routes<Pages> {
    Routes::new(Pages { tracking, of_runs })
        .add(
            get("/api/v1/experiments", list)
                .summary("List the experiments of the team")
                .query::<ExperimentQuery>()
                .answers::<ExperimentList>(StatusCode::OK)
                .allow(EXPERIMENT_READ),
        )
        .add(
            get("/api/v1/experiments/{experiment}", show)
                .summary("Show an experiment")
                .answers::<ExperimentItem>(StatusCode::OK)
                .allow(EXPERIMENT_READ),
        )
}

async fn list(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<ExperimentQuery>,
) -> Result<Json<ExperimentList>, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, EXPERIMENT_READ).await?;
    let limit = query.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        let detail = format!("limit is {limit}; write 1 to 1000");
        return Err(Problem::bad_request("request.query", detail).with_field("limit"));
    }
    let start = PageToken::parse(query.cursor.as_deref());
    let wanted = Listing {
        name_part: query.q.unwrap_or_default(),
        view: query.state.into(),
        limit: limit as usize,
        start: start.map_err(|error| Problem::from(error).with_field("cursor"))?,
    };
    let (found, next) = operations::list(&pages.tracking, &call, wanted).await?;
    let items = pages.items(found).await?;
    Ok(Json(ExperimentList { items, next_cursor: next.map(|token| token.to_string()) }))
}

async fn show(
    State(pages): State<Pages>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
) -> Result<(HeaderMap, Json<ExperimentItem>), Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, EXPERIMENT_READ).await?;
    let found = operations::find(&pages.tracking, &call, &id).await?;
    Ok(pages.item(found).await?.answer())
}
