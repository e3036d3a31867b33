//! A gateway on loopback with its control plane, and a client.

use super::control::{Control, TOKEN};
use super::linear::{LinearBackend, LinearModel};
use crate::{Clocks, Gateway, GatewaySettings, Monotonic};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use roadbed_contracts::entries::{
    EntryBody, GatewayIdentity, GrantEntry, ModelFile, RevisionEntry, RevisionLoad, RouteWeight, ServiceEntry,
    ServiceLimits, WeightLease,
};
use roadbed_core::{
    Attribution, Digest, IdSource, InstanceId, Percent, RevisionId, Secret, ServiceId, SystemIds, TeamId, Timestamp,
};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// A token that may call everything of [`team`].
pub(super) const CALLER: &str = "rb_caller";

pub(super) fn team() -> TeamId {
    TeamId::from_u128(1)
}

pub(super) fn instance() -> InstanceId {
    InstanceId::from_u128(1)
}

pub(super) fn hash(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}

/// A monotonic clock the test moves.
#[derive(Default)]
pub(super) struct HandClock(AtomicU64);

impl HandClock {
    pub(super) fn advance(&self, by: Duration) {
        self.0.fetch_add(u64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Monotonic for HandClock {
    fn elapsed(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::SeqCst))
    }
}

pub(super) struct Stage {
    pub(super) control: Control,
    pub(super) backend: Arc<LinearBackend>,
    pub(super) clock: Option<Arc<HandClock>>,
    pub(super) settings: GatewaySettings,
    pub(super) address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    stop: Arc<Notify>,
    tasks: Mutex<JoinSet<()>>,
    _folder: tempfile::TempDir,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Polls until the condition holds; a condition that never does fails the test.
pub(super) async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < Duration::from_secs(20), "waited too long until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

impl Stage {
    pub(super) async fn open() -> Self {
        Self::open_with(|_| {}, None).await
    }

    pub(super) async fn open_with(set: impl FnOnce(&mut GatewaySettings), clock: Option<Arc<HandClock>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = GatewaySettings::new(folder.path().join("gateway"));
        settings.heartbeat_interval = Duration::from_millis(50);
        settings.retry_delay = Duration::from_millis(20);
        settings.poll_wait_seconds = 5;
        set(&mut settings);
        let client = Client::builder(TokioExecutor::new()).build_http();
        let mut stage = Self {
            control: Control::start().await,
            backend: Arc::default(),
            clock,
            settings,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            client,
            stop: Arc::default(),
            tasks: Mutex::default(),
            _folder: folder,
        };
        stage.control.announce(
            &format!("grant/{}", hash(CALLER)),
            Some(EntryBody::Grant(GrantEntry {
                token_hash: hash(CALLER),
                team: Some(team()),
                instance: None,
                expires_at: None,
            })),
        );
        stage.start();
        stage
    }

    /// Starts a gateway process on the folder, with fresh memory.
    pub(super) fn start(&mut self) {
        let identity = GatewayIdentity {
            gateway: "gateway-1".into(),
            control_url: format!("http://{}", self.control.address),
            token: Secret::new(TOKEN.into()),
        };
        let mut clocks = Clocks::system();
        if let Some(clock) = &self.clock {
            clocks.monotonic = Arc::clone(clock) as Arc<dyn Monotonic>;
        }
        let backend = Arc::clone(&self.backend);
        let gateway = Gateway::new(self.settings.clone(), backend, &identity, clocks, &SystemIds).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        self.address = listener.local_addr().unwrap();
        self.stop = Arc::new(Notify::new());
        let stop = Arc::clone(&self.stop);
        let serving = async move { gateway.serve(listener, stop.notified()).await.unwrap() };
        self.tasks.lock().unwrap().spawn(serving);
    }

    /// Asks the gateway to stop, without waiting.
    pub(super) fn ask_to_stop(&self) {
        self.stop.notify_one();
    }

    /// Waits until the gateway has ended.
    pub(super) async fn ended(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap());
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
    }

    /// Ends the process without a word, as kill -9 would.
    pub(super) async fn kill(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap());
        tasks.shutdown().await;
    }

    /// Puts a model into control's blobs and announces a revision of it.
    pub(super) fn revision(&self, service: ServiceId, number: i64, model: &LinearModel) -> RevisionId {
        let entry = self.revision_entry(service, number, model);
        let id = entry.id;
        self.control.announce(&format!("revision/{id}"), Some(EntryBody::Revision(entry)));
        id
    }

    pub(super) fn revision_entry(&self, service: ServiceId, number: i64, model: &LinearModel) -> RevisionEntry {
        let text = serde_json::to_vec(model).unwrap();
        let digest = Digest::from_bytes(*blake3::hash(&text).as_bytes());
        let bytes = text.len() as u64;
        self.control.told(|told| told.blobs.insert(digest.to_string(), text));
        let id = RevisionId::from_u128(SystemIds.next());
        RevisionEntry {
            id,
            service,
            number,
            model_name: "model".into(),
            model_version: number.to_string(),
            files: vec![ModelFile { path: "model.json".into(), digest, bytes }],
            model_digest: Digest::from_bytes(*blake3::hash(digest.as_bytes()).as_bytes()),
            signature: None,
            batching: None,
            workers: 1,
            attribution: Attribution {
                team: team(),
                instance: instance(),
                object: "service/churn".into(),
                change: None,
                pipeline_run: None,
                cause: None,
            },
        }
    }

    /// Announces a service and gives the version of its entry.
    pub(super) fn route(&self, entry: &ServiceEntry) -> i64 {
        self.control.announce(&format!("service/{}", entry.id), Some(EntryBody::Service(entry.clone())))
    }

    /// One service `churn` with one revision `y = 2·x0 + 3·x1 + 1`, ready.
    pub(super) async fn with_churn() -> (Self, ServiceEntry) {
        let stage = Self::open().await;
        let entry = stage.churn(&LinearModel { weights: vec![2.0, 3.0], bias: 1.0, ..LinearModel::default() });
        stage.ready().await;
        (stage, entry)
    }

    /// Announces `churn` with one revision of this model.
    pub(super) fn churn(&self, model: &LinearModel) -> ServiceEntry {
        let id = ServiceId::from_u128(SystemIds.next());
        let revision = self.revision(id, 1, model);
        let entry = service("churn", id, &[(revision, 10_000)]);
        self.route(&entry);
        entry
    }

    /// Waits until everything announced is applied and loaded.
    pub(super) async fn ready(&self) {
        until("entries are applied and models ready", async || {
            self.control.told(|told| {
                let head = told.head();
                told.last_heartbeat.as_ref().is_some_and(|heartbeat| {
                    heartbeat.applied == head
                        && heartbeat.revisions.iter().all(|status| status.state != RevisionLoad::Loading)
                })
            })
        })
        .await;
    }

    pub(super) async fn call(&self, request: http::request::Builder, body: impl Into<Bytes>) -> Answer {
        let request = request.body(Full::new(body.into())).unwrap();
        let answer = self.client.request(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
    }

    pub(super) fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let uri = format!("http://{}{path}", self.address);
        Request::builder().method(method).uri(uri).header("authorization", format!("Bearer {CALLER}"))
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.call(self.request(Method::GET, path), "").await
    }

    /// Posts JSON to the MLflow address of `churn`.
    pub(super) async fn invoke(&self, body: impl Into<Bytes>) -> Answer {
        let request = self.request(Method::POST, "/services/churn/invocations");
        self.call(request.header("content-type", "application/json"), body).await
    }

    /// Posts to `/v2/models/churn/infer`.
    pub(super) async fn infer(&self, body: impl Into<Bytes>) -> Answer {
        self.call(self.request(Method::POST, "/v2/models/churn/infer"), body).await
    }
}

pub(super) fn weights(routes: &[(RevisionId, u16)]) -> Vec<RouteWeight> {
    let weight = |points| Percent::from_basis_points(points).unwrap();
    routes.iter().map(|(revision, points)| RouteWeight { revision: *revision, weight: weight(*points) }).collect()
}

pub(super) fn service(name: &str, id: ServiceId, routes: &[(RevisionId, u16)]) -> ServiceEntry {
    ServiceEntry {
        id,
        name: name.into(),
        team: team(),
        instance: instance(),
        routes: weights(routes),
        salt: id.to_string(),
        rollout: None,
        lease: None,
        limits: ServiceLimits::default(),
        slow_above_micros: None,
    }
}

pub(super) fn lease(silent_seconds: u32, fallback: &[(RevisionId, u16)]) -> WeightLease {
    WeightLease { silent_seconds, fallback: weights(fallback) }
}

pub(super) fn long_ago() -> Timestamp {
    Timestamp::from_micros(1)
}
