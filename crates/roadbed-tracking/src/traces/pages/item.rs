//! A trace in lists.

use crate::mlflow::rfc3339;
use crate::traces::assessment::{Assessment, Said};
use crate::traces::model::{SESSION, TOKEN_USAGE, USER};
use crate::traces::operations::Presented;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What somebody said about a trace.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct AssessmentItem {
    pub id: String,
    /// `feedback`, `expectation` or `issue`.
    pub kind: &'static str,
    pub name: String,
    /// Any JSON; of an issue its name.
    pub value: Value,
    /// Why a judge could not say anything.
    pub error: Option<Value>,
    pub rationale: Option<String>,
    /// `HUMAN`, `LLM_JUDGE` or `CODE`.
    pub source_type: String,
    /// Who or what said it.
    pub source: String,
    /// The span it is about; the whole trace when absent.
    pub span: Option<String>,
    /// False once another assessment stands in for it.
    pub valid: bool,
    /// RFC 3339.
    pub created_at: String,
}

impl From<Assessment> for AssessmentItem {
    fn from(said: Assessment) -> Self {
        let kind = said.said.kind();
        let (value, error) = match said.said {
            Said::Feedback { value, error } => (value, error),
            Said::Expectation { value } => (value, None),
            Said::Issue { name } => (Value::String(name), None),
        };
        Self {
            id: said.assessment_id,
            kind,
            name: said.name,
            value,
            error,
            rationale: said.rationale,
            source_type: said.source_type,
            source: said.source_id,
            span: said.span_id,
            valid: said.valid,
            created_at: rfc3339(said.created_ms),
        }
    }
}

/// Tokens a trace used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(super) struct Tokens {
    pub input: u64,
    pub output: u64,
    pub total: u64,
}

/// A trace without its spans.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct TraceItem {
    pub id: String,
    /// What its client calls it, or else the name of its root; none until one is known.
    pub name: Option<String>,
    pub experiment: String,
    /// `OK`, `ERROR`, `IN_PROGRESS` or `STATE_UNSPECIFIED`.
    pub state: &'static str,
    /// RFC 3339.
    pub started_at: String,
    /// None while it is under way.
    pub duration_ms: Option<i64>,
    /// The beginning of what went in.
    pub request: Option<String>,
    /// The beginning of what came out.
    pub response: Option<String>,
    /// The conversation it belongs to.
    pub session: Option<String>,
    /// Whom the application served.
    pub user: Option<String>,
    /// The run it was made in, or else one it is linked to.
    pub run: Option<String>,
    pub tokens: Option<Tokens>,
    pub tags: BTreeMap<String, String>,
    pub assessments: Vec<AssessmentItem>,
}

fn tokens(text: &str) -> Option<Tokens> {
    let told: Value = serde_json::from_str(text).ok()?;
    let count = |key: &str| told.get(key).and_then(Value::as_u64).unwrap_or(0);
    Some(Tokens { input: count("input_tokens"), output: count("output_tokens"), total: count("total_tokens") })
}

impl From<Presented> for TraceItem {
    fn from(Presented { judged, name, run }: Presented) -> Self {
        let trace = judged.trace;
        let told = |key: &str| trace.metadata.get(key).cloned();
        Self {
            name,
            experiment: trace.experiment_id.to_string(),
            state: trace.state.as_str(),
            started_at: rfc3339(trace.started_ms),
            duration_ms: trace.duration_ms,
            session: told(SESSION),
            user: told(USER),
            run,
            tokens: told(TOKEN_USAGE).as_deref().and_then(tokens),
            request: trace.request_preview,
            response: trace.response_preview,
            id: trace.trace_id,
            tags: trace.tags,
            assessments: judged.assessments.into_iter().map(AssessmentItem::from).collect(),
        }
    }
}
