//! Errors in MLflow's form. The client retries 408, 429, 500, 502, 503 and 504, so a lasting error is never one of these.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_blobs::BlobError;
use roadbed_capability::Problem;
use roadbed_contracts::ports::PortError;
use roadbed_store::StoreError;

/// `error_code` of an answer, with its HTTP status, class and SQL state (`mlflow/exceptions.py`, `error_classification.py`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    InvalidParameterValue,
    ResourceAlreadyExists,
    ResourceDoesNotExist,
    PermissionDenied,
    /// What an alias asks for is not fulfilled.
    RuleNotMet,
    Unauthenticated,
    NotImplemented,
    /// The disk of the server is full: a lasting state.
    ResourceExhausted,
    TemporarilyUnavailable,
    InternalError,
    /// The server does not call this address.
    RefusedAddress,
    /// Only on `/api/v1`: another version was there than the caller had seen.
    ChangedMeanwhile,
}

impl ErrorCode {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidParameterValue | Self::RefusedAddress => "INVALID_PARAMETER_VALUE",
            Self::ResourceAlreadyExists => "RESOURCE_ALREADY_EXISTS",
            Self::ResourceDoesNotExist => "RESOURCE_DOES_NOT_EXIST",
            Self::PermissionDenied | Self::RuleNotMet => "PERMISSION_DENIED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::NotImplemented => "NOT_IMPLEMENTED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::TemporarilyUnavailable => "TEMPORARILY_UNAVAILABLE",
            Self::InternalError => "INTERNAL_ERROR",
            Self::ChangedMeanwhile => "ABORTED",
        }
    }

    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InvalidParameterValue | Self::RefusedAddress | Self::ResourceAlreadyExists => StatusCode::BAD_REQUEST,
            Self::ResourceDoesNotExist => StatusCode::NOT_FOUND,
            Self::PermissionDenied | Self::RuleNotMet => StatusCode::FORBIDDEN,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::NotImplemented => StatusCode::NOT_IMPLEMENTED,
            Self::ResourceExhausted => StatusCode::INSUFFICIENT_STORAGE,
            Self::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ChangedMeanwhile => StatusCode::PRECONDITION_FAILED,
        }
    }

    /// `sqlstate` and `error_class`, for the codes that have them.
    const fn class(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::InvalidParameterValue | Self::RefusedAddress => Some(("KAM00", "INVALID_PARAMETER_VALUE")),
            Self::ResourceAlreadyExists => Some(("KAM00", "RESOURCE_ALREADY_EXISTS")),
            Self::ResourceDoesNotExist => Some(("KAM00", "RESOURCE_NOT_FOUND")),
            Self::PermissionDenied | Self::RuleNotMet => Some(("KAM00", "PERMISSION_DENIED")),
            Self::TemporarilyUnavailable | Self::InternalError => Some(("XXM00", "CLIENT_INTERNAL_ERROR")),
            Self::Unauthenticated | Self::NotImplemented | Self::ResourceExhausted | Self::ChangedMeanwhile => None,
        }
    }
}

/// An error answer of the MLflow API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct MlflowError {
    pub code: ErrorCode,
    pub message: String,
    /// Of the request's body, told on `/api/v1`.
    pub field: Option<&'static str>,
}

impl MlflowError {
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None }
    }

    /// Says which field of the body it is about.
    #[must_use]
    pub const fn with_field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidParameterValue, message)
    }

    /// Also for objects of another team: their existence stays hidden.
    #[must_use]
    pub fn missing(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ResourceDoesNotExist, message)
    }

    /// A fault of ours: the cause is logged here, once.
    #[must_use]
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "request failed: {cause}");
        Self::new(ErrorCode::InternalError, "the server failed; its log has the cause")
    }
}

impl IntoResponse for MlflowError {
    fn into_response(self) -> Response {
        let mut body = serde_json::json!({"error_code": self.code.as_str(), "message": self.message});
        if let (Some((state, class)), Some(map)) = (self.code.class(), body.as_object_mut()) {
            map.insert("sqlstate".into(), state.into());
            map.insert("error_class".into(), class.into());
        }
        let mut response = (self.code.status(), axum::Json(body)).into_response();
        if self.code == ErrorCode::Unauthenticated {
            let challenge = HeaderValue::from_static("Basic realm=\"roadbed\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<StoreError> for MlflowError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::new(ErrorCode::ResourceExhausted, error.to_string()),
            StoreError::NulInText { .. } => Self::invalid("text must not hold a NUL character"),
            other => Self::internal(&other),
        }
    }
}

impl From<BlobError> for MlflowError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge { .. } => Self::invalid(error.to_string()),
            BlobError::Full { .. } => Self::new(ErrorCode::ResourceExhausted, error.to_string()),
            BlobError::Source(cause) => Self::invalid(format!("the upload broke off: {cause}")),
            other => Self::internal(&other),
        }
    }
}

impl From<PortError> for MlflowError {
    fn from(error: PortError) -> Self {
        match error {
            PortError::NotFound(detail) => Self::missing(detail),
            PortError::Refused(detail) => Self::invalid(detail),
            PortError::Failed(cause) => Self::internal(&cause),
        }
    }
}

impl From<Problem> for MlflowError {
    fn from(problem: Problem) -> Self {
        let code = match problem.status {
            401 => ErrorCode::Unauthenticated,
            403 => ErrorCode::PermissionDenied,
            404 => ErrorCode::ResourceDoesNotExist,
            412 => ErrorCode::ChangedMeanwhile,
            503 => ErrorCode::TemporarilyUnavailable,
            507 => ErrorCode::ResourceExhausted,
            400..=499 => ErrorCode::InvalidParameterValue,
            _ => ErrorCode::InternalError,
        };
        let message = match problem.fix {
            Some(fix) => format!("{}: {fix}", problem.detail),
            None => problem.detail,
        };
        Self::new(code, message)
    }
}

/// What a room port answers for an error of this API.
impl From<MlflowError> for PortError {
    fn from(error: MlflowError) -> Self {
        match error.code {
            ErrorCode::ResourceDoesNotExist => Self::NotFound(error.message),
            ErrorCode::InternalError | ErrorCode::TemporarilyUnavailable | ErrorCode::ResourceExhausted => {
                Self::Failed(error.message)
            }
            _ => Self::Refused(error.message),
        }
    }
}

/// The same error on `/api/v1`.
impl From<MlflowError> for Problem {
    fn from(error: MlflowError) -> Self {
        let code = match error.code {
            ErrorCode::ResourceDoesNotExist => "tracking.unknown",
            ErrorCode::ResourceAlreadyExists => "tracking.exists",
            ErrorCode::PermissionDenied => "access.forbidden",
            ErrorCode::RuleNotMet => "approvals.rule_not_met",
            ErrorCode::RefusedAddress => "webhooks.refused_address",
            ErrorCode::Unauthenticated => "access.unauthenticated",
            ErrorCode::ResourceExhausted => "store.full",
            ErrorCode::ChangedMeanwhile => "request.changed_meanwhile",
            ErrorCode::InternalError | ErrorCode::TemporarilyUnavailable => "internal",
            ErrorCode::InvalidParameterValue | ErrorCode::NotImplemented => "tracking.invalid",
        };
        let problem = Self::new(error.code.status(), code, error.message);
        match error.field {
            Some(field) => problem.with_field(field),
            None => problem,
        }
    }
}
