//! Filters of metrics: each is one comparison `view.entity[.key] = 'value'` (behavior of `SearchTraceMetricsUtils`).

use super::catalog::View;
use crate::mlflow::MlflowError;
use crate::search::{Comparator, Literal, parse_filter};

/// What must be equal for something to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::traces) enum Condition {
    TraceState(String),
    Tag {
        key: String,
        value: String,
    },
    Metadata {
        key: String,
        value: String,
    },
    SpanName(String),
    SpanStatus(String),
    SpanKind(String),
    AssessmentName(String),
    /// `feedback`, `expectation` or `issue`.
    AssessmentKind(String),
}

fn unquoted(word: &str) -> &str {
    let inside = |quote| word.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('`')).unwrap_or(word)
}

fn shown(text: &str) -> String {
    text.chars().take(200).collect()
}

/// What a view can be asked for, and whether that takes a key.
const ENTITIES: &[(&str, &[(&str, bool)])] = &[
    ("trace", &[("status", false), ("tag", true), ("metadata", true)]),
    ("span", &[("name", false), ("status", false), ("type", false)]),
    ("assessment", &[("name", false), ("type", false)]),
];

fn checked<'a>(view: &str, entity: &str, key: Option<&'a str>) -> Result<Option<&'a str>, MlflowError> {
    let invalid = |text: String| Err(MlflowError::invalid(text));
    let Some((_, entities)) = ENTITIES.iter().find(|(name, _)| *name == view) else {
        return invalid(format!("Invalid view type '{}'. Valid values are trace, span, assessment", shown(view)));
    };
    let Some((_, takes_key)) = entities.iter().find(|(name, _)| *name == entity) else {
        let valid: Vec<&str> = entities.iter().map(|(name, _)| *name).collect();
        return invalid(format!(
            "Invalid entity '{}' specified for view type '{view}'. Valid entities are {}",
            shown(entity),
            valid.join(", ")
        ));
    };
    match (takes_key, key) {
        (true, None) => {
            invalid(format!("Filtering by {entity} requires a key, e.g. '{view}.{entity}.<key> = <value>'"))
        }
        (false, Some(_)) => {
            invalid(format!("Filtering by {entity} does not require a key, use '{view}.{entity}' instead"))
        }
        _ => Ok(key.map(unquoted)),
    }
}

impl Condition {
    /// # Errors
    /// The text is not one comparison, or is about what the view does not show.
    pub(super) fn parse(text: &str, of: View) -> Result<Self, MlflowError> {
        let mut clauses = parse_filter(text)?;
        let (Some(clause), true) = (clauses.pop(), clauses.is_empty()) else {
            let shown = shown(text);
            return Err(MlflowError::invalid(format!("Invalid filter: '{shown}'. Expected one filter clause.")));
        };
        let mut parts = clause.identifier.splitn(3, '.');
        let (Some(view), Some(entity)) = (parts.next().map(unquoted), parts.next()) else {
            return Err(MlflowError::invalid(format!(
                "Invalid identifier '{}'. Columns should be specified as 'trace.<key>', 'span.<key>', 'assessment.<key>'.",
                shown(&clause.identifier)
            )));
        };
        let key = checked(view, entity, parts.next())?.unwrap_or_default().to_owned();
        if clause.comparator != Comparator::Equal {
            let word = clause.comparator.as_str();
            return Err(MlflowError::invalid(format!("Invalid comparator: '{word}', only '=' operator is supported")));
        }
        let Literal::Text(value) = clause.literal else {
            return Err(MlflowError::invalid(format!(
                "Expected a quoted string value for {entity} value (e.g. 'my-value'). Got value {}",
                clause.literal.shown()
            )));
        };
        let home = match view {
            "span" => View::Spans,
            "assessment" => View::Assessments,
            _ => of,
        };
        if home != of {
            return Err(MlflowError::invalid(format!(
                "Filtering by {view} is only supported for {} view type, got {}",
                home.as_str(),
                of.as_str()
            )));
        }
        Ok(match (view, entity) {
            ("trace", "status") => Self::TraceState(value),
            ("trace", "tag") => Self::Tag { key, value },
            ("trace", _) => Self::Metadata { key, value },
            ("span", "name") => Self::SpanName(value),
            ("span", "status") => Self::SpanStatus(value),
            ("span", _) => Self::SpanKind(value),
            (_, "name") => Self::AssessmentName(value),
            _ => Self::AssessmentKind(value),
        })
    }
}
