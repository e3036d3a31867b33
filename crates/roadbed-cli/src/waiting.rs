//! Looking again and again until something has happened, with a deadline, through short absences of the server.

use crate::failure::Failure;
use crate::session::Session;
use roadbed_core::Span;
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// A server that restarts or is upgraded is back within this time.
const ABSENCE_PATIENCE: Duration = Duration::from_secs(60);

/// What one look found.
pub(crate) enum Seen<T> {
    /// It is over.
    End(T),
    /// Something moved: look again soon.
    Moving,
    /// Nothing new.
    Still,
}

/// Looks until the end. `goes_on` says what continues after a time-out, and how to look at it.
pub(crate) fn wait_for<T>(
    session: &mut Session<'_>,
    timeout: Option<Span>,
    goes_on: (&str, &str),
    mut look: impl FnMut(&mut Session<'_>) -> Result<Seen<T>, Failure>,
) -> Result<T, Failure> {
    let deadline = timeout.map(|span| Instant::now() + span.0);
    let mut pause = FIRST_PAUSE;
    let mut absent_since: Option<Instant> = None;
    loop {
        match look(session) {
            Ok(Seen::End(found)) => return Ok(found),
            Ok(Seen::Moving) => (pause, absent_since) = (FIRST_PAUSE, None),
            Ok(Seen::Still) => absent_since = None,
            Err(failure) if is_passing(&failure) => {
                let since = *absent_since.get_or_insert_with(Instant::now);
                if since.elapsed() > ABSENCE_PATIENCE {
                    return Err(failure);
                }
                session.terminal.progress(&format!("{failure}; trying again"));
            }
            Err(failure) => return Err(failure),
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            let (what, how) = goes_on;
            let shown = timeout.map(|span| span.to_string()).unwrap_or_default();
            return Err(Failure::TimedOut {
                detail: format!("{what} is not over after {shown}; it goes on"),
                fix: how.to_owned(),
            });
        }
        std::thread::sleep(left.map_or(pause, |left| left.min(pause)));
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

/// Whether the same call may work in a moment.
fn is_passing(failure: &Failure) -> bool {
    match failure {
        Failure::Unreachable { .. } => true,
        Failure::Problem(problem) => matches!(problem.status, 429 | 502 | 503 | 504),
        _ => false,
    }
}
