//! Why records are not taken or not given.

use roadbed_store::StoreError;

/// Why one record is not taken. The sender must not send it again unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("no capability declares records of the kind {kind:?}")]
    UnknownKind { kind: String },
    #[error("the {field} must have 1 to {limit} bytes and no control characters; it has {length} bytes")]
    Text { field: &'static str, length: usize, limit: usize },
    #[error("the value has {length} bytes; at most {limit} are stored")]
    TooLarge { length: usize, limit: usize },
    #[error("the value is no {kind} record: {reason}")]
    Value { kind: String, reason: String },
    #[error("the bucket of a {kind} record must be a multiple of {seconds} seconds since 1970")]
    Bucket { kind: String, seconds: u32 },
    #[error("the bucket lies more than a day in the future; correct the clock of the sender")]
    Future,
}

impl Refusal {
    /// Stable code for answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind { .. } => "records.unknown_kind",
            Self::Text { .. } => "records.text",
            Self::TooLarge { .. } => "records.too_large",
            Self::Value { .. } => "records.value",
            Self::Bucket { .. } => "records.bucket",
            Self::Future => "records.future",
        }
    }
}

/// Why a call about records failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordsError {
    /// One record of a batch is refused; nothing of the batch was stored.
    #[error("record {index} is refused: {refusal}")]
    Refused { index: usize, refusal: Refusal },
    #[error("no capability declares records of the kind {kind:?}")]
    UnknownKind { kind: String },
    #[error("the declaration of the record kind {kind:?} is wrong: {reason}")]
    Declaration { kind: String, reason: String },
    #[error("the answer has more than {limit} records; ask for a shorter time or fewer series")]
    TooMany { limit: usize },
    /// A stored value does not read as its kind: the kind was changed without a default for a new field.
    #[error("a stored {kind} record of series {series:?} does not read: {reason}")]
    Unreadable { kind: String, series: String, reason: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RecordsError> for crate::problem::Problem {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Store(error) => error.into(),
            RecordsError::Refused { ref refusal, .. } => Self::bad_request(refusal.code(), error.to_string()),
            RecordsError::TooMany { .. } => Self::bad_request("records.too_many", error.to_string()),
            other => Self::internal(&other),
        }
    }
}

impl From<RecordsError> for crate::controller::ControllerError {
    fn from(error: RecordsError) -> Self {
        Self::new(error)
    }
}
