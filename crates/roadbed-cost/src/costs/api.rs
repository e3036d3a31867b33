use super::operations::{COST_READ, Costs, Part};
use super::series::step_starts;
use super::view::{CostView, Grouping, view};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::Query;
use roadbed_capability::{Caller, Capability, Problem, Routes, get};
use roadbed_core::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

const DEFAULT_STRETCH: Duration = Duration::from_secs(24 * 3600);
const HOUR_MICROS: i64 = 3_600_000_000;
/// Steps of one answer at most.
const STEPS_LIMIT: i64 = 400;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CostQuery {
    /// RFC 3339; 24 hours ago when absent.
    from: Option<String>,
    /// RFC 3339; now when absent.
    to: Option<String>,
    /// `1h` or `1d` (UTC): also the costs over time, at most 400 steps.
    step: Option<String>,
    /// `object` (when absent), `project` or `team`.
    group_by: Option<String>,
    /// Only what this team spent.
    team: Option<String>,
    /// Only what this project spent.
    project: Option<String>,
    /// Only what this object spent, such as `service/churn`.
    object: Option<String>,
}

#[must_use]
pub fn capability(costs: Costs) -> Capability {
    let routes = Routes::new(costs).add(
        get("/api/v1/costs", show)
            .summary("What a stretch of time cost, by object, project or team, with what stood idle")
            .query::<CostQuery>()
            .answers::<CostView>(StatusCode::OK)
            .allow(COST_READ),
    );
    Capability::new("costs").routes(routes)
}

fn bad(detail: impl Into<String>, field: &str) -> Problem {
    Problem::bad_request("request.query", detail).with_field(field)
}

fn time(text: Option<String>, field: &str, default: Timestamp) -> Result<Timestamp, Problem> {
    match text {
        Some(text) => text.parse::<Timestamp>().map_err(|error| bad(error.to_string(), field)),
        None => Ok(default),
    }
}

/// Beginnings of the steps; none without a step.
fn starts(step: Option<&str>, from: Timestamp, to: Timestamp) -> Result<Vec<Timestamp>, Problem> {
    let width_micros = match step {
        None => return Ok(Vec::new()),
        Some("1h") => HOUR_MICROS,
        Some("1d") => 24 * HOUR_MICROS,
        Some(_) => return Err(bad("step is 1h or 1d", "step")),
    };
    // Counted before they are made: a stretch of a thousand years is somebody's mistake and not our memory.
    if (to.as_micros() - from.as_micros()) / width_micros >= STEPS_LIMIT {
        let detail = format!("that is more than {STEPS_LIMIT} steps: take longer steps, or a shorter stretch");
        return Err(bad(detail, "step"));
    }
    Ok(step_starts(from, to, width_micros))
}

async fn show(
    State(costs): State<Costs>,
    caller: Caller,
    Query(query): Query<CostQuery>,
) -> Result<Json<CostView>, Problem> {
    let to = time(query.to, "to", costs.now())?;
    let from = time(query.from, "from", to.minus(DEFAULT_STRETCH))?;
    if from >= to {
        return Err(bad("from must be before to", "from"));
    }
    let grouping = query.group_by.as_deref().unwrap_or(Grouping::Object.as_str());
    let grouping = Grouping::ALL.into_iter().find(|known| known.as_str() == grouping);
    let grouping = grouping.ok_or_else(|| bad("group_by is object, project or team", "group_by"))?;
    let starts = starts(query.step.as_deref(), from, to)?;
    let part = Part { team: query.team, project: query.project, object: query.object };
    let named = costs.bill(&caller, (from, to), &part, &starts).await?;
    Ok(Json(view(&named, (from, to), grouping)))
}
