//! Which logged models a search finds and in which order. Pure.

use super::model::LoggedModel;
use crate::mlflow::MlflowError;
use crate::runs::ModelMetric;
use crate::search::{AttributeKind, Condition, Entity, FieldValue, Schema, compare, parse_filter};
use std::cmp::Ordering;

const SCHEMA: Schema = Schema {
    entities: &[
        ("attributes", Entity::Attribute),
        ("metrics", Entity::Metric),
        ("params", Entity::Param),
        ("tags", Entity::Tag),
    ],
    attributes: &[
        ("name", "name", AttributeKind::Text),
        ("model_id", "model_id", AttributeKind::Text),
        ("model_type", "model_type", AttributeKind::Text),
        ("status", "status", AttributeKind::Text),
        ("source_run_id", "source_run_id", AttributeKind::Text),
        ("experiment_id", "experiment_id", AttributeKind::Text),
        ("artifact_location", "artifact_location", AttributeKind::Text),
        ("creation_timestamp", CREATED, AttributeKind::Integer),
        ("creation_time", CREATED, AttributeKind::Integer),
        ("creation_timestamp_ms", CREATED, AttributeKind::Integer),
        ("last_updated_timestamp", UPDATED, AttributeKind::Integer),
        ("last_updated_timestamp_ms", UPDATED, AttributeKind::Integer),
    ],
    lists: &["name", "model_id", "model_type", "status", "source_run_id", "experiment_id", "artifact_location"],
    absence: &[],
    orders: &[],
    order_entities: &[],
};
const CREATED: &str = "creation_timestamp_ms";
const UPDATED: &str = "last_updated_timestamp_ms";

/// A dataset that metrics must be about; without a name or a digest every one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DatasetFilter {
    pub name: Option<String>,
    pub digest: Option<String>,
}

impl DatasetFilter {
    fn covers(&self, metric: &ModelMetric) -> bool {
        (self.name.is_none() || metric.dataset_name == self.name)
            && (self.digest.is_none() || metric.dataset_digest == self.digest)
    }
}

/// One term of an order: an attribute, or `metrics.<key>` with an optional dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OrderTerm {
    pub field: String,
    pub ascending: bool,
    pub dataset: Option<DatasetFilter>,
}

/// A search that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    conditions: Vec<Condition>,
    datasets: Vec<DatasetFilter>,
    orders: Vec<OrderTerm>,
}

/// A model with the metrics about it.
pub(super) type Measured = (LoggedModel, Vec<ModelMetric>);

impl Plan {
    /// # Errors
    /// The filter or an order is not part of the grammar.
    pub(super) fn parse(
        filter: &str,
        datasets: Vec<DatasetFilter>,
        orders: Vec<OrderTerm>,
    ) -> Result<Self, MlflowError> {
        for order in &orders {
            let known = |(word, _, _): &&(&str, &str, AttributeKind)| *word == order.field;
            if !order.field.starts_with("metrics.") && SCHEMA.attributes.iter().find(known).is_none() {
                return Err(MlflowError::invalid(format!("Invalid order by field name: {}", order.field)));
            }
        }
        Ok(Self { conditions: SCHEMA.resolve(parse_filter(filter)?)?, datasets, orders })
    }

    pub(super) fn decide(&self, models: Vec<Measured>) -> Vec<Measured> {
        let mut found: Vec<Measured> = models.into_iter().filter(|measured| self.fulfils(measured)).collect();
        found.sort_by(|a, b| self.in_order(a, b));
        found
    }

    fn counts(&self, metric: &ModelMetric) -> bool {
        self.datasets.is_empty() || self.datasets.iter().any(|dataset| dataset.covers(metric))
    }

    fn fulfils(&self, (model, metrics): &Measured) -> bool {
        let by_metric = |condition: &Condition| {
            let about = metrics.iter().filter(|metric| metric.point.key == condition.field.key && self.counts(metric));
            about.into_iter().any(|metric| condition.holds(Some(FieldValue::Number(metric.point.value.get()))))
        };
        let id = model.experiment_id.to_string();
        let fulfilled = self.conditions.iter().all(|condition| {
            let key = condition.field.key.as_str();
            match condition.field.entity {
                Entity::Metric => by_metric(condition),
                Entity::Param => condition.holds(model.params.get(key).map(|value| FieldValue::Text(value))),
                Entity::Tag => condition.holds(model.tags.get(key).map(|value| FieldValue::Text(value))),
                _ if key == "experiment_id" => condition.holds(Some(FieldValue::Text(&id))),
                _ => condition.holds(Some(attribute(model, key))),
            }
        });
        let asks_for_metric = self.conditions.iter().any(|condition| condition.field.entity == Entity::Metric);
        fulfilled && (asks_for_metric || self.datasets.is_empty() || metrics.iter().any(|metric| self.counts(metric)))
    }

    fn in_order(&self, a: &Measured, b: &Measured) -> Ordering {
        let explicit = self.orders.iter().fold(Ordering::Equal, |so_far, order| {
            so_far.then_with(|| compare(value(a, order), value(b, order), order.ascending))
        });
        explicit.then_with(|| b.0.created_ms.cmp(&a.0.created_ms)).then_with(|| a.0.model_id.cmp(&b.0.model_id))
    }
}

fn value<'a>((model, metrics): &'a Measured, order: &OrderTerm) -> Option<FieldValue<'a>> {
    let Some(key) = order.field.strip_prefix("metrics.") else {
        let stored = SCHEMA.attributes.iter().find(|(word, _, _)| *word == order.field).map(|(_, stored, _)| *stored);
        return stored.map(|stored| attribute(model, stored));
    };
    let key = key.trim_matches('`');
    let about = metrics.iter().filter(|metric| {
        metric.point.key == key && order.dataset.as_ref().is_none_or(|dataset| dataset.covers(metric))
    });
    // The latest by time, then step; of several runs the first.
    let rank = |metric: &&ModelMetric| {
        (metric.point.timestamp_ms, metric.point.step, std::cmp::Reverse(metric.run_id.clone()))
    };
    about.max_by_key(rank).map(|metric| FieldValue::Number(metric.point.value.get()))
}

fn attribute<'a>(model: &'a LoggedModel, key: &str) -> FieldValue<'a> {
    match key {
        "name" => FieldValue::Text(&model.name),
        "model_id" => FieldValue::Text(&model.model_id),
        "model_type" => FieldValue::Text(&model.model_type),
        "status" => FieldValue::Text(&model.status),
        "source_run_id" => FieldValue::Text(&model.source_run_id),
        "artifact_location" => FieldValue::Text(&model.artifact_uri),
        CREATED => FieldValue::Integer(model.created_ms),
        UPDATED => FieldValue::Integer(model.updated_ms),
        _ => FieldValue::Integer(model.experiment_id),
    }
}
