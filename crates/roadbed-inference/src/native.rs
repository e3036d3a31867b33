//! What the native engines have in common: a prediction, and how long it takes.

use crate::pool::CpuPool;
use roadbed_contracts::backend::{BackendError, InferenceRequest, InferenceResponse};
use roadbed_contracts::tensor::Signature;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A model loaded by a native engine.
pub(crate) trait NativeModel: Send + Sync + std::fmt::Debug + 'static {
    fn predict(&self, request: &InferenceRequest) -> Result<InferenceResponse, BackendError>;
    fn signature(&self) -> &Signature;
    /// Engine and version.
    fn engine(&self) -> String;
    fn memory_bytes(&self) -> u64;
}

/// A native model with a memory of its speed: quick predictions run on the caller's thread, slow ones in the pool.
#[derive(Debug)]
pub(crate) struct Timed {
    model: Box<dyn NativeModel>,
    /// Moving average of nanoseconds per row; starts pessimistic.
    row_nanoseconds: AtomicU64,
}

impl Timed {
    pub(crate) fn new(model: Box<dyn NativeModel>) -> Self {
        Self { model, row_nanoseconds: AtomicU64::new(u64::MAX >> 32) }
    }

    pub(crate) fn model(&self) -> &dyn NativeModel {
        self.model.as_ref()
    }

    /// Predicts on this thread and learns from the time it took.
    pub(crate) fn predict(&self, request: &InferenceRequest) -> Result<InferenceResponse, BackendError> {
        let start = Instant::now();
        // A panic inside an engine is an error of this request, not the end of the connection or thread it runs on.
        let predict = std::panic::AssertUnwindSafe(|| self.model.predict(request));
        let response = std::panic::catch_unwind(predict)
            .unwrap_or_else(|_| Err(BackendError::Model("the engine panicked".to_owned())))?;
        let taken = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let per_row = taken / request.rows.max(1) as u64;
        let before = self.row_nanoseconds.load(Ordering::Relaxed);
        // Quick to learn that a model is fast, slow to believe that one late answer means it is slow.
        let average = if per_row < before { before.midpoint(per_row) } else { before + (per_row - before) / 16 };
        self.row_nanoseconds.store(average, Ordering::Relaxed);
        Ok(response)
    }

    fn expected(&self, rows: usize) -> Duration {
        Duration::from_nanos(self.row_nanoseconds.load(Ordering::Relaxed).saturating_mul(rows as u64))
    }
}

/// Predicts where it costs least: at once when it is quick, else in the pool.
pub(crate) async fn infer(
    timed: &Arc<Timed>,
    pool: &CpuPool,
    inline_below: Duration,
    request: InferenceRequest,
) -> Result<InferenceResponse, BackendError> {
    if timed.expected(request.rows) < inline_below {
        return timed.predict(&request);
    }
    let timed = Arc::clone(timed);
    pool.run(request.timeout, move || timed.predict(&request)).await?
}
