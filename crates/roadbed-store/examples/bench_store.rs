//! Measures the store against its bars: acknowledged writes per second against a bare loop with the same statements,
//! groups and fsyncs; rows per second of the append lane; and the time to open a new store.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement prints its figures and ends at the first failure"
)]

use roadbed_contracts::events::{Actor, EventBody, EventClass, EventHeader, Subject};
use roadbed_core::{IdSource, JobId, SystemClock, SystemIds};
use roadbed_store::{
    Durability, Execute, Lane, Migration, MigrationSet, Store, StoreConfig, StoreError, StoreLocation, Value, params,
};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const SETS: &[MigrationSet] = &[
    MigrationSet {
        capability: "things",
        lane: Lane::State,
        migrations: &[Migration {
            number: 1,
            name: "things",
            sql: "CREATE TABLE things (id {TEXT} NOT NULL PRIMARY KEY, size {INTEGER} NOT NULL, label {TEXT})",
        }],
    },
    MigrationSet {
        capability: "samples",
        lane: Lane::Records,
        migrations: &[Migration {
            number: 1,
            name: "samples",
            sql: "CREATE TABLE samples (series {INTEGER} NOT NULL, step {INTEGER} NOT NULL, value {REAL} NOT NULL, \
                  revision {INTEGER} NOT NULL, PRIMARY KEY (series, step))",
        }],
    },
];

const INSERT_THING: &str = "INSERT INTO things (id, size, label) VALUES (?1, ?2, ?3)";
const INSERT_EVENT: &str = "INSERT INTO store_events (seq, at, kind, version, class, team_id, instance_id, subject_kind, subject_id, \
     actor, cause, change_id, body, audit_hash) VALUES (?1, ?2, 'ThingMade', 1, 'activity', NULL, NULL, 'thing', ?3, 'system', NULL, NULL, ?4, NULL)";
const WRITERS: usize = 64;
const MEASURE: Duration = Duration::from_secs(5);

#[derive(Debug, Serialize, Deserialize)]
struct ThingMade {
    size: i64,
}

impl EventBody for ThingMade {
    const KIND: &'static str = "ThingMade";
    const CLASS: EventClass = EventClass::Activity;
}

fn open(directory: &Path) -> Store {
    let location = StoreLocation::Sqlite { directory: directory.to_owned() };
    Store::open(StoreConfig { location, durability: Durability::Full, clock: Arc::new(SystemClock) }, SETS).unwrap()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir_in(".").unwrap();
    for round in 1..=3 {
        let directory = folder.path().join(format!("open-{round}"));
        let started = Instant::now();
        let store = open(&directory);
        println!("open a new store          {:>12.1} ms      (bar < 50)", started.elapsed().as_secs_f64() * 1000.0);
        store.close();
    }
    let bare = bare_loop(&folder.path().join("bare"));
    println!("bare loop, groups of 50   {bare:>12.0} writes/s");
    let store = open(&folder.path().join("store"));
    let acknowledged = runtime.block_on(concurrent_writes(&store));
    println!("store, {WRITERS} writers         {acknowledged:>12.0} writes/s");
    println!("ratio                     {:>12.2}         (bar >= 0.4)", acknowledged / bare);
    let rows = runtime.block_on(append_rows(&store));
    println!("append lane               {rows:>12.0} rows/s   (bar >= 200000)");
    store.close();
}

/// The same statements on one connection with the same settings, fifty to a transaction.
fn bare_loop(directory: &Path) -> f64 {
    open(directory).close();
    let connection = rusqlite::Connection::open(directory.join("state.db")).unwrap();
    connection.pragma_update(None, "synchronous", "full").unwrap();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    let started = Instant::now();
    let mut written = 0_i64;
    while started.elapsed() < MEASURE {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for _ in 0..50 {
            written += 1;
            let id = JobId::from_u128(SystemIds.next()).to_string();
            let mut thing = connection.prepare_cached(INSERT_THING).unwrap();
            thing.execute((&id, written, "a label of ordinary length")).unwrap();
            let mut event = connection.prepare_cached(INSERT_EVENT).unwrap();
            event.execute((written, written, &id, format!("{{\"size\":{written}}}"))).unwrap();
        }
        connection.execute("UPDATE store_head SET seq = ?1 WHERE id = 1", [written]).unwrap();
        connection.execute_batch("COMMIT").unwrap();
    }
    written as f64 / started.elapsed().as_secs_f64()
}

async fn concurrent_writes(store: &Store) -> f64 {
    let started = Instant::now();
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let store = store.clone();
        writers.spawn(async move {
            let mut written = 0_i64;
            while started.elapsed() < MEASURE {
                write_thing(&store, written).await;
                written += 1;
            }
            written
        });
    }
    let written: i64 = writers.join_all().await.into_iter().sum();
    written as f64 / started.elapsed().as_secs_f64()
}

async fn write_thing(store: &Store, number: i64) {
    let id = JobId::from_u128(SystemIds.next()).to_string();
    let header = EventHeader::new(Subject::new("thing", &id), Actor::system());
    let write = store.write(move |tx| {
        tx.execute(INSERT_THING, params![&id, number, "a label of ordinary length"])?;
        tx.emit(&header, &ThingMade { size: number })
    });
    write.await.map_err(|error: StoreError| error).unwrap();
}

/// Upserts of 500 rows by four callers; every row is written twice, with a higher revision the second time.
async fn append_rows(store: &Store) -> f64 {
    const UPSERT: &str = "INSERT INTO samples (series, step, value, revision) VALUES {rows} ON CONFLICT (series, step) \
         DO UPDATE SET value = excluded.value, revision = excluded.revision WHERE excluded.revision > samples.revision";
    const BATCHES: i64 = 400;
    const ROWS: i64 = 500;
    let started = Instant::now();
    let mut writers = JoinSet::new();
    for series in 0..4_i64 {
        let store = store.clone();
        writers.spawn(async move {
            for batch in 0..BATCHES {
                let values: Vec<Value> = (0..ROWS)
                    .flat_map(|row| {
                        let step = (batch / 2) * ROWS + row;
                        [Value::from(series), Value::from(step), Value::from(step as f64 / 7.0), Value::from(batch)]
                    })
                    .collect();
                let append = store.append(move |append| append.execute_rows(UPSERT, 4, &[0, 1], &values));
                append.await.map_err(|error: StoreError| error).unwrap();
            }
        });
    }
    writers.join_all().await;
    (4 * BATCHES * ROWS) as f64 / started.elapsed().as_secs_f64()
}
