//! Whether a value passes one clause.

use super::field::{Field, SpanField};
use crate::mlflow::MlflowError;
use crate::search::{self, Clause, Comparator, Condition, FieldValue, Literal};
use regex::{Regex, RegexBuilder};

/// Bytes a compiled expression may take.
const PATTERN_LIMIT_BYTES: usize = 1 << 20;

#[derive(Debug, Clone)]
enum Way {
    Condition(Condition),
    Pattern(Regex),
}

/// A comparison that was understood.
#[derive(Debug, Clone)]
pub(super) struct Test {
    way: Way,
    pub(super) comparator: Comparator,
    pub(super) literal: Literal,
}

impl Test {
    /// # Errors
    /// The comparison makes no sense for the field.
    pub(super) fn new(field: &Field, clause: Clause) -> Result<Self, MlflowError> {
        let Clause { identifier, comparator, literal } = clause;
        check(field, &identifier, comparator, &literal)?;
        let way = match (&comparator, &literal) {
            (Comparator::Matches, Literal::Text(text)) => {
                let pattern = RegexBuilder::new(text).size_limit(PATTERN_LIMIT_BYTES).build();
                let unreadable =
                    |_| MlflowError::invalid(format!("'{text}' is no regular expression that can be used"));
                Way::Pattern(pattern.map_err(unreadable)?)
            }
            _ => {
                let field = search::Field { entity: search::Entity::Attribute, key: String::new() };
                Way::Condition(Condition::new(field, comparator, literal.clone()))
            }
        };
        Ok(Self { way, comparator, literal })
    }

    pub(super) fn holds(&self, value: Option<FieldValue<'_>>) -> bool {
        match (&self.way, value) {
            (Way::Condition(condition), value) => condition.holds(value),
            (Way::Pattern(pattern), Some(FieldValue::Text(text))) => pattern.is_match(text),
            (Way::Pattern(_), _) => false,
        }
    }

    /// The text that must be equal, when this asks for that.
    pub(super) fn equal_text(&self) -> Option<&str> {
        match (self.comparator, &self.literal) {
            (Comparator::Equal, Literal::Text(text)) => Some(text),
            _ => None,
        }
    }
}

fn check(field: &Field, identifier: &str, comparator: Comparator, literal: &Literal) -> Result<(), MlflowError> {
    use Comparator as C;
    let is_text = matches!(comparator, C::Equal | C::NotEqual | C::Like | C::InsensitiveLike | C::Matches);
    let is_size = matches!(comparator, C::Less | C::LessOrEqual | C::Greater | C::GreaterOrEqual);
    let is_list = matches!(comparator, C::In | C::NotIn);
    let is_absence = matches!(comparator, C::IsNull | C::IsNotNull);
    let allowed = match field {
        Field::Attribute(attribute) if attribute.is_number() => is_size || matches!(comparator, C::Equal | C::NotEqual),
        Field::Attribute(_) => is_text || is_list,
        // The name and the run are written as attributes, which take lists, and kept among tags and metadata.
        Field::Tag(_) | Field::Metadata(_) => is_text || is_list || is_absence,
        Field::Prompt | Field::Issue => comparator == C::Equal,
        Field::Span(SpanField::Content) => matches!(comparator, C::Like | C::InsensitiveLike),
        Field::Span(_) => is_text || is_list,
        Field::Feedback(_) | Field::Expectation(_) => is_text || is_size || is_absence,
    };
    if !allowed {
        let word = comparator.as_str();
        return Err(MlflowError::invalid(format!("Invalid comparator '{word}' for '{identifier}'")));
    }
    let is_number = match field {
        Field::Attribute(attribute) => attribute.is_number(),
        Field::Feedback(_) | Field::Expectation(_) => is_size,
        _ => false,
    };
    match literal {
        Literal::None => Ok(()),
        Literal::Number(..) if is_number => Ok(()),
        Literal::Text(_) if !is_number && !is_list => Ok(()),
        Literal::List(_) if is_list => Ok(()),
        other if is_number => Err(MlflowError::invalid(format!(
            "Expected a numeric value for '{identifier}' when using comparator '{}'. Got value {}",
            comparator.as_str(),
            other.shown()
        ))),
        other => Err(MlflowError::invalid(format!(
            "Expected a quoted string value for '{identifier}' (e.g. 'my-value'). Got value {}",
            other.shown()
        ))),
    }
}
