//! The spans of a trace as steps below each other.

use crate::traces::otlp::Any;
use crate::traces::spans::Content;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Nanoseconds of a microsecond.
const MICROSECOND: u64 = 1000;
/// Most characters of one value; the rest is in the file of the spans.
const VALUE_LIMIT: usize = 20_000;
const INPUTS: &str = "mlflow.spanInputs";
const OUTPUTS: &str = "mlflow.spanOutputs";
const KIND: &str = "mlflow.spanType";

/// Something that happened during a span, such as an exception.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct StepEvent {
    pub name: String,
    /// Microseconds after the trace began.
    pub at_us: i64,
    pub attributes: BTreeMap<String, Value>,
}

/// A span.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Step {
    /// 16 hex digits.
    pub id: String,
    pub parent: Option<String>,
    /// How many steps it lies below a root.
    pub depth: u32,
    pub name: String,
    /// Such as `LLM`, `TOOL` or `UNKNOWN`.
    pub kind: String,
    /// `OK`, `ERROR` or `UNSET`.
    pub status: &'static str,
    /// What went wrong.
    pub message: Option<String>,
    /// Microseconds after the trace began; negative when its clock says it began earlier.
    pub start_us: i64,
    /// None while it is under way.
    pub duration_us: Option<i64>,
    /// Any JSON; a text that was too long is cut.
    pub inputs: Option<Value>,
    pub outputs: Option<Value>,
    pub attributes: BTreeMap<String, Value>,
    pub events: Vec<StepEvent>,
}

fn id(base64: &str) -> String {
    let bytes = STANDARD.decode(base64).unwrap_or_default();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The value, or the beginning of its text when it is long.
fn shown(json: &str) -> Value {
    if json.len() <= VALUE_LIMIT {
        return serde_json::from_str(json).unwrap_or_else(|_| Value::from(json));
    }
    let text = match Any::of_json(json) {
        Any::Text(text) => text,
        other => other.to_json(),
    };
    Value::from(format!("{}…", text.chars().take(VALUE_LIMIT).collect::<String>()))
}

fn after(start_ns: u64, time_ns: u64) -> i64 {
    let microseconds = |time: u64| i64::try_from(time / MICROSECOND).unwrap_or(i64::MAX);
    microseconds(time_ns).saturating_sub(microseconds(start_ns))
}

/// Every span once: each root, then its children by start, theirs below them. A span whose parent is not there counts as a root.
pub(super) fn steps(spans: Vec<Content>) -> Vec<Step> {
    let begun = spans.iter().map(|span| span.start_time_unix_nano).min().unwrap_or(0);
    let ids: HashSet<String> = spans.iter().map(|span| span.span_id.clone()).collect();
    let mut children: HashMap<String, Vec<Content>> = HashMap::new();
    let (mut waiting, mut orphaned): (Vec<(u32, Content)>, Vec<Content>) = (Vec::new(), Vec::new());
    for span in spans {
        match span.parent_span_id.clone() {
            Some(parent) if ids.contains(&parent) => children.entry(parent).or_default().push(span),
            Some(_) => orphaned.push(span),
            None => waiting.push((0, span)),
        }
    }
    waiting.extend(orphaned.into_iter().map(|span| (0, span)));
    waiting.reverse();
    let mut steps = Vec::new();
    loop {
        while let Some((depth, span)) = waiting.pop() {
            let below = children.remove(&span.span_id).unwrap_or_default();
            waiting.extend(below.into_iter().rev().map(|child| (depth + 1, child)));
            steps.push(step(span, depth, begun));
        }
        // What is left are spans that are each other's parents; one of them begins.
        let Some(parent) = children.keys().min().cloned() else { return steps };
        let ring = children.remove(&parent).unwrap_or_default();
        waiting.extend(ring.into_iter().rev().map(|span| (0, span)));
    }
}

fn step(span: Content, depth: u32, begun: u64) -> Step {
    let hidden = [INPUTS, OUTPUTS, KIND, "mlflow.traceRequestId"];
    let attributes = span.attributes.0.iter().filter(|(key, _)| !hidden.contains(&key.as_str()));
    let events = span.events.iter().map(|event| StepEvent {
        name: event.name.clone(),
        at_us: after(begun, event.time_unix_nano),
        attributes: event.attributes.0.iter().map(|(key, value)| (key.clone(), shown(&value.to_json()))).collect(),
    });
    Step {
        id: id(&span.span_id),
        parent: span.parent_span_id.as_deref().map(id),
        depth,
        kind: span.plain_attribute(KIND).unwrap_or_else(|| "UNKNOWN".to_owned()),
        status: span.status().word(),
        start_us: after(begun, span.start_time_unix_nano),
        duration_us: span.end_time_unix_nano.map(|end| after(span.start_time_unix_nano, end)),
        inputs: span.attribute(INPUTS).map(shown),
        outputs: span.attribute(OUTPUTS).map(shown),
        attributes: attributes.map(|(key, json)| (key.clone(), shown(json))).collect(),
        events: events.collect(),
        name: span.name,
        message: span.status.message,
    }
}
