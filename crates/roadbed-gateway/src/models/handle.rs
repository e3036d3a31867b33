//! One revision as requests see it: whether it can answer, and how many requests are in it.

use roadbed_contracts::backend::LoadedModel;
use roadbed_contracts::entries::{RevisionEntry, RevisionLoad, RevisionStatus};
use roadbed_contracts::tensor::Signature;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::watch;

/// Where a revision stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LoadPhase {
    /// What is being done, or why it is tried again.
    Loading(String),
    /// The engine that runs it.
    Ready(String),
    /// Final.
    Failed(String),
    /// No entry names it any more, requests in it have ended, the backend has let it go.
    Gone,
}

/// Lives as long as the entry of its revision, and after that until the last request has left it.
pub(crate) struct RevisionHandle {
    pub(crate) entry: Arc<RevisionEntry>,
    /// The number as a header value and as text.
    pub(crate) number: String,
    ready: AtomicBool,
    model: OnceLock<LoadedModel>,
    phase: watch::Sender<LoadPhase>,
    retired: AtomicBool,
    in_flight: AtomicUsize,
    /// Grows whenever a retired handle may have become idle, or was retired.
    changed: watch::Sender<u64>,
}

impl RevisionHandle {
    pub(crate) fn new(entry: Arc<RevisionEntry>) -> Self {
        Self {
            number: entry.number.to_string(),
            entry,
            ready: AtomicBool::new(false),
            model: OnceLock::new(),
            phase: watch::Sender::new(LoadPhase::Loading("waiting for a free place to load".into())),
            retired: AtomicBool::new(false),
            in_flight: AtomicUsize::new(0),
            changed: watch::Sender::new(0),
        }
    }

    /// Takes a place among the requests in flight; `None` when the revision is being taken away, so the caller routes again.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<InFlight> {
        // Sequentially consistent with `retire` and `drained`: either the drain sees this request, or this sees the retirement.
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        let place = InFlight(Arc::clone(self));
        (!self.retired.load(Ordering::SeqCst)).then_some(place)
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    pub(crate) fn phase(&self) -> LoadPhase {
        self.phase.borrow().clone()
    }

    /// Waits until the revision is ready or will never be.
    pub(crate) async fn settled(&self) -> LoadPhase {
        let mut phases = self.phase.subscribe();
        let settled = phases.wait_for(|phase| !matches!(phase, LoadPhase::Loading(_))).await;
        settled.map_or(LoadPhase::Gone, |phase| phase.clone())
    }

    pub(crate) fn model(&self) -> Option<&LoadedModel> {
        self.model.get()
    }

    /// The model's own signature where its file has one, else what the engine found.
    pub(crate) fn signature(&self) -> Option<&Signature> {
        self.entry.signature.as_ref().or_else(|| self.model.get().map(|model| &model.signature))
    }

    pub(crate) fn note_loading(&self, detail: String) {
        self.phase.send_replace(LoadPhase::Loading(detail));
    }

    pub(crate) fn note_ready(&self, model: LoadedModel) {
        let engine = model.engine.clone();
        self.model.set(model).ok();
        self.ready.store(true, Ordering::Release);
        self.phase.send_replace(LoadPhase::Ready(engine));
    }

    pub(crate) fn note_failed(&self, detail: String) {
        self.phase.send_replace(LoadPhase::Failed(detail));
    }

    pub(crate) fn note_gone(&self) {
        self.ready.store(false, Ordering::Release);
        self.phase.send_replace(LoadPhase::Gone);
    }

    pub(crate) async fn gone(&self) {
        self.phase.subscribe().wait_for(|phase| *phase == LoadPhase::Gone).await.ok();
    }

    /// Routing no longer leads here.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Ordering::SeqCst);
        self.changed.send_modify(|count| *count += 1);
    }

    /// Waits until the revision is retired and no request is in it.
    pub(crate) async fn drained(&self) {
        let mut changes = self.changed.subscribe();
        let idle = |_: &u64| self.retired.load(Ordering::SeqCst) && self.in_flight.load(Ordering::SeqCst) == 0;
        changes.wait_for(idle).await.ok();
    }

    pub(crate) fn status(&self) -> RevisionStatus {
        let (state, detail) = match self.phase() {
            LoadPhase::Loading(detail) => (RevisionLoad::Loading, detail),
            LoadPhase::Ready(engine) => (RevisionLoad::Ready, engine),
            LoadPhase::Failed(detail) => (RevisionLoad::Failed, detail),
            LoadPhase::Gone => (RevisionLoad::Loading, "being taken away".to_owned()),
        };
        let memory_bytes = self.model.get().map_or(0, |model| model.memory_bytes);
        RevisionStatus { revision: self.entry.id, state, detail, memory_bytes }
    }
}

/// A request in a revision; dropping it is leaving.
pub(crate) struct InFlight(Arc<RevisionHandle>);

impl Drop for InFlight {
    fn drop(&mut self) {
        let before = self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
        if before == 1 && self.0.retired.load(Ordering::SeqCst) {
            self.0.changed.send_modify(|count| *count += 1);
        }
    }
}
