//! Stores in temporary places, and the tables the tests use.

use crate::postgres::PostgresServer;
use roadbed_contracts::events::{Actor, EventBody, EventClass, EventHeader, Subject};
use roadbed_core::{Clock, Secret, Timestamp};
use roadbed_store::{Durability, Lane, Migration, MigrationSet, Store, StoreConfig, StoreError, StoreLocation};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tempfile::TempDir;

/// Where a test's store lives, and its clock.
pub struct Bench {
    pub location: StoreLocation,
    pub clock: Arc<TestClock>,
    _directory: TempDir,
}

/// A clock that stands still until it is moved.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn move_micros(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

pub const START_MICROS: i64 = 1_790_000_000_000_000;

pub const SETS: &[MigrationSet] = &[
    MigrationSet { capability: "things", lane: Lane::State, migrations: &[THINGS] },
    MigrationSet { capability: "samples", lane: Lane::Records, migrations: &[SAMPLES] },
];

pub const THINGS: Migration = Migration {
    number: 1,
    name: "things",
    sql: "CREATE TABLE things (id {TEXT} NOT NULL PRIMARY KEY, size {INTEGER} NOT NULL, ratio {REAL}, label {TEXT}, \
          payload {BYTES}, live {BOOLEAN} NOT NULL, parent_id {TEXT} REFERENCES things (id));\n\
          -- a comment; with a semicolon\n\
          CREATE INDEX things_by_size ON things (size);",
};

pub const SAMPLES: Migration = Migration {
    number: 1,
    name: "samples",
    sql: "CREATE TABLE samples (series {INTEGER} NOT NULL, step {INTEGER} NOT NULL, value {REAL} NOT NULL, \
          PRIMARY KEY (series, step))",
};

pub const INSERT_THING: &str = "INSERT INTO things (id, size, live) VALUES (?1, ?2, ?3)";

/// Something of the audit log happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThingMade {
    pub size: i64,
}

impl EventBody for ThingMade {
    const KIND: &'static str = "ThingMade";
    const CLASS: EventClass = EventClass::Audit;
}

/// Something of the activity feed happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThingSeen {}

impl EventBody for ThingSeen {
    const KIND: &'static str = "ThingSeen";
    const CLASS: EventClass = EventClass::Activity;
}

pub fn header(id: &str) -> EventHeader {
    EventHeader::new(Subject::new("thing", id), Actor::system())
}

impl Bench {
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let location = StoreLocation::Sqlite { directory: directory.path().join("data") };
        Self { location, clock: clock(), _directory: directory }
    }

    /// `None` where PostgreSQL is not installed.
    pub fn postgres() -> Option<Self> {
        static SCHEMAS: AtomicU64 = AtomicU64::new(1);
        let server = PostgresServer::shared()?;
        let schema = format!("test_{}", SCHEMAS.fetch_add(1, Ordering::SeqCst));
        let location = StoreLocation::Postgres { url: Secret::new(server.url()), schema: Some(schema) };
        Some(Self { location, clock: clock(), _directory: tempfile::tempdir().unwrap() })
    }

    /// Another empty place on the same engine.
    pub fn sibling(&self) -> Self {
        match &self.location {
            StoreLocation::Sqlite { .. } => Self::sqlite(),
            StoreLocation::Postgres { .. } => Self::postgres().unwrap(),
        }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.location, StoreLocation::Postgres { .. })
    }

    pub fn config(&self) -> StoreConfig {
        StoreConfig { location: self.location.clone(), durability: Durability::Off, clock: self.clock.clone() }
    }

    pub fn open(&self) -> Store {
        self.try_open(SETS).unwrap()
    }

    pub fn try_open(&self, sets: &[MigrationSet]) -> Result<Store, StoreError> {
        Store::open(self.config(), sets)
    }
}

fn clock() -> Arc<TestClock> {
    Arc::new(TestClock(AtomicI64::new(START_MICROS)))
}

pub fn run_on_sqlite<F: Future<Output = ()>>(case: impl FnOnce(Bench) -> F) {
    runtime().block_on(case(Bench::sqlite()));
}

pub fn run_on_postgres<F: Future<Output = ()>>(case: impl FnOnce(Bench) -> F) {
    if let Some(bench) = Bench::postgres() {
        runtime().block_on(case(bench));
    }
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
