//! Which runs a search finds and in which order. Pure: rows and the values of the named keys come in.

use super::model::Candidate;
use super::store::KeyValues;
use crate::inputs::DatasetUse;
use crate::mlflow::MlflowError;
use crate::search::{
    AttributeKind, Comparator, Condition, Entity, Field, FieldValue, Literal, Ordering, Schema, WrongFilter,
    check_filter, compare, parse_filter, parse_orders,
};
use std::collections::{HashMap, HashSet};

const SCHEMA: Schema = Schema {
    entities: &[
        ("metric", Entity::Metric),
        ("metrics", Entity::Metric),
        ("parameter", Entity::Param),
        ("parameters", Entity::Param),
        ("param", Entity::Param),
        ("params", Entity::Param),
        ("tag", Entity::Tag),
        ("tags", Entity::Tag),
        ("attribute", Entity::Attribute),
        ("attributes", Entity::Attribute),
        ("attr", Entity::Attribute),
        ("run", Entity::Attribute),
        ("dataset", Entity::Dataset),
        ("datasets", Entity::Dataset),
    ],
    attributes: &[
        ("run_id", "run_id", AttributeKind::Text),
        ("run_name", "run_name", AttributeKind::Text),
        ("run name", "run_name", AttributeKind::Text),
        ("Run name", "run_name", AttributeKind::Text),
        ("Run Name", "run_name", AttributeKind::Text),
        ("status", "status", AttributeKind::Text),
        ("user_id", "user_id", AttributeKind::Text),
        ("artifact_uri", "artifact_uri", AttributeKind::Text),
        ("start_time", "start_time", AttributeKind::Integer),
        ("created", "start_time", AttributeKind::Integer),
        ("Created", "start_time", AttributeKind::Integer),
        ("end_time", "end_time", AttributeKind::Integer),
    ],
    lists: &["run_id"],
    absence: &[Entity::Tag, Entity::Param],
    orders: &[
        "run_id",
        "run_name",
        "status",
        "user_id",
        "artifact_uri",
        "start_time",
        "created",
        "Created",
        "end_time",
    ],
    order_entities: &[Entity::Metric, Entity::Param, Entity::Tag],
};

/// A search that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    conditions: Vec<Condition>,
    orders: Vec<Ordering>,
}

/// Values of the keys a plan names, by run number.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    pub metrics: HashMap<String, KeyValues<f64>>,
    pub params: HashMap<String, KeyValues<String>>,
    pub tags: HashMap<String, KeyValues<String>>,
    pub datasets: Vec<DatasetUse>,
}

impl Plan {
    /// Whether a filter can be read, and where it cannot.
    ///
    /// # Errors
    /// It is not part of the grammar.
    pub(super) fn check_filter(filter: &str) -> Result<(), WrongFilter> {
        check_filter(&SCHEMA, filter)
    }

    /// # Errors
    /// The filter or an order is not part of the grammar.
    pub(super) fn parse(filter: &str, order_by: &[String]) -> Result<Self, MlflowError> {
        Ok(Self { conditions: SCHEMA.resolve(parse_filter(filter)?)?, orders: parse_orders(&SCHEMA, order_by)? })
    }

    /// Whether every run is wanted, in the natural order: then the store can cut the page.
    pub(super) const fn is_natural(&self) -> bool {
        self.conditions.is_empty() && self.orders.is_empty()
    }

    /// The runs that the conditions name, when they do: no other can be found.
    pub(super) fn run_ids(&self) -> Option<Vec<String>> {
        self.conditions.iter().find_map(|condition| {
            let is_about_id = condition.field.entity == Entity::Attribute && condition.field.key == "run_id";
            match (&condition.literal, condition.comparator) {
                (Literal::List(ids), Comparator::In) if is_about_id => Some(ids.clone()),
                (Literal::Text(id), Comparator::Equal) if is_about_id => Some(vec![id.clone()]),
                _ => None,
            }
        })
    }

    /// Keys whose values the decision needs.
    pub(super) fn fields(&self) -> HashSet<&Field> {
        let conditions = self.conditions.iter().map(|condition| &condition.field);
        let orders = self.orders.iter().map(|order| &order.field);
        conditions.chain(orders).filter(|field| field.entity != Entity::Attribute).collect()
    }

    /// Whether more than the number, the id and the start of a run is asked about.
    pub(super) fn needs_attributes(&self) -> bool {
        let conditions = self.conditions.iter().map(|condition| &condition.field);
        let mut fields = conditions.chain(self.orders.iter().map(|order| &order.field));
        fields.any(|field| field.entity == Entity::Attribute && !matches!(&*field.key, "run_id" | "start_time"))
    }

    /// The first `most` of the runs that fulfil all conditions, ordered (ties by start, last first, then by run id), and how many
    /// fulfil them.
    pub(super) fn decide(&self, candidates: Vec<Candidate>, values: &Values, most: usize) -> (Vec<i64>, usize) {
        let mut used: HashMap<i64, Vec<&DatasetUse>> = HashMap::new();
        for dataset in &values.datasets {
            used.entry(dataset.0).or_default().push(dataset);
        }
        let fulfils = |run: &Candidate| {
            self.conditions.iter().all(|condition| match condition.field.entity {
                Entity::Dataset => fulfils_dataset(condition, used.get(&run.number)),
                _ => condition.holds(value_of(run, &condition.field, values)),
            })
        };
        let found: Vec<Candidate> = candidates.into_iter().filter(|run| fulfils(run)).collect();
        // Looked up once: a comparison happens many times.
        let width = self.orders.len();
        let keys: Vec<Option<FieldValue<'_>>> = found
            .iter()
            .flat_map(|run| self.orders.iter().map(move |order| value_of(run, &order.field, values)))
            .collect();
        let by_order = |a: &usize, b: &usize| {
            let key = |of: usize, order: usize| keys.get(of * width + order).copied().flatten();
            let explicit = self.orders.iter().enumerate().fold(std::cmp::Ordering::Equal, |so_far, (index, order)| {
                so_far.then_with(|| compare(key(*a, index), key(*b, index), order.ascending))
            });
            explicit.then_with(|| match (found.get(*a), found.get(*b)) {
                (Some(a), Some(b)) => b.start_time_ms.cmp(&a.start_time_ms).then_with(|| a.run_id.cmp(&b.run_id)),
                _ => std::cmp::Ordering::Equal,
            })
        };
        let mut order: Vec<usize> = (0..found.len()).collect();
        if most < order.len() {
            order.select_nth_unstable_by(most, by_order);
            order.truncate(most);
        }
        order.sort_unstable_by(by_order);
        (order.into_iter().filter_map(|index| Some(found.get(index)?.number)).collect(), found.len())
    }
}

/// A run fulfils it when one of its datasets does.
fn fulfils_dataset(condition: &Condition, used: Option<&Vec<&DatasetUse>>) -> bool {
    used.into_iter().flatten().any(|(_, name, digest, context)| {
        condition.holds(match condition.field.key.as_str() {
            "name" => Some(FieldValue::Text(name)),
            "digest" => Some(FieldValue::Text(digest)),
            _ => context.as_deref().map(FieldValue::Text),
        })
    })
}

fn value_of<'a>(run: &'a Candidate, field: &Field, values: &'a Values) -> Option<FieldValue<'a>> {
    let text = |of: &'a HashMap<String, KeyValues<String>>| {
        of.get(&field.key)?.get(&run.number).map(|value| FieldValue::Text(value))
    };
    match field.entity {
        Entity::Metric => values.metrics.get(&field.key)?.get(&run.number).map(|value| FieldValue::Number(*value)),
        Entity::Param => text(&values.params),
        Entity::Tag => text(&values.tags),
        Entity::Dataset => None,
        Entity::Attribute => match (field.key.as_str(), &run.rest) {
            ("run_id", _) => Some(FieldValue::Text(&run.run_id)),
            ("start_time", _) => Some(FieldValue::Integer(run.start_time_ms)),
            (_, None) => None,
            ("run_name", Some(rest)) => Some(FieldValue::Text(&rest.run_name)),
            ("status", Some(rest)) => Some(FieldValue::Text(&rest.status)),
            ("user_id", Some(rest)) => Some(FieldValue::Text(&rest.user_id)),
            ("artifact_uri", Some(rest)) => Some(FieldValue::Text(&rest.artifact_uri)),
            (_, Some(rest)) => rest.end_time_ms.map(FieldValue::Integer),
        },
    }
}
