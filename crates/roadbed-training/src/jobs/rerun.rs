//! Running a job again: the same code, environment and command, with some values changed.

use super::command::{Parameters, SHELL, argv, override_parameters};
use super::definition::{GPUS_MAX, RETRIES_MAX, ResourceRequest};
use super::model::{Job, JobSpec, JobsError};
use super::operations::{JobWithAttempts, Jobs, intent};
use super::submission::Settled;
use crate::permissions::{JOB_READ, JOB_SUBMIT};
use crate::project_of_call::ProjectError;
use roadbed_capability::idempotency::IdempotentCall;
use roadbed_capability::{Caller, Problem, Resource};
use roadbed_contracts::gate::Finding;
use roadbed_core::{JobId, Span};
use serde::Serialize;

/// What shall be different; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Changes {
    pub(super) parameters: Parameters,
    pub(super) resources: ResourceRequest,
    pub(super) timeout: Option<Span>,
    pub(super) retries: Option<u32>,
}

impl Changes {
    /// The job with the changes, checked as a submit is.
    fn apply(&self, before: &Job) -> Result<Settled, JobsError> {
        let old = &before.spec;
        let parameters = override_parameters(&old.parameters, &self.parameters)?;
        let is_shell = old.argv.iter().map(String::as_str).eq(SHELL.into_iter().chain([old.run.as_str()]));
        let argv = argv(&old.run, is_shell, &parameters)?;
        let retries = self.retries.unwrap_or(before.retries);
        if retries > RETRIES_MAX {
            return Err(JobsError::TooManyRetries(retries));
        }
        let was = ResourceRequest {
            cpu: Some(before.resources.cpu),
            memory: Some(before.resources.memory),
            gpu: Some(before.resources.gpu),
        };
        let resources = self.resources.over(was).granted();
        if resources.gpu > GPUS_MAX {
            let (asked, present) = (format!("{} GPUs", resources.gpu), format!("at most {GPUS_MAX}"));
            return Err(JobsError::TooLarge { asked, present });
        }
        let timeout = self.timeout.or(old.timeout);
        let spec = JobSpec { argv, parameters, timeout, ..old.clone() };
        Ok(Settled { name: before.name.clone(), spec, resources, retries })
    }
}

impl Jobs {
    /// Accepts a job like an earlier one, asked of the same gates as a submit. Its code is held by the earlier job, so it is still here.
    pub(super) async fn rerun(
        &self,
        caller: &Caller,
        id: JobId,
        changes: Changes,
        key: Option<&str>,
        dry_run: bool,
    ) -> Result<(JobWithAttempts, Vec<Finding>), Problem> {
        let (before, _) = self.find(caller, JOB_READ, id).await?;
        caller.require(JOB_SUBMIT, Resource::Instance(before.team, before.instance))?;
        let info = self.inner.ports.directory.instance(before.instance).await?;
        let info = info.ok_or_else(|| ProjectError::Unknown(before.project.to_string()))?;
        let settled = changes.apply(&before)?;
        if let Some(code) = &settled.spec.code {
            let is_here = self.inner.context.blobs.exists(&code.digest).await;
            if !is_here.map_err(|error| Problem::internal(&error))? {
                return Err(JobsError::UnknownSnapshot(code.digest).into());
            }
        }
        self.check_size(&settled).await?;
        let findings = self.inner.context.ask_gates(&intent(&info, &settled)).await?;
        let call = IdempotentCall::new(caller.actor().as_str(), "jobs.rerun", key, &(id, &changes));
        let job = self.fresh_job(caller, &info, settled, Some(id));
        Ok((self.accept(caller, job, call, dry_run).await?, findings))
    }
}
