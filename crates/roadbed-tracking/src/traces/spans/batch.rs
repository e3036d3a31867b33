//! The spans of one request by trace, with what they say about the trace.

use super::content::{Content, hex, pack};
use super::preview::preview;
use super::semantics::{self, COST, INPUTS, KIND, OUTPUTS, USAGE};
use crate::mlflow::names;
use crate::traces::model::{NAME_TAG, State, TAG_VALUE_LIMIT};
use crate::traces::otlp::{Any, Export, RawSpan, Status};
use std::collections::BTreeMap;

/// Attributes of a root span with this before their name are tags of the trace.
const TAG_PREFIX: &str = "mlflow.traceTag.";
/// Most characters of names and types in columns.
const NAME_LIMIT: usize = 1000;
/// Most characters of a session's and a user's id.
const ID_LIMIT: usize = 250;
/// Nanoseconds of a millisecond.
const MILLISECOND: u64 = 1_000_000;

/// A span ready to be kept.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Row {
    pub span: i64,
    pub parent: Option<i64>,
    pub name: String,
    pub kind: String,
    pub status: &'static str,
    pub started_ns: i64,
    pub ended_ns: Option<i64>,
    pub usage: Option<String>,
    pub cost: Option<String>,
    pub plain_bytes: usize,
    pub content: Vec<u8>,
}

/// What a root span says about its trace.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Root {
    pub state: State,
    pub request_preview: Option<String>,
    pub response_preview: Option<String>,
    pub tags: BTreeMap<String, String>,
}

/// The spans of one trace.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Batch {
    pub trace_id: String,
    pub started_ms: i64,
    /// None when no span has ended.
    pub ended_ms: Option<i64>,
    pub root: Option<Root>,
    pub session: Option<String>,
    pub user: Option<String>,
    /// What the program says about itself.
    pub tags: BTreeMap<String, String>,
    pub rows: Vec<Row>,
}

/// A number of a span as the store keeps it.
pub(in crate::traces) const fn key_of(id: [u8; 8]) -> i64 {
    i64::from_be_bytes(id)
}

/// # Errors
/// A span cannot be written as JSON.
pub(in crate::traces) fn batches(export: Export) -> Result<Vec<Batch>, String> {
    let mut by_trace: BTreeMap<String, Batch> = BTreeMap::new();
    for source in export.sources {
        let tags = resource_tags(&source.attributes);
        for span in source.spans {
            let trace_id = format!("tr-{}", hex(&span.trace));
            let batch = by_trace.entry(trace_id.clone()).or_insert_with(|| Batch::new(trace_id));
            batch.tags.extend(tags.iter().map(|(key, value)| (key.clone(), value.clone())));
            batch.add(span)?;
        }
    }
    Ok(by_trace.into_values().collect())
}

/// Attributes of the resource that become tags. Those of the SDK say nothing, and MLflow's own are its business.
fn resource_tags(attributes: &[(String, Any)]) -> BTreeMap<String, String> {
    let told = attributes.iter().filter(|(key, _)| !key.starts_with("telemetry.sdk.") && !key.starts_with("mlflow."));
    told.filter_map(|(key, value)| tag(key, value)).collect()
}

fn tag(key: &str, value: &Any) -> Option<(String, String)> {
    names::check_key("key", "key", key).ok()?;
    let value = value.as_text().map_or_else(|| value.to_json(), str::to_owned);
    Some((key.to_owned(), names::truncated(clean(&value), TAG_VALUE_LIMIT)))
}

fn clean(text: &str) -> String {
    text.replace('\0', " ")
}

fn nanoseconds(time: u64) -> i64 {
    i64::try_from(time).unwrap_or(i64::MAX)
}

impl Batch {
    fn new(trace_id: String) -> Self {
        Self {
            trace_id,
            started_ms: i64::MAX,
            ended_ms: None,
            root: None,
            session: None,
            user: None,
            tags: BTreeMap::new(),
            rows: Vec::new(),
        }
    }

    fn add(&mut self, span: RawSpan) -> Result<(), String> {
        let (id, parent, status) = (key_of(span.id), span.parent.map(key_of), span.status);
        let mut content = Content::new(span, &self.trace_id);
        semantics::translate(&mut content);
        self.started_ms = self.started_ms.min(nanoseconds(content.start_time_unix_nano / MILLISECOND));
        let ended = content.end_time_unix_nano.map(|end| nanoseconds(end / MILLISECOND));
        self.ended_ms = self.ended_ms.max(ended);
        let short = |key: &str| content.plain_attribute(key).map(|text| names::truncated(clean(&text), ID_LIMIT));
        self.session = self.session.take().or_else(|| short("session.id").or_else(|| short("gen_ai.conversation.id")));
        self.user = self.user.take().or_else(|| short("user.id"));
        if parent.is_none() {
            self.root = Some(root(&content, status));
        }
        let (bytes, plain_bytes) = pack(&content)?;
        self.rows.push(Row {
            span: id,
            parent,
            name: names::truncated(clean(&content.name), NAME_LIMIT),
            kind: names::truncated(
                clean(&content.plain_attribute(KIND).unwrap_or_else(|| "UNKNOWN".to_owned())),
                NAME_LIMIT,
            ),
            status: status.word(),
            started_ns: nanoseconds(content.start_time_unix_nano),
            ended_ns: content.end_time_unix_nano.map(nanoseconds),
            usage: content.attribute(USAGE).map(clean),
            cost: content.attribute(COST).map(clean),
            plain_bytes,
            content: bytes,
        });
        Ok(())
    }
}

fn root(span: &Content, status: Status) -> Root {
    let mut tags: BTreeMap<String, String> = BTreeMap::new();
    for (key, json) in &span.attributes.0 {
        if let Some(key) = key.strip_prefix(TAG_PREFIX) {
            tags.extend(tag(key, &Any::of_json(json)));
        }
    }
    if tags.get(NAME_TAG).is_some_and(String::is_empty) {
        tags.remove(NAME_TAG);
    }
    Root {
        // A root that says nothing ended well.
        state: if status == Status::Error { State::Error } else { State::Ok },
        request_preview: span.attribute(INPUTS).map(|json| preview(json, "user")),
        response_preview: span.attribute(OUTPUTS).map(|json| preview(json, "assistant")),
        tags,
    }
}
