//! A bounded set of threads for native predictions that take too long for an async thread.

use roadbed_contracts::backend::BackendError;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

struct Job {
    work: Work,
    /// The caller has gone.
    abandoned: Arc<AtomicBool>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// Per thread ever started: when its job began, while it runs one.
    started: Vec<Option<Instant>>,
    /// Threads given up for hung; they end when their job does.
    given_up: Vec<usize>,
    closing: bool,
}

struct Shared {
    state: Mutex<State>,
    arrived: Condvar,
    threads: usize,
    queue: usize,
    hung_after: Duration,
}

/// The threads. Dropping the pool ends those that are not stuck.
pub(crate) struct CpuPool {
    shared: Arc<Shared>,
}

impl fmt::Debug for CpuPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CpuPool").field("threads", &self.shared.threads).finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CpuPool {
    /// `queue` is how many jobs may wait; a thread whose job runs for `hung_after` is replaced, at most once per thread of the pool.
    pub(crate) fn new(threads: usize, queue: usize, hung_after: Duration) -> std::io::Result<Self> {
        let threads = threads.max(1);
        let shared = Shared {
            state: Mutex::new(State::default()),
            arrived: Condvar::new(),
            threads,
            queue: queue.max(1),
            hung_after,
        };
        let pool = Self { shared: Arc::new(shared) };
        for _ in 0..threads {
            pool.add_thread()?;
        }
        Ok(pool)
    }

    fn add_thread(&self) -> std::io::Result<()> {
        let shared = Arc::clone(&self.shared);
        let mut state = self.shared.lock();
        let number = state.started.len();
        state.started.push(None);
        drop(state);
        std::thread::Builder::new().name(format!("inference-{number}")).spawn(move || run_jobs(&shared, number))?;
        Ok(())
    }

    /// Runs `work` on a thread of the pool and gives its result, within `time`.
    pub(crate) async fn run<R: Send + 'static>(
        &self,
        time: Duration,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Result<R, BackendError> {
        let (sender, receiver) = oneshot::channel();
        let abandoned = Arc::new(AtomicBool::new(false));
        // A caller that has gone does not want the answer.
        let work: Work = Box::new(move || drop(sender.send(work())));
        self.submit(Job { work, abandoned: Arc::clone(&abandoned) })?;
        match tokio::time::timeout(time, receiver).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) => Err(BackendError::Model("the engine panicked".to_owned())),
            Err(_) => {
                abandoned.store(true, Ordering::Relaxed);
                Err(BackendError::TimedOut(time))
            }
        }
    }

    fn submit(&self, job: Job) -> Result<(), BackendError> {
        self.replace_hung();
        let mut state = self.shared.lock();
        if state.given_up.len() >= 2 * self.shared.threads {
            return Err(BackendError::Unavailable("every inference thread hangs in a model".to_owned()));
        }
        if state.waiting.len() >= self.shared.queue {
            return Err(BackendError::Unavailable(format!(
                "{} requests wait for inference threads",
                self.shared.queue
            )));
        }
        state.waiting.push_back(job);
        drop(state);
        self.shared.arrived.notify_one();
        Ok(())
    }

    fn replace_hung(&self) {
        let mut state = self.shared.lock();
        let hung: Vec<usize> = (0..state.started.len())
            .filter(|number| state.started[*number].is_some_and(|at| at.elapsed() > self.shared.hung_after))
            .filter(|number| !state.given_up.contains(number))
            .collect();
        let allowed = (2 * self.shared.threads).saturating_sub(state.given_up.len());
        let hung = &hung[..hung.len().min(allowed)];
        state.given_up.extend_from_slice(hung);
        drop(state);
        for number in hung {
            tracing::error!(thread = number, "a model does not return: its inference thread is replaced");
            if let Err(error) = self.add_thread() {
                tracing::error!(%error, "no further inference thread can be started");
            }
        }
    }
}

impl Drop for CpuPool {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.arrived.notify_all();
    }
}

fn run_jobs(shared: &Shared, number: usize) {
    loop {
        let job = {
            let mut state = shared.lock();
            state.started[number] = None;
            if state.given_up.contains(&number) {
                state.given_up.retain(|given_up| *given_up != number);
                return;
            }
            loop {
                if state.closing {
                    return;
                }
                if let Some(job) = state.waiting.pop_front() {
                    state.started[number] = Some(Instant::now());
                    break job;
                }
                state = shared.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        };
        if !job.abandoned.load(Ordering::Relaxed) {
            // A panic of an engine must not cost the thread; the dropped sender tells the caller.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job.work));
        }
    }
}

#[cfg(test)]
mod tests;
