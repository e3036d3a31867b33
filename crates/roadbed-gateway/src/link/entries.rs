//! Reads changes of entries and applies them: routing switches at once, the disk follows, then the version is acknowledged.

use crate::client::{ControlClient, ControlError};
use crate::entries::{Applied, EntryFile, EntryTable};
use crate::models::Removal;
use crate::plane::DataPlane;
use crate::routing::{RouteBuilder, revisions};
use http::Method;
use roadbed_contracts::entries::EntryFeed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What the heartbeat says about entries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// Version in routing and on disk.
    pub(crate) routed: i64,
    pub(crate) epoch: String,
}

/// Owns the table of entries.
pub(crate) struct EntryLink {
    plane: Arc<DataPlane>,
    client: Arc<ControlClient>,
    file: EntryFile,
    builder: RouteBuilder,
    table: EntryTable,
    /// The table has changes that are not on disk.
    unsaved: bool,
    progress: Arc<Mutex<Progress>>,
}

impl EntryLink {
    /// Starts with the entries of the last run, and routes by them at once.
    pub(crate) fn new(
        plane: Arc<DataPlane>,
        client: Arc<ControlClient>,
        file: EntryFile,
        builder: RouteBuilder,
        table: EntryTable,
    ) -> Self {
        let link = Self { plane, client, file, builder, table, unsaved: false, progress: Arc::default() };
        link.switch(&[]);
        link.note_progress();
        link
    }

    pub(crate) fn progress(&self) -> Arc<Mutex<Progress>> {
        Arc::clone(&self.progress)
    }

    fn note_progress(&self) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        *progress = Progress { routed: self.table.head, epoch: self.table.epoch.clone() };
    }

    /// Runs until cancelled.
    pub(crate) async fn run(mut self) {
        let settings = self.plane.settings.clone();
        let mut delay = settings.retry_delay;
        let mut after = self.table.head;
        loop {
            let asked_at = Instant::now();
            match self.poll(after).await {
                Ok(feed) => {
                    delay = settings.retry_delay;
                    self.plane.silence.note_contact(self.plane.clocks.monotonic.elapsed());
                    let before = after;
                    after = self.apply(after, feed).await;
                    // A control plane that does not hold the question until there is news must not be asked in a tight loop.
                    if after == before && asked_at.elapsed() < settings.retry_delay {
                        tokio::time::sleep(settings.retry_delay).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "news from control are missing; serving goes on with the entries at hand");
                    tokio::time::sleep(delay).await;
                    delay = (delay * 2).min(settings.retry_delay * 10);
                }
            }
        }
    }

    async fn poll(&self, after: i64) -> Result<EntryFeed, ControlError> {
        let wait = self.plane.settings.poll_wait_seconds;
        let path = format!("/internal/v1/entries?after={after}&wait_seconds={wait}");
        let timeout = Duration::from_secs(wait.into()) + self.plane.settings.control_timeout;
        let answer = self.client.exchange(Method::GET, &path, Vec::new(), timeout).await?;
        serde_json::from_slice(&answer).map_err(|error| ControlError::Unreadable { path, detail: error.to_string() })
    }

    /// Applies the answer to a question for changes after `after`, and gives the version to ask after next.
    async fn apply(&mut self, after: i64, feed: EntryFeed) -> i64 {
        match self.table.apply(after, feed) {
            Applied::AskFromStart => {
                tracing::warn!("control lost history this gateway has; asking for all entries");
                return 0;
            }
            Applied::Unchanged => {}
            Applied::Changed { removals } => {
                self.switch(&removals);
                self.unsaved = true;
            }
        }
        // Routing follows at once, also when the disk does not: a revoked token stays out. Only the acknowledgment waits.
        if self.unsaved {
            self.unsaved = !self.save().await;
        }
        if !self.unsaved {
            self.note_progress();
        }
        self.table.head
    }

    /// Makes routing follow the table; revisions without an entry drain after that.
    fn switch(&self, removals: &[Removal]) {
        let plane = &self.plane;
        let live = plane.library.set_entries(&revisions(&self.table));
        let before = plane.snapshot.load_full();
        plane.snapshot.store(Arc::new(self.builder.build(&self.table, &live, &before)));
        plane.library.retire(live, removals, self.table.head);
    }

    /// Writes the table; `false` when that failed and has to be done again.
    async fn save(&self) -> bool {
        let (file, table) = (self.file.clone(), self.table.clone());
        match tokio::task::spawn_blocking(move || file.save(&table)).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => {
                tracing::error!(%error, "entries cannot be written; free space in the gateway's folder");
            }
            Err(error) => tracing::error!(%error, "writing entries broke off"),
        }
        false
    }
}
