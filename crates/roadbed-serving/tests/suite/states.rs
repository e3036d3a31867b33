use roadbed_core::Timestamp;
use roadbed_serving::rollouts::{Decision, Outcome, Reason, RolloutState, Verdict};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn verdict() -> Verdict {
    Verdict {
        decision: Decision::Held,
        reason: Reason::Undecided,
        sentence: String::new(),
        alpha: 0.05,
        guardrails: Vec::new(),
        log_e_assignment: 0.0,
        actor: String::new(),
    }
}

fn each() -> [RolloutState; 6] {
    let running = RolloutState::Pending.begun(at(10), 3_600_000_000).unwrap();
    let paused = running.clone().paused(at(20), None).unwrap();
    let ended = |outcome| RolloutState::Pending.ended(outcome, verdict(), at(5)).unwrap();
    [
        RolloutState::Pending,
        running,
        paused,
        ended(Outcome::Promoted),
        ended(Outcome::RolledBack),
        ended(Outcome::Failed),
    ]
}

#[test]
fn every_transition_is_allowed_where_the_table_says() {
    type Transition = fn(RolloutState) -> bool;
    let transitions: [(&str, Transition, [bool; 6]); 6] = [
        ("begun", |state| state.begun(at(30), 1).is_ok(), [true, false, false, false, false, false]),
        ("paused", |state| state.paused(at(30), None).is_ok(), [false, true, false, false, false, false]),
        ("resumed", |state| state.resumed(at(30), 1).is_ok(), [false, false, true, false, false, false]),
        (
            "promoted",
            |state| state.ended(Outcome::Promoted, verdict(), at(30)).is_ok(),
            [true, true, true, false, false, false],
        ),
        (
            "rolled back",
            |state| state.ended(Outcome::RolledBack, verdict(), at(30)).is_ok(),
            [true, true, true, false, false, false],
        ),
        (
            "failed",
            |state| state.ended(Outcome::Failed, verdict(), at(30)).is_ok(),
            [true, false, false, false, false, false],
        ),
    ];
    for (name, transition, expected) in transitions {
        let found = each().map(transition);
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn time_spent_paused_does_not_count() {
    let running = RolloutState::Pending.begun(at(10), 100_000_000).unwrap();
    let resumed = running.paused(at(30), None).unwrap().resumed(at(90), 100_000_000).unwrap();
    let RolloutState::Running(progress) = resumed else { panic!("{resumed:?}") };
    assert_eq!(progress.elapsed_micros(at(100)), 30_000_000);
    assert_eq!(progress.decide_after_micros, 100_000_000);
}

#[test]
fn a_held_rollout_that_goes_on_gets_the_time_to_decide_again() {
    let running = RolloutState::Pending.begun(at(0), 100_000_000).unwrap();
    let resumed = running.paused(at(100), Some(verdict())).unwrap().resumed(at(500), 100_000_000).unwrap();
    let RolloutState::Running(progress) = resumed else { panic!("{resumed:?}") };
    assert_eq!(progress.decide_after_micros, 200_000_000);
    assert_eq!(progress.elapsed_micros(at(500)), 100_000_000);
}
