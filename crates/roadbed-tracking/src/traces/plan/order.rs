//! Orders of traces, and where a page ends.

use super::field::{Attribute, Field};
use crate::mlflow::MlflowError;
use crate::search::{FieldValue, compare};
use crate::traces::model::Trace;
use crate::traces::store::Place;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering as Compared;

/// Terms of one order.
const MOST_TERMS: usize = 20;

/// One term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) field: Field,
    pub(super) ascending: bool,
}

/// The value of a term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(in crate::traces) enum Value {
    Number(i64),
    Text(String),
    None,
}

impl Value {
    fn as_field(&self) -> Option<FieldValue<'_>> {
        match self {
            Self::Number(number) => Some(FieldValue::Integer(*number)),
            Self::Text(text) => Some(FieldValue::Text(text)),
            Self::None => None,
        }
    }
}

/// What a trace is ordered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::traces) struct Keys {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<Value>,
    started_ms: i64,
    trace_id: String,
}

impl Keys {
    pub(in crate::traces) fn place(&self) -> Place {
        Place { started_ms: self.started_ms, trace_id: self.trace_id.clone() }
    }
}

/// Where a page ended: the next one begins behind it, whatever was added meanwhile. Opaque to clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::traces) struct Cursor(pub(in crate::traces) Keys);

impl Cursor {
    /// # Errors
    /// The text is no token of this server.
    pub(in crate::traces) fn parse(text: Option<&str>) -> Result<Option<Self>, MlflowError> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
        let wrong = || MlflowError::invalid("Invalid page token");
        let bytes = STANDARD.decode(text).map_err(|_| wrong())?;
        serde_json::from_slice(&bytes).map(|keys| Some(Self(keys))).map_err(|_| wrong())
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&STANDARD.encode(serde_json::to_vec(&self.0).unwrap_or_default()))
    }
}

/// # Errors
/// A term that cannot be read or ordered by, or the same field twice.
pub(super) fn parse(texts: &[String]) -> Result<Vec<Term>, MlflowError> {
    let mut terms: Vec<Term> = Vec::new();
    for text in texts {
        let text = text.trim();
        let (identifier, ascending) = match text.rsplit_once(char::is_whitespace) {
            Some((head, word)) if word.eq_ignore_ascii_case("asc") => (head.trim(), true),
            Some((head, word)) if word.eq_ignore_ascii_case("desc") => (head.trim(), false),
            _ => (text, true),
        };
        if identifier.is_empty() || identifier.len() > 1000 {
            return Err(MlflowError::invalid(format!("Invalid order_by clause '{text}'. Could not be parsed.")));
        }
        let field = Field::of_order(identifier)?;
        if terms.iter().any(|earlier| earlier.field == field) || terms.len() == MOST_TERMS {
            return Err(MlflowError::invalid(format!(
                "`order_by` contains duplicate fields: ['{}']",
                texts.join("', '")
            )));
        }
        terms.push(Term { field, ascending });
    }
    Ok(terms)
}

fn value(trace: &Trace, field: &Field) -> Value {
    let text = |text: Option<&String>| text.cloned().map_or(Value::None, Value::Text);
    match field {
        Field::Attribute(Attribute::Started) => Value::Number(trace.started_ms),
        Field::Attribute(Attribute::Duration) => trace.duration_ms.map_or(Value::None, Value::Number),
        Field::Attribute(Attribute::Ended) => {
            trace.duration_ms.map_or(Value::None, |duration| Value::Number(trace.started_ms.saturating_add(duration)))
        }
        Field::Attribute(Attribute::State) => Value::Text(trace.state.as_str().to_owned()),
        Field::Attribute(Attribute::TraceId) => Value::Text(trace.trace_id.clone()),
        Field::Attribute(Attribute::ExperimentId) => Value::Number(trace.experiment_id),
        Field::Attribute(Attribute::ClientRequestId) => text(trace.client_request_id.as_ref()),
        Field::Tag(key) => text(trace.tags.get(key)),
        Field::Metadata(key) => text(trace.metadata.get(key)),
        Field::Prompt | Field::Span(_) | Field::Feedback(_) | Field::Expectation(_) | Field::Issue => Value::None,
    }
}

pub(super) fn keys(trace: &Trace, terms: &[Term]) -> Keys {
    Keys {
        values: terms.iter().map(|term| value(trace, &term.field)).collect(),
        started_ms: trace.started_ms,
        trace_id: trace.trace_id.clone(),
    }
}

/// By the terms; then the newest first, then by id.
pub(super) fn in_order(terms: &[Term], a: &Keys, b: &Keys) -> Compared {
    let pairs = terms.iter().zip(a.values.iter().zip(&b.values));
    let explicit = pairs.fold(Compared::Equal, |so_far, (term, (a, b))| {
        so_far.then_with(|| compare(a.as_field(), b.as_field(), term.ascending))
    });
    explicit.then_with(|| b.started_ms.cmp(&a.started_ms)).then_with(|| a.trace_id.cmp(&b.trace_id))
}
