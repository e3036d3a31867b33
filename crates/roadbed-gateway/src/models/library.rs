//! Takes each revision through its life: fetch, load, serve, drain, unload. One task per revision.

use crate::client::ControlClient;
use crate::models::cache::collect;
use crate::models::fetch::fetch_model;
use crate::models::handle::{LoadPhase, RevisionHandle};
use crate::settings::GatewaySettings;
use roadbed_contracts::backend::{Backend, BackendError};
use roadbed_contracts::entries::RevisionStatus;
use roadbed_core::{Digest, RevisionId};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

/// A revision that routing let go with the change of this version.
pub(crate) struct Removal {
    pub(crate) version: i64,
    pub(crate) revision: RevisionId,
}

#[derive(Default)]
struct Shelf {
    live: HashMap<RevisionId, Arc<RevisionHandle>>,
    /// Handles without a task yet, each with the handle of the same revision that has to be gone first.
    fresh: Vec<(Arc<RevisionHandle>, Option<Arc<RevisionHandle>>)>,
    leaving: Vec<(i64, Arc<RevisionHandle>)>,
    /// Every handle that is not gone: their files are needed.
    active: Vec<Arc<RevisionHandle>>,
}

/// All revisions of this gateway.
pub(crate) struct Library {
    backend: Arc<dyn Backend>,
    client: Arc<ControlClient>,
    models: PathBuf,
    fetch_timeout: Duration,
    retry_delay: Duration,
    cache_bytes: u64,
    places: Semaphore,
    shelf: Mutex<Shelf>,
    changed: Notify,
}

impl Library {
    pub(crate) fn new(settings: &GatewaySettings, backend: Arc<dyn Backend>, client: Arc<ControlClient>) -> Self {
        Self {
            backend,
            client,
            models: settings.folder.join("models"),
            fetch_timeout: settings.control_timeout,
            retry_delay: settings.retry_delay,
            cache_bytes: settings.model_cache_bytes,
            places: Semaphore::new(settings.load_concurrency.max(1)),
            shelf: Mutex::default(),
            changed: Notify::new(),
        }
    }

    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes these the live revisions and gives their handles; known ones with an equal entry keep theirs. The ones left out
    /// are still routed to: call [`Library::retire`] once routing has switched.
    pub(crate) fn set_entries(
        &self,
        entries: &[Arc<roadbed_contracts::entries::RevisionEntry>],
    ) -> HashMap<RevisionId, Arc<RevisionHandle>> {
        let mut shelf = self.shelf();
        let mut live = HashMap::with_capacity(entries.len());
        for entry in entries {
            let known = shelf.live.get(&entry.id).filter(|handle| handle.entry == *entry).cloned();
            let handle = known.unwrap_or_else(|| {
                let handle = Arc::new(RevisionHandle::new(Arc::clone(entry)));
                let before = shelf.active.iter().rev().find(|old| old.entry.id == entry.id).cloned();
                shelf.fresh.push((Arc::clone(&handle), before));
                shelf.active.push(Arc::clone(&handle));
                handle
            });
            live.insert(entry.id, handle);
        }
        self.changed.notify_one();
        live
    }

    /// Routing has switched to these handles: the others drain. `removals` says which version removed which revision.
    pub(crate) fn retire(&self, live: HashMap<RevisionId, Arc<RevisionHandle>>, removals: &[Removal], version: i64) {
        let mut shelf = self.shelf();
        let before = std::mem::replace(&mut shelf.live, live);
        for (id, handle) in before {
            if shelf.live.get(&id).is_some_and(|kept| Arc::ptr_eq(kept, &handle)) {
                continue;
            }
            let removed_by = removals.iter().find(|removal| removal.revision == id);
            handle.retire();
            shelf.leaving.push((removed_by.map_or(version, |removal| removal.version), handle));
        }
        self.changed.notify_one();
    }

    /// The highest version, up to `routed`, below which every removed revision is gone.
    pub(crate) fn acknowledged(&self, routed: i64) -> i64 {
        let oldest = self.shelf().leaving.iter().map(|(version, _)| version - 1).min();
        oldest.map_or(routed, |oldest| oldest.min(routed))
    }

    pub(crate) fn statuses(&self) -> Vec<RevisionStatus> {
        let mut statuses: Vec<_> = self.shelf().live.values().map(|handle| handle.status()).collect();
        statuses.sort_by_key(|status| status.revision);
        statuses
    }

    pub(crate) fn live(&self) -> Vec<Arc<RevisionHandle>> {
        self.shelf().live.values().cloned().collect()
    }

    fn needed(&self) -> HashSet<Digest> {
        self.shelf().active.iter().map(|handle| handle.entry.model_digest).collect()
    }

    /// Runs until cancelled. Dropping the future stops all loading; models stay loaded for whoever still answers.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut tasks = JoinSet::new();
        self.collect(true).await;
        loop {
            let fresh = std::mem::take(&mut self.shelf().fresh);
            for (handle, before) in fresh {
                tasks.spawn(Arc::clone(&self).keep(handle, before));
            }
            tokio::select! {
                () = self.changed.notified() => {}
                Some(_) = tasks.join_next() => self.collect(false).await,
            }
        }
    }

    async fn collect(&self, at_start: bool) {
        let (models, needed, limit) = (self.models.clone(), self.needed(), self.cache_bytes);
        let collected = tokio::task::spawn_blocking(move || collect(&models, &needed, limit, at_start)).await;
        if let Ok(bytes @ 1..) = collected {
            tracing::info!(bytes, "removed model files that no entry needs");
        }
    }

    /// The whole life of a handle.
    async fn keep(self: Arc<Self>, handle: Arc<RevisionHandle>, before: Option<Arc<RevisionHandle>>) {
        if let Some(before) = before {
            before.gone().await;
        }
        tokio::select! {
            () = self.load_until_settled(&handle) => handle.drained().await,
            () = handle.drained() => {}
        }
        // A backend that was interrupted while loading is told to forget as well.
        self.backend.unload(handle.entry.id).await;
        handle.note_gone();
        let mut shelf = self.shelf();
        shelf.leaving.retain(|(_, leaving)| !Arc::ptr_eq(leaving, &handle));
        shelf.active.retain(|active| !Arc::ptr_eq(active, &handle));
    }

    async fn load_until_settled(&self, handle: &RevisionHandle) {
        let mut delay = self.retry_delay;
        loop {
            match self.load(handle).await {
                Ok(()) => return,
                Err(Setback::Final(detail)) => {
                    tracing::error!(revision = %handle.entry.id, detail, "a model cannot be loaded");
                    return handle.note_failed(detail);
                }
                Err(Setback::Passing(detail)) => {
                    tracing::warn!(revision = %handle.entry.id, detail, "loading a model is tried again");
                    handle.note_loading(format!("tried again after: {detail}"));
                }
            }
            tokio::time::sleep(delay).await;
            delay = (delay * 2).min(self.retry_delay * 30);
        }
    }

    async fn load(&self, handle: &RevisionHandle) -> Result<(), Setback> {
        let _place = self.places.acquire().await.map_err(|_| Setback::Passing("the gateway is stopping".into()))?;
        let entry = &handle.entry;
        handle.note_loading("fetching the model's files".into());
        let directory = fetch_model(&self.client, &self.models, entry, self.fetch_timeout).await.map_err(|error| {
            if error.is_final() { Setback::Final(error.to_string()) } else { Setback::Passing(error.to_string()) }
        })?;
        handle.note_loading("loading the model".into());
        match self.backend.load(entry, &directory).await {
            Ok(model) => {
                tracing::info!(revision = %entry.id, engine = model.engine, "a model is ready");
                handle.note_ready(model);
                Ok(())
            }
            Err(error @ (BackendError::CannotLoad(_) | BackendError::BadInput(_))) => {
                Err(Setback::Final(error.to_string()))
            }
            Err(error) => Err(Setback::Passing(error.to_string())),
        }
    }

    /// Whether every live revision is ready or has failed for good.
    pub(crate) fn is_settled(&self) -> bool {
        self.shelf().live.values().all(|handle| !matches!(handle.phase(), LoadPhase::Loading(_)))
    }
}

enum Setback {
    Final(String),
    Passing(String),
}
