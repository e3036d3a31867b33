//! Typed ids. Every id is a UUIDv7 in lower-case text, so ids sort by creation time and never mix between kinds.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text that is not an id of the asked kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a valid {kind} id: expected a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct InvalidId {
    pub kind: &'static str,
    pub value: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Word used in messages and as the subject kind of events.
            pub const KIND: &'static str = $kind;

            /// Makes an id from 128 bits of an [`crate::IdSource`].
            #[must_use]
            pub const fn from_u128(value: u128) -> Self {
                Self(uuid::Uuid::from_u128(value))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(value: &str) -> Result<Self, InvalidId> {
                match uuid::Uuid::try_parse(value) {
                    Ok(id) if value.len() == 36 => Ok(Self(id)),
                    _ => Err(InvalidId { kind: $kind, value: value.chars().take(64).collect() }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(value: String) -> Result<Self, InvalidId> {
                value.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    )*};
}

ids! {
    /// A group of people with members, budget and quota.
    TeamId = "team";
    /// A repository's worth of work with one manifest.
    ProjectId = "project";
    /// A project in one target (staging, production); the only one when there are no targets.
    InstanceId = "instance";
    /// A bearer token, not its secret.
    TokenId = "token";
    /// One execution of user code to completion.
    JobId = "job";
    /// A Python version with packages, built once per key.
    EnvironmentId = "environment";
    /// A served model with one stable name.
    ServiceId = "service";
    /// One immutable step of a service.
    RevisionId = "revision";
    /// Moving traffic from one revision to another.
    RolloutId = "rollout";
    /// One start of user code on an engine; never reused.
    WorkloadId = "workload";
    /// A saved view of the portal: a page with its filters under a name.
    ViewId = "view";
}

/// Place of an event in the one order all consumers see. Starts at 1 and grows by at least one per event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventSeq(pub i64);

impl fmt::Display for EventSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
