//! The word for how a service is, alone and through HTTP.

use crate::world::{ADA, World};
use roadbed_contracts::entries::RevisionLoad;
use roadbed_serving::gateways::Readiness;
use roadbed_serving::services::{Health, OpenRollout, OpenState, RecentAnswers, ServiceState, Signs, health};
use serde_json::json;
use std::time::Duration;

fn serving() -> Signs {
    Signs {
        state: ServiceState::Serving,
        stable: Some((2, Readiness::Ready)),
        rollout: None,
        recent: RecentAnswers { requests: 1_000, errors: 0 },
        errors_limit: 0.01,
    }
}

fn with(change: impl FnOnce(&mut Signs)) -> Signs {
    let mut signs = serving();
    change(&mut signs);
    signs
}

fn rollout(state: OpenState) -> Option<OpenRollout> {
    Some(OpenRollout { state, to_number: 3, step_percent: 25.0 })
}

fn answers(requests: u64, errors: u64) -> RecentAnswers {
    RecentAnswers { requests, errors }
}

#[test]
fn what_hurts_callers_comes_first() {
    let nothing = |state| with(|signs| (signs.state, signs.stable) = (state, None));
    let readiness = |readiness| with(|signs| signs.stable = Some((2, readiness)));
    let counted = |requests, errors| with(|signs| signs.recent = answers(requests, errors));
    let cases = [
        (serving(), Health::Healthy, "None of 1000 requests"),
        (counted(0, 0), Health::Healthy, "No requests"),
        (counted(1_000, 10), Health::Healthy, "10 of 1000"),
        (counted(1_000, 11), Health::Degraded, "At most 1 %"),
        (counted(3, 1), Health::Healthy, "1 of 3"),
        (counted(3, 2), Health::Degraded, "2 of 3"),
        (counted(3, 3), Health::Failing, "3 of 3"),
        (counted(10, 5), Health::Failing, "5 of 10"),
        (nothing(ServiceState::Empty), Health::Unknown, "No model"),
        (nothing(ServiceState::Failed), Health::Failing, "first revision"),
        (readiness(Readiness::NoGateway), Health::Unknown, "No gateway"),
        (readiness(Readiness::Failed("corrupt".into())), Health::Failing, "revision 2: corrupt."),
        (readiness(Readiness::Loading("fetching".into())), Health::Degraded, "fetching"),
        (with(|signs| signs.rollout = rollout(OpenState::Pending)), Health::Progressing, "load revision 3"),
        (with(|signs| signs.rollout = rollout(OpenState::Running)), Health::Progressing, "25 %"),
        (with(|signs| signs.rollout = rollout(OpenState::Paused)), Health::Paused, "paused at 25 %"),
        (with(|signs| signs.rollout = rollout(OpenState::Held)), Health::Paused, "waits for a person"),
        (
            with(|signs| (signs.rollout, signs.recent) = (rollout(OpenState::Running), answers(100, 60))),
            Health::Failing,
            "60 of 100",
        ),
        (
            with(|signs| {
                (signs.state, signs.stable, signs.rollout) =
                    (ServiceState::Deploying, None, rollout(OpenState::Pending));
            }),
            Health::Progressing,
            "load revision 3",
        ),
    ];
    for (signs, word, part) in cases {
        let (found, reason) = health(&signs);
        assert_eq!(found, word, "{signs:?}: {reason}");
        assert!(reason.contains(part) && reason.ends_with('.'), "{reason:?} has no {part:?}");
    }
}

#[tokio::test]
async fn a_service_says_how_it_is_and_what_was_done_last() {
    let mut world = World::new();
    world.deploy("churn/1").await;
    assert_eq!(world.service().await["health"], "progressing");
    world.beat(Vec::new()).await;
    world.pass().await;
    world.beat(Vec::new()).await;
    let service = world.service().await;
    assert_eq!(service["health"], "healthy", "{service}");
    assert_eq!(service["last_change"]["what"], "promoted revision 1");
    assert_eq!(service["last_change"]["actor"], "controller:rollouts");
    for _ in 0..5 {
        world.second(100, [0.4, 0.0]).await;
    }
    assert_eq!(world.service().await["health"], "degraded");
    let listed = world.server.get("/api/v1/services", ADA).await.expect(200).json();
    assert_eq!(listed["items"][0]["health"], "degraded");
    world.platform.clock.advance(Duration::from_secs(400));
    let silent = world.service().await;
    assert_eq!(silent["health"], "unknown", "{silent}");
    assert_eq!(silent["health_reason"], "No gateway has reported in the last 5 seconds.");
    world.beat(Vec::new()).await;
    assert_eq!(world.service().await["health"], "healthy", "errors of long ago do not count");
    let revision = world.entry().1.routes[0].revision;
    world.gateway.states.insert(revision, (RevisionLoad::Failed, "the disk is full".into()));
    world.beat(Vec::new()).await;
    assert_eq!(world.service().await["health"], "failing");
    let deployed = world.deploy("churn/2").await;
    let change = world.service().await["last_change"].clone();
    assert_eq!((&change["what"], &change["actor"]), (&json!("deployed churn/2 as revision 2"), &deployed["actor"]));
}
