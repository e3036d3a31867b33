//! One trace, span or assessment as far as a question looks at it.

use super::catalog::{Dimension, Measured};
use super::condition::Condition;
use super::question::Question;
use crate::traces::assessment::{Assessment, Said};
use crate::traces::model::{SESSION, SOURCE_RUN, TOKEN_USAGE, Trace};
use crate::traces::otlp::Any;
use serde_json::Value;
use std::fmt::Write as _;

/// Nanoseconds of a millisecond.
const MILLISECOND: i64 = 1_000_000;
/// Most characters of a model's and a provider's name.
const MODEL_LIMIT: usize = 500;

/// What is summed up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::traces) enum Reading {
    One,
    Number(f64),
    /// A digest of a session's id.
    Session([u8; 16]),
}

/// What counts in one group.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Fact {
    pub at_ms: i64,
    pub reading: Reading,
    /// In the order of the question.
    pub dimensions: Vec<String>,
}

/// What metrics look at of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::traces) struct SpanFact {
    pub name: String,
    pub kind: String,
    pub status: String,
    pub started_ns: i64,
    pub ended_ns: Option<i64>,
    /// A JSON object of numbers.
    pub cost: Option<String>,
    pub model: Option<String>,
    pub provider: Option<String>,
}

/// A fact, unless one of its dimensions is not there.
fn fact(
    question: &Question,
    at_ms: i64,
    reading: Option<Reading>,
    dimension: impl Fn(Dimension) -> Option<String>,
) -> Option<Fact> {
    let reading = reading?;
    let dimensions = question.dimensions.iter().map(|one| dimension(*one)).collect::<Option<_>>()?;
    Some(Fact { at_ms, reading, dimensions })
}

/// A whole number of tokens, written as a number or as the text of one.
#[expect(clippy::cast_precision_loss, reason = "counts of tokens are far below 2^53")]
fn whole(value: &Any) -> Option<f64> {
    let number = match value {
        Any::Int(number) => *number as f64,
        Any::Double(number) => *number,
        Any::Text(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (number.is_finite() && number.fract() == 0.0).then_some(number)
}

fn price(value: &Any) -> Option<f64> {
    let number = match value {
        Any::Text(text) => text.trim().parse().ok()?,
        other => other.as_number()?,
    };
    number.is_finite().then_some(number)
}

fn inside(text: &str, key: &str, read: fn(&Any) -> Option<f64>) -> Option<Reading> {
    Any::of_json(text).get(key).and_then(read).map(Reading::Number)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds are far below 2^53")]
fn milliseconds(duration: i64) -> Reading {
    Reading::Number(duration as f64)
}

/// Whether the trace itself fulfils the conditions; `runs` are those it is linked to.
pub(in crate::traces) fn is_meant(question: &Question, trace: &Trace, runs: &[String]) -> bool {
    question.conditions().iter().all(|condition| match condition {
        Condition::TraceState(state) => trace.state.as_str() == state,
        Condition::Tag { key, value } => trace.tags.get(key) == Some(value),
        Condition::Metadata { key, value } => {
            trace.metadata.get(key) == Some(value) || key == SOURCE_RUN && runs.contains(value)
        }
        _ => true,
    })
}

/// What a trace adds to its view.
pub(in crate::traces) fn of_trace(question: &Question, trace: &Trace) -> Option<Fact> {
    let reading = match question.measured() {
        Measured::Traces => Some(Reading::One),
        Measured::Sessions => trace.metadata.get(SESSION).map(|session| {
            let digest = u128::from_be_bytes(first_half(blake3::hash(session.as_bytes()).as_bytes()));
            Reading::Session(digest.to_be_bytes())
        }),
        Measured::TraceLatency => trace.duration_ms.map(milliseconds),
        Measured::Tokens(key) => trace.metadata.get(TOKEN_USAGE).and_then(|told| inside(told, key, whole)),
        _ => None,
    };
    fact(question, trace.started_ms, reading, |dimension| match dimension {
        Dimension::TraceName => trace.name().map(str::to_owned),
        Dimension::TraceState => Some(trace.state.as_str().to_owned()),
        _ => None,
    })
}

fn first_half(digest: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(digest) {
        *to = *from;
    }
    half
}

/// What a span adds to its view.
pub(in crate::traces) fn of_span(question: &Question, span: &SpanFact) -> Option<Fact> {
    let fits = question.conditions().iter().all(|condition| match condition {
        Condition::SpanName(name) => span.name == *name,
        Condition::SpanStatus(status) => span.status == *status,
        Condition::SpanKind(kind) => span.kind == *kind,
        _ => true,
    });
    let at_ms = span.started_ns.div_euclid(MILLISECOND);
    if !fits || !question.covers(at_ms) {
        return None;
    }
    let reading = match question.measured() {
        Measured::Spans => Some(Reading::One),
        Measured::SpanLatency => {
            let ended = span.ended_ns;
            ended.map(|ended| milliseconds(ended.saturating_sub(span.started_ns) / MILLISECOND))
        }
        Measured::Cost(key) => span.cost.as_deref().and_then(|told| inside(told, key, price)),
        _ => None,
    };
    let short = |text: &String| text.chars().take(MODEL_LIMIT).collect();
    fact(question, at_ms, reading, |dimension| match dimension {
        Dimension::SpanName => Some(span.name.clone()),
        Dimension::SpanKind => Some(span.kind.clone()),
        Dimension::SpanStatus => Some(span.status.clone()),
        Dimension::Model => span.model.as_ref().map(short),
        Dimension::Provider => span.provider.as_ref().map(short),
        _ => None,
    })
}

/// What an assessment of a trace adds to its view; one that another stands in for does not count.
pub(in crate::traces) fn of_assessment(question: &Question, trace: &Trace, said: &Assessment) -> Option<Fact> {
    let fits = question.conditions().iter().all(|condition| match condition {
        Condition::AssessmentName(name) => said.name == *name,
        Condition::AssessmentKind(kind) => said.said.kind() == kind,
        _ => true,
    });
    if !fits || !said.valid {
        return None;
    }
    let reading = match question.measured() {
        Measured::Assessments => Some(Reading::One),
        _ => said.said.value().and_then(verdict).map(Reading::Number),
    };
    fact(question, trace.started_ms, reading, |dimension| match dimension {
        Dimension::AssessmentName => Some(said.name.clone()),
        Dimension::AssessmentValue => Some(written(&said.said)),
        _ => None,
    })
}

/// The number a value stands for: yes and true are 1.
fn verdict(value: &Value) -> Option<f64> {
    let is_yes = match value {
        Value::Bool(flag) => *flag,
        Value::Number(number) => return number.as_f64().filter(|number| number.is_finite()),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
        _ => return None,
    };
    Some(if is_yes { 1.0 } else { 0.0 })
}

/// Numbers as doubles, which protobuf makes of them.
#[expect(clippy::cast_precision_loss, reason = "protobuf loses the same digits")]
fn doubled(value: Any) -> Any {
    match value {
        Any::Int(number) => Any::Double(number as f64),
        Any::List(values) => Any::List(values.into_iter().map(doubled).collect()),
        Any::Map(pairs) => Any::Map(pairs.into_iter().map(|(key, value)| (key, doubled(value))).collect()),
        other => other,
    }
}

/// A value as Python's `json.dumps` writes it, which is ASCII.
fn written(said: &Said) -> String {
    let any = match said {
        Said::Issue { name } => Any::Map(vec![("issue_name".to_owned(), Any::Text(name.clone()))]),
        // It comes as a JSON text, in which whole numbers stay what they are.
        Said::Expectation { value: value @ (Value::Array(_) | Value::Object(_)) } => Any::of_json(&value.to_string()),
        Said::Feedback { value, .. } | Said::Expectation { value } => doubled(Any::of_json(&value.to_string())),
    };
    let spaced = any.to_json();
    let mut text = String::with_capacity(spaced.len());
    for c in spaced.chars() {
        if c.is_ascii() {
            text.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing into a text does not fail.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}
