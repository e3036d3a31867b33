//! What people, judges and code say about a trace: feedback, expectations and issues.

use super::model::{Trace, TraceError};
use super::moment::Moment;
use crate::mlflow::{Fields, MlflowError, missing};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Longest name, source, and key of metadata, in characters.
const NAME_LIMIT: usize = 250;
/// Longest value, rationale and error, in bytes.
const VALUE_LIMIT_BYTES: usize = 1 << 20;
/// How a value that is no scalar is written.
const JSON_FORMAT: &str = "JSON_FORMAT";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    Feedback { value: Value, error: Option<Value> },
    Expectation { value: Value },
    Issue { name: String },
}

impl Said {
    /// The word of filters.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Feedback { .. } => "feedback",
            Self::Expectation { .. } => "expectation",
            Self::Issue { .. } => "issue",
        }
    }

    pub(super) const fn value(&self) -> Option<&Value> {
        match self {
            Self::Feedback { value, .. } | Self::Expectation { value } => Some(value),
            Self::Issue { .. } => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Assessment {
    pub assessment_id: String,
    pub name: String,
    pub span_id: Option<String>,
    /// `HUMAN`, `LLM_JUDGE` or `CODE`.
    pub source_type: String,
    pub source_id: String,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub said: Said,
    pub rationale: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// The assessment this one stands in for.
    pub overrides: Option<String>,
    /// False once another one stands in for it.
    pub valid: bool,
}

/// A trace with the assessments of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judged {
    pub trace: Trace,
    pub assessments: Vec<Assessment>,
}

const SOURCES: &[(&str, i64, &str)] = &[
    ("SOURCE_TYPE_UNSPECIFIED", 0, "SOURCE_TYPE_UNSPECIFIED"),
    ("HUMAN", 1, "HUMAN"),
    ("LLM_JUDGE", 2, "LLM_JUDGE"),
    ("CODE", 3, "CODE"),
];

fn check(text: &str) -> Result<(), TraceError> {
    if text.chars().count() > NAME_LIMIT {
        return Err(TraceError::Assessment("names and sources of assessments have at most 250 characters"));
    }
    Ok(())
}

/// The value of `feedback`, `expectation` or `issue`, whichever is there.
fn said(fields: &Fields) -> Result<Option<Said>, MlflowError> {
    if let Some(feedback) = fields.object("feedback")? {
        let value = feedback.value("value").cloned().unwrap_or_default();
        return Ok(Some(Said::Feedback { value, error: feedback.value("error").cloned() }));
    }
    if let Some(expectation) = fields.object("expectation")? {
        return Ok(Some(Said::Expectation { value: expected(&expectation)? }));
    }
    let issue = fields.object("issue")?;
    issue.map(|issue| Ok(Said::Issue { name: issue.text_or_empty("issue_name")?.to_owned() })).transpose()
}

fn expected(expectation: &Fields) -> Result<Value, MlflowError> {
    let Some(written) = expectation.object("serialized_value")? else {
        return Ok(expectation.value("value").cloned().unwrap_or_default());
    };
    if written.text_or_empty("serialization_format")? != JSON_FORMAT {
        return Err(TraceError::Assessment("Unknown serialization format. Only JSON_FORMAT is supported.").into());
    }
    let text = written.text_or_empty("value")?;
    serde_json::from_str(text).map_err(|_| TraceError::Assessment("serialized_value holds no JSON").into())
}

fn metadata(fields: &Fields) -> Result<BTreeMap<String, String>, MlflowError> {
    let metadata = fields.map("metadata")?;
    metadata.keys().try_for_each(|key| check(key))?;
    Ok(metadata)
}

impl Assessment {
    /// A new assessment. The times are the client's, as far as it tells them.
    ///
    /// # Errors
    /// A part is missing, too long or of another type.
    pub(super) fn read(fields: &Fields, fresh_id: &str, now_ms: i64) -> Result<Self, MlflowError> {
        let said = said(fields)?;
        let said =
            said.ok_or(TraceError::Assessment("Assessment must have either feedback, expectation, or issue value"))?;
        let source = fields.object("source")?.ok_or_else(|| missing("assessment.source"))?;
        let at = |name: &str| Ok::<_, MlflowError>(Moment::of(fields, name)?.unwrap_or(now_ms));
        let new = Self {
            assessment_id: fields.nonempty("assessment_id")?.unwrap_or(fresh_id).to_owned(),
            name: fields.required("assessment_name")?.to_owned(),
            span_id: fields.nonempty("span_id")?.map(str::to_owned),
            source_type: source.choice("source_type", SOURCES)?.unwrap_or("SOURCE_TYPE_UNSPECIFIED").to_owned(),
            source_id: source.text_or_empty("source_id")?.to_owned(),
            created_ms: at("create_time")?,
            updated_ms: at("last_update_time")?,
            said,
            rationale: fields.nonempty("rationale")?.map(str::to_owned),
            metadata: metadata(fields)?,
            overrides: fields.nonempty("overrides")?.map(str::to_owned),
            valid: true,
        };
        new.check_size()?;
        Ok(new)
    }

    fn check_size(&self) -> Result<(), TraceError> {
        let texts = [Some(&self.assessment_id), Some(&self.name), self.span_id.as_ref(), Some(&self.source_id)];
        texts.into_iter().flatten().chain(&self.overrides).try_for_each(|text| check(text))?;
        let rationale = self.rationale.as_ref().map_or(0, String::len);
        let value = self.said.value().map_or(0, |value| value.to_string().len());
        let error =
            if let Said::Feedback { error: Some(error), .. } = &self.said { error.to_string().len() } else { 0 };
        let metadata: usize = self.metadata.iter().map(|(key, value)| key.len() + value.len()).sum();
        if rationale + value + error + metadata > VALUE_LIMIT_BYTES {
            return Err(TraceError::Assessment("an assessment takes at most 1 MiB of value, rationale and metadata"));
        }
        Ok(())
    }

    /// Changes what `mask` names to what `fields` say.
    ///
    /// # Errors
    /// Feedback does not become an expectation, nor the other way round.
    pub(super) fn change(&mut self, mask: &[String], fields: &Fields, now_ms: i64) -> Result<(), MlflowError> {
        let names = |path: &str| mask.iter().any(|one| one == path);
        if names("expectation") && names("feedback") {
            let text = "Cannot specify both `expectation` and `feedback` parameters.";
            return Err(TraceError::Assessment(text).into());
        }
        if names("expectation") || names("feedback") {
            let new = said(fields)?.ok_or_else(|| missing("assessment.feedback"))?;
            match (&self.said, &new) {
                (Said::Feedback { .. }, Said::Feedback { .. })
                | (Said::Expectation { .. }, Said::Expectation { .. }) => {
                    self.said = new;
                }
                (Said::Expectation { .. }, _) => {
                    let text = "Cannot update feedback value on an Expectation assessment.";
                    return Err(TraceError::Assessment(text).into());
                }
                _ => {
                    let text = "Cannot update expectation value on a Feedback assessment.";
                    return Err(TraceError::Assessment(text).into());
                }
            }
        }
        if names("assessment_name") {
            fields.required("assessment_name")?.clone_into(&mut self.name);
        }
        if names("rationale") {
            self.rationale = fields.nonempty("rationale")?.map(str::to_owned);
        }
        if names("metadata") {
            self.metadata.extend(metadata(fields)?);
        }
        if names("valid") {
            self.valid = fields.boolean("valid")?.unwrap_or(false);
        }
        self.updated_ms = now_ms;
        self.check_size()?;
        Ok(())
    }

    /// As clients read it.
    pub(super) fn view(&self, trace_id: &str) -> Value {
        let mut view = Map::new();
        let mut put = |key: &str, value: Value| view.insert(key.to_owned(), value);
        put("assessment_id", json!(self.assessment_id));
        put("assessment_name", json!(self.name));
        put("trace_id", json!(trace_id));
        put("source", json!({"source_type": self.source_type, "source_id": self.source_id}));
        put("create_time", json!(Moment::text(self.created_ms)));
        put("last_update_time", json!(Moment::text(self.updated_ms)));
        match &self.said {
            Said::Feedback { value, error: None } => put("feedback", json!({"value": value})),
            Said::Feedback { value, error } => put("feedback", json!({"value": value, "error": error})),
            Said::Expectation { value: value @ (Value::Array(_) | Value::Object(_)) } => {
                let written = json!({"serialization_format": JSON_FORMAT, "value": value.to_string()});
                put("expectation", json!({"serialized_value": written}))
            }
            Said::Expectation { value } => put("expectation", json!({"value": value})),
            Said::Issue { name } => put("issue", json!({"issue_name": name})),
        };
        for (key, text) in [("span_id", &self.span_id), ("rationale", &self.rationale), ("overrides", &self.overrides)]
        {
            if let Some(text) = text {
                put(key, json!(text));
            }
        }
        if !self.metadata.is_empty() {
            put("metadata", json!(self.metadata));
        }
        put("valid", json!(self.valid));
        Value::Object(view)
    }
}
