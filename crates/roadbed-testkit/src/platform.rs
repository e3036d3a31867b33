//! A platform in a temporary folder: real store, real blobs, fake time.

use crate::callers::{Callers, LadderAuthorizer};
use crate::clock::{CountedIds, FakeClock};
use crate::postgres::PostgresServer;
use crate::server::TestServer;
use roadbed_blobs::{BlobConfig, BlobLocation, Blobs};
use roadbed_capability::host::AllowedHosts;
use roadbed_capability::records::{RecordKind, Records};
use roadbed_capability::wake::WakeUps;
use roadbed_capability::{Capability, Context, Grantee, Seals, server};
use roadbed_contracts::events::Event;
use roadbed_core::{Clock, EventSeq, IdSource, Secret, TeamId};
use roadbed_store::{Durability, MigrationSet, Store, StoreConfig, StoreLocation};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What tells the time and gives ids.
struct Times {
    /// The one a test moves, whether anything reads it or not.
    fake: Arc<FakeClock>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

/// Everything a capability needs, gone when dropped.
pub struct TestPlatform {
    pub context: Context,
    pub clock: Arc<FakeClock>,
    pub callers: Arc<Callers>,
    folder: tempfile::TempDir,
}

impl TestPlatform {
    /// A platform with the tables of the socket and these, and these kinds of records.
    #[must_use]
    pub fn new(migrations: &[&[MigrationSet]], kinds: Vec<RecordKind>) -> Self {
        Self::at_fake_time(migrations, kinds, None)
    }

    /// The same on a schema of its own in PostgreSQL; `None`, said loudly once, where PostgreSQL is not installed.
    #[must_use]
    pub fn on_postgres(migrations: &[&[MigrationSet]], kinds: Vec<RecordKind>) -> Option<Self> {
        static SCHEMAS: AtomicU64 = AtomicU64::new(1);
        let server = PostgresServer::shared()?;
        let schema = Some(format!("platform_{}", SCHEMAS.fetch_add(1, Ordering::SeqCst)));
        let location = StoreLocation::Postgres { url: Secret::new(server.url()), schema };
        Some(Self::at_fake_time(migrations, kinds, Some(location)))
    }

    /// A platform on the machine's clock, for tests with real processes.
    #[must_use]
    pub fn on_real_time(migrations: &[&[MigrationSet]], kinds: Vec<RecordKind>) -> Self {
        let system = Arc::new(roadbed_core::SystemClock);
        let times =
            Times { fake: Arc::new(FakeClock::default()), clock: system, ids: Arc::new(roadbed_core::SystemIds) };
        Self::with(migrations, kinds, times, None)
    }

    fn at_fake_time(migrations: &[&[MigrationSet]], kinds: Vec<RecordKind>, location: Option<StoreLocation>) -> Self {
        let clock = Arc::new(FakeClock::default());
        let times = Times { fake: clock.clone(), clock, ids: Arc::new(CountedIds::default()) };
        Self::with(migrations, kinds, times, location)
    }

    /// Without a location the store lies in the temporary folder.
    fn with(
        migrations: &[&[MigrationSet]],
        kinds: Vec<RecordKind>,
        times: Times,
        location: Option<StoreLocation>,
    ) -> Self {
        let Times { fake, clock, ids } = times;
        let folder = tempfile::tempdir().unwrap();
        let location = location.unwrap_or_else(|| StoreLocation::Sqlite { directory: folder.path().join("store") });
        let config = StoreConfig { location, durability: Durability::Off, clock: clock.clone() };
        let sets: Vec<MigrationSet> =
            [roadbed_capability::MIGRATIONS].iter().chain(migrations).flat_map(|sets| sets.iter().copied()).collect();
        let store = Store::open(config, &sets).unwrap();
        let location = BlobLocation::Disk { directory: folder.path().join("blobs") };
        let blobs = Blobs::open(BlobConfig { location, clock: clock.clone() }).unwrap();
        let callers = Arc::new(Callers::default());
        let context = Context {
            records: Records::new(store.clone(), clock.clone(), kinds).unwrap(),
            seals: Seals::in_file(&folder.path().join("seal.key")).unwrap(),
            store,
            blobs,
            clock,
            ids,
            authenticator: callers.clone(),
            authorizer: Arc::new(LadderAuthorizer),
            gates: Arc::new(Vec::new()),
            wake_ups: WakeUps::default(),
        };
        Self { context, clock: fake, callers, folder }
    }

    /// The temporary folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A token `name` for a person with this role.
    pub fn member(&self, name: &str, team: TeamId, role: Grantee) {
        self.callers.add(name, crate::callers::principal(name, &[(team, role)]));
    }

    /// A token `name` for a platform administrator.
    pub fn administrator(&self, name: &str) {
        self.callers
            .add(name, roadbed_capability::Principal { platform_admin: true, ..crate::callers::principal(name, &[]) });
    }

    /// The real router over these capabilities.
    #[must_use]
    pub fn serve(&self, capabilities: Vec<Capability>) -> TestServer {
        let server = server::serve(&self.context, capabilities, AllowedHosts::default())
            .unwrap_or_else(|error| panic!("{error}"));
        TestServer::new(server.router)
    }

    /// All events so far.
    pub async fn events(&self) -> Vec<Event> {
        self.context.store.events_after(EventSeq(0), 10_000).await.unwrap()
    }

    /// Kinds of all events so far, in order.
    pub async fn event_kinds(&self) -> Vec<String> {
        self.events().await.into_iter().map(|event| event.kind).collect()
    }
}
