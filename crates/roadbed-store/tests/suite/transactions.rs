use crate::bench::{Bench, INSERT_THING, ThingMade, header};
use crate::values::make;
use roadbed_core::EventSeq;
use roadbed_store::{Execute, Query, Store, StoreError, params};
use std::sync::{Arc, Mutex, mpsc};
use tokio::task::JoinSet;

pub async fn count(store: &Store) -> i64 {
    let read = store.read(|r| r.query_one("SELECT COUNT(*) AS things FROM things", params![], |row| row.get("things")));
    read.await.map_err(|error: StoreError| error).unwrap().unwrap()
}

pub async fn an_error_leaves_nothing(bench: Bench) {
    let store = bench.open();
    let failed = store
        .write(|tx| {
            tx.execute(INSERT_THING, params!["a", 1, true])?;
            tx.emit(&header("a"), &ThingMade { size: 1 })?;
            Err::<(), _>(StoreError::LeaseLost { name: "mine".into() })
        })
        .await;
    assert_eq!(failed, Err(StoreError::LeaseLost { name: "mine".into() }));
    assert_eq!(count(&store).await, 0);
    assert!(store.events_after(EventSeq(0), 10).await.unwrap().is_empty());
}

/// Three writes in one group, the middle one failing at a statement.
pub async fn a_failed_member_does_not_hurt_its_group(bench: Bench) {
    let store = bench.open();
    let (open_gate, gate) = mpsc::channel::<()>();
    let gate = Arc::new(Mutex::new(gate));
    let mut writes = JoinSet::new();
    for (place, id) in ["a", "a", "b"].into_iter().enumerate() {
        let (handle, gate) = (store.clone(), Arc::clone(&gate));
        writes.spawn(async move {
            handle
                .write(move |tx| {
                    if place == 0 {
                        gate.lock().unwrap().recv().unwrap();
                    }
                    tx.execute(INSERT_THING, params![id, 1, true])?;
                    tx.emit(&header(id), &ThingMade { size: 1 })
                })
                .await
        });
        // Each is queued before the next.
        tokio::task::yield_now().await;
    }
    open_gate.send(()).unwrap();
    let results = writes.join_all().await;
    let unique = results.iter().filter(|result| matches!(result, Err(StoreError::Unique { .. }))).count();
    let good = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!((good, unique), (2, 1), "{results:?}");
    assert_eq!(count(&store).await, 2);
    let events = store.events_after(EventSeq(0), 10).await.unwrap();
    assert_eq!(events.iter().map(|event| event.seq.0).collect::<Vec<_>>(), [1, 2]);
    store.verify_audit().await.unwrap();
}

pub async fn a_swallowed_error_spoils_the_closure(bench: Bench) {
    let store = bench.open();
    make(&store, "a").await;
    let swallowed = store
        .write(|tx| {
            let again = tx.execute(INSERT_THING, params!["a", 1, true]);
            assert!(matches!(again, Err(StoreError::Unique { .. })), "{again:?}");
            let next = tx.execute(INSERT_THING, params!["b", 1, true]);
            assert!(matches!(next, Err(StoreError::Poisoned { .. })), "{next:?}");
            Ok::<_, StoreError>(())
        })
        .await;
    assert!(matches!(swallowed, Err(StoreError::Poisoned { .. })), "{swallowed:?}");
    make(&store, "b").await;
    assert_eq!(count(&store).await, 2);
}

pub async fn a_panic_is_an_error_and_the_store_lives(bench: Bench) {
    let store = bench.open();
    let panicked = store
        .write(|tx| {
            tx.execute(INSERT_THING, params!["a", 1, true])?;
            if tx.now().as_micros() > 0 {
                panic!("on purpose");
            }
            Ok::<_, StoreError>(())
        })
        .await;
    assert_eq!(panicked, Err(StoreError::Panicked { message: "on purpose".into() }));
    make(&store, "b").await;
    assert_eq!(count(&store).await, 1);
}

pub async fn a_unique_key_is_named(bench: Bench) {
    let store = bench.open();
    make(&store, "a").await;
    let twice = store.write(|tx| tx.execute(INSERT_THING, params!["a", 1, true])).await;
    assert!(matches!(&twice, Err(StoreError::Unique { constraint }) if constraint.contains("things")), "{twice:?}");
    let orphan = "INSERT INTO things (id, size, live, parent_id) VALUES (?1, ?2, ?3, ?4)";
    let orphaned = store.write(move |tx| tx.execute(orphan, params!["b", 1, true, "nobody"])).await;
    assert!(matches!(orphaned, Err(StoreError::Constraint { .. })), "{orphaned:?}");
}

/// Invariant: no state row changes without an event in the same commit.
pub async fn a_change_needs_an_event(bench: Bench) {
    let store = bench.open();
    let silent = store.write(|tx| tx.execute(INSERT_THING, params!["a", 1, true])).await;
    assert!(matches!(silent, Err(StoreError::ChangedWithoutEvent { .. })), "{silent:?}");
    let returning = "INSERT INTO things (id, size, live) VALUES (?1, ?2, ?3) RETURNING id";
    let silent = store.write(move |tx| tx.query(returning, params!["a", 1, true], |_| Ok(()))).await;
    assert!(matches!(silent, Err(StoreError::ChangedWithoutEvent { .. })), "{silent:?}");
    assert_eq!(count(&store).await, 0);
    let nothing = store.write(|tx| tx.execute("DELETE FROM things WHERE id = ?1", params!["nobody"])).await;
    assert_eq!(nothing, Ok(0), "nothing changed, so there is nothing to tell");
    let excused = store.write(|tx| {
        tx.without_event("a counter nobody watches");
        tx.execute(INSERT_THING, params!["a", 1, true])
    });
    assert_eq!(excused.await, Ok(1));
}

pub async fn many_writers_lose_nothing(bench: Bench) {
    let store = bench.open();
    let mut writers = JoinSet::new();
    for writer in 0..16 {
        let store = store.clone();
        writers.spawn(async move {
            for number in 0..10 {
                make(&store, &format!("{writer}-{number}")).await;
            }
        });
    }
    writers.join_all().await;
    assert_eq!(count(&store).await, 160);
    assert_eq!(*store.head().borrow(), EventSeq(160));
}

pub async fn a_closed_store_says_so(bench: Bench) {
    let store = bench.open();
    make(&store, "a").await;
    let closing = store.clone();
    tokio::task::spawn_blocking(move || {
        closing.close();
        closing.close();
    })
    .await
    .unwrap();
    let late = store.write(|tx| tx.execute(INSERT_THING, params!["b", 1, true])).await;
    assert_eq!(late, Err(StoreError::Closed));
    assert_eq!(count(&bench.open()).await, 1);
}

pub async fn reads_see_what_was_acknowledged(bench: Bench) {
    let store = bench.open();
    for number in 0..20 {
        make(&store, &number.to_string()).await;
        assert_eq!(count(&store).await, number + 1);
    }
    let refused =
        store.read(|r| r.query("DELETE FROM things RETURNING id", params![], |row| row.get::<String>("id"))).await;
    assert!(refused.is_err(), "a reader must not change rows: {refused:?}");
    assert_eq!(count(&store).await, 20);
}
