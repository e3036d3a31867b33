use crate::world::{ADA, OURS, World};
use roadbed_contracts::entries::{EntryBody, GrantEntry};
use roadbed_contracts::events::{Actor, Event, EventClass, EventHeader, Subject};
use roadbed_core::EventSeq;
use serde_json::json;
use std::time::Duration;

fn grant(number: u8) -> GrantEntry {
    GrantEntry { token_hash: format!("{number:064x}"), team: Some(OURS), instance: None, expires_at: None }
}

fn grants_of(world: &World) -> usize {
    world.gateway.bodies.values().filter(|(_, body)| matches!(body, EntryBody::Grant(_))).count()
}

#[tokio::test]
async fn changes_come_once_and_everything_comes_from_the_start() {
    let mut world = World::serving().await;
    let whole = world.entries(0).await;
    assert_eq!(whole.entries.len(), 2, "the service and its revision");
    assert!(world.entries(whole.head).await.entries.is_empty());
    world.deploy("churn/2").await;
    let news = world.entries(whole.head).await;
    assert_eq!(news.entries.len(), 1);
    assert!(news.entries[0].version > whole.head && news.head == news.entries[0].version);
    assert_eq!(news.epoch, whole.epoch);
    world.beat(Vec::new()).await;
    world.server.get("/internal/v1/entries?after=0", ADA).await.expect(403);
    let gateways = world.server.get("/api/v1/gateways", ADA).await.expect(200).json();
    assert_eq!((&gateways["items"][0]["name"], &gateways["items"][0]["live"]), (&json!("g1"), &json!(true)));
    world.platform.clock.advance(Duration::from_secs(6));
    assert!(!world.liveness.any_live());
}

#[tokio::test]
async fn a_waiting_gateway_hears_of_a_change_at_once() {
    let world = World::serving().await;
    let head = world.entries(0).await.head;
    let path = format!("/internal/v1/entries?after={head}&wait_seconds=30");
    let (answer, ()) = tokio::join!(world.server.get(&path, "gateway"), async {
        tokio::task::yield_now().await;
        world.deploy("churn/2").await;
    });
    assert_eq!(answer.expect(200).json()["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_gateway_that_knows_more_than_control_meets_a_new_epoch() {
    let world = World::serving().await;
    let before = world.entries(0).await;
    let ahead = world.entries(before.head + 100).await;
    assert_ne!(ahead.epoch, before.epoch);
    assert!(ahead.entries.is_empty());
    let again = world.entries(0).await;
    assert_eq!((again.epoch, again.entries.len()), (ahead.epoch, before.entries.len()));
}

#[tokio::test]
async fn a_revoked_token_leaves_the_feed() {
    let mut world = World::new();
    let reactor = world.reactors[0].clone();
    *world.grants.lock().unwrap() = vec![grant(1), grant(2)];
    reactor.start().await.unwrap();
    world.beat(Vec::new()).await;
    assert_eq!(grants_of(&world), 2);
    let head = world.gateway.head;
    world.grants.lock().unwrap().remove(0);
    let store = &world.platform.context.store;
    let lease = store.acquire_lease("gateway-grants", "test", Duration::from_secs(60)).await.unwrap().unwrap();
    let event = |kind: &str| Event {
        seq: EventSeq(1),
        at: world.platform.context.clock.now(),
        kind: "TokenRevoked".into(),
        version: 1,
        class: EventClass::Audit,
        header: EventHeader::new(Subject::new(kind, "t1"), Actor::system()),
        body: json!({}),
    };
    reactor.react(&lease, &[event("job")]).await.unwrap();
    assert_eq!(world.entries(head).await.head, head, "events about jobs change no grant");
    reactor.react(&lease, &[event("token")]).await.unwrap();
    reactor.react(&lease, &[event("token")]).await.unwrap();
    let news = world.entries(head).await;
    assert_eq!(news.entries.len(), 1, "an unchanged grant stays as it is");
    assert!(news.entries[0].body.is_none());
    world.beat(Vec::new()).await;
    assert_eq!(grants_of(&world), 1);
}

#[tokio::test]
async fn removals_are_forgotten_after_a_week_and_who_missed_them_starts_again() {
    let world = World::new();
    let reactor = world.reactors[0].clone();
    *world.grants.lock().unwrap() = vec![grant(1), grant(2)];
    reactor.start().await.unwrap();
    let old = world.entries(0).await;
    world.grants.lock().unwrap().clear();
    reactor.start().await.unwrap();
    world.platform.clock.advance(Duration::from_secs(8 * 86_400));
    *world.grants.lock().unwrap() = vec![grant(3)];
    reactor.start().await.unwrap();
    let missed = world.entries(old.head).await;
    assert_ne!(missed.epoch, old.epoch, "asked to start again");
    let whole = world.entries(0).await;
    assert_eq!((whole.entries.len(), whole.epoch), (1, old.epoch));
}

#[tokio::test]
async fn bad_records_are_dropped_and_good_ones_kept() {
    let mut world = World::serving().await;
    let now = world.platform.context.clock.now();
    let good = crate::world::traffic("a/b/1", now, &roadbed_contracts::records::TrafficCounters::default());
    let mut unknown = good.clone();
    unknown.kind = "nonsense".into();
    world.beat(vec![unknown, good]).await;
    let series = roadbed_capability::records::Series::one("a/b/1");
    let (from, to) = (now.minus(Duration::from_secs(9)), now.plus(Duration::from_secs(9)));
    assert_eq!(world.platform.context.records.read("traffic", series, from, to).await.unwrap().len(), 1);
}
