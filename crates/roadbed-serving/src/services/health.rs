//! How a service is, in one word and one sentence. Pure.

use super::model::ServiceState;
use crate::gateways::Readiness;

/// How a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// The revision in charge answers as it should.
    Healthy,
    /// A revision is on its way.
    Progressing,
    /// It answers, and too many answers are errors or not every gateway can give them.
    Degraded,
    /// It does not answer, or at least half of its answers are errors.
    Failing,
    /// A rollout waits for a person.
    Paused,
    /// Nothing is deployed, or no gateway says anything.
    Unknown,
}

impl Health {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Progressing => "progressing",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
            Self::Paused => "paused",
            Self::Unknown => "unknown",
        }
    }
}

/// Where the rollout under way stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenState {
    Pending,
    Running,
    Paused,
    /// Paused by itself: the time to decide was over.
    Held,
}

/// The rollout under way, as far as services care.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenRollout {
    pub state: OpenState,
    /// Number of the new revision.
    pub to_number: i64,
    /// Share of the traffic it gets.
    pub step_percent: f64,
}

/// Answers of the last minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecentAnswers {
    pub requests: u64,
    pub errors: u64,
}

/// Everything the word rests on.
#[derive(Debug, Clone)]
pub struct Signs {
    pub state: ServiceState,
    /// Number of the revision in charge, and how gateways stand to it.
    pub stable: Option<(i64, Readiness)>,
    pub rollout: Option<OpenRollout>,
    /// In the last [`RECENT_MINUTES`].
    pub recent: RecentAnswers,
    /// Share of errors that the service's guardrail accepts.
    pub errors_limit: f64,
}

/// Minutes whose answers count.
pub(super) const RECENT_MINUTES: u32 = 5;
/// Fewer errors than this are an accident.
const FAILING_ERRORS: u64 = 3;
const DEGRADED_ERRORS: u64 = 2;
/// From this share of errors on a service counts as failing.
const FAILING_RATE: f64 = 0.5;

/// The word and the sentence. What hurts callers comes before what is merely under way.
#[must_use]
pub fn health(signs: &Signs) -> (Health, String) {
    let Some((number, readiness)) = &signs.stable else { return without_revision(signs) };
    match readiness {
        Readiness::NoGateway => return (Health::Unknown, "No gateway has reported in the last 5 seconds.".to_owned()),
        Readiness::Failed(reason) => {
            return (Health::Failing, format!("A gateway cannot load revision {number}: {reason}."));
        }
        Readiness::Loading(_) | Readiness::Ready => {}
    }
    let rate = rate_of(signs.recent);
    let answers = answers_text(signs.recent);
    if signs.recent.errors >= FAILING_ERRORS && rate >= FAILING_RATE {
        return (Health::Failing, answers);
    }
    if signs.recent.errors >= DEGRADED_ERRORS && rate > signs.errors_limit {
        let limit = (signs.errors_limit * 10_000.0).round() / 100.0;
        return (Health::Degraded, format!("{answers} At most {limit} % are accepted."));
    }
    if let Readiness::Loading(detail) = readiness {
        return (Health::Degraded, format!("Not every gateway has revision {number} ready: {detail}."));
    }
    signs.rollout.map_or((Health::Healthy, answers), under_way)
}

fn without_revision(signs: &Signs) -> (Health, String) {
    match (signs.state, signs.rollout) {
        (_, Some(rollout)) => under_way(rollout),
        (ServiceState::Failed, None) => {
            (Health::Failing, "The first revision could not be brought up; its rollout says why.".to_owned())
        }
        (_, None) => (Health::Unknown, "No model is deployed yet.".to_owned()),
    }
}

fn under_way(rollout: OpenRollout) -> (Health, String) {
    let OpenRollout { state, to_number, step_percent } = rollout;
    match state {
        OpenState::Pending => (Health::Progressing, format!("Gateways load revision {to_number}.")),
        OpenState::Running => {
            (Health::Progressing, format!("Revision {to_number} gets {step_percent} % of the traffic."))
        }
        OpenState::Paused => (
            Health::Paused,
            format!("The rollout of revision {to_number} is paused at {step_percent} % of the traffic."),
        ),
        OpenState::Held => (
            Health::Paused,
            format!("The rollout of revision {to_number} is undecided at {step_percent} % and waits for a person."),
        ),
    }
}

/// Share of errors among the answers; 0 without any.
#[expect(clippy::cast_precision_loss, reason = "answers of minutes are far below 2^52")]
fn rate_of(recent: RecentAnswers) -> f64 {
    if recent.requests == 0 { 0.0 } else { recent.errors.min(recent.requests) as f64 / recent.requests as f64 }
}

fn answers_text(recent: RecentAnswers) -> String {
    let RecentAnswers { requests, errors } = recent;
    match (requests, errors) {
        (0, _) => format!("No requests in the last {RECENT_MINUTES} minutes."),
        (_, 0) => format!("None of {requests} requests of the last {RECENT_MINUTES} minutes failed."),
        _ => format!("{errors} of {requests} requests of the last {RECENT_MINUTES} minutes failed."),
    }
}
