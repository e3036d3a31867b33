use super::model::{Attempt, CONTROLLER, Job, JobCancelRequested, JobsError};
use super::plan::{Room, waiting_sentence};
use super::state::{JobState, Progress};
use super::store::{self, JobFilter, definitions};
use super::submission::{Settled, Submission};
use super::view::{JobDetail, Waiting};
use crate::environments::{self, EnvironmentDefinition};
use crate::permissions::{JOB_CANCEL, JOB_READ, JOB_SUBMIT};
use crate::ports::UsedPorts;
use crate::project_of_call::{ProjectOfCall, find_instance};
use crate::settings::TrainingSettings;
use crate::snapshots::Snapshots;
use roadbed_capability::extract::nearest_name;
use roadbed_capability::idempotency::IdempotentCall;
use roadbed_capability::{Caller, Context, Permission, Problem, Resource};
use roadbed_compute::{Engine, Selection};
use roadbed_contracts::events::training::{JobFinished, JobSubmitted};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_contracts::gate::{Finding, Intent};
use roadbed_contracts::ports::{InstanceInfo, ObjectCost};
use roadbed_contracts::workload::{CodeSnapshot, WorkloadPhase};
use roadbed_core::{JobId, Micros, WorkloadId};
use roadbed_store::{Owner, StoreError};
use std::sync::Arc;

/// Use cases of jobs.
#[derive(Clone)]
pub struct Jobs {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) context: Context,
    pub(super) engine: Arc<dyn Engine>,
    pub(super) ports: UsedPorts,
    pub(super) settings: TrainingSettings,
    pub(super) snapshots: Snapshots,
}

/// A job with its attempts.
pub(super) type JobWithAttempts = (Job, Vec<Attempt>);

impl Jobs {
    #[must_use]
    pub fn new(
        context: &Context,
        engine: Arc<dyn Engine>,
        ports: UsedPorts,
        settings: TrainingSettings,
        snapshots: Snapshots,
    ) -> Self {
        Self { inner: Arc::new(Inner { context: context.clone(), engine, ports, settings, snapshots }) }
    }

    /// Accepts a job; what comes back is durable and the controller is awake. The findings are notes and warnings of gates.
    pub(super) async fn submit(
        &self,
        caller: &Caller,
        submission: Submission,
        key: Option<&str>,
        dry_run: bool,
    ) -> Result<(JobWithAttempts, Vec<Finding>), Problem> {
        let context = &self.inner.context;
        let call = ProjectOfCall { project: submission.project.as_deref(), team: submission.team.as_deref() };
        let info = find_instance(&*self.inner.ports.directory, caller, JOB_SUBMIT, call).await?;
        let settled = self.settle(&submission, &info).await?;
        self.check_size(&settled).await?;
        let findings = context.ask_gates(&intent(&info, &settled)).await?;
        let call = IdempotentCall::new(caller.actor().as_str(), "jobs.submit", key, &submission);
        let job = self.fresh_job(caller, &info, settled, None);
        Ok((self.accept(caller, job, call, dry_run).await?, findings))
    }

    /// Writes a job that was checked, and its first attempt.
    pub(super) async fn accept(
        &self,
        caller: &Caller,
        job: Job,
        call: IdempotentCall,
        dry_run: bool,
    ) -> Result<JobWithAttempts, Problem> {
        let context = &self.inner.context;
        let (actor, id) = (caller.actor(), job.id);
        let workload = WorkloadId::from_u128(context.ids.next());
        let accepted = context
            .mutate(dry_run, move |tx| {
                if let Some(first) = call.replay::<JobId>(tx)? {
                    let job = store::by_id(tx, first)?.ok_or(JobsError::Unknown(first))?;
                    return Ok((job, store::attempts(tx, first)?));
                }
                store::insert(tx, &job)?;
                store::insert_attempt(tx, workload, id, 1)?;
                if let Some(code) = &job.spec.code {
                    tx.retain(&code.digest, &Owner::new("job", id))?;
                }
                tx.emit(&header(&job, actor.clone()), &JobSubmitted { job: id, name: job.name.to_string() })?;
                call.remember(tx, &id)?;
                Ok((job.clone(), store::attempts(tx, id)?))
            })
            .await?;
        if !dry_run {
            context.wake_ups.wake(CONTROLLER);
        }
        Ok(accepted)
    }

    pub(super) fn fresh_job(
        &self,
        caller: &Caller,
        info: &InstanceInfo,
        settled: Settled,
        rerun_of: Option<JobId>,
    ) -> Job {
        Job {
            id: JobId::from_u128(self.inner.context.ids.next()),
            team: info.team,
            team_name: info.team_name.clone(),
            instance: info.instance,
            project: info.project_name.clone(),
            name: settled.name,
            progress: Progress::new(settled.retries),
            retries: settled.retries,
            resources: settled.resources,
            spec: settled.spec,
            actor: caller.actor().as_str().to_owned(),
            actor_name: caller.principal().is_person().then(|| caller.principal().name.clone()),
            rerun_of,
            cause: None,
            created_at: self.inner.context.clock.now(),
        }
    }

    /// Looks up what the submission refers to: the manifest's job and environment, the snapshot, the requirements file in it.
    async fn settle(&self, submission: &Submission, info: &InstanceInfo) -> Result<Settled, Problem> {
        let name = submission.job_name()?;
        let (instance, by_name) = (info.instance, submission.run.is_none());
        let found = self.inner.context.store.read(move |r| -> Result<_, StoreError> {
            let all = if by_name { definitions::of_instance(r, instance)? } else { Vec::new() };
            Ok((all, environments::store::definition(r, instance)?))
        });
        let (all, environment) = found.await?;
        let definition = match all.iter().find(|stored| stored.name == name) {
            Some(stored) => Some(stored.definition.clone()),
            None if by_name => return Err(unknown_definition(info, name.as_str(), &all).into()),
            None => None,
        };
        let environment = environment.unwrap_or_default();
        let code = match submission.snapshot {
            Some(digest) => {
                let bytes = self.inner.snapshots.usable_by(info.team, digest).await?;
                Some(CodeSnapshot { digest, bytes: bytes.ok_or(JobsError::UnknownSnapshot(digest))? })
            }
            None => None,
        };
        let requirements = self.requirements(submission, &environment, code.as_ref()).await?;
        Ok(submission.settle(definition, &environment, requirements, code)?)
    }

    /// Text of the requirements file that the manifest names, unless the caller brings a text.
    async fn requirements(
        &self,
        submission: &Submission,
        environment: &EnvironmentDefinition,
        code: Option<&CodeSnapshot>,
    ) -> Result<Option<String>, Problem> {
        let Some(path) = environment.requirements.as_deref().filter(|_| submission.environment.requirements.is_none())
        else {
            return Ok(None);
        };
        let missing = |reason: String| JobsError::Environment { field: "environment.requirements", reason };
        let Some(code) = code else {
            let reason = format!(
                "the manifest names {path} and the job brings no code snapshot; send one, or the requirements' text"
            );
            return Err(missing(reason).into());
        };
        let text = self.inner.snapshots.requirements(code.digest, path).await?;
        let text =
            text.ok_or_else(|| missing(format!("the manifest names {path} and the code snapshot has no such file")))?;
        Ok(Some(text))
    }

    pub(super) async fn check_size(&self, settled: &Settled) -> Result<(), Problem> {
        let total: Room = self.capacity().await?;
        let asked = Room::from(settled.resources);
        if total.holds(asked) {
            return Ok(());
        }
        Err(JobsError::TooLarge { asked: asked.words(), present: total.words() }.into())
    }

    async fn capacity(&self) -> Result<Room, Problem> {
        self.inner.engine.capacity().await.map(Room::from).map_err(|error| Problem::internal(&error))
    }

    /// The job within the caller's reach for the permission.
    pub(super) async fn find(
        &self,
        caller: &Caller,
        permission: Permission,
        id: JobId,
    ) -> Result<JobWithAttempts, Problem> {
        let found = self.inner.context.store.read(move |r| -> Result<_, StoreError> {
            let Some(job) = store::by_id(r, id)? else { return Ok(None) };
            Ok(Some((job, store::attempts(r, id)?)))
        });
        let reachable = |job: &Job| {
            [permission, JOB_READ].iter().any(|held| caller.scope(*held).reaches_instance(job.team, job.instance))
        };
        let (job, attempts) = found.await?.filter(|(job, _)| reachable(job)).ok_or(JobsError::Unknown(id))?;
        caller.require(permission, Resource::Instance(job.team, job.instance))?;
        Ok((job, attempts))
    }

    /// Jobs the caller may read, newest first, with their cost so far.
    pub(super) async fn list(&self, caller: &Caller, filter: JobFilter, limit: u32) -> Result<Vec<JobDetail>, Problem> {
        let scope = caller.scope(JOB_READ);
        let found = self.inner.context.store.read(move |r| -> Result<_, StoreError> {
            let jobs = store::list(r, &scope, &filter, limit)?;
            let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
            Ok((jobs, store::attempts_of(r, &ids)?))
        });
        let (jobs, attempts) = found.await?;
        let mut details = Vec::with_capacity(jobs.len());
        for job in jobs {
            let own: Vec<Attempt> = attempts.iter().filter(|attempt| attempt.job == job.id).cloned().collect();
            details.push(JobDetail::new(job, own));
        }
        self.add_costs(&mut details).await?;
        Ok(details)
    }

    /// One question to the price list for all jobs.
    async fn add_costs(&self, details: &mut [JobDetail]) -> Result<(), Problem> {
        let workloads: Vec<WorkloadId> =
            details.iter().flat_map(|detail| detail.attempts.iter().map(|attempt| attempt.workload)).collect();
        if workloads.is_empty() {
            return Ok(());
        }
        let mut costs = self.inner.ports.prices.cost_of_workloads(&workloads).await?.into_iter();
        for detail in details {
            detail.cost = costs.by_ref().take(detail.attempts.len()).reduce(|sum, more| ObjectCost {
                micros: Micros(sum.micros.0.saturating_add(more.micros.0)),
                currency: sum.currency,
            });
        }
        Ok(())
    }

    /// Everything about a job, from all who know something.
    pub(super) async fn detail(&self, (job, attempts): JobWithAttempts) -> Result<JobDetail, Problem> {
        let mut detail = JobDetail::new(job, attempts);
        detail.run_ids = Some(self.inner.ports.lineage.runs_of_job(detail.job.id).await?);
        match detail.job.progress.state {
            JobState::Queued => detail.waiting = Some(self.waiting(&detail.job).await?),
            JobState::Starting => detail.step = self.step(&detail.attempts).await?,
            JobState::Running | JobState::Finished(_) => {}
        }
        self.add_costs(std::slice::from_mut(&mut detail)).await?;
        Ok(detail)
    }

    async fn waiting(&self, job: &Job) -> Result<Waiting, Problem> {
        let id = job.id;
        let (ahead, taken) = self.inner.context.store.read(move |r| store::queue_before(r, id)).await?;
        let total = self.capacity().await?;
        let reason = waiting_sentence(job.resources.into(), total.without(taken), total, ahead);
        Ok(Waiting { position: ahead + 1, reason })
    }

    /// What is being prepared.
    async fn step(&self, attempts: &[Attempt]) -> Result<Option<String>, Problem> {
        let Some(current) = attempts.last() else { return Ok(None) };
        let observed = self.inner.engine.observe(Selection::Ids(&[current.workload])).await;
        let observed = observed.map_err(|error| Problem::internal(&error))?;
        Ok(observed.into_iter().find_map(|found| match found.phase {
            WorkloadPhase::Preparing { step } => Some(step),
            _ => None,
        }))
    }

    /// Asks a job to end. Asking again changes nothing.
    pub(super) async fn cancel(
        &self,
        caller: &Caller,
        id: JobId,
        reason: Option<String>,
        dry_run: bool,
    ) -> Result<JobWithAttempts, Problem> {
        self.find(caller, JOB_CANCEL, id).await?;
        let actor = caller.actor();
        let reason = reason.unwrap_or_else(|| format!("cancelled by {}", caller.principal().name));
        let ended = self
            .inner
            .context
            .mutate(dry_run, move |tx| {
                let mut job = store::by_id(tx, id)?.ok_or(JobsError::Unknown(id))?;
                let after = job.progress.clone().cancelled(&reason, tx_now(tx)).map_err(JobsError::from)?;
                if after != job.progress {
                    store::put_progress(tx, id, &after)?;
                    job.progress = after;
                    emit_cancelled(tx, &job, actor.clone(), &reason)?;
                }
                Ok((job, store::attempts(tx, id)?))
            })
            .await?;
        self.inner.context.wake_ups.wake(CONTROLLER);
        Ok(ended)
    }

    /// Jobs of the project's manifest.
    pub(super) async fn definitions(
        &self,
        caller: &Caller,
        call: ProjectOfCall<'_>,
    ) -> Result<(InstanceInfo, Vec<definitions::Stored>), Problem> {
        let info = find_instance(&*self.inner.ports.directory, caller, JOB_READ, call).await?;
        let instance = info.instance;
        let all = self.inner.context.store.read(move |r| definitions::of_instance(r, instance)).await?;
        Ok((info, all))
    }
}

fn tx_now(tx: &roadbed_store::Transaction<'_>) -> roadbed_core::Timestamp {
    roadbed_store::Execute::now(tx)
}

fn emit_cancelled(
    tx: &mut roadbed_store::Transaction<'_>,
    job: &Job,
    actor: Actor,
    reason: &str,
) -> Result<(), StoreError> {
    let (header, name) = (header(job, actor), job.name.to_string());
    match &job.progress.state {
        JobState::Finished(finish) => {
            let state = finish.outcome.as_str().to_owned();
            tx.emit(&header, &JobFinished { job: job.id, name, state, exit: finish.exit.clone() })?;
        }
        _ => {
            tx.emit(&header, &JobCancelRequested { job: job.id, name, reason: reason.to_owned() })?;
        }
    }
    Ok(())
}

/// Header of an event about a job.
pub(super) fn header(job: &Job, actor: Actor) -> EventHeader {
    let header = EventHeader::new(Subject::new(JobId::KIND, job.id), actor);
    header.with_team(job.team).with_instance(job.instance).with_cause(job.cause)
}

pub(super) fn intent(info: &InstanceInfo, settled: &Settled) -> Intent {
    Intent {
        action: JOB_SUBMIT.name().to_owned(),
        team: info.team,
        instance: info.instance,
        object: settled.name.to_string(),
        detail: serde_json::json!({
            "resources": settled.resources,
            "timeout": settled.spec.timeout,
            "retries": settled.retries,
        }),
    }
}

fn unknown_definition(info: &InstanceInfo, name: &str, all: &[definitions::Stored]) -> JobsError {
    let nearest = nearest_name(name, all.iter().map(|stored| stored.name.as_str())).map(str::to_owned);
    JobsError::UnknownDefinition { project: info.project_name.clone(), name: name.to_owned(), nearest }
}
