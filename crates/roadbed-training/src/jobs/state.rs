//! The life of a job as a value: transitions consume it and give the next one, or refuse.

use roadbed_contracts::workload::{ExitKind, ExitReport};
use roadbed_core::Timestamp;

/// Where a job is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobState {
    /// Waits for room on the engine.
    Queued,
    /// Its workload exists; code is fetched, the environment made.
    Starting,
    /// User code runs.
    Running,
    /// Final.
    Finished(Finish),
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finish {
    pub outcome: Outcome,
    /// How user code of the last attempt ended; `None` when nobody saw it.
    pub exit: Option<ExitKind>,
    /// One sentence for people.
    pub message: String,
    pub ended_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Succeeded,
    Failed,
    Cancelled,
    /// The supervisor is gone and left no report.
    Lost,
}

impl JobState {
    /// The words of the API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Finished(finish) => finish.outcome.as_str(),
        }
    }

    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Finished(_))
    }
}

/// Every word a state can have, in the order of a job's life.
pub(super) const STATE_WORDS: [&str; 7] = ["queued", "starting", "running", "succeeded", "failed", "cancelled", "lost"];

impl Outcome {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Succeeded, Self::Failed, Self::Cancelled, Self::Lost]
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }
}

/// What changes about a job while it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub state: JobState,
    /// Number of the current attempt, from 1.
    pub attempt: u32,
    /// Attempts that may still follow the current one.
    pub retries_left: u32,
    /// When user code of the first attempt started.
    pub started_at: Option<Timestamp>,
    /// Why the job was asked to end, when it was.
    pub cancel_reason: Option<String>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptEnd {
    Exited(AttemptExit),
    Lost { noticed_at: Timestamp },
}

/// The part of an exit report that decides about the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptExit {
    pub exit: ExitKind,
    pub message: String,
    pub started_at: Option<Timestamp>,
    pub ended_at: Timestamp,
}

impl From<&ExitReport> for AttemptExit {
    fn from(report: &ExitReport) -> Self {
        Self {
            exit: report.exit.clone(),
            message: report.message.clone(),
            started_at: report.started_at,
            ended_at: report.ended_at,
        }
    }
}

/// A transition that the state does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a job that is {state} cannot be {transition}")]
pub struct Refusal {
    pub state: &'static str,
    pub transition: &'static str,
}

impl Progress {
    /// A fresh job.
    #[must_use]
    pub const fn new(retries: u32) -> Self {
        Self { state: JobState::Queued, attempt: 1, retries_left: retries, started_at: None, cancel_reason: None }
    }

    const fn refuse<T>(&self, transition: &'static str) -> Result<T, Refusal> {
        Err(Refusal { state: self.state.as_str(), transition })
    }

    /// The engine has the workload.
    ///
    /// # Errors
    /// The job is not queued.
    pub fn launched(self) -> Result<Self, Refusal> {
        match self.state {
            JobState::Queued => Ok(Self { state: JobState::Starting, ..self }),
            _ => self.refuse("launched"),
        }
    }

    /// User code was seen running.
    ///
    /// # Errors
    /// The job is running already or has finished.
    pub fn running(self, started_at: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            JobState::Queued | JobState::Starting => {
                let first = self.started_at.unwrap_or(started_at);
                Ok(Self { state: JobState::Running, started_at: Some(first), ..self })
            }
            _ => self.refuse("running"),
        }
    }

    /// Somebody wants the job to end: a queued one has ended with this, another one ends when its workload does. Asking again changes
    /// nothing.
    ///
    /// # Errors
    /// The job ended otherwise.
    pub fn cancelled(self, reason: &str, now: Timestamp) -> Result<Self, Refusal> {
        match &self.state {
            JobState::Queued => {
                let finish = Finish {
                    outcome: Outcome::Cancelled,
                    exit: Some(ExitKind::Cancelled),
                    message: reason.to_owned(),
                    ended_at: now,
                };
                Ok(Self { state: JobState::Finished(finish), cancel_reason: Some(reason.to_owned()), ..self })
            }
            JobState::Starting | JobState::Running => {
                let cancel_reason = self.cancel_reason.or_else(|| Some(reason.to_owned()));
                Ok(Self { cancel_reason, ..self })
            }
            JobState::Finished(finish) if finish.outcome == Outcome::Cancelled => Ok(self),
            JobState::Finished(_) => self.refuse("cancelled"),
        }
    }

    /// The current attempt ended: the job is queued for the next one or has finished.
    ///
    /// # Errors
    /// The job has finished before.
    pub fn ended(self, end: AttemptEnd) -> Result<Self, Refusal> {
        if self.state.is_final() {
            return self.refuse("ended");
        }
        let started_at = match &end {
            AttemptEnd::Exited(exit) => self.started_at.or(exit.started_at),
            AttemptEnd::Lost { .. } => self.started_at,
        };
        let wanted_to_end = self.cancel_reason.is_some();
        if self.retries_left > 0 && !wanted_to_end && is_worth_retrying(&end) {
            let (attempt, retries_left) = (self.attempt + 1, self.retries_left - 1);
            return Ok(Self { state: JobState::Queued, attempt, retries_left, started_at, ..self });
        }
        Ok(Self { state: JobState::Finished(finish(end, wanted_to_end)), started_at, ..self })
    }
}

/// Failures of user code and lost machines are tried again. A timeout would come again, a cancelled job is not wanted, and what never
/// started (no such program, environment cannot be made) fails the same way.
const fn is_worth_retrying(end: &AttemptEnd) -> bool {
    match end {
        AttemptEnd::Lost { .. } => true,
        AttemptEnd::Exited(exit) => match exit.exit {
            ExitKind::Code(code) => code != 0,
            ExitKind::Signal(_) | ExitKind::OutOfMemory => true,
            ExitKind::Timeout | ExitKind::Cancelled | ExitKind::NotStarted => false,
        },
    }
}

fn finish(end: AttemptEnd, wanted_to_end: bool) -> Finish {
    match end {
        AttemptEnd::Lost { noticed_at } => Finish {
            outcome: if wanted_to_end { Outcome::Cancelled } else { Outcome::Lost },
            exit: None,
            message: "the process that watched the job is gone; the machine was restarted or the process killed"
                .to_owned(),
            ended_at: noticed_at,
        },
        AttemptEnd::Exited(AttemptExit { exit, message, ended_at, .. }) => {
            let outcome = match exit {
                ExitKind::Code(0) => Outcome::Succeeded,
                ExitKind::Cancelled => Outcome::Cancelled,
                _ if wanted_to_end => Outcome::Cancelled,
                _ => Outcome::Failed,
            };
            Finish { outcome, exit: Some(exit), message, ended_at }
        }
    }
}

#[cfg(test)]
mod tests;
