//! The Python workers of one revision.

use super::plan::GroupPlan;
use super::queue::{Pending, Queue};
use super::worker::{GroupState, Shared, keep_running};
use roadbed_contracts::backend::{BackendError, InferenceRequest, InferenceResponse};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A running group. Dropping it ends its workers.
#[derive(Debug)]
pub(crate) struct WorkerGroup {
    shared: Arc<Shared>,
    tasks: TaskTracker,
    /// Python's version and the memory of one worker after loading.
    pub(crate) python: String,
    pub(crate) resident_bytes: u64,
}

impl WorkerGroup {
    /// Starts the workers and answers when the first one has loaded the model.
    pub(crate) async fn start(plan: GroupPlan) -> Result<Self, BackendError> {
        let workers = plan.workers.clamp(1, plan.settings.per_revision.max(1));
        let (state, mut changes) = watch::channel(GroupState::Starting);
        let shared = Arc::new(Shared {
            queue: Queue::new(plan.queue),
            plan,
            state,
            closing: CancellationToken::new(),
            unjoined: AtomicBool::new(false),
        });
        let mut group =
            Self { shared: Arc::clone(&shared), tasks: TaskTracker::new(), python: String::new(), resident_bytes: 0 };
        for number in 0..workers {
            group.tasks.spawn(keep_running(Arc::clone(&shared), number));
        }
        group.tasks.close();
        // Workers that are replaced before they ever loaded, for want of sockets, must not keep the caller for ever.
        let limit = shared.plan.settings.load_timeout;
        let changed =
            async { changes.wait_for(|state| *state != GroupState::Starting).await.ok().map(|state| state.clone()) };
        let state = tokio::time::timeout(limit, changed).await.ok().flatten();
        match state.unwrap_or(GroupState::Failed(not_ready())) {
            GroupState::Ready { python, resident_bytes } => {
                group.python = python;
                group.resident_bytes = resident_bytes.saturating_mul(u64::from(workers));
                Ok(group)
            }
            GroupState::Failed(error) => {
                group.stop().await;
                Err(error)
            }
            GroupState::Starting => Err(not_ready()),
        }
    }

    /// Predicts, within the request's time.
    pub(crate) async fn infer(&self, request: InferenceRequest) -> Result<InferenceResponse, BackendError> {
        let (reply, answer) = oneshot::channel();
        let time = request.timeout;
        let deadline = Instant::now() + time;
        self.shared.queue.push(Pending { request, deadline, reply, deaths: 0, alone: false })?;
        match tokio::time::timeout_at(deadline, answer).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => Err(not_ready()),
            Err(_) => Err(BackendError::TimedOut(time)),
        }
    }

    /// Ends the workers and returns when their processes are gone.
    pub(crate) async fn stop(&self) {
        self.shared.closing.cancel();
        self.shared.queue.refuse_all(&not_ready());
        self.tasks.wait().await;
    }
}

impl Drop for WorkerGroup {
    fn drop(&mut self) {
        self.shared.closing.cancel();
    }
}

fn not_ready() -> BackendError {
    BackendError::Unavailable("its Python workers are not running".to_owned())
}
