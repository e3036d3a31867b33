//! What identifiers mean in one kind of search, and which comparisons make sense for them.

use super::clause::{Clause, Comparator, Literal};
use super::condition::Condition;
use super::field::{Entity, Field};
use crate::mlflow::MlflowError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeKind {
    Text,
    /// A whole number: a time in milliseconds, a version.
    Integer,
}

/// The identifiers of one kind of search.
pub struct Schema {
    /// Words before the dot.
    pub entities: &'static [(&'static str, Entity)],
    /// Attribute as written, as stored, and its kind.
    pub attributes: &'static [(&'static str, &'static str, AttributeKind)],
    /// Attributes (as stored) that take lists.
    pub lists: &'static [&'static str],
    /// Entities whose absence can be asked for.
    pub absence: &'static [Entity],
    /// Attributes (as written) one can order by.
    pub orders: &'static [&'static str],
    /// Entities one can order by, besides attributes.
    pub order_entities: &'static [Entity],
}

impl Schema {
    /// # Errors
    /// An unknown entity or attribute, or a comparison that makes no sense for it.
    pub fn resolve(&self, clauses: Vec<Clause>) -> Result<Vec<Condition>, MlflowError> {
        clauses.into_iter().map(|clause| self.condition(clause)).collect()
    }

    fn condition(&self, clause: Clause) -> Result<Condition, MlflowError> {
        let field =
            self.field(&clause.identifier, &self.attributes.iter().map(|(word, _, _)| *word).collect::<Vec<_>>())?;
        let kind = self.kind(&field);
        self.check(&field, kind, &clause)?;
        Ok(Condition::new(field, clause.comparator, clause.literal))
    }

    /// What an identifier means, with `allowed` attributes as written.
    pub(super) fn field(&self, identifier: &str, allowed: &[&str]) -> Result<Field, MlflowError> {
        let (entity, key) = match split(identifier) {
            Some((word, key)) => (self.entity(unquoted(word))?, unquoted(key)),
            None => (Entity::Attribute, unquoted(identifier)),
        };
        if entity == Entity::Dataset && !matches!(key, "name" | "digest" | "context") {
            return Err(MlflowError::invalid(format!(
                "Invalid dataset key '{key}' specified. Valid keys are '{{'name', 'digest', 'context'}}'"
            )));
        }
        if entity != Entity::Attribute {
            return Ok(Field { entity, key: key.to_owned() });
        }
        let stored = self.attributes.iter().find(|(word, _, _)| *word == key && allowed.contains(word));
        match stored {
            Some((_, stored, _)) => Ok(Field { entity, key: (*stored).to_owned() }),
            None => Err(MlflowError::invalid(format!(
                "Invalid attribute key '{key}' specified. Valid keys are '{}'",
                allowed.join("', '")
            ))),
        }
    }

    fn entity(&self, word: &str) -> Result<Entity, MlflowError> {
        let found = self.entities.iter().find(|(name, _)| *name == word).map(|(_, entity)| *entity);
        found.ok_or_else(|| {
            let mut valid: Vec<&str> = self.entities.iter().map(|(_, entity)| entity.as_str()).collect();
            valid.dedup();
            MlflowError::invalid(format!("Invalid entity type '{word}'. Valid values are ['{}']", valid.join("', '")))
        })
    }

    fn kind(&self, field: &Field) -> AttributeKind {
        let stored = |(_, stored, _): &&(&str, &str, AttributeKind)| *stored == field.key;
        match field.entity {
            Entity::Metric => AttributeKind::Integer,
            Entity::Attribute => self.attributes.iter().find(stored).map_or(AttributeKind::Text, |(_, _, kind)| *kind),
            Entity::Param | Entity::Tag | Entity::Dataset => AttributeKind::Text,
        }
    }

    fn check(&self, field: &Field, kind: AttributeKind, clause: &Clause) -> Result<(), MlflowError> {
        use Comparator as C;
        let comparator = clause.comparator;
        let allowed = match comparator {
            C::IsNull | C::IsNotNull if self.absence.contains(&field.entity) => return Ok(()),
            C::IsNull | C::IsNotNull => {
                return Err(MlflowError::invalid(format!(
                    "IS NULL / IS NOT NULL is only supported for tags and params, not for '{}' '{}'",
                    field.entity.as_str(),
                    field.key
                )));
            }
            C::Equal | C::NotEqual => true,
            C::Less | C::LessOrEqual | C::Greater | C::GreaterOrEqual => kind == AttributeKind::Integer,
            C::Like | C::InsensitiveLike => kind == AttributeKind::Text,
            C::Matches => false,
            C::In | C::NotIn => {
                kind == AttributeKind::Text && matches!(field.entity, Entity::Attribute | Entity::Dataset)
            }
        };
        if !allowed {
            return Err(MlflowError::invalid(format!(
                "Invalid comparator '{}' for {} '{}'",
                comparator.as_str(),
                field.entity.as_str(),
                field.key
            )));
        }
        self.check_literal(field, kind, &clause.literal)
    }

    fn check_literal(&self, field: &Field, kind: AttributeKind, literal: &Literal) -> Result<(), MlflowError> {
        match (kind, literal) {
            (AttributeKind::Integer, Literal::Number(..)) | (AttributeKind::Text, Literal::Text(_)) => Ok(()),
            (AttributeKind::Text, Literal::List(_)) if field.entity == Entity::Dataset => Ok(()),
            (AttributeKind::Text, Literal::List(_)) if self.lists.contains(&field.key.as_str()) => Ok(()),
            (AttributeKind::Text, Literal::List(_)) => Err(MlflowError::invalid(format!(
                "Only ['{}'] attributes support comparison with a list of quoted string values.",
                self.lists.join("', '")
            ))),
            (AttributeKind::Integer, other) if field.entity == Entity::Metric => {
                Err(MlflowError::invalid(format!("Expected numeric value type for metric. Found {}", other.shown())))
            }
            (AttributeKind::Integer, other) => Err(MlflowError::invalid(format!(
                "Expected numeric value type for numeric attribute: {}. Found {}",
                field.key,
                other.shown()
            ))),
            (AttributeKind::Text, other) => Err(MlflowError::invalid(format!(
                "Expected a quoted string value for {} (e.g. 'my-value'). Got value {}",
                field.entity.as_str(),
                other.shown()
            ))),
        }
    }
}

/// The entity and the key of `entity.key`; the key may hold dots.
fn split(identifier: &str) -> Option<(&str, &str)> {
    if identifier.starts_with('"') || identifier.starts_with('`') {
        return None;
    }
    identifier.split_once('.')
}

/// Without the quotes or backticks around it.
fn unquoted(word: &str) -> &str {
    let inside = |quote| word.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('`')).unwrap_or(word)
}
