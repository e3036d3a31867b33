//! What is refused, and how much is taken.

use thiserror::Error;

/// Values inside values may nest this deep.
pub(super) const MOST_DEPTH: usize = 50;
/// Spans of one request.
pub(super) const MOST_SPANS: usize = 50_000;

/// Why a request cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(in crate::traces) enum OtlpError {
    #[error("the body is no protobuf ExportTraceServiceRequest: {0}")]
    Protobuf(&'static str),
    #[error("the body is no OTLP JSON: {0}")]
    Json(String),
    #[error("Content-Encoding {0:?} is not known; send gzip, deflate or nothing")]
    Encoding(String),
    #[error("the body does not unpack as {0}")]
    Damaged(&'static str),
    #[error("the body has more than {0} bytes unpacked; send fewer spans at once")]
    TooLarge(usize),
    #[error("the request has more than {MOST_SPANS} spans; send fewer at once")]
    TooMany,
    #[error("values are nested deeper than {MOST_DEPTH}")]
    TooDeep,
    #[error("a span's {field} has {bytes} bytes; it takes {wanted}")]
    Id { field: &'static str, bytes: usize, wanted: usize },
}
