//! What the supervisor of an attempt is told.

use super::command::{text_of, variable_of};
use super::model::Job;
use crate::settings::TrainingSettings;
use roadbed_contracts::workload::{ControlAddress, WorkloadSpec};
use roadbed_core::{Attribution, JobId, Secret, Span, WorkloadId};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Version of the specification's format.
const FORMAT: u32 = 1;
const TRACKING_URI: &str = "MLFLOW_TRACKING_URI";

/// Folder that a job's attempts share.
pub(super) fn checkpoint_directory(settings: &TrainingSettings, job: JobId) -> PathBuf {
    settings.checkpoints_directory.join(job.to_string())
}

/// The specification of one attempt; `token` is its own and dies with it.
pub(super) fn workload_spec(
    job: &Job,
    workload: WorkloadId,
    token: &Secret,
    settings: &TrainingSettings,
) -> WorkloadSpec {
    let mut secret_variables = BTreeMap::new();
    // Somebody who tracks elsewhere must not send our token there.
    if !job.spec.variables.contains_key(TRACKING_URI) {
        secret_variables.insert("MLFLOW_TRACKING_TOKEN".to_owned(), token.clone());
    }
    WorkloadSpec {
        format: FORMAT,
        id: workload,
        attribution: Attribution {
            team: job.team,
            instance: job.instance,
            object: format!("job/{}", job.name),
            change: None,
            pipeline_run: None,
            cause: job.cause,
        },
        argv: job.spec.argv.clone(),
        variables: variables(job, settings),
        secret_variables,
        code: job.spec.code.clone(),
        environment: job.spec.environment.clone(),
        outputs: job.spec.outputs.clone(),
        resources: job.resources,
        timeout: job.spec.timeout,
        grace: Span(settings.grace),
        checkpoint_directory: Some(checkpoint_directory(settings, job.id).to_string_lossy().into_owned()),
        control: ControlAddress { url: settings.control_url.clone(), token: token.clone() },
    }
}

fn variables(job: &Job, settings: &TrainingSettings) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::from([
        (TRACKING_URI.to_owned(), settings.control_url.clone()),
        ("MLFLOW_EXPERIMENT_NAME".to_owned(), format!("{}/{}", job.project, job.name)),
        ("ROADBED_URL".to_owned(), settings.control_url.clone()),
        ("ROADBED_JOB_ID".to_owned(), job.id.to_string()),
        ("ROADBED_JOB_ATTEMPT".to_owned(), job.progress.attempt.to_string()),
    ]);
    variables.extend(job.spec.parameters.iter().map(|(name, value)| (variable_of(name), text_of(value))));
    // The user's own win: their names cannot be ours.
    variables.extend(job.spec.variables.clone());
    variables
}
