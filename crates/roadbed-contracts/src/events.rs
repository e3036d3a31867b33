//! Events: something happened. Few, ordered, written in the transaction of the change, never lost.
//!
//! A capability may declare events of its own by implementing [`EventBody`]; the ones here are those another room listens to.

use roadbed_core::{EventSeq, InstanceId, TeamId, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;

pub mod serving;
pub mod training;

/// How long an event is kept and whether it is part of the audit chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventClass {
    /// Kept for ever and hash-chained: who changed what.
    Audit,
    /// Kept 90 days: what went on.
    Activity,
}

impl EventClass {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Activity => "activity",
        }
    }
}

/// Who caused an event: `token:<id>`, `job:<id>`, `controller:<name>` or `system`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(String);

impl Actor {
    #[must_use]
    pub fn system() -> Self {
        Self("system".into())
    }

    #[must_use]
    pub fn controller(name: &str) -> Self {
        Self(format!("controller:{name}"))
    }

    #[must_use]
    pub fn of(kind: &str, id: impl fmt::Display) -> Self {
        Self(format!("{kind}:{id}"))
    }

    /// The platform by itself and nobody's request: its events have others as their cause.
    #[must_use]
    pub fn is_platform(&self) -> bool {
        self.0 == "system" || self.0.starts_with("controller:")
    }

    /// Reads back the text a store keeps.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an event is about: a kind of the glossary (`service`, `job`) and the id or name by which it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub kind: String,
    pub id: String,
}

impl Subject {
    #[must_use]
    pub fn new(kind: &str, id: impl fmt::Display) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string() }
    }
}

/// Everything about an event but what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventHeader {
    pub team: Option<TeamId>,
    pub instance: Option<InstanceId>,
    pub subject: Subject,
    pub actor: Actor,
    /// The event that led here.
    pub cause: Option<EventSeq>,
    pub change: Option<String>,
}

impl EventHeader {
    /// A header without team, cause and change; add them with the `with_` methods.
    #[must_use]
    pub const fn new(subject: Subject, actor: Actor) -> Self {
        Self { team: None, instance: None, subject, actor, cause: None, change: None }
    }

    #[must_use]
    pub const fn with_team(mut self, team: TeamId) -> Self {
        self.team = Some(team);
        self
    }

    #[must_use]
    pub const fn with_instance(mut self, instance: InstanceId) -> Self {
        self.instance = Some(instance);
        self
    }

    #[must_use]
    pub const fn with_cause(mut self, cause: Option<EventSeq>) -> Self {
        self.cause = cause;
        self
    }
}

/// Declares events whose name is their kind: `Name { field: Type } = Audit;`, a list of them. The caller depends on serde.
#[macro_export]
macro_rules! events {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* } = $class:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        pub struct $name {
            $(pub $field: $kind,)*
        }

        impl $crate::events::EventBody for $name {
            const KIND: &'static str = stringify!($name);
            const CLASS: $crate::events::EventClass = $crate::events::EventClass::$class;
        }
    )*};
}

/// What happened. The serialized form is kept for years: add fields with defaults, raise `VERSION` for anything else.
pub trait EventBody: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Past tense in upper camel case, such as `JobFinished`.
    const KIND: &'static str;
    const VERSION: u16 = 1;
    const CLASS: EventClass;
}

/// One committed event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub seq: EventSeq,
    pub at: Timestamp,
    pub kind: String,
    pub version: u16,
    pub class: EventClass,
    #[serde(flatten)]
    pub header: EventHeader,
    pub body: serde_json::Value,
}

impl Event {
    /// The body as `B`, or `None` when this is another kind of event.
    ///
    /// # Errors
    /// The stored body does not parse as the kind it claims to be.
    pub fn decode<B: EventBody>(&self) -> Result<Option<B>, serde_json::Error> {
        if self.kind != B::KIND {
            return Ok(None);
        }
        B::deserialize(&self.body).map(Some)
    }
}
