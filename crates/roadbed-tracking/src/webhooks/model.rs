//! Webhooks and deliveries; their errors and events.

use super::kinds::{Kind, KindError};
use crate::mlflow::{ErrorCode, MlflowError};
use roadbed_capability::{Grantee, Permission};
use roadbed_contracts::events;
use roadbed_core::TeamId;

/// Addresses of webhooks often hold a key of the other side, so that only those see them who may change them.
pub(super) const WEBHOOK_READ: Permission = Permission::new("webhook:read", Grantee::Admin);
pub(super) const WEBHOOK_WRITE: Permission = Permission::new("webhook:write", Grantee::Admin);

/// Name of the controller that sends.
pub(super) const CONTROLLER: &str = "webhooks";
/// Webhooks of a team.
pub(super) const WEBHOOKS: usize = 100;
pub(super) const SECRET_LIMIT: usize = 1000;
pub(super) const DESCRIPTION_LIMIT: usize = 1000;

/// Somebody who wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Webhook {
    pub id: String,
    pub team: TeamId,
    pub name: String,
    pub description: String,
    pub url: String,
    pub kinds: Vec<&'static Kind>,
    /// Sealed; none: deliveries are not signed.
    pub secret: Option<String>,
    pub enabled: bool,
    /// Only later events are delivered.
    pub since_seq: i64,
    pub version: i64,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub created_by: String,
    pub health: Health,
}

impl Webhook {
    /// What the secret is sealed for.
    pub(super) fn purpose(id: &str) -> String {
        format!("webhook/{id}")
    }
}

/// How deliveries went of late.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Health {
    /// Attempts that failed since the last one that did not.
    pub failures: i64,
    pub failing_since_ms: Option<i64>,
    /// An event told that it fails.
    pub told: bool,
    /// The last delivery that arrived.
    pub delivered_ms: Option<i64>,
    pub last_error: Option<String>,
}

impl Health {
    pub(super) const fn word(&self) -> &'static str {
        match (self.failing_since_ms, self.delivered_ms) {
            (Some(_), _) => "failing",
            (None, Some(_)) => "healthy",
            (None, None) => "unused",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeliveryState {
    Waiting,
    Delivered,
    GivenUp,
}

impl DeliveryState {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }
}

impl std::str::FromStr for DeliveryState {
    type Err = WebhookError;

    fn from_str(text: &str) -> Result<Self, WebhookError> {
        [Self::Waiting, Self::Delivered, Self::GivenUp]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| WebhookError::State(text.chars().take(40).collect()))
    }
}

/// One event on its way to one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delivery {
    pub number: i64,
    /// The same over all attempts, so that a receiver can drop what it has had.
    pub id: String,
    pub webhook: String,
    /// Number of the event.
    pub seq: i64,
    pub event: String,
    /// The body, the same over all attempts.
    pub payload: String,
    pub state: DeliveryState,
    pub attempts: i64,
    /// When it is sent next; none when it is not.
    pub next_ms: Option<i64>,
    pub created_ms: i64,
    /// Since when it is tried: when it was made, or sent again by somebody.
    pub queued_ms: i64,
    /// The last attempt.
    pub last_ms: Option<i64>,
    /// HTTP status of the last answer.
    pub status: Option<i64>,
    pub error: Option<String>,
    /// Beginning of the last answer.
    pub answer: String,
}

/// Why something about webhooks cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum WebhookError {
    #[error("Webhook with ID {0} not found.")]
    Unknown(String),
    #[error("several webhooks are called {0}: name one by its id")]
    Ambiguous(String),
    #[error("there is no delivery {0} of this webhook")]
    UnknownDelivery(String),
    #[error("{0:?} is no state of a delivery: waiting, delivered or given_up")]
    State(String),
    #[error(transparent)]
    Kind(#[from] KindError),
    #[error(
        "Webhook name {0:?} is invalid. It must start and end with a letter or digit, be at most 63 characters long, and contain only \
         letters, digits, dots (.), underscores (_), and hyphens (-)."
    )]
    Name(String),
    #[error("a description has at most {DESCRIPTION_LIMIT} characters")]
    Description,
    #[error("a secret has 1 to {SECRET_LIMIT} bytes")]
    Secret,
    #[error("a team has at most {WEBHOOKS} webhooks: delete one first")]
    TooMany,
    #[error(transparent)]
    Address(#[from] AddressError),
}

/// Why an address is not called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum AddressError {
    #[error("{0:?} is no address: write https://HOST/PATH")]
    Form(String),
    #[error("Invalid webhook URL scheme: {0:?}. Allowed schemes are: https.")]
    Scheme(String),
    #[error(
        "put no user and password into the address of a webhook, which can be read: let the receiver check the signature"
    )]
    Password,
    #[error("an address has at most {0} characters")]
    TooLong(usize),
    #[error("the host {0} has no address at the moment")]
    NoAddress(String),
    #[error(
        "{0} is an address of this machine or of a private network: webhooks lead there only when the server is started with \
         ROADBED_PRIVATE_WEBHOOKS=1"
    )]
    Private(String),
}

impl WebhookError {
    /// What of a webhook's body is wrong.
    const fn field(&self) -> Option<&'static str> {
        match self {
            Self::Name(_) => Some("name"),
            Self::Description => Some("description"),
            Self::Secret => Some("secret"),
            Self::Kind(_) => Some("events"),
            Self::Address(_) => Some("url"),
            Self::Unknown(_) | Self::Ambiguous(_) | Self::UnknownDelivery(_) | Self::State(_) | Self::TooMany => None,
        }
    }
}

impl From<WebhookError> for MlflowError {
    fn from(error: WebhookError) -> Self {
        let code = match &error {
            WebhookError::Unknown(_) | WebhookError::UnknownDelivery(_) => ErrorCode::ResourceDoesNotExist,
            WebhookError::Address(_) => ErrorCode::RefusedAddress,
            _ => ErrorCode::InvalidParameterValue,
        };
        let told = Self::new(code, error.to_string());
        match error.field() {
            Some(field) => told.with_field(field),
            None => told,
        }
    }
}

impl From<KindError> for MlflowError {
    fn from(error: KindError) -> Self {
        WebhookError::from(error).into()
    }
}

impl From<AddressError> for MlflowError {
    fn from(error: AddressError) -> Self {
        WebhookError::from(error).into()
    }
}

events! {
    /// Somebody wants to be told. The address stays out: it may hold a key.
    WebhookCreated { name: String, events: Vec<String> } = Audit;
    /// `changed` names the fields.
    WebhookChanged { name: String, changed: Vec<String> } = Audit;
    WebhookDeleted { name: String } = Audit;
    /// Deliveries have failed for an hour.
    WebhookFailing { name: String, error: String } = Activity;
    /// A delivery arrived after [`WebhookFailing`].
    WebhookRecovered { name: String } = Activity;
}
