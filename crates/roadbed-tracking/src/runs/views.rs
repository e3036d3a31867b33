//! Wire forms of runs (`mlflow/protos/service.proto`: Run, RunInfo, RunData, Metric, RunInputs, RunOutputs).

use super::model::{FullRun, MetricPoint, Run};
use crate::inputs::{DatasetInput, RunInputs};
use crate::mlflow::{Measure, PairView};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct RunInfoView {
    run_uuid: String,
    experiment_id: String,
    run_name: String,
    user_id: String,
    status: String,
    start_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<i64>,
    artifact_uri: String,
    lifecycle_stage: &'static str,
    run_id: String,
}

impl From<Run> for RunInfoView {
    fn from(run: Run) -> Self {
        Self {
            run_uuid: run.run_id.clone(),
            experiment_id: run.experiment_id.to_string(),
            run_name: run.run_name,
            user_id: run.user_id,
            status: run.status,
            start_time: run.start_time_ms,
            end_time: run.end_time_ms,
            artifact_uri: run.artifact_uri,
            lifecycle_stage: run.lifecycle.as_str(),
            run_id: run.run_id,
        }
    }
}

/// One value of a metric; what belongs to models or to bulk answers is left out when unset.
#[derive(Debug, Serialize)]
pub struct MetricView {
    pub key: String,
    pub value: Measure,
    pub timestamp: i64,
    pub step: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
}

impl From<MetricPoint> for MetricView {
    fn from(point: MetricPoint) -> Self {
        Self {
            key: point.key,
            value: point.value,
            timestamp: point.timestamp_ms,
            step: point.step,
            dataset_name: None,
            dataset_digest: None,
            model_id: None,
            run_id: None,
        }
    }
}

#[derive(Debug, Serialize)]
struct RunDataView {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics: Vec<MetricView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    params: Vec<PairView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<PairView>,
}

#[derive(Debug, Serialize)]
struct DatasetView {
    name: String,
    digest: String,
    source_type: String,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
}

#[derive(Debug, Serialize)]
struct DatasetInputView {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<PairView>,
    dataset: DatasetView,
}

impl From<DatasetInput> for DatasetInputView {
    fn from(input: DatasetInput) -> Self {
        let dataset = input.dataset;
        Self {
            tags: PairView::list(input.tags),
            dataset: DatasetView {
                name: dataset.name,
                digest: dataset.digest,
                source_type: dataset.source_type,
                source: dataset.source,
                schema: dataset.schema,
                profile: dataset.profile,
            },
        }
    }
}

#[derive(Debug, Serialize)]
struct ModelInputView {
    model_id: String,
}

#[derive(Debug, Serialize)]
struct ModelOutputView {
    model_id: String,
    step: i64,
}

#[derive(Debug, Default, Serialize)]
struct RunInputsView {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dataset_inputs: Vec<DatasetInputView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    model_inputs: Vec<ModelInputView>,
}

#[derive(Debug, Default, Serialize)]
struct RunOutputsView {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    model_outputs: Vec<ModelOutputView>,
}

#[derive(Debug, Serialize)]
pub(super) struct RunView {
    info: RunInfoView,
    data: RunDataView,
    inputs: RunInputsView,
    #[serde(skip_serializing_if = "Option::is_none")]
    outputs: Option<RunOutputsView>,
}

impl RunView {
    /// A run that was just made: nothing came out of it yet.
    pub(super) fn created(full: FullRun) -> Self {
        Self { outputs: None, ..Self::from(full) }
    }
}

impl From<FullRun> for RunView {
    fn from(full: FullRun) -> Self {
        let RunInputs { datasets, model_inputs, model_outputs } = full.inputs;
        Self {
            info: full.run.into(),
            data: RunDataView {
                metrics: full.metrics.into_iter().map(MetricView::from).collect(),
                params: PairView::list(full.params),
                tags: PairView::list(full.tags),
            },
            inputs: RunInputsView {
                dataset_inputs: datasets.into_iter().map(DatasetInputView::from).collect(),
                model_inputs: model_inputs.into_iter().map(|model_id| ModelInputView { model_id }).collect(),
            },
            outputs: Some(RunOutputsView {
                model_outputs: model_outputs
                    .into_iter()
                    .map(|output| ModelOutputView { model_id: output.model_id, step: output.step })
                    .collect(),
            }),
        }
    }
}
