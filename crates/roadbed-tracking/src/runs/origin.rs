//! Where a run comes from: its job, code and data.

use super::store as rows;
use crate::inputs::{self, DatasetInput};
use roadbed_core::TeamId;
use roadbed_store::{Reader, Store, StoreError};

/// Where a run comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub run_id: String,
    pub name: String,
    /// The job whose code made it.
    pub job: Option<String>,
    /// Of Git.
    pub commit: Option<String>,
    /// Address of the Git repository.
    pub repository: Option<String>,
    /// File or notebook.
    pub source: Option<String>,
    pub datasets: Vec<DatasetInput>,
    /// Ids of logged models it read.
    pub input_models: Vec<String>,
}

/// None for a run that is not there.
///
/// # Errors
/// The store fails.
pub async fn origin(store: &Store, team: TeamId, run_id: &str) -> Result<Option<Origin>, StoreError> {
    let wanted = run_id.to_owned();
    let Some(run) = store.read(move |r| rows::by_run_id(r, team, &wanted)).await? else { return Ok(None) };
    let number = run.number;
    let read = move |r: &mut Reader<'_>| {
        let mut inputs = inputs::for_runs(r, &[number])?;
        Ok::<_, StoreError>((rows::tags(r, number)?, inputs.remove(&number).unwrap_or_default()))
    };
    let (tags, inputs) = store.read_records(read).await?;
    let tag = |key: &str| tags.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
    Ok(Some(Origin {
        commit: tag("mlflow.source.git.commit"),
        repository: tag("mlflow.source.git.repoURL"),
        source: tag(super::model::SOURCE_TAG),
        run_id: run.run_id,
        name: run.run_name,
        job: run.job.map(|job| job.to_string()),
        datasets: inputs.datasets,
        input_models: inputs.model_inputs,
    }))
}
