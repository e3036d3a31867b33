//! List, one trace, delete.

use super::item::TraceItem;
use super::waterfall::{Step, steps};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::traces::model::{TRACE_READ, TRACE_WRITE};
use crate::traces::operations::{self, Search};
use crate::traces::plan::{Cursor, Plan};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{DryRun, PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, delete, get};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct TraceQuery {
    /// Id of an experiment; traces of all experiments when absent.
    #[serde(default)]
    experiment: Option<String>,
    /// As MLflow clients write it, such as `status = 'ERROR' AND execution_time_ms > 1000`.
    #[serde(default)]
    filter: Option<String>,
    /// Such as `execution_time_ms DESC`, several parted by commas; the newest first when absent.
    #[serde(default)]
    order_by: Option<String>,
    /// 1 to 500; 100 when absent.
    #[serde(default)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct TraceList {
    items: Vec<TraceItem>,
    next_cursor: Option<String>,
}

/// A trace with its spans.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct TracePage {
    #[serde(flatten)]
    trace: TraceItem,
    /// Roots first, each followed by what lies below it; empty when the spans lie in a file.
    spans: Vec<Step>,
    /// Whether spans the client spoke of are still missing.
    partial: bool,
}

pub(in crate::traces) fn routes(tracking: Tracking) -> Routes<Tracking> {
    Routes::new(tracking)
        .add(
            get("/api/v1/traces", list)
                .summary("List traces of applications")
                .query::<TraceQuery>()
                .answers::<TraceList>(StatusCode::OK)
                .allow(TRACE_READ),
        )
        .add(
            get("/api/v1/traces/{trace}", show)
                .summary("Show a trace with its spans")
                .answers::<TracePage>(StatusCode::OK)
                .allow(TRACE_READ),
        )
        .add(
            delete("/api/v1/traces/{trace}", remove)
                .summary("Delete a trace with its spans and assessments")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(TRACE_WRITE),
        )
}

impl TraceQuery {
    fn search(self) -> Result<Search, Problem> {
        let limit = self.limit.unwrap_or(100);
        if !(1..=500).contains(&limit) {
            let detail = format!("limit is {limit}; write 1 to 500");
            return Err(Problem::bad_request("request.query", detail).with_field("limit"));
        }
        let in_field = |field: &'static str| move |error: MlflowError| Problem::from(error).with_field(field);
        let (filter, order_by) = (self.filter.unwrap_or_default(), self.order_by.unwrap_or_default());
        let order_by: Vec<String> =
            order_by.split(',').map(str::trim).filter(|term| !term.is_empty()).map(str::to_owned).collect();
        Plan::parse(&filter, &[]).map_err(in_field("filter"))?;
        Plan::parse("", &order_by).map_err(in_field("order_by"))?;
        Cursor::parse(self.cursor.as_deref()).map_err(in_field("cursor"))?;
        let experiment_ids = self.experiment.map(|id| vec![id]);
        Ok(Search { experiment_ids, filter, order_by, limit: i64::from(limit), token: self.cursor })
    }
}

async fn list(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<TraceQuery>,
) -> Result<Json<TraceList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, TRACE_READ).await?;
    let found = operations::search(&tracking, &call, query.search()?).await?;
    let presented = operations::presented(&tracking, &call, found.traces).await?;
    let items = presented.into_iter().map(TraceItem::from).collect();
    Ok(Json(TraceList { items, next_cursor: found.next.map(|cursor| cursor.to_string()) }))
}

async fn show(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
) -> Result<Json<TracePage>, Problem> {
    let call = Call::of(&tracking, caller, &headers, TRACE_READ).await?;
    let judged = operations::find(&tracking, &call, &id).await?;
    let told = judged.trace.told_spans().unwrap_or(0);
    let full = operations::with_spans_of(&tracking, &call, vec![judged.clone()], true).await?.pop();
    let spans = full.map(|full| full.spans).unwrap_or_default();
    let partial = judged.trace.has_spans_here() && u64::try_from(spans.len()).is_ok_and(|count| count < told);
    let presented = operations::presented(&tracking, &call, vec![judged]).await?.pop();
    let presented = presented.ok_or_else(|| MlflowError::internal(&"a trace is lost between two looks"))?;
    Ok(Json(TracePage { trace: presented.into(), spans: steps(spans), partial }))
}

async fn remove(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    dry_run: DryRun,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let call = Call::of(&tracking, caller, &headers, TRACE_WRITE).await?.rehearsing(dry_run);
    operations::delete_one(&tracking, &call, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
