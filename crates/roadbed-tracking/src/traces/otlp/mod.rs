//! Spans as OpenTelemetry sends them: `ExportTraceServiceRequest` in protobuf and in JSON, plain or compressed. Pure.
//!
//! The messages are few and small, so they are read by hand (`wire`): what comes is from strangers, and every count, depth and length is
//! checked while it is read. Sources: protobuf.dev "Encoding", opentelemetry.io/docs/specs/otlp, `opentelemetry/proto/trace/v1/trace.proto`.

mod inflate;
mod json;
mod message;
mod protobuf;
mod value;
mod wire;

pub(super) use inflate::{Encoding, inflate};
pub(super) use message::{Export, Link, Moment, RawSpan, Status};
pub(super) use value::{Any, OtlpValue};

use thiserror::Error;

/// Values inside values may nest this deep.
const MOST_DEPTH: usize = 50;
/// Spans of one request.
const MOST_SPANS: usize = 50_000;

/// Why a request cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum OtlpError {
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

impl Export {
    /// # Errors
    /// The bytes are not the message, or it goes beyond a bound.
    pub(super) fn from_protobuf(bytes: &[u8]) -> Result<Self, OtlpError> {
        protobuf::export(bytes)
    }

    /// # Errors
    /// The text is not the message, or it goes beyond a bound.
    pub(super) fn from_json(bytes: &[u8]) -> Result<Self, OtlpError> {
        json::export(bytes)
    }
}

#[cfg(test)]
pub(super) mod tests;
