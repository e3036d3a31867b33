//! `QueryTraceMetrics` of `mlflow/protos/service.proto`. MLflow gives no second page, so the first groups are the answer.

use super::v3::experiment_ids;
use crate::mlflow::{Call, Fields, Measure, MlflowError, Tracking, missing};
use crate::traces::metrics::{AGGREGATIONS, Aggregation, Asked, Point, Question, VIEWS};
use crate::traces::operations;
use serde::Serialize;
use std::collections::BTreeMap;

/// Groups of an answer without `max_results`.
const GROUPS_DEFAULT: i64 = 1000;

#[derive(Debug, Serialize)]
pub(super) struct MetricsAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    data_points: Vec<PointView>,
}

#[derive(Debug, Serialize)]
struct PointView {
    metric_name: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dimensions: BTreeMap<&'static str, String>,
    values: BTreeMap<String, Measure>,
}

fn aggregation(fields: &Fields) -> Result<Aggregation, MlflowError> {
    // Of an enum nobody sets, protobuf gives the first value: COUNT.
    let kind = fields.choice("aggregation_type", AGGREGATIONS)?;
    let kind =
        kind.or_else(|| AGGREGATIONS.first().map(|(_, _, kind)| *kind)).ok_or_else(|| missing("aggregations"))?;
    Aggregation::new(kind, fields.double("percentile_value")?)
}

pub(super) async fn query(tracking: Tracking, call: Call) -> Result<MetricsAnswer, MlflowError> {
    let fields = &call.fields;
    let experiment_ids = experiment_ids(fields)?;
    // Checked, and otherwise passed over: there is no second page.
    fields.text("page_token")?;
    let aggregations = fields.objects("aggregations")?;
    if aggregations.is_empty() {
        return Err(missing("aggregations"));
    }
    let asked = Asked {
        view: fields.choice("view_type", VIEWS)?.ok_or_else(|| missing("view_type"))?,
        metric: fields.required("metric_name")?.to_owned(),
        aggregations: aggregations.iter().map(aggregation).collect::<Result<_, _>>()?,
        dimensions: fields.texts("dimensions")?,
        filters: fields.texts("filters")?,
        interval_seconds: fields.integer("time_interval_seconds")?,
        from_ms: fields.integer("start_time_ms")?,
        until_ms: fields.integer("end_time_ms")?,
        limit: fields.integer("max_results")?.unwrap_or(GROUPS_DEFAULT),
    };
    let question = Question::new(&asked)?;
    let metric_name = question.metric_name();
    let view = |point: Point| PointView {
        metric_name,
        dimensions: point.dimensions,
        values: point.values.into_iter().map(|(label, value)| (label, Measure::new(value))).collect(),
    };
    let points = operations::measure(&tracking, &call, &experiment_ids, question).await?;
    Ok(MetricsAnswer { data_points: points.into_iter().map(view).collect() })
}
