//! Whether a value fulfils a comparison.

use super::clause::{Comparator, Literal};
use super::field::Field;

/// A value of a row, as far as a search looks at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldValue<'a> {
    /// NaN compares unequal to everything and is neither less nor greater.
    Number(f64),
    Integer(i64),
    Text(&'a str),
}

/// One comparison that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub field: Field,
    pub comparator: Comparator,
    pub literal: Literal,
}

impl Condition {
    #[must_use]
    pub const fn new(field: Field, comparator: Comparator, literal: Literal) -> Self {
        Self { field, comparator, literal }
    }

    /// A row without the value fulfils only `IS NULL`.
    #[must_use]
    pub fn holds(&self, value: Option<FieldValue<'_>>) -> bool {
        match (self.comparator, value) {
            (Comparator::IsNull, value) => value.is_none(),
            (Comparator::IsNotNull, value) => value.is_some(),
            (_, None) => false,
            (comparator, Some(value)) => self.compares(comparator, value),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "times in milliseconds and versions are far below 2^53")]
    fn compares(&self, comparator: Comparator, value: FieldValue<'_>) -> bool {
        match (value, &self.literal) {
            (FieldValue::Number(value), Literal::Number(wanted, _)) => numbers(comparator, value, *wanted),
            (FieldValue::Integer(value), Literal::Number(wanted, _)) => numbers(comparator, value as f64, *wanted),
            (FieldValue::Text(value), Literal::Text(wanted)) => match comparator {
                Comparator::Equal => value == wanted,
                Comparator::NotEqual => value != wanted,
                Comparator::Like => is_like(value, wanted),
                Comparator::InsensitiveLike => is_like(&value.to_lowercase(), &wanted.to_lowercase()),
                _ => false,
            },
            (FieldValue::Text(value), Literal::List(wanted)) => {
                wanted.iter().any(|one| one == value) == (comparator == Comparator::In)
            }
            _ => false,
        }
    }
}

fn numbers(comparator: Comparator, value: f64, wanted: f64) -> bool {
    #[expect(clippy::float_cmp, reason = "the user asks for exactly this number")]
    match comparator {
        Comparator::Equal => value == wanted,
        Comparator::NotEqual => value != wanted,
        Comparator::Less => value < wanted,
        Comparator::LessOrEqual => value <= wanted,
        Comparator::Greater => value > wanted,
        Comparator::GreaterOrEqual => value >= wanted,
        _ => false,
    }
}

/// SQL's LIKE without an escape character: `%` is any text, `_` any one character.
pub(super) fn is_like(text: &str, pattern: &str) -> bool {
    // The most frequent pattern by far, on texts that may be long.
    let inside = pattern.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
    if let Some(inside) = inside.filter(|inside| !inside.contains(['%', '_'])) {
        return text.contains(inside);
    }
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let (mut at, mut wanted) = (0, 0);
    // Where the last `%` stands and how far the text had come; its share grows by one after each failure.
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(wanted) {
            Some('%') => {
                retry = Some((wanted, at));
                wanted += 1;
                continue;
            }
            Some(one) if *one == '_' || text.get(at) == Some(one) => {
                at += 1;
                wanted += 1;
                continue;
            }
            _ => {}
        }
        let Some((star, start)) = retry else { return false };
        retry = Some((star, start + 1));
        (at, wanted) = (start + 1, star + 1);
    }
    pattern.get(wanted..).unwrap_or_default().iter().all(|rest| *rest == '%')
}
