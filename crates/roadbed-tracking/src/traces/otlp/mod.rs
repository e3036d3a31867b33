//! Spans as OpenTelemetry sends them: `ExportTraceServiceRequest` in protobuf and in JSON, plain or compressed. Pure.
//!
//! The messages are few and small, so they are read by hand (`wire`): what comes is from strangers, and every count, depth and length is
//! checked while it is read. Sources: protobuf.dev "Encoding", opentelemetry.io/docs/specs/otlp, `opentelemetry/proto/trace/v1/trace.proto`.

mod error;
mod inflate;
mod json;
mod message;
mod protobuf;
mod value;
mod wire;

pub(super) use error::OtlpError;
pub(super) use inflate::{Encoding, inflate};
pub(super) use message::{Export, Link, Moment, RawSpan, Status};
pub(super) use value::{Any, OtlpValue};

#[cfg(test)]
pub(super) mod tests;
