//! The one shape of errors on `/api/v1`: RFC 9457 problem details with a stable code and a fix.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_contracts::gate::Finding;
use roadbed_contracts::ports::PortError;
use roadbed_store::StoreError;
use serde::Serialize;

/// An error answer. `code` is stable and has a line in `docs/reference/errors`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Problem {
    /// Stable code such as `jobs.unknown`.
    pub code: String,
    /// What kind of problem this is, the same for every occurrence.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// This occurrence, for people.
    pub detail: String,
    /// Field of the body or query that is wrong, such as `resources.memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Place in a file, `line:column`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// The request this answers, as in the `x-request-id` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// After a conflict: version of the object as it is now, for the next If-Match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<String>,
    /// Several problems at once: a manifest, a plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ProblemItem>,
}

/// One of several problems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ProblemItem {
    pub detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Problem {
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            field: None,
            line: None,
            fix: None,
            request_id: None,
            current_version: None,
            problems: Vec::new(),
        }
    }

    #[must_use]
    pub fn bad_request(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// Also for objects of another team: their existence stays hidden.
    #[must_use]
    pub fn not_found(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    #[must_use]
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "access.forbidden", detail)
    }

    /// A gate said no (exit code 6 on the command line).
    #[must_use]
    pub fn refused(findings: &[Finding]) -> Self {
        let first = findings.first();
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            first.map_or("gate.refused", |finding| finding.code.as_str()),
            first.map_or_else(|| "refused by a gate".to_owned(), |finding| finding.detail.clone()),
        );
        problem.fix = first.and_then(|finding| finding.fix.clone());
        problem.problems = findings
            .iter()
            .map(|finding| ProblemItem {
                detail: finding.detail.clone(),
                field: None,
                line: None,
                fix: finding.fix.clone(),
            })
            .collect();
        problem
    }

    /// A fault of ours. The cause is logged here, once; the answer names only the request.
    #[must_use]
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "request failed: {cause}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server failed; its log has the cause")
    }

    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    #[must_use]
    pub fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    #[must_use]
    pub fn with_problems(mut self, problems: Vec<ProblemItem>) -> Self {
        self.problems = problems;
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"roadbed\""));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::INSUFFICIENT_STORAGE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => {
                tracing::error!(%error, "the disk is full");
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "store.full", error.to_string())
                    .with_fix("free space on the disk of the data directory; nothing was changed")
            }
            other => Self::internal(&other),
        }
    }
}

impl From<PortError> for Problem {
    fn from(error: PortError) -> Self {
        match error {
            PortError::NotFound(detail) => Self::not_found("reference.unknown", detail),
            PortError::Refused(detail) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "reference.refused", detail),
            PortError::Failed(cause) => Self::internal(&cause),
        }
    }
}
