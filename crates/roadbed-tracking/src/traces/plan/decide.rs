//! A search that was understood, and its decisions.

use super::field::{Attribute, Field, SpanField};
use super::order::{self, Keys, Term};
use super::parse::Terms;
use super::test::Test;
use crate::mlflow::MlflowError;
use crate::search::FieldValue;
use crate::traces::assessment::{Assessment, Said};
use crate::traces::model::Trace;
use crate::traces::spans::Content;
use crate::traces::store::{Scope, SpanColumns};
use std::cmp::Ordering as Compared;

#[derive(Debug, Clone)]
pub(in crate::traces) struct Plan {
    terms: Terms,
    orders: Vec<Term>,
}

impl Plan {
    /// # Errors
    /// The filter or the order is not part of the grammar.
    pub(in crate::traces) fn parse(filter: &str, order_by: &[String]) -> Result<Self, MlflowError> {
        Ok(Self { terms: Terms::parse(filter)?, orders: order::parse(order_by)? })
    }

    /// What the store looks at itself, among these experiments.
    pub(in crate::traces) fn scope(&self, experiments: Vec<i64>) -> Scope {
        let ascending = self.orders.first().is_some_and(|term| self.is_by_start() && term.ascending);
        Scope { experiments, ascending, ..self.terms.scope.clone() }
    }

    /// Whether the store's own order by start and id is the order wanted.
    pub(in crate::traces) fn is_by_start(&self) -> bool {
        let by = |field: Attribute| Field::Attribute(field);
        match self.orders.as_slice() {
            [] => true,
            [start] => start.field == by(Attribute::Started),
            [start, id] => start.field == by(Attribute::Started) && id.field == by(Attribute::TraceId) && id.ascending,
            _ => false,
        }
    }

    pub(in crate::traces) const fn asks_rows(&self) -> bool {
        !self.terms.info.is_empty() || self.asks_assessments() || self.asks_spans()
    }

    pub(in crate::traces) const fn asks_assessments(&self) -> bool {
        !self.terms.assessment.is_empty()
    }

    pub(in crate::traces) const fn asks_spans(&self) -> bool {
        !self.terms.span.is_empty()
    }

    /// Whether documents of spans must be opened.
    pub(in crate::traces) fn asks_contents(&self) -> bool {
        let opens = |field: &SpanField| matches!(field, SpanField::Content | SpanField::Attribute(_));
        self.terms.span.iter().any(|(field, _)| opens(field))
    }

    pub(in crate::traces) fn fits(&self, trace: &Trace) -> bool {
        self.terms.info.iter().all(|(field, test)| fits(trace, field, test))
    }

    pub(in crate::traces) fn fits_assessments(&self, said: &[Assessment]) -> bool {
        self.terms.assessment.iter().all(|(field, test)| assessed(said, field, test))
    }

    /// Whether one of the spans fulfils every clause about spans.
    pub(in crate::traces) fn fits_columns(&self, spans: &[SpanColumns]) -> bool {
        spans.iter().any(|span| {
            let value = |field: &SpanField| match field {
                SpanField::Name => &span.name,
                SpanField::Kind => &span.kind,
                _ => &span.status,
            };
            self.terms.span.iter().all(|(field, test)| test.holds(Some(FieldValue::Text(value(field)))))
        })
    }

    /// As [`Self::fits_columns`], with the documents as texts; only those that pass as texts are opened.
    pub(in crate::traces) fn fits_texts(&self, spans: &[String]) -> bool {
        let is_text = |field: &SpanField| *field == SpanField::Content;
        spans.iter().any(|span| {
            let terms = || self.terms.span.iter();
            let by_text = terms().filter(|(field, _)| is_text(field));
            if !by_text.into_iter().all(|(_, test)| test.holds(Some(FieldValue::Text(span)))) {
                return false;
            }
            let mut others = terms().filter(|(field, _)| !is_text(field)).peekable();
            if others.peek().is_none() {
                return true;
            }
            let open: Option<Content> = serde_json::from_str(span).ok();
            open.is_some_and(|open| others.all(|(field, test)| opened(&open, field, test)))
        })
    }

    pub(in crate::traces) fn keys(&self, trace: &Trace) -> Keys {
        order::keys(trace, &self.orders)
    }

    pub(in crate::traces) fn in_order(&self, a: &Keys, b: &Keys) -> Compared {
        order::in_order(&self.orders, a, b)
    }
}

fn fits(trace: &Trace, field: &Field, test: &Test) -> bool {
    let text = |text: Option<&String>| test.holds(text.map(|text| FieldValue::Text(text)));
    match field {
        Field::Attribute(Attribute::TraceId) => text(Some(&trace.trace_id)),
        Field::Attribute(Attribute::ClientRequestId) => text(trace.client_request_id.as_ref()),
        Field::Attribute(Attribute::State) => test.holds(Some(FieldValue::Text(trace.state.as_str()))),
        Field::Attribute(Attribute::ExperimentId) => test.holds(Some(FieldValue::Integer(trace.experiment_id))),
        Field::Attribute(Attribute::Started) => test.holds(Some(FieldValue::Integer(trace.started_ms))),
        Field::Attribute(Attribute::Duration) => test.holds(trace.duration_ms.map(FieldValue::Integer)),
        Field::Attribute(Attribute::Ended) => {
            let ended = trace.started_ms.saturating_add(trace.duration_ms.unwrap_or(0));
            test.holds(Some(FieldValue::Integer(ended)))
        }
        Field::Tag(key) => text(trace.tags.get(key)),
        Field::Metadata(key) => text(trace.metadata.get(key)),
        Field::Prompt | Field::Span(_) | Field::Feedback(_) | Field::Expectation(_) | Field::Issue => true,
    }
}

/// Whether a valid assessment of the kind and name passes, or whether there is one at all.
fn assessed(said: &[Assessment], field: &Field, test: &Test) -> bool {
    use crate::search::Comparator;
    let (kind, name) = match field {
        Field::Feedback(name) => ("feedback", name),
        Field::Expectation(name) => ("expectation", name),
        _ => {
            let is_issue = |one: &&Assessment| matches!(one.said, Said::Issue { .. });
            return said.iter().filter(is_issue).any(|one| test.holds(Some(FieldValue::Text(&one.name))));
        }
    };
    let mut about = said.iter().filter(|one| one.valid && one.said.kind() == kind && one.name == *name);
    match test.comparator {
        Comparator::IsNull => about.next().is_none(),
        Comparator::IsNotNull => about.next().is_some(),
        _ => about.filter_map(|one| one.said.value()).any(|value| passes(value, test)),
    }
}

fn passes(value: &serde_json::Value, test: &Test) -> bool {
    let is_size = matches!(test.literal, crate::search::Literal::Number(..));
    match value {
        serde_json::Value::Number(number) if is_size => {
            number.as_f64().is_some_and(|number| test.holds(Some(FieldValue::Number(number))))
        }
        _ if is_size => false,
        serde_json::Value::String(text) => test.holds(Some(FieldValue::Text(text))),
        other => test.holds(Some(FieldValue::Text(&other.to_string()))),
    }
}

fn opened(span: &Content, field: &SpanField, test: &Test) -> bool {
    let holds = |text: &str| test.holds(Some(FieldValue::Text(text)));
    match field {
        SpanField::Name => holds(&span.name),
        SpanField::Kind => holds(&span.plain_attribute("mlflow.spanType").unwrap_or_else(|| "UNKNOWN".to_owned())),
        SpanField::Status => holds(span.status().word()),
        SpanField::Content => true,
        SpanField::Attribute(key) => span.plain_attribute(key).is_some_and(|text| holds(&text)),
    }
}
