//! The control plane's side of the link: a feed, blobs, heartbeats whose records are kept as states.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use roadbed_contracts::entries::{Entry, EntryBody, EntryFeed, Heartbeat};
use roadbed_contracts::records::{Record, TrafficCounters};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};

pub(super) const TOKEN: &str = "rb_gateway";

#[derive(Default)]
pub(super) struct Told {
    log: Vec<Entry>,
    head: i64,
    epoch: String,
    pub(super) blobs: HashMap<String, Vec<u8>>,
    pub(super) last_heartbeat: Option<Heartbeat>,
    /// Key → value of the highest revision seen.
    records: BTreeMap<(String, i64, String), Record>,
    /// Heartbeats whose answer gets lost after their records were stored.
    pub(super) lose_answers: usize,
}

impl Told {
    /// Whether this record has arrived.
    pub(super) fn has(&self, record: &Record) -> bool {
        let key = (record.series.clone(), record.bucket.as_micros(), record.source.clone());
        self.records.contains_key(&key)
    }

    pub(super) const fn head(&self) -> i64 {
        self.head
    }
}

#[derive(Default)]
struct Shared {
    told: Mutex<Told>,
    news: Notify,
}

/// A control plane that can die and come back on its port.
pub(super) struct Control {
    shared: Arc<Shared>,
    pub(super) address: SocketAddr,
    running: Mutex<Option<AbortHandle>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Control {
    pub(super) async fn start() -> Self {
        let shared = Arc::new(Shared::default());
        shared.told.lock().unwrap().epoch = "first".into();
        let mut control = Self {
            shared,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            running: Mutex::default(),
            tasks: Mutex::default(),
        };
        control.address = control.listen().await;
        control
    }

    async fn listen(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind(self.address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/internal/v1/entries", get(entries))
            .route("/internal/v1/heartbeat", post(heartbeat))
            .route("/internal/v1/blobs/{digest}", get(blob))
            .layer(axum::extract::DefaultBodyLimit::max(64 << 20))
            .with_state(Arc::clone(&self.shared));
        let serving = async move { axum::serve(listener, router).await.unwrap() };
        *self.running.lock().unwrap() = Some(self.tasks.lock().unwrap().spawn(serving));
        address
    }

    /// Refuses connections from now on. Connections that are open are answered with an error.
    pub(super) async fn die(&self) {
        self.shared.told.lock().unwrap().epoch = format!("dead-{}", self.epoch());
        self.shared.news.notify_waiters();
        let running = self.running.lock().unwrap().take();
        running.unwrap().abort();
        while tokio::net::TcpStream::connect(self.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    pub(super) async fn revive(&self) {
        let epoch = self.epoch();
        self.shared.told.lock().unwrap().epoch = epoch.trim_start_matches("dead-").to_owned();
        self.listen().await;
    }

    fn epoch(&self) -> String {
        self.told(|told| told.epoch.clone())
    }

    /// Forgets history, as after a restore from a backup.
    pub(super) fn restore_from_backup(&self, entries: Vec<Entry>) {
        self.told(|told| {
            told.epoch = "second".into();
            told.head = 0;
            told.log.clear();
            for entry in entries {
                told.head += 1;
                told.log.push(Entry { version: told.head, ..entry });
            }
        });
        self.shared.news.notify_waiters();
    }

    pub(super) fn told<T>(&self, look: impl FnOnce(&mut Told) -> T) -> T {
        look(&mut self.shared.told.lock().unwrap())
    }

    /// Announces an entry and gives its version.
    pub(super) fn announce(&self, key: &str, body: Option<EntryBody>) -> i64 {
        let version = self.told(|told| {
            told.head += 1;
            let entry = Entry { key: key.into(), version: told.head, body };
            told.log.retain(|known| known.key != entry.key);
            told.log.push(entry);
            told.head
        });
        self.shared.news.notify_waiters();
        version
    }

    pub(super) fn applied(&self) -> i64 {
        self.told(|told| told.last_heartbeat.as_ref().map_or(0, |heartbeat| heartbeat.applied))
    }

    /// All traffic records whose series and source match, added up.
    pub(super) fn traffic(&self, series: &str, source_suffix: &str) -> TrafficCounters {
        let mut sum = TrafficCounters::default();
        let records: Vec<Record> = self.told(|told| told.records.values().cloned().collect());
        for record in records {
            let is_plain = !record.source.contains(':');
            let suffix_fits = if source_suffix.is_empty() { is_plain } else { record.source.ends_with(source_suffix) };
            if record.series.contains(series) && suffix_fits {
                let counters: TrafficCounters = serde_json::from_value(record.value).unwrap();
                crate::counting::merge_counters(&mut sum, &counters);
                sum.weight_basis_points = counters.weight_basis_points;
            }
        }
        sum
    }
}

fn authorized(headers: &HeaderMap) -> Result<(), StatusCode> {
    let expected = format!("Bearer {TOKEN}");
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    if given == Some(expected.as_str()) { Ok(()) } else { Err(StatusCode::UNAUTHORIZED) }
}

#[derive(Deserialize)]
struct After {
    after: i64,
    wait_seconds: u64,
}

async fn entries(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<After>,
    headers: HeaderMap,
) -> Result<axum::Json<EntryFeed>, StatusCode> {
    authorized(&headers)?;
    let news = shared.news.notified();
    let mut news = std::pin::pin!(news);
    news.as_mut().enable();
    let nothing_new = {
        let told = shared.told.lock().unwrap();
        told.head == query.after
    };
    if nothing_new {
        tokio::time::timeout(Duration::from_secs(query.wait_seconds), news).await.ok();
    }
    let told = shared.told.lock().unwrap();
    if told.epoch.starts_with("dead") {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let is_asked = |entry: &&Entry| entry.version > query.after && (query.after > 0 || entry.body.is_some());
    let entries = told.log.iter().filter(is_asked).cloned().collect();
    Ok(axum::Json(EntryFeed { entries, head: told.head, epoch: told.epoch.clone() }))
}

async fn heartbeat(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    axum::Json(heartbeat): axum::Json<Heartbeat>,
) -> Result<StatusCode, StatusCode> {
    authorized(&headers)?;
    let mut told = shared.told.lock().unwrap();
    if told.epoch.starts_with("dead") {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    for record in &heartbeat.records {
        let key = (record.series.clone(), record.bucket.as_micros(), record.source.clone());
        let is_newer = told.records.get(&key).is_none_or(|known| known.revision < record.revision);
        if is_newer {
            told.records.insert(key, record.clone());
        }
    }
    let had_records = !heartbeat.records.is_empty();
    told.last_heartbeat = Some(heartbeat);
    if had_records && told.lose_answers > 0 {
        told.lose_answers -= 1;
        return Err(StatusCode::BAD_GATEWAY);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn blob(
    State(shared): State<Arc<Shared>>,
    Path(digest): Path<String>,
    headers: HeaderMap,
) -> Result<Vec<u8>, StatusCode> {
    authorized(&headers)?;
    shared.told.lock().unwrap().blobs.get(&digest).cloned().ok_or(StatusCode::NOT_FOUND)
}
