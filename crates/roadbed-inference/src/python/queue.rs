//! Requests waiting for a worker of their revision.

use super::batch::compatible;
use roadbed_contracts::backend::{BackendError, InferenceRequest, InferenceResponse};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

pub(super) type Reply = Result<InferenceResponse, BackendError>;

/// A request that waits. Whoever drops it unanswered tells the caller that the model is not ready.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) request: InferenceRequest,
    pub(super) deadline: Instant,
    pub(super) reply: oneshot::Sender<Reply>,
    /// Workers that died with it.
    pub(super) deaths: u32,
    /// Must not be joined with others: it was in a batch that failed.
    pub(super) alone: bool,
}

#[derive(Debug)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Pending>>,
    arrived: Notify,
    limit: usize,
}

impl Queue {
    pub(super) fn new(limit: usize) -> Self {
        Self { waiting: Mutex::new(VecDeque::new()), arrived: Notify::new(), limit }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Pending>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends a request; refuses it when the queue is full.
    pub(super) fn push(&self, pending: Pending) -> Result<(), BackendError> {
        let mut waiting = self.lock();
        if waiting.len() >= self.limit {
            return Err(BackendError::Unavailable(format!("{} requests wait for its Python workers", self.limit)));
        }
        waiting.push_back(pending);
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// Puts requests back to the front, to be answered one by one.
    pub(super) fn put_back(&self, requests: Vec<Pending>) {
        let mut waiting = self.lock();
        for mut pending in requests.into_iter().rev() {
            pending.alone = true;
            waiting.push_front(pending);
        }
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Answers everything that waits with an error.
    pub(super) fn refuse_all(&self, error: &BackendError) {
        let waiting = std::mem::take(&mut *self.lock());
        for pending in waiting {
            // The caller may have gone; then nobody wants the answer.
            let _ = pending.reply.send(Err(error.clone()));
        }
    }

    /// Waits for a request and takes what may be joined with it, up to `max_rows` rows; `delay` is how long to wait for more.
    pub(super) async fn next(&self, max_rows: usize, delay: Duration) -> Vec<Pending> {
        let mut batch = loop {
            let arrival = self.arrived.notified();
            if let Some(first) = self.take_first() {
                break vec![first];
            }
            arrival.await;
        };
        self.fill(&mut batch, max_rows);
        if !delay.is_zero() && !batch[0].alone && rows(&batch) < max_rows {
            tokio::time::sleep(delay).await;
            self.fill(&mut batch, max_rows);
        }
        // Another worker may take what is left.
        if !self.lock().is_empty() {
            self.arrived.notify_one();
        }
        batch
    }

    fn take_first(&self) -> Option<Pending> {
        let mut waiting = self.lock();
        let now = Instant::now();
        while let Some(pending) = waiting.pop_front() {
            if !pending.reply.is_closed() && pending.deadline > now {
                return Some(pending);
            }
        }
        None
    }

    fn fill(&self, batch: &mut Vec<Pending>, max_rows: usize) {
        let mut waiting = self.lock();
        while let Some(next) = waiting.front() {
            let fits = rows(batch) + next.request.rows <= max_rows;
            if batch[0].alone || next.alone || !fits || !compatible(&batch[0].request, &next.request) {
                return;
            }
            if let Some(next) = waiting.pop_front().filter(|next| !next.reply.is_closed()) {
                batch.push(next);
            }
        }
    }
}

pub(super) fn rows(batch: &[Pending]) -> usize {
    batch.iter().map(|pending| pending.request.rows).sum()
}
