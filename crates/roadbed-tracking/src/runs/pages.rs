//! `/api/v1/runs`: the table of runs, for the command line and the portal.

use super::model::{FullRun, RUN_READ, SOURCE_TAG};
use super::operations::{self, Among, Found, Search};
use super::plan::Plan;
use super::store::Columns;
use crate::experiments::StateChoice;
use crate::mlflow::{Call, Measure, MlflowError, Tracking, rfc3339};
use crate::search::{PageToken, WrongFilter};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::Query;
use roadbed_capability::{Caller, Problem, Routes, get};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// More columns than this are asked for with all.
const MOST_COLUMNS: usize = 200;

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunQuery {
    /// Id of an experiment. Without `experiment` and `experiments`, runs of all experiments are looked at.
    #[serde(default)]
    experiment: Option<String>,
    /// Ids of experiments, parted by commas.
    #[serde(default)]
    experiments: Option<String>,
    /// As MLflow clients write it, such as `metrics.auc > 0.9`.
    #[serde(default)]
    filter: Option<String>,
    /// Such as `metrics.auc DESC`, several parted by commas; the newest first when absent.
    #[serde(default)]
    order_by: Option<String>,
    /// Runs in use when absent.
    #[serde(default)]
    view: StateChoice,
    /// What to give of what was logged, parted by commas, such as `metrics.auc,params.depth,tags.author`; `none` for nothing.
    /// Everything when absent.
    #[serde(default)]
    columns: Option<String>,
    /// Whether to say in `total` how many runs all pages have.
    #[serde(default)]
    count: bool,
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

/// A run with what it logged.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct RunItem {
    pub id: String,
    pub name: String,
    pub experiment: String,
    pub experiment_name: String,
    /// `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.
    pub status: String,
    /// `active` or `deleted`.
    pub state: &'static str,
    /// Who the client says started it.
    pub user: Option<String>,
    /// The file or notebook that made it.
    pub source: Option<String>,
    /// The job whose code made the run.
    pub job: Option<String>,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339.
    pub ended_at: Option<String>,
    /// From start to end in milliseconds; none before the end.
    pub duration_ms: Option<i64>,
    /// Latest values; the text `NaN` for what is no number.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub metrics: BTreeMap<String, Measure>,
    pub params: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
}

impl RunItem {
    pub(super) fn new(full: FullRun, experiment_name: String) -> Self {
        let run = full.run;
        let source = full.tags.iter().find(|(key, _)| key == SOURCE_TAG).map(|(_, value)| value.clone());
        Self {
            id: run.run_id,
            name: run.run_name,
            experiment: run.experiment_id.to_string(),
            experiment_name,
            status: run.status,
            state: run.lifecycle.as_str(),
            user: Some(run.user_id).filter(|user| !user.is_empty()),
            source,
            job: run.job.map(|job| job.to_string()),
            started_at: rfc3339(run.start_time_ms),
            ended_at: run.end_time_ms.map(rfc3339),
            duration_ms: run.end_time_ms.map(|end| end.saturating_sub(run.start_time_ms).max(0)),
            metrics: full.metrics.into_iter().map(|point| (point.key, point.value)).collect(),
            params: full.params.into_iter().collect(),
            tags: full.tags.into_iter().collect(),
        }
    }
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RunList {
    items: Vec<RunItem>,
    next_cursor: Option<String>,
    /// Runs of all pages, when asked for by `count`.
    total: Option<usize>,
}

pub(super) fn routes(tracking: Tracking) -> Routes<Tracking> {
    let routes = Routes::new(tracking).add(
        get("/api/v1/runs", list)
            .summary("List the runs of experiments")
            .query::<RunQuery>()
            .answers::<RunList>(StatusCode::OK)
            .allow(RUN_READ),
    );
    super::keys::add(super::series::add(routes))
}

fn refused(field: &str, detail: impl Into<String>) -> Problem {
    Problem::bad_request("request.query", detail).with_field(field)
}

fn parted(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// Keys hold no commas, so a comma always ends one.
fn columns(text: &str) -> Result<Columns, Problem> {
    let mut columns = Columns::default();
    for (index, column) in parted(text).filter(|column| *column != "none").enumerate() {
        let list = match column.split_once('.') {
            Some(("metrics", key)) => Some((&mut columns.metrics, key)),
            Some(("params", key)) => Some((&mut columns.params, key)),
            Some(("tags", key)) => Some((&mut columns.tags, key)),
            _ => None,
        };
        let Some((list, key)) = list.filter(|_| index < MOST_COLUMNS) else {
            let detail = format!("{column:?} is no column; write at most {MOST_COLUMNS} such as metrics.auc or none");
            return Err(refused("columns", detail));
        };
        list.push(key.to_owned());
    }
    Ok(columns)
}

/// A filter is written by hand: the answer says where it went wrong and what could stand there.
fn wrong_filter(wrong: WrongFilter) -> Problem {
    let place = wrong.character;
    let mut problem = Problem::from(wrong.error).with_field("filter");
    problem.detail = format!("at character {place}: {}", problem.detail);
    problem.line = Some(format!("1:{place}"));
    problem.with_fix(
        "write comparisons joined by AND, such as metrics.auc > 0.9 AND params.depth = '4' AND attributes.status = 'FINISHED'; \
         quote texts, and put keys with other characters than letters and digits into backticks",
    )
}

impl RunQuery {
    fn search(self) -> Result<Search, Problem> {
        let limit = self.limit.unwrap_or(100);
        if !(1..=1000).contains(&limit) {
            return Err(refused("limit", format!("limit is {limit}; write 1 to 1000")));
        }
        let (filter, order_by) = (self.filter.unwrap_or_default(), self.order_by.unwrap_or_default());
        let order_by: Vec<String> = parted(&order_by).map(str::to_owned).collect();
        let in_field = |field: &'static str| move |error: MlflowError| Problem::from(error).with_field(field);
        Plan::check_filter(&filter).map_err(wrong_filter)?;
        Plan::parse("", &order_by).map_err(in_field("order_by"))?;
        PageToken::parse(self.cursor.as_deref()).map_err(in_field("cursor"))?;
        let several = self.experiments.iter().flat_map(|ids| parted(ids));
        let ids: Vec<String> = self.experiment.iter().map(String::as_str).chain(several).map(str::to_owned).collect();
        let is_anywhere = self.experiment.is_none() && self.experiments.is_none();
        Ok(Search {
            among: if is_anywhere { Among::Team } else { Among::Experiments(ids) },
            filter,
            view: self.view.into(),
            limit: i64::from(limit),
            order_by,
            token: self.cursor,
            columns: self.columns.as_deref().map(columns).transpose()?,
            count: self.count,
        })
    }
}

async fn list(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<RunQuery>,
) -> Result<Json<RunList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, RUN_READ).await?;
    let mut search = query.search()?;
    // Where a run comes from is told always; its tag is only shown when it was asked for.
    let hides_source = search.columns.as_mut().is_some_and(|columns| {
        let hides = !columns.tags.iter().any(|key| key == SOURCE_TAG);
        columns.tags.push(SOURCE_TAG.to_owned());
        hides
    });
    let Found { runs, next, total, experiments } = operations::search(&tracking, &call, search).await?;
    let names: BTreeMap<i64, String> = experiments.into_iter().map(|one| (one.number, one.name)).collect();
    let item = |full: FullRun| {
        let name = names.get(&full.run.experiment).cloned().unwrap_or_default();
        let mut item = RunItem::new(full, name);
        if hides_source {
            item.tags.remove(SOURCE_TAG);
        }
        item
    };
    let items = runs.into_iter().map(item).collect();
    Ok(Json(RunList { items, next_cursor: next.map(|token| token.to_string()), total }))
}
