//! From what a caller asks for to what a job runs.

use super::command::{Parameters, argv, check_parameters, override_parameters};
use super::definition::{GPUS_MAX, JobDefinition, RETRIES_MAX, ResourceRequest};
use super::model::{JobSpec, JobsError};
use crate::environments::{EnvironmentDefinition, check_python, check_variable, environment_spec};
use roadbed_contracts::workload::{CodeSnapshot, Resources};
use roadbed_core::{Digest, Name, Span};
use serde::Serialize;
use std::collections::BTreeMap;

/// Name of a job that is not in a manifest and was given none.
const UNNAMED: &str = "run";
const REQUIREMENTS_LIMIT_BYTES: usize = 1 << 20;

/// A submit. What is `None` comes from the manifest's job, else from the platform.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Submission {
    pub(super) project: Option<String>,
    pub(super) team: Option<String>,
    pub(super) name: Option<String>,
    pub(super) run: Option<String>,
    pub(super) shell: bool,
    pub(super) parameters: Parameters,
    pub(super) snapshot: Option<Digest>,
    pub(super) environment: EnvironmentRequest,
    pub(super) resources: ResourceRequest,
    pub(super) timeout: Option<Span>,
    pub(super) retries: Option<u32>,
    pub(super) outputs: Option<Vec<String>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct EnvironmentRequest {
    pub(super) python: Option<String>,
    /// Text, not a path.
    pub(super) requirements: Option<String>,
    pub(super) variables: BTreeMap<String, String>,
}

/// A submit with everything settled.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settled {
    pub(super) name: Name,
    pub(super) spec: JobSpec,
    pub(super) resources: Resources,
    pub(super) retries: u32,
}

impl Submission {
    /// Name of the job; of the manifest's when there is no `run`.
    pub(super) fn job_name(&self) -> Result<Name, JobsError> {
        let text = match (&self.name, &self.run) {
            (Some(name), _) => name,
            (None, Some(_)) => UNNAMED,
            (None, None) => return Err(JobsError::NothingToRun),
        };
        text.parse().map_err(|source| JobsError::Name { field: "name", source })
    }

    /// The definition in force: an inline one stands alone, the manifest's takes what the caller overrides.
    fn definition(&self, of_manifest: Option<JobDefinition>) -> Result<JobDefinition, JobsError> {
        let mut definition = match (&self.run, of_manifest) {
            (Some(run), _) => {
                check_parameters(&self.parameters)?;
                let parameters = self.parameters.clone();
                JobDefinition { run: run.clone(), shell: self.shell, parameters, ..JobDefinition::default() }
            }
            (None, Some(definition)) => {
                let parameters = override_parameters(&definition.parameters, &self.parameters)?;
                JobDefinition { parameters, ..definition }
            }
            (None, None) => return Err(JobsError::NothingToRun),
        };
        definition.resources = self.resources.over(definition.resources);
        definition.timeout = self.timeout.or(definition.timeout);
        definition.retries = self.retries.unwrap_or(definition.retries);
        if let Some(outputs) = &self.outputs {
            definition.outputs.clone_from(outputs);
        }
        Ok(definition)
    }

    /// Everything settled. `requirements` is the text of the manifest's requirements file, `code` the stored snapshot.
    pub(super) fn settle(
        &self,
        of_manifest: Option<JobDefinition>,
        environment: &EnvironmentDefinition,
        requirements: Option<String>,
        code: Option<CodeSnapshot>,
    ) -> Result<Settled, JobsError> {
        let definition = self.definition(of_manifest)?;
        if definition.retries > RETRIES_MAX {
            return Err(JobsError::TooManyRetries(definition.retries));
        }
        let resources = definition.resources.granted();
        if resources.gpu > GPUS_MAX {
            let (asked, present) = (format!("{} GPUs", resources.gpu), format!("at most {GPUS_MAX}"));
            return Err(JobsError::TooLarge { asked, present });
        }
        let argv = argv(&definition.run, definition.shell, &definition.parameters)?;
        let python = self.environment.python.clone().or_else(|| environment.python.clone());
        if let Some(Err(error)) = python.as_deref().map(check_python) {
            return Err(JobsError::Environment { field: "environment.python", reason: error.to_string() });
        }
        let requirements = self.environment.requirements.clone().or(requirements);
        if requirements.as_ref().is_some_and(|text| text.len() > REQUIREMENTS_LIMIT_BYTES) {
            let reason = format!("the requirements have more than {REQUIREMENTS_LIMIT_BYTES} bytes");
            return Err(JobsError::Environment { field: "environment.requirements", reason });
        }
        let mut variables = environment.variables.clone();
        variables.extend(self.environment.variables.clone());
        for (name, value) in &variables {
            check_variable(name, value).map_err(|error| JobsError::Environment {
                field: "environment.variables",
                reason: error.to_string(),
            })?;
        }
        let spec = JobSpec {
            run: definition.run,
            argv,
            parameters: definition.parameters,
            variables,
            code,
            environment: environment_spec(python, requirements),
            outputs: definition.outputs,
            timeout: definition.timeout,
        };
        Ok(Settled { name: self.job_name()?, spec, resources, retries: definition.retries })
    }
}
