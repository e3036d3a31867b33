use super::{AttemptEnd, AttemptExit, Finish, JobState, Outcome, Progress};
use roadbed_contracts::workload::ExitKind;
use roadbed_core::Timestamp;

const AT: Timestamp = Timestamp::from_micros(1_000_000);

fn exited(exit: ExitKind) -> AttemptEnd {
    AttemptEnd::Exited(AttemptExit { exit, message: "over".into(), started_at: Some(AT), ended_at: AT })
}

fn running(retries: u32) -> Progress {
    Progress::new(retries).launched().unwrap().running(AT).unwrap()
}

fn finished(outcome: Outcome) -> Progress {
    let finish = Finish { outcome, exit: None, message: String::new(), ended_at: AT };
    Progress { state: JobState::Finished(finish), ..Progress::new(0) }
}

#[test]
fn an_end_decides_about_the_job() {
    // exit, retries left, somebody wanted it to end → state, attempt
    let cases = [
        (exited(ExitKind::Code(0)), 2, false, "succeeded", 1),
        (exited(ExitKind::Code(0)), 2, true, "succeeded", 1),
        (exited(ExitKind::Code(3)), 0, false, "failed", 1),
        (exited(ExitKind::Code(3)), 2, false, "queued", 2),
        (exited(ExitKind::Code(3)), 2, true, "cancelled", 1),
        (exited(ExitKind::Signal(11)), 1, false, "queued", 2),
        (exited(ExitKind::OutOfMemory), 1, false, "queued", 2),
        (exited(ExitKind::OutOfMemory), 0, false, "failed", 1),
        (exited(ExitKind::Timeout), 5, false, "failed", 1),
        (exited(ExitKind::NotStarted), 5, false, "failed", 1),
        (exited(ExitKind::Cancelled), 5, false, "cancelled", 1),
        (AttemptEnd::Lost { noticed_at: AT }, 1, false, "queued", 2),
        (AttemptEnd::Lost { noticed_at: AT }, 0, false, "lost", 1),
        (AttemptEnd::Lost { noticed_at: AT }, 1, true, "cancelled", 1),
    ];
    for (end, retries, wanted, state, attempt) in cases {
        let mut before = running(retries);
        if wanted {
            before = before.cancelled("enough", AT).unwrap();
            assert_eq!(before.state, JobState::Running, "a running job ends when its workload does");
        }
        let after = before.ended(end.clone()).unwrap();
        assert_eq!((after.state.as_str(), after.attempt), (state, attempt), "{end:?} {retries} {wanted}");
        assert_eq!(after.started_at, Some(AT));
        assert_eq!(after.retries_left, if state == "queued" { retries - 1 } else { retries });
    }
}

#[test]
fn a_queued_job_ends_at_once_when_cancelled() {
    let after = Progress::new(3).cancelled("not needed", AT).unwrap();
    let JobState::Finished(finish) = &after.state else { panic!("{after:?}") };
    assert_eq!((finish.outcome, finish.message.as_str(), finish.ended_at), (Outcome::Cancelled, "not needed", AT));
    assert_eq!(after.clone().cancelled("again", AT).unwrap(), after, "asking again changes nothing");
}

#[test]
fn the_first_reason_to_cancel_stays() {
    let once = running(0).cancelled("first", AT).unwrap();
    assert_eq!(once.clone().cancelled("second", AT).unwrap(), once);
}

#[test]
fn transitions_that_do_not_exist_are_refused() {
    let final_states = [Outcome::Succeeded, Outcome::Failed, Outcome::Cancelled, Outcome::Lost];
    for outcome in final_states {
        assert!(finished(outcome).launched().is_err());
        assert!(finished(outcome).running(AT).is_err());
        assert!(finished(outcome).ended(exited(ExitKind::Code(0))).is_err());
    }
    for outcome in [Outcome::Succeeded, Outcome::Failed, Outcome::Lost] {
        let refusal = finished(outcome).cancelled("late", AT).unwrap_err();
        assert_eq!(refusal.to_string(), format!("a job that is {} cannot be cancelled", outcome.as_str()));
    }
    assert!(running(0).launched().is_err());
    assert!(running(0).running(AT).is_err());
}

#[test]
fn a_retry_keeps_the_first_start() {
    let later = Timestamp::from_micros(9_000_000);
    let again = running(1).ended(exited(ExitKind::Code(1))).unwrap().launched().unwrap().running(later).unwrap();
    assert_eq!(again.started_at, Some(AT));
}

#[test]
fn a_job_seen_running_late_was_started_meanwhile() {
    assert_eq!(Progress::new(0).running(AT).unwrap().state, JobState::Running);
}
