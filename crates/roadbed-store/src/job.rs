//! A closure on its way to a store thread and its result on the way back.

use crate::error::StoreError;
use crate::scope::Scope;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Closures longer than this are logged: they keep everything behind them waiting.
const SLOW_CLOSURE: Duration = Duration::from_millis(20);

/// Work for a store thread. A write may run more than once; only the last run counts.
pub(crate) trait Job: Send {
    /// Runs the closure and keeps its result; `true` when its changes may stand.
    fn run(&mut self, scope: &mut Scope) -> bool;
    /// Sends the kept result.
    fn answer(self: Box<Self>);
    /// Sends an error instead of the kept result.
    fn fail(self: Box<Self>, error: StoreError);
}

pub(crate) type BoxedJob = Box<dyn Job>;

/// A queue that several threads take from.
pub(crate) type SharedJobs = Arc<Mutex<mpsc::Receiver<BoxedJob>>>;

/// A closure that can be called again with the scope.
pub(crate) struct Work<T, E, F> {
    work: F,
    events_required: bool,
    name: &'static str,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Work<T, E, F>
where
    F: FnMut(&mut Scope) -> Result<T, E> + Send,
    E: From<StoreError>,
{
    /// `name` is shown when the closure is slow or panics.
    pub(crate) fn new(work: F, events_required: bool, name: &'static str) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work, events_required, name, result: None, reply }, answer)
    }
}

impl<T, E, F> Job for Work<T, E, F>
where
    F: FnMut(&mut Scope) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, scope: &mut Scope) -> bool {
        scope.begin_unit();
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(scope)));
        let took = started.elapsed();
        if took > SLOW_CLOSURE {
            let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(closure = self.name, took_ms, "a store closure is slow");
        }
        let result = match outcome {
            Ok(Ok(value)) => scope.check_unit(self.events_required).map(|()| value).map_err(E::from),
            Ok(Err(error)) => Err(error),
            Err(panic) => Err(E::from(StoreError::Panicked { message: panic_message(panic.as_ref()) })),
        };
        let stands = result.is_ok();
        self.result = Some(result);
        stands
    }

    fn answer(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(E::from(StoreError::Closed)));
        // The caller may have gone away; the work stands all the same.
        let _ = self.reply.send(result);
    }

    fn fail(self: Box<Self>, error: StoreError) {
        let _ = self.reply.send(Err(E::from(error)));
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
