//! Why a request gets no prediction, in the words of the protocol it came in.

use crate::counting::Outcome;
use crate::grants::Unknown;
use crate::http::host::ForeignName;
use crate::json::write_text;
use crate::protocols::InputError;
use http::StatusCode;
use std::time::Duration;

/// How errors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `{"error": "…"}`.
    OpenInference,
    /// `{"error_code": "…", "message": "…"}`.
    Mlflow,
}

/// Every way a request can end without a prediction.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    ForeignName(#[from] ForeignName),
    #[error("{0}")]
    Unauthenticated(#[from] Unknown),
    #[error("there is nothing at {0:?}; see /v2 and /services/SERVICE/invocations")]
    NoSuchPath(String),
    #[error("{path:?} answers to {allowed} only")]
    Method { path: String, allowed: &'static str },
    #[error("no service {0:?} that you may call; 'roadbed list service' shows yours")]
    NoSuchService(String),
    #[error("service {service:?} has no revision {version:?}; it has {known}")]
    NoSuchRevision { service: String, version: String, known: String },
    #[error(
        "the body is larger than {limit_bytes} bytes, the limit of this service; send fewer rows, or raise limits.body_bytes"
    )]
    BodyTooLarge { limit_bytes: u64 },
    #[error("the body did not arrive within {0:?}")]
    BodyTooSlow(Duration),
    #[error("the body broke off: {0}")]
    BodyBroken(String),
    #[error("too many bytes of requests are being read; try again")]
    BodyMemoryFull,
    #[error("content encoding {0:?} is not supported; send the body as it is")]
    ContentEncoding(String),
    #[error("{0}")]
    Input(#[from] InputError),
    /// The model says that the input does not suit it.
    #[error("{0}")]
    ModelInput(String),
    #[error(
        "{queue} requests to service {service:?} are waiting already; try again, or raise its concurrency or replicas"
    )]
    QueueFull { service: String, queue: u32 },
    #[error("no place became free for service {service:?} within {waited:?}; try again")]
    WaitedTooLong { service: String, waited: Duration },
    #[error("service {0:?} takes no traffic: no revision is routed to; deploy one")]
    NoTraffic(String),
    #[error("revision {revision} of service {service:?} is not ready: {detail}")]
    NotReady { service: String, revision: String, detail: String },
    #[error("the gateway is not ready: {0}")]
    GatewayNotReady(&'static str),
    #[error("revision {revision} of service {service:?} did not answer within {timeout:?}")]
    TimedOut { service: String, revision: String, timeout: Duration },
    #[error("revision {revision} of service {service:?}: {detail}")]
    Model { service: String, revision: String, detail: String },
}

impl Failure {
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::ForeignName(_) => StatusCode::FORBIDDEN,
            Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::NoSuchPath(_) | Self::NoSuchService(_) | Self::NoSuchRevision { .. } => StatusCode::NOT_FOUND,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::ContentEncoding(_) | Self::Input(InputError::ContentType(_)) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Input(_) | Self::ModelInput(_) | Self::BodyBroken(_) => StatusCode::BAD_REQUEST,
            Self::QueueFull { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::BodyMemoryFull
            | Self::WaitedTooLong { .. }
            | Self::NoTraffic(_)
            | Self::NotReady { .. }
            | Self::GatewayNotReady(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::TimedOut { .. } => StatusCode::GATEWAY_TIMEOUT,
            Self::Model { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether the revision is to blame.
    pub(crate) const fn outcome(&self) -> Outcome {
        match self {
            Self::NotReady { .. } | Self::TimedOut { .. } | Self::Model { .. } => Outcome::Failed,
            _ => Outcome::Refused,
        }
    }

    /// Seconds after which trying again makes sense.
    pub(crate) const fn retry_after_seconds(&self) -> Option<&'static str> {
        match self {
            Self::QueueFull { .. }
            | Self::BodyMemoryFull
            | Self::WaitedTooLong { .. }
            | Self::NoTraffic(_)
            | Self::NotReady { .. }
            | Self::GatewayNotReady(_) => Some("1"),
            _ => None,
        }
    }

    /// The method to use instead.
    pub(crate) const fn allowed_method(&self) -> Option<&'static str> {
        match self {
            Self::Method { allowed, .. } => Some(allowed),
            _ => None,
        }
    }

    /// Whether the rest of the body may still be on its way, so that the connection cannot be used again.
    pub(crate) const fn leaves_body_unread(&self) -> bool {
        matches!(self, Self::BodyTooLarge { .. } | Self::BodyTooSlow(_) | Self::BodyBroken(_) | Self::BodyMemoryFull)
    }

    const fn mlflow_code(&self) -> &'static str {
        match self {
            Self::ForeignName(_) => "PERMISSION_DENIED",
            Self::Unauthenticated(_) => "UNAUTHENTICATED",
            Self::NoSuchPath(_) => "ENDPOINT_NOT_FOUND",
            Self::NoSuchService(_) | Self::NoSuchRevision { .. } => "RESOURCE_DOES_NOT_EXIST",
            Self::QueueFull { .. } => "REQUEST_LIMIT_EXCEEDED",
            Self::BodyMemoryFull
            | Self::WaitedTooLong { .. }
            | Self::NoTraffic(_)
            | Self::NotReady { .. }
            | Self::TimedOut { .. } => "TEMPORARILY_UNAVAILABLE",
            Self::Model { .. } => "INTERNAL_ERROR",
            _ => "BAD_REQUEST",
        }
    }

    /// The body of the answer.
    pub(crate) fn body(&self, dialect: Dialect) -> Vec<u8> {
        let message = self.to_string();
        let mut out = Vec::with_capacity(message.len() + 64);
        match dialect {
            Dialect::OpenInference => out.extend_from_slice(b"{\"error\":"),
            Dialect::Mlflow => {
                out.extend_from_slice(b"{\"error_code\": \"");
                out.extend_from_slice(self.mlflow_code().as_bytes());
                out.extend_from_slice(b"\", \"message\": ");
            }
        }
        write_text(&mut out, &message);
        out.push(b'}');
        out
    }
}
