//! Datasets and models at the two ends of a run.

/// A dataset as a client describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    pub name: String,
    pub digest: String,
    pub source_type: String,
    pub source: String,
    pub schema: Option<String>,
    pub profile: Option<String>,
}

/// A dataset a run used, with the tags of this use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetInput {
    pub dataset: Dataset,
    pub tags: Vec<(String, String)>,
}

impl DatasetInput {
    /// Training, evaluation and the like.
    #[must_use]
    pub fn context(&self) -> Option<&str> {
        self.tags.iter().find(|(key, _)| key == "mlflow.data.context").map(|(_, value)| value.as_str())
    }
}

/// A logged model a run made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelOutput {
    pub model_id: String,
    pub step: i64,
}

/// Everything at the two ends of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunInputs {
    pub datasets: Vec<DatasetInput>,
    pub model_inputs: Vec<String>,
    pub model_outputs: Vec<ModelOutput>,
}

/// A dataset of an experiment in short.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DatasetSummary {
    /// The store's key of the experiment.
    pub experiment: i64,
    pub name: String,
    pub digest: String,
    pub context: Option<String>,
}
