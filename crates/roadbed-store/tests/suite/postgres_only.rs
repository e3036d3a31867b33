use crate::bench::{Bench, ThingMade, header, runtime};
use crate::postgres::PostgresServer;
use crate::transactions::count;
use crate::values::make;
use postgres::{Client, NoTls};
use roadbed_store::{Execute, Query, Store, StoreError, StoreLocation, params};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A connection of the test's own; only for threads outside the async runtime.
fn client() -> Client {
    Client::connect(&PostgresServer::shared().unwrap().url(), NoTls).unwrap()
}

fn is_connected(client: &mut Client, pid: i32) -> bool {
    let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = $1";
    client.query_one(sql, &[&pid]).unwrap().get::<_, i64>(0) > 0
}

async fn backend(store: &Store) -> i32 {
    let pid = store.write(|tx| tx.query_one("SELECT pg_backend_pid() AS pid", params![], |row| row.get::<i32>("pid")));
    pid.await.map_err(|error: StoreError| error).unwrap().unwrap()
}

#[test]
fn a_lost_connection_is_replaced() {
    let Some(bench) = Bench::postgres() else { return };
    runtime().block_on(async {
        let store = bench.open();
        make(&store, "a").await;
        let pid = backend(&store).await;
        let ended = std::thread::spawn(move || client().execute("SELECT pg_terminate_backend($1)", &[&pid]).unwrap());
        ended.join().unwrap();
        make(&store, "b").await;
        assert_ne!(backend(&store).await, pid);
        assert_eq!(count(&store).await, 2);
    });
}

/// A holder of the ordered lane that pauses is ended by the database; its closure runs again on a new connection.
#[test]
fn a_paused_holder_of_the_lane_is_ended() {
    let Some(bench) = Bench::postgres() else { return };
    runtime().block_on(async {
        let (paused, other) = (bench.open(), bench.open());
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let write = paused.write(move |tx| {
            let pid = tx.query_one("SELECT pg_backend_pid() AS pid", params![], |row| row.get::<i32>("pid"))?.unwrap();
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                let mut client = client();
                let deadline = Instant::now() + Duration::from_secs(30);
                while is_connected(&mut client, pid) && Instant::now() < deadline {
                    std::thread::yield_now();
                }
            }
            tx.execute(crate::bench::INSERT_THING, params!["slow", 1, true])?;
            tx.emit(&header("slow"), &ThingMade { size: 1 })
        });
        let (written, ()) = tokio::join!(write, make(&other, "quick"));
        written.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 2);
        assert_eq!(count(&other).await, 2);
        other.verify_audit().await.unwrap();
    });
}

#[test]
fn an_unreachable_database_says_what_to_check() {
    let mut bench = Bench::sqlite();
    let url = roadbed_core::Secret::new("host=/nowhere user=nobody dbname=nothing".into());
    bench.location = StoreLocation::Postgres { url, schema: None };
    let refused = bench.try_open(crate::bench::SETS).unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused:?}");
    let schema = Some("Robert'); DROP".to_owned());
    bench.location = StoreLocation::Postgres { url: roadbed_core::Secret::new("host=/nowhere".into()), schema };
    assert!(matches!(bench.try_open(crate::bench::SETS).unwrap_err(), StoreError::Open { .. }));
}
