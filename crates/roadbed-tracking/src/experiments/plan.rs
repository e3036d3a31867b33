//! Which experiments a search finds and in which order. Pure.

use super::model::{Experiment, ViewType};
use crate::mlflow::MlflowError;
use crate::search::{
    AttributeKind, Condition, Entity, FieldValue, Ordering, Schema, compare, parse_filter, parse_orders,
};

const SCHEMA: Schema = Schema {
    entities: &[("attribute", Entity::Attribute), ("tag", Entity::Tag), ("tags", Entity::Tag)],
    attributes: &[
        ("name", "name", AttributeKind::Text),
        ("experiment_id", "experiment_id", AttributeKind::Text),
        ("creation_time", "creation_time", AttributeKind::Integer),
        ("last_update_time", "last_update_time", AttributeKind::Integer),
    ],
    lists: &["experiment_id"],
    absence: &[Entity::Tag],
    orders: &["name", "experiment_id", "creation_time", "last_update_time"],
    order_entities: &[],
};

/// A search that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    conditions: Vec<Condition>,
    orders: Vec<Ordering>,
}

impl Plan {
    /// # Errors
    /// The filter or an order is not part of the grammar.
    pub(super) fn parse(filter: &str, order_by: &[String]) -> Result<Self, MlflowError> {
        let usual = ["creation_time DESC", "experiment_id ASC"].map(str::to_owned);
        let orders = parse_orders(&SCHEMA, if order_by.is_empty() { &usual } else { order_by })?;
        Ok(Self { conditions: SCHEMA.resolve(parse_filter(filter)?)?, orders })
    }

    /// The experiments in view that fulfil all conditions, ordered; ties by id, the highest first.
    pub(super) fn decide(&self, mut found: Vec<Experiment>, view: ViewType) -> Vec<Experiment> {
        found.retain(|experiment| {
            view.stages().contains(&experiment.lifecycle.as_str()) && fulfils(experiment, &self.conditions)
        });
        found.sort_by(|a, b| in_order(a, b, &self.orders).then_with(|| b.experiment_id.cmp(&a.experiment_id)));
        found
    }
}

fn fulfils(experiment: &Experiment, conditions: &[Condition]) -> bool {
    let id = experiment.experiment_id.to_string();
    conditions.iter().all(|condition| {
        let key = condition.field.key.as_str();
        condition.holds(match (condition.field.entity, key) {
            (Entity::Tag, key) => experiment.tags.get(key).map(|value| FieldValue::Text(value)),
            (_, "experiment_id") => Some(FieldValue::Text(&id)),
            (_, key) => Some(attribute(experiment, key)),
        })
    })
}

fn attribute<'a>(experiment: &'a Experiment, key: &str) -> FieldValue<'a> {
    match key {
        "name" => FieldValue::Text(&experiment.name),
        "creation_time" => FieldValue::Integer(experiment.created_ms),
        "last_update_time" => FieldValue::Integer(experiment.updated_ms),
        _ => FieldValue::Integer(experiment.experiment_id),
    }
}

fn in_order(a: &Experiment, b: &Experiment, orders: &[Ordering]) -> std::cmp::Ordering {
    orders.iter().fold(std::cmp::Ordering::Equal, |so_far, order| {
        let value = |experiment| Some(attribute(experiment, &order.field.key));
        so_far.then_with(|| compare(value(a), value(b), order.ascending))
    })
}
