use roadbed_capability::Problem;
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_core::{InstanceId, JobId, Name, Secret, TeamId, Timestamp, TokenId, WorkloadId};
use roadbed_store::StoreError;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A login link is good this long.
pub(super) const LINK_LIFE: Duration = Duration::from_secs(15 * 60);
/// A portal session lasts this long.
pub(super) const SESSION_LIFE: Duration = Duration::from_secs(12 * 3600);
/// Last use is kept to this accuracy, so that reading does not write.
pub(super) const LAST_USE_ACCURACY: Duration = Duration::from_secs(60);

/// What a token is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A person or a program of theirs.
    #[default]
    User,
    /// A session of a person, where a cookie cannot go: made and renewed by the platform, in no list.
    Pass,
    /// User code of one workload.
    Workload,
    /// A data plane.
    Gateway,
}

impl Kind {
    /// Whether a person is behind it.
    #[must_use]
    pub const fn is_persons(self) -> bool {
        matches!(self, Self::User | Self::Pass)
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Pass => "pass",
            Self::Workload => "workload",
            Self::Gateway => "gateway",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = TokensError;
    fn from_str(text: &str) -> Result<Self, TokensError> {
        let known = [Self::User, Self::Pass, Self::Workload, Self::Gateway];
        known.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| TokensError::Unknown(text.to_owned()))
    }
}

/// Permissions a token is narrowed to: `job:submit`, or `job:*` for all of a noun. Text: separated by blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actions(Vec<String>);

impl Actions {
    /// # Errors
    /// An entry is not `noun:verb` in lower-case letters, digits and dashes.
    pub fn new(actions: Vec<String>) -> Result<Self, TokensError> {
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let is_action = |text: &str| {
            text.split_once(':').is_some_and(|(noun, verb)| is_word(noun) && (verb == "*" || is_word(verb)))
        };
        match actions.iter().find(|action| !is_action(action)) {
            Some(bad) => Err(TokensError::InvalidAction(bad.chars().take(80).collect())),
            None => Ok(Self(actions)),
        }
    }

    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl std::fmt::Display for Actions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl std::str::FromStr for Actions {
    type Err = TokensError;
    fn from_str(text: &str) -> Result<Self, TokensError> {
        Self::new(text.split_whitespace().map(str::to_owned).collect())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub kind: Kind,
    /// Whose rights it carries; `None` for machines.
    pub user: Option<String>,
    /// Narrows the token to one team.
    pub team: Option<TeamId>,
    /// Narrows the token to one project instance.
    pub instance: Option<InstanceId>,
    /// Narrows the token to these permissions.
    pub actions: Option<Actions>,
    pub workload: Option<WorkloadId>,
    pub job: Option<JobId>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// 256 random bits after `prefix`, in base64 without padding.
///
/// # Errors
/// The operating system gives no random bits.
pub(super) fn random_secret(prefix: &str) -> Result<Secret, TokensError> {
    use base64::Engine as _;
    let mut bits = [0_u8; 32];
    getrandom::fill(&mut bits).map_err(|error| TokensError::NoRandomness(error.to_string()))?;
    Ok(Secret::new(format!("{prefix}{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bits))))
}

/// What is kept of a token: BLAKE3 in hex. A fast hash is right for 256 random bits: there is nothing to guess.
#[must_use]
pub fn hash_of(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    #[error("there is no token {0:?}")]
    Unknown(String),
    #[error("there is no user {0}")]
    UnknownUser(Name),
    #[error("a token name has 1 to 100 characters without control characters")]
    InvalidName,
    #[error("{0:?} is no permission; write one such as job:submit, or job:* for all of a noun")]
    InvalidAction(String),
    #[error("only a platform administrator issues tokens for other users")]
    OtherUser,
    #[error("a token of a workload or a gateway issues no tokens")]
    MachineIssues,
    #[error("the login link is used, expired or unknown")]
    LinkSpent,
    #[error("this is no person's token")]
    NotAPersons,
    #[error("this token is narrower than its owner, and a session would not be")]
    NarrowToken,
    #[error("the operating system gives no random bits: {0}")]
    NoRandomness(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TokensError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "tokens.unknown",
            Self::UnknownUser(_) => "tokens.unknown_user",
            Self::InvalidName => "tokens.invalid_name",
            Self::InvalidAction(_) => "tokens.invalid_action",
            Self::OtherUser => "tokens.other_user",
            Self::MachineIssues => "tokens.machine_issues",
            Self::LinkSpent => "tokens.link_spent",
            Self::NotAPersons => "tokens.not_a_persons",
            Self::NarrowToken => "tokens.narrow_token",
            Self::NoRandomness(_) | Self::Store(_) => "internal",
        }
    }
}

impl From<TokensError> for Problem {
    fn from(error: TokensError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            TokensError::Unknown(_) => Self::not_found(code, detail),
            TokensError::UnknownUser(_) => Self::bad_request(code, detail).with_field("user"),
            TokensError::InvalidName => Self::bad_request(code, detail).with_field("name"),
            TokensError::InvalidAction(_) => Self::bad_request(code, detail).with_field("actions"),
            TokensError::OtherUser | TokensError::MachineIssues => {
                Self { code: code.to_owned(), ..Self::forbidden(detail) }
            }
            TokensError::NotAPersons => Self { code: code.to_owned(), ..Self::forbidden(detail) }
                .with_field("token")
                .with_fix("use a token that you made for yourself"),
            TokensError::NarrowToken => Self { code: code.to_owned(), ..Self::forbidden(detail) }
                .with_field("token")
                .with_fix("use one without team, project and actions: roadbed create token NAME --expires-in 1d"),
            TokensError::LinkSpent => {
                let status = axum::http::StatusCode::UNAUTHORIZED;
                Self::new(status, code, detail).with_fix("make a new link with 'roadbed open'")
            }
            TokensError::NoRandomness(_) => Self::internal(&error),
            TokensError::Store(error) => error.into(),
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TokenIssued {
    pub token: TokenId,
    pub name: String,
    /// `user`, `pass`, `workload` or `gateway`.
    pub kind: String,
}
impl EventBody for TokenIssued {
    const KIND: &'static str = "TokenIssued";
    const CLASS: EventClass = EventClass::Audit;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TokenRevoked {
    pub token: TokenId,
}
impl EventBody for TokenRevoked {
    const KIND: &'static str = "TokenRevoked";
    const CLASS: EventClass = EventClass::Audit;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SessionStarted {
    pub user: String,
}
impl EventBody for SessionStarted {
    const KIND: &'static str = "SessionStarted";
    const CLASS: EventClass = EventClass::Audit;
}
