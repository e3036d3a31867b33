//! `POST /api/v1/runs/{run}/metrics`: whole curves at once, column by column.

use super::stand::RunPages;
use crate::mlflow::{Call, Measure};
use crate::runs::model::{MetricPoint, RUN_WRITE};
use crate::runs::operations;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Body, DryRun, PathOf};
use roadbed_capability::{Caller, Problem, Routes, post};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A million points with a step and a timestamp each.
const BODY_LIMIT_BYTES: usize = 64 << 20;
const MOST_METRICS: usize = 1000;
const MOST_POINTS: usize = 1_000_000;

/// Curves to add to a run. Sending the same again adds nothing.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct MetricArrays {
    /// 1 to 1000 metrics with at most 1,000,000 points together.
    metrics: Vec<MetricArray>,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct MetricArray {
    key: String,
    /// Numbers; `"NaN"` or null for what is none, `"Infinity"` and `"-Infinity"`.
    #[schemars(with = "Vec<serde_json::Value>")]
    values: Vec<Number>,
    /// One step per value. When absent, steps count up from `first_step`.
    #[serde(default)]
    steps: Option<Vec<i64>>,
    /// 0 when absent.
    #[serde(default)]
    first_step: Option<i64>,
    /// Milliseconds since 1970, one per value. When absent, all have the time at which the request came.
    #[serde(default)]
    timestamps_ms: Option<Vec<i64>>,
}

/// A value of a metric as clients write it.
#[derive(Debug, Clone, Copy)]
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

#[expect(clippy::cast_precision_loss, reason = "metrics are doubles")]
impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, text: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        text.write_str("a number, null, \"NaN\", \"Infinity\" or \"-Infinity\"")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Number, E> {
        Ok(Number(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_unit<E: Error>(self) -> Result<Number, E> {
        Ok(Number(f64::NAN))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        match text {
            "NaN" => Ok(Number(f64::NAN)),
            "Infinity" => Ok(Number(f64::INFINITY)),
            "-Infinity" => Ok(Number(f64::NEG_INFINITY)),
            other => Err(E::invalid_value(Unexpected::Str(other), &self)),
        }
    }
}

/// What was taken in; it is durable now.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct MetricsLogged {
    points: usize,
}

pub(super) fn add(routes: Routes<RunPages>) -> Routes<RunPages> {
    routes.add(
        post("/api/v1/runs/{run}/metrics", log)
            .summary("Log whole curves of metrics")
            .body_limit(BODY_LIMIT_BYTES)
            .body::<MetricArrays>()
            .answers::<MetricsLogged>(StatusCode::OK)
            .allow(RUN_WRITE),
    )
}

fn refused(field: String, detail: impl Into<String>) -> Problem {
    Problem::bad_request("request.body", detail).with_field(field)
}

fn points_of(arrays: MetricArrays, now_ms: i64) -> Result<Vec<MetricPoint>, Problem> {
    let metrics = arrays.metrics.len();
    if metrics == 0 || metrics > MOST_METRICS {
        return Err(refused("metrics".to_owned(), format!("metrics has {metrics} entries; write 1 to {MOST_METRICS}")));
    }
    let all: usize = arrays.metrics.iter().map(|metric| metric.values.len()).sum();
    if all > MOST_POINTS {
        let detail = format!("the metrics have {all} points together; send at most {MOST_POINTS} at a time");
        return Err(refused("metrics".to_owned(), detail));
    }
    let mut points = Vec::with_capacity(all);
    for (index, metric) in arrays.metrics.into_iter().enumerate() {
        let values = metric.values.len();
        for (field, length) in [
            ("steps", metric.steps.as_ref().map(Vec::len)),
            ("timestamps_ms", metric.timestamps_ms.as_ref().map(Vec::len)),
        ] {
            if let Some(length) = length.filter(|length| *length != values) {
                let detail = format!("{field} has {length} entries for {values} values; write one for each");
                return Err(refused(format!("metrics[{index}].{field}"), detail));
            }
        }
        if metric.steps.is_some() && metric.first_step.is_some() {
            let detail = "steps and first_step say the same; write one of them";
            return Err(refused(format!("metrics[{index}].first_step"), detail));
        }
        let first = metric.first_step.unwrap_or(0);
        for (at, (Number(value), counted)) in metric.values.into_iter().zip(0_i64..).enumerate() {
            let step = metric.steps.as_ref().and_then(|steps| steps.get(at).copied());
            let timestamp_ms = metric.timestamps_ms.as_ref().and_then(|times| times.get(at).copied());
            points.push(MetricPoint {
                key: metric.key.clone(),
                value: Measure::new(value),
                timestamp_ms: timestamp_ms.unwrap_or(now_ms),
                step: step.unwrap_or_else(|| first.saturating_add(counted)),
            });
        }
    }
    Ok(points)
}

async fn log(
    State(pages): State<RunPages>,
    caller: Caller,
    headers: HeaderMap,
    DryRun(dry_run): DryRun,
    PathOf(id): PathOf<String>,
    Body(arrays): Body<MetricArrays>,
) -> Result<Json<MetricsLogged>, Problem> {
    let call = Call::of(&pages.tracking, caller, &headers, RUN_WRITE).await?;
    let now_ms = pages.tracking.context.clock.now().as_millis();
    let points = points_of(arrays, now_ms)?;
    let count = points.len();
    operations::log_points(&pages.tracking, &call, &id, (points, dry_run)).await?;
    Ok(Json(MetricsLogged { points: count }))
}
