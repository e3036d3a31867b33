use super::terms::Terms;
use super::verdict::Verdict;
use roadbed_capability::Problem;
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_contracts::ports::registry::InvalidModelReference;
use roadbed_core::{InstanceId, Name, Percent, RevisionId, RolloutId, ServiceId, TeamId, Timestamp};
use roadbed_store::StoreError;
use serde::{Deserialize, Serialize};

/// A revision that takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    pub revision: RevisionId,
    /// 1, 2, 3 … within the service.
    pub number: i64,
}

/// Moving traffic from one revision to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    pub id: RolloutId,
    pub service: ServiceId,
    pub service_name: Name,
    pub team: TeamId,
    pub instance: InstanceId,
    /// `None`: the service had no revision.
    pub from: Option<Arm>,
    pub to: Arm,
    /// Registered name and version.
    pub model: String,
    pub terms: Terms,
    pub state: RolloutState,
    /// What is known while it runs.
    pub progress: Option<Verdict>,
    /// Who asked for it.
    pub actor: String,
    /// Grows with each change: what was planned on an older one is not applied.
    pub version: i64,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RolloutState {
    /// Gateways load the revision.
    Pending,
    Running(Progress),
    Paused {
        progress: Progress,
        paused_at: Timestamp,
        /// The time to decide was over, and the terms say that a person decides.
        held: Option<Box<Verdict>>,
    },
    Ended {
        outcome: Outcome,
        started_at: Option<Timestamp>,
        ended_at: Timestamp,
        verdict: Box<Verdict>,
    },
}

/// Time since the first stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub started_at: Timestamp,
    /// Time spent paused.
    pub paused_micros: i64,
    /// Time without pauses after which it counts as undecided.
    pub decide_after_micros: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Promoted,
    RolledBack,
    Failed,
}

impl Outcome {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Promoted => "promoted",
            Self::RolledBack => "rolled_back",
            Self::Failed => "failed",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Promoted, Self::RolledBack, Self::Failed].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A transition that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a {state} rollout cannot be {transition}")]
pub struct Refusal {
    pub state: &'static str,
    pub transition: &'static str,
}

impl Progress {
    /// Microseconds since the start, without pauses.
    #[must_use]
    pub const fn elapsed_micros(&self, now: Timestamp) -> i64 {
        let elapsed = now.as_micros() - self.started_at.as_micros() - self.paused_micros;
        if elapsed > 0 { elapsed } else { 0 }
    }
}

impl RolloutState {
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running(_) => "running",
            Self::Paused { .. } => "paused",
            Self::Ended { outcome, .. } => outcome.as_str(),
        }
    }

    const fn refuse<T>(&self, transition: &'static str) -> Result<T, Refusal> {
        Err(Refusal { state: self.as_str(), transition })
    }

    /// The first stage is in force.
    ///
    /// # Errors
    /// It is not pending.
    pub fn begun(self, now: Timestamp, decide_by_micros: i64) -> Result<Self, Refusal> {
        match self {
            Self::Pending => {
                Ok(Self::Running(Progress { started_at: now, paused_micros: 0, decide_after_micros: decide_by_micros }))
            }
            other => other.refuse("started"),
        }
    }

    /// No step is taken until it is resumed. `held` is why, when nobody asked for it.
    ///
    /// # Errors
    /// It is not running.
    pub fn paused(self, now: Timestamp, held: Option<Verdict>) -> Result<Self, Refusal> {
        match self {
            Self::Running(progress) => Ok(Self::Paused { progress, paused_at: now, held: held.map(Box::new) }),
            other => other.refuse("paused"),
        }
    }

    /// Goes on. One that was held gets the time to decide once more.
    ///
    /// # Errors
    /// It is not paused.
    pub fn resumed(self, now: Timestamp, decide_by_micros: i64) -> Result<Self, Refusal> {
        match self {
            Self::Paused { progress, paused_at, held } => {
                let elapsed = progress.elapsed_micros(paused_at);
                let away = (now.as_micros() - paused_at.as_micros()).max(0);
                let decide_after_micros =
                    if held.is_some() { elapsed + decide_by_micros } else { progress.decide_after_micros };
                let paused_micros = progress.paused_micros + away;
                Ok(Self::Running(Progress { paused_micros, decide_after_micros, ..progress }))
            }
            other => other.refuse("resumed"),
        }
    }

    /// Final. Only a pending one fails: later there is an old revision to return to.
    ///
    /// # Errors
    /// It has ended, or has started and is said to have failed.
    pub fn ended(self, outcome: Outcome, verdict: Verdict, now: Timestamp) -> Result<Self, Refusal> {
        let started_at = match (&self, outcome) {
            (Self::Pending, _) => None,
            (Self::Running(progress) | Self::Paused { progress, .. }, Outcome::Promoted | Outcome::RolledBack) => {
                Some(progress.started_at)
            }
            (_, outcome) => return self.refuse(outcome.as_str()),
        };
        Ok(Self::Ended { outcome, started_at, ended_at: now, verdict: Box::new(verdict) })
    }

    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Ended { .. })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageKind {
    /// Counted and not tested.
    WarmUp,
    Step,
}

impl StageKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WarmUp => "warm_up",
            Self::Step => "step",
        }
    }
}

/// A weight in force: one version of the service's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// From 0.
    pub number: i64,
    pub kind: StageKind,
    /// Index of the step, from 0; the warm-up has that of the first.
    pub step: usize,
    pub weight: Percent,
    pub entry_version: i64,
    pub started_at: Timestamp,
    pub paused_micros: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum RolloutsError {
    #[error("there is no rollout {0:?}")]
    Unknown(String),
    #[error("service {0:?} had no rollout yet; deploy a model to it")]
    None(Name),
    #[error(transparent)]
    State(#[from] Refusal),
    #[error("revision {number} is not ready in every gateway yet: {detail}")]
    NotReady { number: i64, detail: String },
    #[error("service {0:?} has no previous revision to return to")]
    NoPrevious(Name),
    #[error("service {service:?} serves {model} already")]
    Unchanged { service: Name, model: String },
    #[error(transparent)]
    Reference(#[from] InvalidModelReference),
    #[error("{0}")]
    Steps(String),
    #[error("{0:?} is no state; write open, pending, running, paused, promoted, rolled_back or failed")]
    UnknownState(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RolloutsError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "rollouts.unknown",
            Self::None(_) => "rollouts.none",
            Self::State(_) => "rollouts.state",
            Self::NotReady { .. } => "rollouts.not_ready",
            Self::NoPrevious(_) => "rollouts.no_previous",
            Self::Unchanged { .. } => "rollouts.unchanged",
            Self::Reference(_) => "rollouts.model_reference",
            Self::Steps(_) => "rollouts.steps",
            Self::UnknownState(_) => "rollouts.unknown_state",
            Self::Store(_) => "internal",
        }
    }
}

impl From<RolloutsError> for Problem {
    fn from(error: RolloutsError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            RolloutsError::Unknown(_) | RolloutsError::None(_) => Self::not_found(code, detail),
            RolloutsError::State(_) | RolloutsError::NotReady { .. } | RolloutsError::NoPrevious(_) => {
                Self::conflict(code, detail)
            }
            RolloutsError::Unchanged { .. } => {
                Self::conflict(code, detail).with_fix("send \"again\": true to deploy it once more as a new revision")
            }
            RolloutsError::Reference(_) => {
                Self::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, code, detail).with_field("model")
            }
            RolloutsError::Steps(_) => Self::bad_request(code, detail).with_field("steps"),
            RolloutsError::UnknownState(_) => Self::bad_request(code, detail).with_field("state"),
            RolloutsError::Store(error) => error.into(),
        }
    }
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* } = $class:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            pub rollout: RolloutId,
            pub service: ServiceId,
            $(pub $field: $kind,)*
        }
        impl EventBody for $name {
            const KIND: &'static str = stringify!($name);
            const CLASS: EventClass = EventClass::$class;
        }
    )*};
}

events! {
    /// Somebody deployed a revision.
    RolloutStarted { from_revision: Option<RevisionId>, to_revision: RevisionId, strategy: String } = Audit;
    /// Another weight is in force.
    RolloutStepped { stage: i64, weight: Percent } = Activity;
    /// No step is taken until it is resumed.
    RolloutPaused { reason: String } = Audit;
    /// It goes on.
    RolloutResumed { stage: i64 } = Audit;
}
