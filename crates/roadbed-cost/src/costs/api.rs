use super::operations::{COST_READ, Costs, NamedBill};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::Query;
use roadbed_capability::{Caller, Capability, Problem, Routes, get};
use roadbed_core::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const DEFAULT_STRETCH: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CostQuery {
    /// RFC 3339; 24 hours ago when absent.
    from: Option<String>,
    /// RFC 3339; now when absent.
    to: Option<String>,
}

/// What a stretch of time cost: `whole = sum of lines + unattributed + idle`, in micro-units of the currency.
#[derive(Debug, Serialize, JsonSchema)]
struct CostView {
    /// ISO 4217.
    currency: String,
    from: String,
    to: String,
    lines: Vec<LineView>,
    /// Usage of owners that no longer exist. Zero unless you reach the whole platform.
    unattributed_micros: i64,
    /// Capacity nobody used. Zero unless you reach the whole platform.
    idle_micros: i64,
    whole_micros: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LineView {
    team: String,
    project: String,
    /// Kind and name, such as `job/train` or `service/churn`.
    object: String,
    micros: i64,
    /// CPU time, in microseconds.
    cpu_micros: u64,
    /// Memory over time, in KiB-milliseconds.
    memory_kib_millis: u64,
}

#[must_use]
pub fn capability(costs: Costs) -> Capability {
    let routes = Routes::new(costs).add(
        get("/api/v1/costs", show)
            .summary("What a stretch of time cost, by object, with what stood idle")
            .query::<CostQuery>()
            .answers::<CostView>(StatusCode::OK)
            .allow(COST_READ),
    );
    Capability::new("costs").routes(routes)
}

async fn show(
    State(costs): State<Costs>,
    caller: Caller,
    Query(query): Query<CostQuery>,
) -> Result<Json<CostView>, Problem> {
    let time = |text: Option<String>, field: &str, default: Timestamp| match text {
        Some(text) => text
            .parse::<Timestamp>()
            .map_err(|error| Problem::bad_request("request.query", error.to_string()).with_field(field)),
        None => Ok(default),
    };
    let to = time(query.to, "to", costs.now())?;
    let from = time(query.from, "from", to.minus(DEFAULT_STRETCH))?;
    if from >= to {
        return Err(Problem::bad_request("request.query", "from must be before to").with_field("from"));
    }
    let NamedBill { book, bill, names } = costs.bill(&caller, from, to).await?;
    let lines = bill.lines.into_iter().map(|line| {
        let info = names.get(&line.owner.instance);
        LineView {
            team: info.map(|info| info.team_name.to_string()).unwrap_or_default(),
            project: info.map(|info| info.project_name.to_string()).unwrap_or_default(),
            object: line.owner.object,
            micros: line.micros.0,
            cpu_micros: line.cpu_micros,
            memory_kib_millis: line.memory_kib_millis,
        }
    });
    Ok(Json(CostView {
        currency: book.currency.to_string(),
        from: from.to_string(),
        to: to.to_string(),
        lines: lines.collect(),
        unattributed_micros: bill.unattributed.0,
        idle_micros: bill.idle.0,
        whole_micros: bill.whole.0,
    }))
}
