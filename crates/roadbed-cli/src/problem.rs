//! Error answers of the server, and reading them.

use serde::Deserialize;
use serde_json::Value;
use ureq::http::StatusCode;

/// An error answer: RFC 9457 problem details, or MLflow's form read as one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Problem {
    pub(crate) code: String,
    pub(crate) status: u16,
    pub(crate) detail: String,
    pub(crate) field: Option<String>,
    pub(crate) line: Option<String>,
    pub(crate) fix: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) problems: Vec<ProblemItem>,
}

/// One of several problems.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct ProblemItem {
    pub(crate) detail: String,
    pub(crate) field: Option<String>,
    pub(crate) line: Option<String>,
    pub(crate) fix: Option<String>,
}

pub(crate) fn bare_problem(status: StatusCode) -> Problem {
    let words = status.canonical_reason().unwrap_or("an unknown status");
    let detail = match status.as_u16() {
        401 => "the server does not know you".to_owned(),
        number => format!("the server answers {number} {words}"),
    };
    Problem { status: status.as_u16(), detail, ..Problem::default() }
}

pub(crate) fn read_problem(status: StatusCode, bytes: &[u8]) -> Problem {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    if let (Some(code), Some(message)) = (value["error_code"].as_str(), value["message"].as_str()) {
        return Problem {
            code: code.to_owned(),
            status: status.as_u16(),
            detail: message.to_owned(),
            ..Problem::default()
        };
    }
    let read = serde_json::from_value::<Problem>(value).ok().filter(|problem| !problem.detail.is_empty());
    read.map_or_else(|| bare_problem(status), |problem| Problem { status: status.as_u16(), ..problem })
}
