//! Which models and versions a search finds and in which order. Pure.

use super::model::{ModelVersion, PROMPT_TAG, RegisteredModel};
use crate::mlflow::MlflowError;
use crate::search::{
    AttributeKind, Comparator, Condition, Entity, FieldValue, Literal, Ordering, Schema, compare, parse_filter,
    parse_orders,
};
use std::cmp::Ordering as Compared;
use std::collections::BTreeMap;

const ENTITIES: &[(&str, Entity)] = &[("attribute", Entity::Attribute), ("tag", Entity::Tag), ("tags", Entity::Tag)];

const MODELS: Schema = Schema {
    entities: ENTITIES,
    attributes: &[
        ("name", "name", AttributeKind::Text),
        ("timestamp", UPDATED, AttributeKind::Integer),
        ("creation_timestamp", CREATED, AttributeKind::Integer),
        ("last_updated_timestamp", UPDATED, AttributeKind::Integer),
    ],
    lists: &["name"],
    absence: &[],
    orders: &["name", "timestamp", "creation_timestamp", "last_updated_timestamp"],
    order_entities: &[],
};

const VERSIONS: Schema = Schema {
    entities: ENTITIES,
    attributes: &[
        ("name", "name", AttributeKind::Text),
        ("version_number", "version_number", AttributeKind::Integer),
        ("run_id", "run_id", AttributeKind::Text),
        ("source_path", "source_path", AttributeKind::Text),
        ("creation_timestamp", CREATED, AttributeKind::Integer),
        ("last_updated_timestamp", UPDATED, AttributeKind::Integer),
    ],
    lists: &["name", "run_id"],
    absence: &[],
    orders: &["name", "version_number", "creation_timestamp", "last_updated_timestamp"],
    order_entities: &[],
};
const CREATED: &str = "creation_timestamp";
const UPDATED: &str = "last_updated_timestamp";

/// A search that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    conditions: Vec<Condition>,
    orders: Vec<Ordering>,
    prompts: bool,
}

impl Plan {
    /// # Errors
    /// The filter or an order is not part of the grammar.
    pub(super) fn of_models(filter: &str, order_by: &[String]) -> Result<Self, MlflowError> {
        Self::parse(&MODELS, filter, order_by)
    }

    /// # Errors
    /// The filter or an order is not part of the grammar.
    pub(super) fn of_versions(filter: &str, order_by: &[String]) -> Result<Self, MlflowError> {
        let usual = ["last_updated_timestamp DESC", "name ASC", "version_number DESC"].map(str::to_owned);
        Self::parse(&VERSIONS, filter, if order_by.is_empty() { &usual } else { order_by })
    }

    fn parse(schema: &Schema, filter: &str, order_by: &[String]) -> Result<Self, MlflowError> {
        let mut conditions = schema.resolve(parse_filter(filter)?)?;
        // Models that are no prompts have no such tag, so the tag selects by itself and is no condition.
        let prompts = conditions.iter().find(|condition| is_prompt_tag(condition)).is_some_and(asks_for_prompts);
        conditions.retain(|condition| !is_prompt_tag(condition));
        Ok(Self { conditions, orders: parse_orders(schema, order_by)?, prompts })
    }

    /// The name every result has, when the filter says so.
    pub(super) fn only_name(&self) -> Option<&str> {
        self.conditions.iter().find_map(|condition| match (&condition.literal, condition.comparator) {
            (Literal::Text(name), Comparator::Equal)
                if condition.field.entity == Entity::Attribute && condition.field.key == "name" =>
            {
                Some(name.as_str())
            }
            _ => None,
        })
    }

    pub(super) fn models(&self, mut models: Vec<RegisteredModel>) -> Vec<RegisteredModel> {
        models.retain(|model| {
            model.is_prompt() == self.prompts && self.fulfils(&model.tags, |key| model_value(model, key))
        });
        models.sort_by(|a, b| {
            self.in_order(|key| (model_value(a, key), model_value(b, key))).then_with(|| a.name.cmp(&b.name))
        });
        models
    }

    /// Versions with the model they belong to.
    pub(super) fn versions<'m>(
        &self,
        mut versions: Vec<(&'m RegisteredModel, ModelVersion)>,
    ) -> Vec<(&'m RegisteredModel, ModelVersion)> {
        versions.retain(|(model, version)| {
            model.is_prompt() == self.prompts && self.fulfils(&version.tags, |key| version_value(model, version, key))
        });
        versions.sort_by(|(a_model, a), (b_model, b)| {
            self.in_order(|key| (version_value(a_model, a, key), version_value(b_model, b, key)))
                .then_with(|| a_model.name.cmp(&b_model.name))
                .then_with(|| b.version.cmp(&a.version))
        });
        versions
    }

    fn fulfils<'a>(&self, tags: &'a BTreeMap<String, String>, attribute: impl Fn(&str) -> FieldValue<'a>) -> bool {
        self.conditions.iter().all(|condition| {
            let key = condition.field.key.as_str();
            condition.holds(match condition.field.entity {
                Entity::Tag => tags.get(key).map(|value| FieldValue::Text(value)),
                _ => Some(attribute(key)),
            })
        })
    }

    fn in_order<'a>(&self, values: impl Fn(&str) -> (FieldValue<'a>, FieldValue<'a>)) -> Compared {
        self.orders.iter().fold(Compared::Equal, |so_far, order| {
            so_far.then_with(|| {
                let (a, b) = values(&order.field.key);
                compare(Some(a), Some(b), order.ascending)
            })
        })
    }
}

fn is_prompt_tag(condition: &Condition) -> bool {
    condition.field.entity == Entity::Tag && condition.field.key == PROMPT_TAG
}

fn asks_for_prompts(condition: &Condition) -> bool {
    match (&condition.literal, condition.comparator) {
        (Literal::Text(value), Comparator::Equal) => value.eq_ignore_ascii_case("true"),
        (Literal::Text(value), Comparator::NotEqual) => value.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

fn model_value<'a>(model: &'a RegisteredModel, key: &str) -> FieldValue<'a> {
    match key {
        CREATED => FieldValue::Integer(model.created_ms),
        UPDATED => FieldValue::Integer(model.updated_ms),
        _ => FieldValue::Text(&model.name),
    }
}

fn version_value<'a>(model: &'a RegisteredModel, version: &'a ModelVersion, key: &str) -> FieldValue<'a> {
    match key {
        "version_number" => FieldValue::Integer(version.version),
        "run_id" => FieldValue::Text(&version.run_id),
        "source_path" => FieldValue::Text(&version.source),
        CREATED => FieldValue::Integer(version.created_ms),
        UPDATED => FieldValue::Integer(version.updated_ms),
        _ => FieldValue::Text(&model.name),
    }
}
