//! What is asked, understood and checked.

use super::catalog::{Dimension, Kind, Measured, Metric, View};
use super::condition::Condition;
use crate::mlflow::MlflowError;

/// Most groups of one answer.
const MOST_GROUPS: usize = 10_000;
/// Most filters, dimensions and aggregations of one request.
const MOST_PARTS: usize = 100;

/// One number of each group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::traces) struct Aggregation {
    pub(super) kind: Kind,
    /// 0 to 100, of a percentile.
    pub(super) percentile: f64,
}

impl Aggregation {
    /// # Errors
    /// A percentile does not say which, or something else does.
    pub(in crate::traces) fn new(kind: Kind, percentile: Option<f64>) -> Result<Self, MlflowError> {
        match (kind, percentile) {
            (Kind::Percentile, None) => {
                Err(MlflowError::invalid("Percentile value is required for PERCENTILE aggregation"))
            }
            (Kind::Percentile, Some(value)) if !(0.0..=100.0).contains(&value) => {
                Err(MlflowError::invalid(format!("Percentile value must be between 0 and 100, got {value:?}")))
            }
            (Kind::Percentile, Some(percentile)) => Ok(Self { kind, percentile }),
            (_, Some(_)) => Err(MlflowError::invalid(format!(
                "Percentile value is only allowed for PERCENTILE aggregation type, got {}",
                kind.as_str()
            ))),
            (_, None) => Ok(Self { kind, percentile: 0.0 }),
        }
    }

    /// What the number is called in answers.
    pub(super) fn label(&self) -> String {
        match self.kind {
            Kind::Percentile => format!("P{:?}", self.percentile),
            kind => kind.as_str().to_owned(),
        }
    }
}

/// A question as it came.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Asked {
    pub view: View,
    pub metric: String,
    pub aggregations: Vec<Aggregation>,
    pub dimensions: Vec<String>,
    pub filters: Vec<String>,
    pub interval_seconds: Option<i64>,
    pub from_ms: Option<i64>,
    pub until_ms: Option<i64>,
    pub limit: i64,
}

/// A question that was understood.
#[derive(Debug, Clone)]
pub(in crate::traces) struct Question {
    pub(super) metric: &'static Metric,
    pub(super) aggregations: Vec<Aggregation>,
    pub(super) dimensions: Vec<Dimension>,
    conditions: Vec<Condition>,
    pub(super) bucket_ms: Option<i64>,
    /// Inclusive bounds in milliseconds.
    from_ms: Option<i64>,
    until_ms: Option<i64>,
    pub(super) limit: usize,
}

/// A list as Python writes it.
fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("'{word}'")).collect();
    format!("[{}]", words.join(", "))
}

fn checked_kinds(metric: &Metric, aggregations: &[Aggregation]) -> Result<(), MlflowError> {
    let mut wrong: Vec<&str> = Vec::new();
    wrong.extend(aggregations.iter().map(|one| one.kind).filter(|kind| !metric.kinds.contains(kind)).map(Kind::as_str));
    wrong.sort_unstable();
    wrong.dedup();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(MlflowError::invalid(format!(
        "Found invalid aggregation_type(s): {}. Supported aggregation types: {}",
        listed(wrong),
        listed(metric.kinds.iter().map(|kind| kind.as_str()))
    )))
}

fn resolved(metric: &Metric, dimensions: &[String]) -> Result<Vec<Dimension>, MlflowError> {
    let mut wrong: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for name in dimensions {
        match metric.dimensions.iter().find(|dimension| dimension.as_str() == name) {
            Some(dimension) => found.push(*dimension),
            None => wrong.push(name),
        }
    }
    if wrong.is_empty() {
        return Ok(found);
    }
    wrong.sort_unstable();
    wrong.dedup();
    let mut known: Vec<&str> = metric.dimensions.iter().map(|dimension| dimension.as_str()).collect();
    known.sort_unstable();
    let (wrong, known) = (listed(wrong), listed(known));
    Err(MlflowError::invalid(format!("Found invalid dimension(s): {wrong}. Supported dimensions: {known}")))
}

impl Question {
    /// # Errors
    /// The view has no such metric; the metric knows no such aggregation or dimension; a filter or the stretch of time is wrong.
    pub(in crate::traces) fn new(asked: &Asked) -> Result<Self, MlflowError> {
        let parts = [asked.aggregations.len(), asked.dimensions.len(), asked.filters.len()];
        if parts.iter().any(|count| *count > MOST_PARTS) {
            let text = format!("a request takes at most {MOST_PARTS} aggregations, dimensions and filters each");
            return Err(MlflowError::invalid(text));
        }
        let metrics = asked.view.metrics();
        let Some(metric) = metrics.iter().find(|metric| metric.name == asked.metric) else {
            let known = listed(metrics.iter().map(|metric| metric.name));
            let shown: String = asked.metric.chars().take(100).collect();
            return Err(MlflowError::invalid(format!("metric_name must be one of {known}, got '{shown}'")));
        };
        checked_kinds(metric, &asked.aggregations)?;
        let dimensions = resolved(metric, &asked.dimensions)?;
        let interval = asked.interval_seconds.filter(|seconds| *seconds != 0);
        if interval.is_some() && (asked.from_ms.is_none() || asked.until_ms.is_none()) {
            let text = "start_time_ms and end_time_ms are required if time_interval_seconds is set";
            return Err(MlflowError::invalid(text));
        }
        let bucket_ms = match interval {
            None => None,
            Some(seconds) => match seconds.checked_mul(1000).filter(|bucket| *bucket > 0) {
                Some(bucket) => Some(bucket),
                None => return Err(MlflowError::invalid("time_interval_seconds must be a positive number of seconds")),
            },
        };
        let conditions = asked.filters.iter().map(|text| Condition::parse(text, asked.view));
        Ok(Self {
            metric,
            aggregations: asked.aggregations.clone(),
            dimensions,
            conditions: conditions.collect::<Result<_, _>>()?,
            bucket_ms,
            from_ms: asked.from_ms,
            until_ms: asked.until_ms,
            // A limit below 0 is none, as it is for the database of an MLflow server.
            limit: usize::try_from(asked.limit).map_or(MOST_GROUPS, |limit| limit.min(MOST_GROUPS)),
        })
    }

    pub(in crate::traces) fn measured(&self) -> Measured {
        self.metric.measured
    }

    pub(in crate::traces) fn metric_name(&self) -> &'static str {
        self.metric.name
    }

    pub(in crate::traces) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Whether documents of spans must be opened.
    pub(in crate::traces) fn asks_model(&self) -> bool {
        self.dimensions.iter().any(|dimension| matches!(dimension, Dimension::Model | Dimension::Provider))
    }

    /// Costs are bounded by the start of their spans, everything else by the start of the trace.
    fn is_by_span(&self) -> bool {
        matches!(self.measured(), Measured::Cost(_))
    }

    /// Bounds of traces.
    pub(in crate::traces) fn trace_bounds(&self) -> (Option<i64>, Option<i64>) {
        if self.is_by_span() { (None, None) } else { (self.from_ms, self.until_ms) }
    }

    /// Whether a moment of what is measured lies within the bounds.
    pub(super) fn covers(&self, started_ms: i64) -> bool {
        let after = self.from_ms.is_none_or(|from| started_ms >= from);
        !self.is_by_span() || after && self.until_ms.is_none_or(|until| started_ms <= until)
    }
}
