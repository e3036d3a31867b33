//! The handle everyone holds, and the threads behind it.

use crate::error::StoreError;
use crate::events::{self, AuditReport, EventsBackwards};
use crate::job::{BoxedJob, Work};
use crate::postgres::listener::Listener;
use crate::scope::{Appender, Reader, Scope, Transaction};
use crate::sqlite::directory::DirectoryLock;
use roadbed_contracts::events::Event;
use roadbed_core::{EventSeq, Timestamp};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, watch};

/// A handle to an open store. Clones share it; the last one to go closes it.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) queues: RwLock<Option<Queues>>,
    pub(crate) head: watch::Receiver<EventSeq>,
    pub(crate) hears_every_commit: bool,
    pub(crate) running: Mutex<Running>,
}

/// What ends with the store.
pub(crate) struct Running {
    pub(crate) readers: Vec<JoinHandle<()>>,
    pub(crate) writers: Vec<JoinHandle<()>>,
    pub(crate) listener: Option<Listener>,
    pub(crate) lock: Option<DirectoryLock>,
}

/// The ways to the store threads.
#[derive(Clone)]
pub(crate) struct Queues {
    pub(crate) state: mpsc::Sender<BoxedJob>,
    pub(crate) records: mpsc::Sender<BoxedJob>,
    pub(crate) read_state: mpsc::Sender<BoxedJob>,
    pub(crate) read_records: mpsc::Sender<BoxedJob>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("head", &*self.inner.head.borrow()).finish_non_exhaustive()
    }
}

impl Store {
    /// Runs a closure on the state lane. When this returns `Ok`, everything the closure did is durable; when it returns
    /// an error, nothing of it is there. The closure must only compute and use the transaction, and may run twice.
    ///
    /// # Errors
    /// The closure's own, or a [`StoreError`] as `E`. A failed statement spoils the closure even if it goes on.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let run = move |scope: &mut Scope| work(&mut Transaction { scope });
        self.send(|queues| &queues.state, run, true, std::any::type_name::<F>()).await
    }

    /// Runs a closure on one snapshot of the state lane.
    ///
    /// # Errors
    /// The closure's own, or a [`StoreError`] as `E`.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Reader<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.send(|queues| &queues.read_state, reading(work), false, std::any::type_name::<F>()).await
    }

    /// Runs a closure on the append lane: many rows, no events. Durable when it returns; the closure may run twice.
    ///
    /// # Errors
    /// The closure's own, or a [`StoreError`] as `E`. A failed statement spoils the closure even if it goes on.
    pub async fn append<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Appender<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let run = move |scope: &mut Scope| work(&mut Appender { scope });
        self.send(|queues| &queues.records, run, false, std::any::type_name::<F>()).await
    }

    /// Runs a closure on one snapshot of the append lane's tables.
    ///
    /// # Errors
    /// The closure's own, or a [`StoreError`] as `E`.
    pub async fn read_records<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Reader<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.send(|queues| &queues.read_records, reading(work), false, std::any::type_name::<F>()).await
    }

    /// Committed events after a place, ascending, at most `limit`. Nothing before the last one is still to come.
    ///
    /// # Errors
    /// Any [`StoreError`] of the read.
    pub async fn events_after(&self, after: EventSeq, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.read(move |reader| events::read_events(reader.scope, after, limit)).await
    }

    /// Committed events before a place, descending, at most `limit`.
    ///
    /// # Errors
    /// Any [`StoreError`] of the read.
    pub async fn events_before(
        &self,
        before: EventSeq,
        wanted: EventsBackwards,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        self.read(move |reader| events::read_events_before(reader.scope, before, &wanted, limit)).await
    }

    /// Number of the first event at or after a moment, or the one behind the last event. Inexact where the clock was set back.
    ///
    /// # Errors
    /// Any [`StoreError`] of the read.
    pub async fn first_event_since(&self, moment: Timestamp) -> Result<EventSeq, StoreError> {
        self.read(move |reader| events::first_event_since(reader.scope, moment)).await
    }

    /// The number of the newest committed event, 0 when there is none. It moves after a commit with events; with several
    /// processes on one database a change may show late, so a consumer also polls now and then.
    #[must_use]
    pub fn head(&self) -> watch::Receiver<EventSeq> {
        self.inner.head.clone()
    }

    /// Whether the head moves before any caller hears of a commit: so it is when this process alone writes.
    pub(crate) fn hears_every_commit(&self) -> bool {
        self.inner.hears_every_commit
    }

    /// Recomputes the hash chain of the audit events.
    ///
    /// # Errors
    /// [`StoreError::AuditBroken`] names the first event that does not fit.
    pub async fn verify_audit(&self) -> Result<AuditReport, StoreError> {
        self.read(|reader| events::verify_audit(reader.scope)).await
    }

    /// Finishes what was accepted, then ends the store's threads and gives the directory back. Blocks; may be called
    /// again. Later calls on any clone answer [`StoreError::Closed`].
    pub fn close(&self) {
        self.inner.close();
    }

    pub(crate) async fn send<T, E, F>(
        &self,
        queue: impl FnOnce(&Queues) -> &mpsc::Sender<BoxedJob>,
        run: F,
        events_required: bool,
        name: &'static str,
    ) -> Result<T, E>
    where
        F: FnMut(&mut Scope) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let sender = {
            let queues = self.inner.queues.read().unwrap_or_else(PoisonError::into_inner);
            queues.as_ref().map(|queues| queue(queues).clone())
        };
        let sender = sender.ok_or(StoreError::Closed)?;
        let (job, answer) = Work::new(run, events_required, name);
        sender.send(Box::new(job)).await.map_err(|_| StoreError::Closed)?;
        drop(sender);
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

/// A closure that runs once, in the form of one that may run again.
fn reading<T, E, F>(work: F) -> impl FnMut(&mut Scope) -> Result<T, E> + Send
where
    F: FnOnce(&mut Reader<'_>) -> Result<T, E> + Send,
    E: From<StoreError>,
{
    let mut work = Some(work);
    move |scope| match work.take() {
        Some(work) => work(&mut Reader { scope }),
        None => Err(E::from(StoreError::Closed)),
    }
}

impl Inner {
    fn close(&self) {
        let queues = self.queues.write().unwrap_or_else(PoisonError::into_inner).take();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = running.listener.take() {
            listener.stop();
        }
        // Readers first: the last connection to go tidies the WAL up, which a reader may not.
        if let Some(Queues { state, records, read_state, read_records }) = queues {
            drop((read_state, read_records));
            running.readers.drain(..).for_each(join);
            drop((state, records));
            running.writers.drain(..).for_each(join);
        }
        running.lock = None;
    }
}

fn join(thread: JoinHandle<()>) {
    // The last handle may go inside a closure; that thread ends by itself.
    if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
        tracing::error!("a store thread had panicked");
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
