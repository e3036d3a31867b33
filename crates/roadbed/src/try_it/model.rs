use axum::http::StatusCode;
use roadbed_capability::Problem;
use std::time::Duration;

/// Why a request was not relayed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TryItError {
    #[error("the gateway at {url} cannot be reached from here: {detail}")]
    GatewayAway { url: String, detail: String },
    #[error("the gateway did not answer within {} s", .0.as_secs())]
    NoAnswer(Duration),
    #[error("the gateway's answer cannot be shown: {0}")]
    Unreadable(String),
}

impl TryItError {
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::GatewayAway { .. } => "try_it.gateway_away",
            Self::NoAnswer(_) => "try_it.no_answer",
            Self::Unreadable(_) => "try_it.unreadable",
        }
    }
}

impl From<TryItError> for Problem {
    fn from(error: TryItError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            TryItError::GatewayAway { .. } => Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
                .with_fix("see with 'roadbed doctor' whether a gateway runs, or call the service's url yourself"),
            TryItError::NoAnswer(_) => Self::new(StatusCode::GATEWAY_TIMEOUT, code, detail)
                .with_fix("send fewer rows, or look at the latency of the service"),
            TryItError::Unreadable(_) => Self::new(StatusCode::BAD_GATEWAY, code, detail)
                .with_fix("call the service's url yourself, or send fewer rows"),
        }
    }
}
