//! Parses orders such as ``metrics.`val loss` DESC`` and compares values in them: values first, then NaN, then rows without the value.

use super::condition::FieldValue;
use super::field::{Entity, Field};
use super::lexer::{Token, tokens};
use super::schema::Schema;
use crate::mlflow::MlflowError;
use std::cmp::Ordering as Compared;

/// One term of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordering {
    pub field: Field,
    pub ascending: bool,
}

/// # Errors
/// A term that cannot be read or ordered by.
pub fn parse_orders(schema: &Schema, texts: &[String]) -> Result<Vec<Ordering>, MlflowError> {
    let mut orders: Vec<Ordering> = Vec::new();
    for text in texts {
        let order = parse_order(schema, text)?;
        // What is in order already cannot be ordered again.
        if orders.iter().all(|earlier| earlier.field != order.field) {
            orders.push(order);
        }
    }
    Ok(orders)
}

fn parse_order(schema: &Schema, text: &str) -> Result<Ordering, MlflowError> {
    let unreadable = || MlflowError::invalid(format!("Invalid order_by clause '{text}'. Could not be parsed."));
    let tokens = tokens(text).map_err(|_| unreadable())?;
    let (identifier, ascending) = match tokens.as_slice() {
        [Token::Word(identifier)] => (identifier, true),
        [Token::Word(identifier), Token::Word(direction)] => match direction.to_ascii_lowercase().as_str() {
            "asc" => (identifier, true),
            "desc" => (identifier, false),
            _ => return Err(MlflowError::invalid(format!("Invalid ordering key in order_by clause '{text}'."))),
        },
        _ => return Err(unreadable()),
    };
    let field = schema.field(identifier, schema.orders)?;
    if field.entity != Entity::Attribute && !schema.order_entities.contains(&field.entity) {
        return Err(MlflowError::invalid(format!("Invalid order_by entity in '{text}'")));
    }
    Ok(Ordering { field, ascending })
}

/// Order of two values of one field: numbers and texts by size, then NaN, then nothing; the last two stay last when descending.
#[must_use]
pub fn compare(left: Option<FieldValue<'_>>, right: Option<FieldValue<'_>>, ascending: bool) -> Compared {
    let class = |value: Option<FieldValue<'_>>| match value {
        None => 2,
        Some(FieldValue::Number(number)) if number.is_nan() => 1,
        Some(_) => 0,
    };
    class(left).cmp(&class(right)).then_with(|| {
        let compared = match (left, right) {
            (Some(FieldValue::Number(a)), Some(FieldValue::Number(b))) => a.partial_cmp(&b).unwrap_or(Compared::Equal),
            (Some(FieldValue::Integer(a)), Some(FieldValue::Integer(b))) => a.cmp(&b),
            (Some(FieldValue::Text(a)), Some(FieldValue::Text(b))) => a.cmp(b),
            _ => Compared::Equal,
        };
        if ascending { compared } else { compared.reverse() }
    })
}
