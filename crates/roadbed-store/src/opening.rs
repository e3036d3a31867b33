//! Opens an engine, migrates it and starts the store's threads.

use crate::backend::{Databases, head_of};
use crate::config::{StoreConfig, StoreLocation};
use crate::error::StoreError;
use crate::job::{BoxedJob, SharedJobs};
use crate::lane::Lane as WritingLane;
use crate::migrations::{MigrationSet, validate};
use crate::postgres::listener::Listener;
use crate::postgres::location::PostgresLocation;
use crate::session::{Begin, Connect};
use crate::sqlite::directory::DirectoryLock;
use crate::store::{Inner, Queues, Running, Store};
use crate::{postgres, reading, sqlite};
use roadbed_core::Clock;
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, watch};

/// Writes or reads that may wait for a thread; more wait in their callers.
const QUEUE_LENGTH: usize = 1024;
const STATE_READERS: usize = 3;
const RECORDS_READERS: usize = 2;

/// What must live as long as the store.
pub(crate) enum Companion {
    /// The lock of the SQLite directory.
    Lock(DirectoryLock),
    /// Where other processes' commits are heard of.
    Notifications(PostgresLocation),
}

/// An engine with its databases, not yet migrated.
pub(crate) struct Opened {
    pub(crate) databases: Databases,
    pub(crate) companion: Companion,
}

impl Store {
    /// Opens a store and brings its tables up to date; blocks. A new store is created in one transaction per database.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::NewerStore`], a failed migration, or whatever keeps the engine from opening.
    pub fn open(config: StoreConfig, sets: &[MigrationSet]) -> Result<Self, StoreError> {
        validate(sets)?;
        on_own_thread(move || {
            let mut opened = open_engine(&config)?;
            for database in &mut opened.databases.list {
                database.migrate(sets, &config.clock)?;
            }
            start(opened, &config.clock)
        })
    }
}

/// Runs blocking work on a thread of its own, because the PostgreSQL client may not be used inside an async runtime.
pub(crate) fn on_own_thread<T: Send>(work: impl FnOnce() -> Result<T, StoreError> + Send) -> Result<T, StoreError> {
    let panicked = |_| Err(StoreError::Panicked { message: "while opening the store".to_owned() });
    std::thread::scope(|threads| threads.spawn(work).join().unwrap_or_else(panicked))
}

/// Opens the databases without touching their tables.
pub(crate) fn open_engine(config: &StoreConfig) -> Result<Opened, StoreError> {
    match &config.location {
        StoreLocation::Sqlite { directory } => {
            let (databases, lock) = sqlite::engine::open(directory, config.durability)?;
            Ok(Opened { databases, companion: Companion::Lock(lock) })
        }
        StoreLocation::Postgres { url, schema } => {
            let location = PostgresLocation::new(url.clone(), schema.clone(), config.durability)?;
            let databases = postgres::engine::open(&location)?;
            Ok(Opened { databases, companion: Companion::Notifications(location) })
        }
    }
}

/// Starts the threads of a migrated engine.
pub(crate) fn start(opened: Opened, clock: &Arc<dyn Clock>) -> Result<Store, StoreError> {
    let Opened { databases: Databases { list, connects }, companion } = opened;
    let mut sessions = list.into_iter().map(|database| database.session);
    let state = sessions.next().ok_or(StoreError::Closed)?;
    let records = sessions.next().map_or_else(|| (connects.records)(), Ok)?;
    let (head, state) = head_of(state, clock)?;
    let (head_sender, head) = watch::channel(head);
    let mut writers = Threads { clock: Arc::clone(clock), handles: Vec::new() };
    let hears_every_commit = matches!(companion, Companion::Lock(_));
    let (lock, listener, append_threads) = match companion {
        Companion::Lock(lock) => (Some(lock), None, 1),
        Companion::Notifications(location) => (None, Some(Listener::start(location, head_sender.clone())?), 2),
    };
    let state_lane = WritingLane::new(
        Begin::Ordered,
        Arc::clone(&connects.state),
        Some(state),
        Arc::clone(clock),
        Some(head_sender),
    );
    let mut append_lanes =
        vec![WritingLane::new(Begin::Append, Arc::clone(&connects.records), Some(records), Arc::clone(clock), None)];
    append_lanes.resize_with(append_threads, || {
        WritingLane::new(Begin::Append, Arc::clone(&connects.records), None, Arc::clone(clock), None)
    });
    let mut readers = Threads { clock: Arc::clone(clock), handles: Vec::new() };
    let queues = Queues {
        state: writers.write("store-state", vec![state_lane])?,
        records: writers.write("store-records", append_lanes)?,
        read_state: readers.read("store-read", &connects.read_state, STATE_READERS)?,
        read_records: readers.read("store-read-rec", &connects.read_records, RECORDS_READERS)?,
    };
    let running = Running { readers: readers.handles, writers: writers.handles, listener, lock };
    let inner = Inner { queues: RwLock::new(Some(queues)), head, hears_every_commit, running: Mutex::new(running) };
    Ok(Store { inner: Arc::new(inner) })
}

/// The store's threads as they start.
struct Threads {
    clock: Arc<dyn Clock>,
    handles: Vec<JoinHandle<()>>,
}

impl Threads {
    fn write(&mut self, name: &str, lanes: Vec<WritingLane>) -> Result<mpsc::Sender<BoxedJob>, StoreError> {
        let (sender, jobs) = queue();
        for lane in lanes {
            let jobs = Arc::clone(&jobs);
            self.spawn(name, move || lane.serve(&jobs))?;
        }
        Ok(sender)
    }

    fn read(&mut self, name: &str, connect: &Connect, count: usize) -> Result<mpsc::Sender<BoxedJob>, StoreError> {
        let (sender, jobs) = queue();
        for _ in 0..count {
            let (jobs, connect, clock) = (Arc::clone(&jobs), Arc::clone(connect), Arc::clone(&self.clock));
            self.spawn(name, move || reading::serve(&jobs, &connect, &clock))?;
        }
        Ok(sender)
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
        let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(work);
        let failed = |error: std::io::Error| StoreError::Open { detail: format!("cannot start a thread: {error}") };
        self.handles.push(spawned.map_err(failed)?);
        Ok(())
    }
}

fn queue() -> (mpsc::Sender<BoxedJob>, SharedJobs) {
    let (sender, jobs) = mpsc::channel(QUEUE_LENGTH);
    (sender, Arc::new(Mutex::new(jobs)))
}
