//! One place for a worker: starts it, feeds it, replaces it when it dies, hangs or grows.

use super::batch::{join, split};
use super::connection::{Connection, ConnectionError};
use super::plan::GroupPlan;
use super::protocol::{Answer, ErrorKind, encode_predict};
use super::queue::{Pending, Queue};
use roadbed_contracts::backend::{BackendError, InferenceResponse, RunningWorker, WorkerLaunch};
use roadbed_contracts::tensor::Tensor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// Time a hung worker gets to write its stacks into its log.
const DUMP_TIME: Duration = Duration::from_millis(300);
/// A request that ends this many workers is answered with an error instead of a further try.
const DEATHS_PER_REQUEST: u32 = 2;

/// What the workers of a group share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) plan: GroupPlan,
    pub(super) queue: Queue,
    pub(super) state: watch::Sender<GroupState>,
    pub(super) closing: CancellationToken,
    /// The model's answers have not one row per input row: requests are not joined.
    pub(super) unjoined: AtomicBool,
}

/// Where the first start of a group is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum GroupState {
    Starting,
    /// At least one worker has loaded the model once.
    Ready {
        python: String,
        resident_bytes: u64,
    },
    Failed(BackendError),
}

/// Why a worker is over.
enum End {
    Closing,
    /// Died, hung or grew too big; the text is for the log.
    Replace(String),
    /// Cannot work in any worker.
    Final(BackendError),
}

struct Started {
    process: Box<dyn RunningWorker>,
    connection: Connection,
}

/// Keeps worker `number` running until the group closes.
pub(super) async fn keep_running(shared: Arc<Shared>, number: u32) {
    let settings = &shared.plan.settings;
    let mut backoff = Duration::ZERO;
    loop {
        let started_at = Instant::now();
        let end = tokio::select! {
            () = shared.closing.cancelled() => return,
            started = start(&shared, number) => match started {
                Ok(started) => serve(&shared, started).await,
                Err(end) => end,
            },
        };
        match end {
            End::Closing => return,
            End::Final(error) if matches!(*shared.state.borrow(), GroupState::Ready { .. }) => {
                tracing::warn!(revision = %shared.plan.revision, number, %error, "a Python worker cannot be started again");
            }
            End::Final(error) => {
                shared.queue.refuse_all(&error);
                shared.state.send_replace(GroupState::Failed(error));
                return;
            }
            End::Replace(reason) => {
                tracing::warn!(revision = %shared.plan.revision, number, reason, "a Python worker is replaced");
            }
        }
        // A worker that lived long earns a fresh start; one that dies at once must not be started in a tight loop.
        backoff = if started_at.elapsed() > settings.backoff_at_most { Duration::ZERO } else { backoff };
        tokio::select! {
            () = shared.closing.cancelled() => return,
            () = tokio::time::sleep(backoff) => {}
        }
        backoff = (backoff * 2).clamp(settings.backoff, settings.backoff_at_most);
    }
}

async fn start(shared: &Shared, number: u32) -> Result<Started, End> {
    let plan = &shared.plan;
    let passing = |error: std::io::Error| End::Replace(format!("a socket cannot be made: {error}"));
    let (mut connection, socket) = Connection::pair(plan.settings.frame_bytes).map_err(passing)?;
    let launch = WorkerLaunch {
        revision: plan.revision,
        attribution: plan.attribution.clone(),
        number,
        python: plan.python.clone(),
        requirements: plan.requirements.clone(),
        model_directory: plan.model_directory.clone(),
        program: plan.program.clone(),
        arguments: vec![plan.model_directory.to_string_lossy().into_owned(), plan.settings.frame_bytes.to_string()],
        socket,
    };
    let until = Instant::now() + plan.settings.load_timeout;
    let launched = tokio::time::timeout_at(until, plan.launcher.launch(launch)).await;
    let mut process = match launched {
        Ok(Ok(process)) => process,
        // Before the first success the caller learns why; afterwards the start is tried again.
        Ok(Err(error)) => return Err(End::Final(error)),
        Err(_) => return Err(End::Final(load_timed_out(plan))),
    };
    let first = tokio::time::timeout_at(until, connection.receive()).await;
    let end = match first {
        Ok(Ok(Answer::Ready { python, resident_bytes })) => {
            shared.state.send_replace(GroupState::Ready { python, resident_bytes });
            return Ok(Started { process, connection });
        }
        Ok(Ok(Answer::Failed { message })) => {
            let message = format!("in Python: {message}; see the worker's log, and the model's requirements.txt");
            End::Final(BackendError::CannotLoad(message))
        }
        Ok(Ok(_)) => End::Final(BackendError::CannotLoad("the worker answered before it was asked".to_owned())),
        Ok(Err(error)) => {
            let exit = timeout(DUMP_TIME, process.wait()).await.unwrap_or_else(|_| error.to_string());
            End::Final(BackendError::CannotLoad(format!("the Python worker ended while it loaded the model: {exit}")))
        }
        Err(_) => End::Final(load_timed_out(plan)),
    };
    process.kill().await;
    Err(end)
}

fn load_timed_out(plan: &GroupPlan) -> BackendError {
    BackendError::CannotLoad(format!(
        "the Python worker did not load the model within {:?}",
        plan.settings.load_timeout
    ))
}

/// Answers batches until the worker is over, then ends its process.
async fn serve(shared: &Shared, mut started: Started) -> End {
    let end = loop {
        let max_rows = if shared.unjoined.load(Ordering::Relaxed) { 0 } else { shared.plan.max_rows };
        let batch = tokio::select! {
            () = shared.closing.cancelled() => break End::Closing,
            exit = started.process.wait() => break End::Replace(exit),
            batch = shared.queue.next(max_rows, shared.plan.max_delay) => batch,
        };
        if let Err(end) = answer(shared, &mut started, batch).await {
            break end;
        }
    };
    started.process.kill().await;
    end
}

/// Sends one batch and answers its requests. `Err`: the worker is over.
async fn answer(shared: &Shared, started: &mut Started, batch: Vec<Pending>) -> Result<(), End> {
    let requests: Vec<_> = batch.iter().map(|pending| &pending.request).collect();
    let Some(joined) = join(&requests) else { return Ok(()) };
    let frame = match encode_predict(&joined, shared.plan.settings.frame_bytes) {
        Ok(frame) => frame,
        Err(_) if batch.len() > 1 => {
            shared.queue.put_back(batch);
            return Ok(());
        }
        Err(reason) => {
            reply_all(batch, &BackendError::BadInput(reason));
            return Ok(());
        }
    };
    let deadline = batch.iter().map(|pending| pending.deadline).max().unwrap_or_else(Instant::now);
    let hung_at = deadline.max(Instant::now() + shared.plan.settings.hung_after_at_least);
    let exchange = async {
        started.connection.send(&frame).await?;
        started.connection.receive().await
    };
    let answered = tokio::select! {
        () = shared.closing.cancelled() => return Err(End::Closing),
        answered = tokio::time::timeout_at(hung_at, exchange) => answered,
    };
    match answered {
        Ok(Ok(answer)) => settle(shared, batch, answer),
        Ok(Err(error)) => Err(died(shared, started, batch, error).await),
        Err(_) => {
            started.connection.ask_for_stacks();
            for pending in batch {
                let timed_out = BackendError::TimedOut(pending.request.timeout);
                // The caller has gone at its deadline.
                let _ = pending.reply.send(Err(timed_out));
            }
            tokio::time::sleep(DUMP_TIME).await;
            Err(End::Replace("it did not answer in time".to_owned()))
        }
    }
}

fn settle(shared: &Shared, batch: Vec<Pending>, answer: Answer) -> Result<(), End> {
    match answer {
        Answer::Result { outputs, resident_bytes } => {
            reply_rows(shared, batch, outputs);
            let limit = shared.plan.settings.memory_bytes.filter(|limit| resident_bytes > *limit);
            limit.map_or(Ok(()), |limit| {
                Err(End::Replace(format!("it holds {resident_bytes} bytes, the limit is {limit}")))
            })
        }
        // One bad request must not fail its neighbours.
        Answer::Error { .. } if batch.len() > 1 => {
            shared.queue.put_back(batch);
            Ok(())
        }
        Answer::Error { kind, message } => {
            let error = match kind {
                ErrorKind::BadInput => BackendError::BadInput(message),
                ErrorKind::Model => BackendError::Model(message),
            };
            reply_all(batch, &error);
            Ok(())
        }
        Answer::Ready { .. } | Answer::Failed { .. } => {
            reply_all(batch, &BackendError::Model("the worker broke the protocol".to_owned()));
            Err(End::Replace("it broke the protocol".to_owned()))
        }
    }
}

fn reply_rows(shared: &Shared, mut batch: Vec<Pending>, outputs: Vec<Tensor>) {
    if batch.len() == 1 {
        if let Some(pending) = batch.pop() {
            let _ = pending.reply.send(Ok(InferenceResponse { outputs }));
        }
        return;
    }
    let rows: Vec<usize> = batch.iter().map(|pending| pending.request.rows).collect();
    let Some(responses) = split(&outputs, &rows) else {
        tracing::info!(revision = %shared.plan.revision, "the model does not give one row per input row: requests are not joined");
        shared.unjoined.store(true, Ordering::Relaxed);
        shared.queue.put_back(batch);
        return;
    };
    for (pending, response) in batch.into_iter().zip(responses) {
        let _ = pending.reply.send(Ok(response));
    }
}

/// The worker died: its requests are tried again, alone, unless they have ended workers before.
async fn died(shared: &Shared, started: &mut Started, batch: Vec<Pending>, error: ConnectionError) -> End {
    let exit = timeout(DUMP_TIME, started.process.wait()).await.unwrap_or_else(|_| error.to_string());
    let joined = batch.len() > 1;
    let mut again = Vec::new();
    for mut pending in batch {
        pending.deaths += u32::from(!joined);
        if pending.deaths < DEATHS_PER_REQUEST {
            again.push(pending);
        } else {
            let message = format!("its Python worker ended ({exit}), twice, on this request");
            let _ = pending.reply.send(Err(BackendError::Model(message)));
        }
    }
    shared.queue.put_back(again);
    End::Replace(exit)
}

fn reply_all(batch: Vec<Pending>, error: &BackendError) {
    for pending in batch {
        let _ = pending.reply.send(Err(error.clone()));
    }
}
