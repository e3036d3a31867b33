//! What a clause looks at.

use crate::mlflow::MlflowError;
use crate::traces::model::{NAME_TAG, SOURCE_RUN};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribute {
    TraceId,
    ClientRequestId,
    State,
    ExperimentId,
    Started,
    Duration,
    Ended,
}

impl Attribute {
    pub(super) const fn is_number(self) -> bool {
        matches!(self, Self::Started | Self::Duration | Self::Ended)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SpanField {
    Name,
    Kind,
    Status,
    /// The whole document.
    Content,
    Attribute(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Attribute(Attribute),
    Tag(String),
    Metadata(String),
    /// A prompt the trace used, as `name/version`.
    Prompt,
    Span(SpanField),
    Feedback(String),
    Expectation(String),
    Issue,
}

const ATTRIBUTES: &[(&str, Attribute)] = &[
    ("request_id", Attribute::TraceId),
    ("trace_id", Attribute::TraceId),
    ("client_request_id", Attribute::ClientRequestId),
    ("status", Attribute::State),
    ("timestamp", Attribute::Started),
    ("timestamp_ms", Attribute::Started),
    ("execution_time", Attribute::Duration),
    ("execution_time_ms", Attribute::Duration),
    ("end_time", Attribute::Ended),
    ("end_time_ms", Attribute::Ended),
];
const KNOWN: &str =
    "request_id, timestamp_ms, execution_time_ms, end_time_ms, status, client_request_id, name, run_id, prompt, text";

fn unquoted(word: &str) -> &str {
    let inside = |quote| word.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('`')).unwrap_or(word)
}

impl Field {
    /// # Errors
    /// The identifier names nothing a trace has.
    pub(super) fn parse(identifier: &str) -> Result<Self, MlflowError> {
        let is_quoted = identifier.starts_with('"') || identifier.starts_with('`');
        let parted = if is_quoted { None } else { identifier.split_once('.') };
        let Some((entity, key)) = parted.map(|(entity, key)| (entity, unquoted(key))) else {
            return Self::attribute(unquoted(identifier));
        };
        match entity {
            "attribute" | "attributes" | "trace" => Self::attribute(key),
            "tag" | "tags" => Ok(Self::of_key(key).unwrap_or_else(|| Self::Tag(key.to_owned()))),
            "metadata" | "request_metadata" => Ok(Self::of_key(key).unwrap_or_else(|| Self::Metadata(key.to_owned()))),
            "span" => Self::span(key),
            "feedback" if !key.is_empty() => Ok(Self::Feedback(key.to_owned())),
            "expectation" if !key.is_empty() => Ok(Self::Expectation(key.to_owned())),
            "issue" if key == "id" => Ok(Self::Issue),
            _ => Err(MlflowError::invalid(format!(
                "Invalid entity type or key '{identifier}'. Valid are attributes, tags, metadata, span, feedback, expectation and issue.id"
            ))),
        }
    }

    /// Keys that mean the same whatever stands before them.
    fn of_key(key: &str) -> Option<Self> {
        match key.to_ascii_lowercase().as_str() {
            "name" => Some(Self::Tag(NAME_TAG.to_owned())),
            "run_id" => Some(Self::Metadata(SOURCE_RUN.to_owned())),
            "prompt" | "mlflow.linkedprompts" => Some(Self::Prompt),
            "text" => Some(Self::Span(SpanField::Content)),
            _ => None,
        }
    }

    fn attribute(key: &str) -> Result<Self, MlflowError> {
        if let Some(field) = Self::of_key(key) {
            return Ok(field);
        }
        let known = ATTRIBUTES.iter().find(|(word, _)| *word == key);
        known.map(|(_, attribute)| Self::Attribute(*attribute)).ok_or_else(|| {
            MlflowError::invalid(format!("Invalid attribute key '{key}' specified. Valid keys are: {KNOWN}"))
        })
    }

    fn span(key: &str) -> Result<Self, MlflowError> {
        let field = match key {
            "name" => SpanField::Name,
            "type" => SpanField::Kind,
            "status" => SpanField::Status,
            "content" => SpanField::Content,
            key => match key.strip_prefix("attributes.").map(unquoted) {
                Some("") => {
                    return Err(MlflowError::invalid("Span attribute name cannot be empty after 'attributes.'"));
                }
                Some(attribute) => SpanField::Attribute(attribute.to_owned()),
                None => {
                    return Err(MlflowError::invalid(format!(
                        "Invalid span attribute '{key}'. Supported attributes: name, status, type, attributes.<attribute_name>."
                    )));
                }
            },
        };
        Ok(Self::Span(field))
    }

    /// What one can order by.
    ///
    /// # Errors
    /// Not by this.
    pub(super) fn of_order(identifier: &str) -> Result<Self, MlflowError> {
        if matches!(unquoted(identifier), "experiment_id" | "attributes.experiment_id") {
            return Ok(Self::Attribute(Attribute::ExperimentId));
        }
        match Self::parse(identifier)? {
            Self::Attribute(Attribute::ClientRequestId) | Self::Prompt | Self::Span(_) => {}
            Self::Feedback(_) | Self::Expectation(_) | Self::Issue => {}
            field => return Ok(field),
        }
        Err(MlflowError::invalid(format!("Invalid order_by entity in '{identifier}'")))
    }
}
