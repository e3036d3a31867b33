//! A gateway: opened on its folder, then run.

use crate::client::ControlClient;
use crate::counting::{Ledger, Spool, SpoolFile, UnitBudget};
use crate::endpoints::answer;
use crate::entries::EntryFile;
use crate::error::GatewayError;
use crate::http::{BodyBudget, Connections, HostList, PredictionIds, serve_listener};
use crate::link::{EntryLink, HeartbeatLink, Ticker};
use crate::models::Library;
use crate::moment::{Clocks, ControlSilence};
use crate::plane::DataPlane;
use crate::routing::{RouteBuilder, Snapshot};
use crate::settings::GatewaySettings;
use arc_swap::ArcSwap;
use roadbed_contracts::backend::Backend;
use roadbed_contracts::entries::GatewayIdentity;
use roadbed_core::IdSource;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Time the last heartbeat of a stopping gateway may take.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(2);

/// The data plane of one machine.
pub struct Gateway {
    plane: Arc<DataPlane>,
    entries: EntryLink,
    ticker: Arc<Ticker>,
    heartbeat: Arc<HeartbeatLink>,
}

impl Gateway {
    /// Opens the gateway's folder and routes by the entries found there; nothing runs yet.
    ///
    /// # Errors
    /// A folder that cannot be used, entries that cannot be read, an address of control that is none.
    pub fn new(
        settings: GatewaySettings,
        backend: Arc<dyn Backend>,
        identity: &GatewayIdentity,
        clocks: Clocks,
        ids: &dyn IdSource,
    ) -> Result<Self, GatewayError> {
        let file = EntryFile::open(&settings.folder)?;
        let table = file.load()?;
        let (spool_file, left_over) = SpoolFile::open(&settings.folder)?;
        let mut spool = Spool::new(settings.spool_bytes);
        spool.restore(left_over);
        let client = Arc::new(ControlClient::new(identity)?);
        let library = Arc::new(Library::new(&settings, Arc::clone(&backend), Arc::clone(&client)));
        let source = format!("{}-{:032x}", identity.gateway, ids.next());
        let ledger = Arc::new(Ledger::new(source, settings.heartbeat_interval));
        let units = Arc::new(UnitBudget::new(settings.keyed_units));
        let plane = Arc::new(DataPlane {
            hosts: HostList::new(&settings.allowed_hosts),
            ids: PredictionIds::new(ids),
            snapshot: ArcSwap::from_pointee(Snapshot::default()),
            silence: ControlSilence::new(file.last_contact(), clocks.wall.now()),
            bodies: BodyBudget::new(settings.body_memory_bytes),
            ledger: Arc::clone(&ledger),
            units: Arc::clone(&units),
            library,
            backend,
            spool: Mutex::new(spool),
            draining: AtomicBool::new(false),
            unauthenticated: AtomicU64::new(0),
            clocks,
            settings,
        });
        let builder = RouteBuilder { ledger, budget: units };
        let entries = EntryLink::new(Arc::clone(&plane), Arc::clone(&client), file.clone(), builder, table);
        let ticker = Arc::new(Ticker::new(Arc::clone(&plane), spool_file));
        let heartbeat =
            HeartbeatLink::new(Arc::clone(&plane), client, identity.gateway.clone(), entries.progress(), file);
        Ok(Self { plane, entries, ticker, heartbeat: Arc::new(heartbeat) })
    }

    /// Serves until `shutdown` ends: then accepts nothing more, finishes requests in flight within the drain time, and sends what was
    /// counted. Everything it started has ended when it returns.
    ///
    /// # Errors
    /// A listener that cannot be used, or one beyond loopback while tokens are off.
    pub async fn serve(
        self,
        listener: std::net::TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), GatewayError> {
        let address: SocketAddr = listener.local_addr().map_err(GatewayError::Listener)?;
        if self.plane.settings.insecure_local && !address.ip().is_loopback() {
            return Err(GatewayError::InsecureBeyondLoopback(address));
        }
        listener.set_nonblocking(true).map_err(GatewayError::Listener)?;
        let listener = TcpListener::from_std(listener).map_err(GatewayError::Listener)?;
        let Self { plane, entries, ticker, heartbeat } = self;
        let mut background = JoinSet::new();
        background.spawn(entries.run());
        background.spawn(Arc::clone(&ticker).run());
        background.spawn(Arc::clone(&heartbeat).run());
        background.spawn(Arc::clone(&plane.library).run());
        let draining = Arc::clone(&plane);
        let stop = async move {
            shutdown.await;
            draining.draining.store(true, Ordering::Relaxed);
        };
        let connections = Connections::new(&plane.settings);
        let answered = Arc::clone(&plane);
        let answer = move |peer, request| answer(Arc::clone(&answered), peer, request);
        serve_listener(listener, connections, answer, stop).await;
        background.shutdown().await;
        Self::say_farewell(&plane, ticker, &heartbeat).await;
        Ok(())
    }

    /// Counters of the last moments go to disk, and to control if it listens; if not, the next start sends them.
    async fn say_farewell(plane: &DataPlane, ticker: Arc<Ticker>, heartbeat: &HeartbeatLink) {
        if let Err(error) = tokio::task::spawn_blocking(move || ticker.tick()).await {
            tracing::error!(%error, "the last counters could not be written");
        }
        let sending = async { while heartbeat.beat().await.is_ok_and(|more| more) {} };
        if tokio::time::timeout(FAREWELL_TIMEOUT, sending).await.is_err() || plane.spool().state().records > 0 {
            tracing::warn!("control has not heard the last counters; the next start sends them");
        }
    }
}
