//! The controller `jobs`: starts what waits, follows what runs, retries, and sees to every attempt's end.

use super::launch::{checkpoint_directory, workload_spec};
use super::model::{AttemptPhase, CONTROLLER, Job, JobAttemptClosed, JobLaunched, JobRetried};
use super::operations::{Jobs, header};
use super::plan::{OpenAttempt, Step, View, plan};
use super::state::{AttemptEnd, AttemptExit, JobState};
use super::store;
use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use roadbed_capability::{Controller, ControllerError};
use roadbed_compute::{EngineError, Selection};
use roadbed_contracts::events::training::{JobFinished, JobStarted};
use roadbed_contracts::events::{Actor, EventBody};
use roadbed_contracts::ports::{PortError, WorkloadGrant};
use roadbed_contracts::workload::{ExitKind, WorkloadPhase};
use roadbed_core::{Timestamp, WorkloadId};
use roadbed_store::{Execute, Lease, StoreError, Transaction};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Time between two looks while something is open, should a report get lost.
const BUSY_PERIOD: Duration = Duration::from_secs(1);
const IDLE_PERIOD: Duration = Duration::from_secs(5);
/// Waiting attempts looked at in one pass.
const WAITING_LIMIT: u32 = 500;
/// Steps under way at one time; their writes share commits.
const PARALLEL_STEPS: usize = 8;
/// Bytes of a log read in one piece to learn its length.
const LOG_PIECE_BYTES: usize = 4 << 20;

pub(super) struct JobsController {
    jobs: Jobs,
    is_busy: AtomicBool,
}

impl JobsController {
    pub(super) const fn new(jobs: Jobs) -> Self {
        Self { jobs, is_busy: AtomicBool::new(false) }
    }

    async fn observe(&self, attempts: &[OpenAttempt]) -> Result<BTreeMap<WorkloadId, WorkloadPhase>, ControllerError> {
        let ids: Vec<WorkloadId> = attempts.iter().map(|attempt| attempt.workload).collect();
        let observed = self.jobs.inner.engine.observe(Selection::Ids(&ids)).await.map_err(ControllerError::new)?;
        Ok(observed.into_iter().map(|found| (found.id, found.phase)).collect())
    }

    pub(super) async fn apply(&self, lease: &Lease, attempt: OpenAttempt, step: Step) -> Result<(), ControllerError> {
        let workload = attempt.workload;
        match step {
            Step::Launch => self.launch(lease, &attempt).await,
            Step::NoteLaunched => self.change(lease, workload, move |tx, seen| seen.launched(tx)).await,
            Step::NoteRunning { started_at } => {
                self.change(lease, workload, move |tx, seen| seen.running(tx, started_at)).await
            }
            Step::Stop { reason } => self.jobs.inner.engine.stop(workload, &reason).await.map_err(ControllerError::new),
            Step::End { end, log_bytes } => self.end(lease, workload, end, log_bytes).await,
            Step::Close => self.close(lease, workload).await,
        }
    }

    /// Token, folder, engine; what the engine has is written down afterwards, off the way to user code.
    async fn launch(&self, lease: &Lease, attempt: &OpenAttempt) -> Result<(), ControllerError> {
        let inner = &self.jobs.inner;
        let (id, workload) = (attempt.job, attempt.workload);
        let Some(job) = inner.context.store.read(move |r| store::by_id(r, id)).await? else { return Ok(()) };
        let grant = WorkloadGrant { instance: job.instance, workload, job: Some(id) };
        let token = match inner.ports.secrets.issue(&grant).await {
            Ok(issued) => issued.token,
            Err(PortError::Failed(reason)) => return Err(ControllerError::new(reason)),
            Err(PortError::NotFound(reason) | PortError::Refused(reason)) => {
                return self.refuse(lease, workload, format!("the job got no token: {reason}")).await;
            }
        };
        let checkpoints = checkpoint_directory(&inner.settings, id);
        make_private_folder(checkpoints).await?;
        let spec = workload_spec(&job, workload, &token, &inner.settings);
        match inner.engine.start(&spec).await {
            Ok(()) => self.change(lease, workload, move |tx, seen| seen.launched(tx)).await,
            // Somebody else of this engine has them; the job stays where it is in the queue.
            Err(EngineError::NotEnoughGpus { .. }) => Ok(inner.ports.secrets.revoke(workload).await?),
            Err(error) => Err(ControllerError::new(error)),
        }
    }

    /// Ends an attempt that cannot be started at all.
    async fn refuse(&self, lease: &Lease, workload: WorkloadId, message: String) -> Result<(), ControllerError> {
        let ended_at = self.jobs.inner.context.clock.now();
        let exit = AttemptExit { exit: ExitKind::NotStarted, message, started_at: None, ended_at };
        self.end(lease, workload, AttemptEnd::Exited(exit), Some(0)).await
    }

    async fn end(
        &self,
        lease: &Lease,
        workload: WorkloadId,
        end: AttemptEnd,
        log_bytes: Option<u64>,
    ) -> Result<(), ControllerError> {
        let inner = &self.jobs.inner;
        // Before the end is written: what has ended needs no token, and a crash in between only asks again.
        inner.ports.secrets.revoke(workload).await?;
        let log_bytes = match log_bytes {
            Some(bytes) => bytes,
            None => self.log_length(workload).await?,
        };
        let next = WorkloadId::from_u128(inner.context.ids.next());
        self.change(lease, workload, move |tx, seen| seen.ended(tx, &end, log_bytes, next)).await?;
        // A retry may start at once, and so may whoever waits for the room.
        inner.context.wake_ups.wake(CONTROLLER);
        Ok(())
    }

    /// The job had ended before its attempt: nothing of it may start any more.
    async fn close(&self, lease: &Lease, workload: WorkloadId) -> Result<(), ControllerError> {
        let inner = &self.jobs.inner;
        inner.engine.stop(workload, "the job was cancelled").await.map_err(ControllerError::new)?;
        inner.ports.secrets.revoke(workload).await?;
        self.change(lease, workload, |tx, seen| seen.closed(tx)).await
    }

    async fn log_length(&self, workload: WorkloadId) -> Result<u64, ControllerError> {
        let mut length = 0;
        loop {
            match self.jobs.inner.engine.read_log(workload, length, LOG_PIECE_BYTES).await {
                Ok(piece) if piece.bytes.is_empty() => return Ok(length),
                Ok(piece) => length += piece.bytes.len() as u64,
                Err(EngineError::Unknown(_)) => return Ok(length),
                Err(error) => return Err(ControllerError::new(error)),
            }
        }
    }

    /// A write about one attempt, on what the table says now: a step decided on an older view finds nothing to do.
    async fn change<F>(&self, lease: &Lease, workload: WorkloadId, change: F) -> Result<(), ControllerError>
    where
        F: Fn(&mut Transaction<'_>, Seen) -> Result<(), StoreError> + Send + 'static,
    {
        let lease = lease.clone();
        let written = self.jobs.inner.context.store.write(move |tx| -> Result<(), StoreError> {
            tx.check_lease(&lease)?;
            let Some(attempt) = store::attempt_by_workload(tx, workload)?.filter(|attempt| attempt.open) else {
                return Ok(());
            };
            let Some(job) = store::by_id(tx, attempt.job)? else { return Ok(()) };
            change(tx, Seen { job, attempt })
        });
        Ok(written.await?)
    }
}

/// A folder for this user only.
async fn make_private_folder(path: std::path::PathBuf) -> Result<(), ControllerError> {
    let made = tokio::task::spawn_blocking(move || {
        use std::os::unix::fs::DirBuilderExt;
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.map_err(|error| ControllerError::new(format!("{} could not be made: {error}", path.display())))
    });
    made.await.map_err(ControllerError::new)?
}

/// A job and its open attempt as a transaction found them.
struct Seen {
    job: Job,
    attempt: super::model::Attempt,
}

impl Seen {
    fn actor() -> Actor {
        Actor::controller(CONTROLLER)
    }

    /// What happens to a job here follows from what happened to it before: it was submitted, started, asked to end.
    fn emit<B: EventBody>(&self, tx: &mut Transaction<'_>, body: &B) -> Result<(), StoreError> {
        let header = header(&self.job, Self::actor());
        let cause = tx.last_event_about(&header.subject)?;
        tx.emit(&header.with_cause(cause), body).map(drop)
    }

    fn launched(mut self, tx: &mut Transaction<'_>) -> Result<(), StoreError> {
        let Ok(progress) = self.job.progress.clone().launched() else { return Ok(()) };
        store::put_progress(tx, self.job.id, &progress)?;
        self.attempt.phase = AttemptPhase::Launched;
        store::put_attempt(tx, &self.attempt)?;
        let (job, name) = (self.job.id, self.job.name.to_string());
        let event = JobLaunched { job, name, attempt: self.attempt.number, workload: self.attempt.workload };
        self.emit(tx, &event)?;
        Ok(())
    }

    fn running(mut self, tx: &mut Transaction<'_>, started_at: Timestamp) -> Result<(), StoreError> {
        let Ok(progress) = self.job.progress.clone().running(started_at) else { return Ok(()) };
        store::put_progress(tx, self.job.id, &progress)?;
        self.attempt.phase = AttemptPhase::Launched;
        self.attempt.started_at = Some(started_at);
        store::put_attempt(tx, &self.attempt)?;
        let event = JobStarted { job: self.job.id, name: self.job.name.to_string(), attempt: self.attempt.number };
        self.emit(tx, &event)?;
        Ok(())
    }

    /// A short attempt may end before anybody saw it run: those who listen still hear that it did.
    fn note_missed_start(&self, tx: &mut Transaction<'_>, end: &AttemptEnd) -> Result<(), StoreError> {
        let has_run = matches!(end, AttemptEnd::Exited(exit) if exit.started_at.is_some());
        if has_run && self.job.progress.state != JobState::Running {
            let event = JobStarted { job: self.job.id, name: self.job.name.to_string(), attempt: self.attempt.number };
            self.emit(tx, &event)?;
        }
        Ok(())
    }

    fn ended(
        mut self,
        tx: &mut Transaction<'_>,
        end: &AttemptEnd,
        log_bytes: u64,
        next: WorkloadId,
    ) -> Result<(), StoreError> {
        let Ok(progress) = self.job.progress.clone().ended(end.clone()) else { return self.closed(tx) };
        self.note_missed_start(tx, end)?;
        store::put_progress(tx, self.job.id, &progress)?;
        self.attempt.phase = AttemptPhase::Ended;
        self.attempt.open = false;
        self.attempt.log_bytes = Some(log_bytes);
        match end {
            AttemptEnd::Exited(exit) => {
                self.attempt.started_at = exit.started_at.or(self.attempt.started_at);
                self.attempt.ended_at = Some(exit.ended_at);
                self.attempt.exit = Some(exit.exit.clone());
                self.attempt.message = Some(exit.message.clone());
            }
            AttemptEnd::Lost { noticed_at } => {
                self.attempt.ended_at = Some(*noticed_at);
                self.attempt.message = Some("lost".to_owned());
            }
        }
        store::put_attempt(tx, &self.attempt)?;
        let (id, name) = (self.job.id, self.job.name.to_string());
        if let JobState::Finished(finish) = &progress.state {
            let state = finish.outcome.as_str().to_owned();
            self.emit(tx, &JobFinished { job: id, name, state, exit: finish.exit.clone() })?;
        } else {
            store::insert_attempt(tx, next, id, progress.attempt)?;
            let reason = self.attempt.message.clone().unwrap_or_default();
            self.emit(tx, &JobRetried { job: id, name, attempt: progress.attempt, reason })?;
        }
        Ok(())
    }

    fn closed(mut self, tx: &mut Transaction<'_>) -> Result<(), StoreError> {
        self.attempt.phase = AttemptPhase::Ended;
        self.attempt.open = false;
        self.attempt.ended_at = Some(tx.now());
        self.attempt.log_bytes = Some(0);
        store::put_attempt(tx, &self.attempt)?;
        let event = JobAttemptClosed { job: self.job.id, workload: self.attempt.workload };
        self.emit(tx, &event)?;
        Ok(())
    }
}

#[async_trait]
impl Controller for JobsController {
    fn name(&self) -> &'static str {
        CONTROLLER
    }

    fn period(&self) -> Duration {
        if self.is_busy.load(Ordering::Relaxed) { BUSY_PERIOD } else { IDLE_PERIOD }
    }

    async fn pass(&self, lease: &Lease) -> Result<String, ControllerError> {
        let inner = &self.jobs.inner;
        let attempts = inner.context.store.read(|r| store::open_attempts(r, WAITING_LIMIT)).await?;
        self.is_busy.store(!attempts.is_empty(), Ordering::Relaxed);
        if attempts.is_empty() {
            return Ok("no open jobs".to_owned());
        }
        let observed = self.observe(&attempts).await?;
        let capacity = inner.engine.capacity().await.map_err(ControllerError::new)?;
        let view = View { attempts: &attempts, observed: &observed, capacity, now: inner.context.clock.now() };
        let steps = plan(&view);
        let count = steps.len();
        let work = stream::iter(steps.into_iter().map(|(attempt, step)| self.apply(lease, attempt, step)));
        let results: Vec<Result<(), ControllerError>> = work.buffer_unordered(PARALLEL_STEPS).collect().await;
        // One job's trouble is no reason to leave the others alone; it is shown once all had their turn.
        results.into_iter().collect::<Result<Vec<()>, _>>()?;
        Ok(format!("{} open jobs, {count} steps", attempts.len()))
    }
}
