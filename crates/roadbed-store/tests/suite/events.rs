use crate::bench::{Bench, ThingMade, ThingSeen, header};
use crate::values::make;
use roadbed_contracts::events::{Actor, EventClass, Subject};
use roadbed_core::{EventSeq, InstanceId, TeamId, Timestamp};
use roadbed_store::{EventsBackwards, Execute, Query, Reader, Remembered, Store, StoreError, params};
use std::time::Duration;
use tokio::task::JoinSet;

pub async fn fields_come_back(bench: Bench) {
    let store = bench.open();
    let mut sent = header("a").with_team(TeamId::from_u128(1)).with_instance(InstanceId::from_u128(2));
    sent.cause = Some(EventSeq(5));
    sent.change = Some("abc".into());
    sent.actor = Actor::controller("jobs");
    let expected = sent.clone();
    let seq = store.write(move |tx| tx.emit(&sent, &ThingMade { size: 3 })).await.unwrap();
    let events = store.events_after(EventSeq(0), 10).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].seq, seq), (EventSeq(1), EventSeq(1)));
    assert_eq!(events[0].header, expected);
    assert_eq!(events[0].at.as_micros(), crate::bench::START_MICROS);
    assert_eq!(events[0].decode::<ThingMade>().unwrap(), Some(ThingMade { size: 3 }));
}

/// Invariant: event order is commit order and no consumer misses one; on PostgreSQL with two stores on one database,
/// as two control planes have it.
pub async fn order_is_commit_order_and_no_consumer_misses_one(bench: Bench) {
    const EVENTS: i64 = 240;
    let stores = if bench.is_postgres() { vec![bench.open(), bench.open()] } else { vec![bench.open()] };
    let mut writers = JoinSet::new();
    for writer in 0..8_usize {
        let store = stores[writer % stores.len()].clone();
        writers.spawn(async move {
            for number in 0..30 {
                make(&store, &format!("{writer}-{number}")).await;
            }
        });
    }
    let mut consumers = JoinSet::new();
    for store in &stores {
        let store = store.clone();
        consumers.spawn(async move { consume(&store, EVENTS).await });
    }
    writers.join_all().await;
    for seen in consumers.join_all().await {
        assert_eq!(seen, (1..=EVENTS).collect::<Vec<_>>());
    }
}

/// Follows the head until `until` was seen.
async fn consume(store: &Store, until: i64) -> Vec<i64> {
    let mut head = store.head();
    let mut seen: Vec<i64> = Vec::new();
    while seen.last() != Some(&until) {
        let after = EventSeq(seen.last().copied().unwrap_or(0));
        let events = store.events_after(after, 7).await.unwrap();
        seen.extend(events.iter().map(|event| event.seq.0));
        if events.is_empty() {
            // Polling is the net below a missed notification.
            let _ = tokio::time::timeout(Duration::from_millis(50), head.changed()).await;
        }
    }
    seen
}

pub async fn the_head_moves(bench: Bench) {
    let store = bench.open();
    let mut head = store.head();
    assert_eq!(*head.borrow_and_update(), EventSeq(0));
    make(&store, "a").await;
    tokio::time::timeout(Duration::from_secs(10), head.wait_for(|seq| *seq == EventSeq(1))).await.unwrap().unwrap();
    drop((store, head));
    assert_eq!(*bench.open().head().borrow(), EventSeq(1), "a store opened again knows its head");
}

/// How many events there are, as it is remembered.
async fn remembered(known: &Remembered<&'static str, i64>, store: &Store) -> i64 {
    let count =
        |r: &mut Reader<'_>| r.query_one("SELECT COUNT(*) AS events FROM store_events", &[], |row| row.get("events"));
    known.read(store, "events", move |r| count(r).map(Option::unwrap_or_default)).await.unwrap()
}

/// Invariant: what is remembered is never older than an answered write.
pub async fn what_is_remembered_ends_with_the_next_event(bench: Bench) {
    let store = bench.open();
    let known = Remembered::new(2);
    for expected in 0..20 {
        assert_eq!(remembered(&known, &store).await, expected);
        assert_eq!(remembered(&known, &store).await, expected);
        make(&store, &format!("thing {expected}")).await;
    }
    for key in ["b", "c", "d"] {
        let read = |_: &mut Reader<'_>| Ok::<_, StoreError>(7);
        assert_eq!(known.read(&store, key, read).await.unwrap(), 7);
    }
    let asked_again = known.read(&store, "d", |_: &mut Reader<'_>| Ok::<_, StoreError>(8)).await.unwrap();
    assert_eq!(asked_again, if bench.is_postgres() { 8 } else { 7 });
    known.forget(&"d");
    assert_eq!(known.read(&store, "d", |_: &mut Reader<'_>| Ok::<_, StoreError>(8)).await.unwrap(), 8);
}

pub async fn a_given_up_event_leaves_no_trace(bench: Bench) {
    let store = bench.open();
    make(&store, "a").await;
    let given_up = store.write(|tx| {
        tx.emit(&header("b"), &ThingMade { size: 1 })?;
        Err::<(), _>(StoreError::Closed)
    });
    given_up.await.unwrap_err();
    make(&store, "c").await;
    let events = store.events_after(EventSeq(0), 10).await.unwrap();
    let seen: Vec<_> = events.iter().map(|event| (event.seq.0, event.header.subject.id.as_str())).collect();
    assert_eq!(seen, [(1, "a"), (2, "c")]);
    assert_eq!(store.verify_audit().await.unwrap().events, 2);
}

pub async fn the_audit_chain_shows_changes(bench: Bench) {
    let store = bench.open();
    assert_eq!(store.verify_audit().await.unwrap().events, 0);
    for id in ["a", "b", "c"] {
        make(&store, id).await;
        store.write(|tx| tx.emit(&header("seen"), &ThingSeen {})).await.unwrap();
    }
    let report = store.verify_audit().await.unwrap();
    assert_eq!((report.events, report.last), (3, EventSeq(5)));
    let tamper = |sql: &'static str| store.write(move |tx| tx.execute(sql, params![]));
    tamper("UPDATE store_events SET actor = 'nobody' WHERE seq = 3").await.unwrap();
    assert!(matches!(store.verify_audit().await, Err(StoreError::AuditBroken { seq: 3, .. })));
    tamper("UPDATE store_events SET actor = 'system' WHERE seq = 3").await.unwrap();
    store.verify_audit().await.unwrap();
    tamper("DELETE FROM store_events WHERE seq = 5").await.unwrap();
    assert!(matches!(store.verify_audit().await, Err(StoreError::AuditBroken { seq: 5, .. })), "a cut tail shows");
    tamper("DELETE FROM store_events WHERE seq = 1").await.unwrap();
    assert!(matches!(store.verify_audit().await, Err(StoreError::AuditBroken { seq: 3, .. })));
}

pub async fn old_activity_goes_when_everyone_has_seen_it(bench: Bench) {
    let store = bench.open();
    for _ in 0..3 {
        store.write(|tx| tx.emit(&header("a"), &ThingSeen {})).await.unwrap();
    }
    make(&store, "kept").await;
    bench.clock.move_micros(1_000_000);
    store.write(|tx| tx.advance_cursor("slow", EventSeq(0), EventSeq(2))).await.unwrap();
    let delete = || store.write(|tx| tx.delete_activity_events(tx.now()));
    assert_eq!(delete().await, Ok(2), "the third was not consumed yet");
    store.write(|tx| tx.advance_cursor("slow", EventSeq(2), EventSeq(4))).await.unwrap();
    assert_eq!(delete().await, Ok(1));
    make(&store, "next").await;
    let left = store.events_after(EventSeq(0), 10).await.unwrap();
    assert_eq!(left.iter().map(|event| event.seq.0).collect::<Vec<_>>(), [4, 5], "numbers are never used twice");
    assert_eq!(store.verify_audit().await.unwrap().events, 2);
}

pub async fn events_are_read_backwards(bench: Bench) {
    let store = bench.open();
    for id in ["a", "b", "a", "c"] {
        store.write(move |tx| tx.emit(&header(id), &ThingSeen {})).await.unwrap();
        bench.clock.move_micros(1_000_000);
    }
    make(&store, "a").await;
    let read = |before: i64, wanted: EventsBackwards, limit: u32| {
        let store = store.clone();
        async move {
            let events = store.events_before(EventSeq(before), wanted, limit).await.unwrap();
            events.iter().map(|event| event.seq.0).collect::<Vec<_>>()
        }
    };
    let of_a = EventsBackwards { subject: Some(Subject::new("thing", "a")), class: None };
    let audit = EventsBackwards { subject: None, class: Some(EventClass::Audit) };
    assert_eq!(read(i64::MAX, EventsBackwards::default(), 2).await, [5, 4]);
    assert_eq!(read(4, EventsBackwards::default(), 10).await, [3, 2, 1]);
    assert_eq!(read(i64::MAX, of_a.clone(), 10).await, [5, 3, 1]);
    assert_eq!(read(i64::MAX, EventsBackwards { class: Some(EventClass::Activity), ..of_a }, 10).await, [3, 1]);
    assert_eq!(read(i64::MAX, audit, 10).await, [5]);
    let start = crate::bench::START_MICROS;
    for (micros, expected) in [(0, 1), (start, 1), (start + 1, 2), (start + 3_000_000, 4), (start + 9_000_000, 6)] {
        let found = store.first_event_since(Timestamp::from_micros(micros)).await.unwrap();
        assert_eq!(found, EventSeq(expected), "{micros}");
    }
    store.write(|tx| tx.delete_activity_events(tx.now())).await.unwrap();
    let found = store.first_event_since(Timestamp::from_micros(start)).await.unwrap();
    assert_eq!(found, EventSeq(1), "gaps are no obstacle: nothing is between this place and event 5");
}
