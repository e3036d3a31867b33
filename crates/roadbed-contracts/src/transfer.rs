//! Tracking data on its way in or out: one JSON object per line, the same in the body of an import and in the files of an export.
//! Ids, version numbers and times are those of the place the data comes from.
//!
//! Times are milliseconds since the epoch. A reader refuses a later [`VERSION`]; fields it does not know are errors, so a file that was
//! cut or edited is noticed.

mod number;

pub use number::Number;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the header of every file names.
pub const FORMAT: &str = "roadbed-tracking";
/// The version this program writes, and the latest it reads.
pub const VERSION: u32 = 1;

/// One thing that is carried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line {
    Experiment(ExperimentLine),
    Run(RunLine),
    LoggedModel(LoggedModelLine),
    Metric(MetricLine),
    ModelMetric(ModelMetricLine),
    Model(ModelLine),
    Version(VersionLine),
    Alias(AliasLine),
    /// Everything that belongs to a run or logged model has arrived.
    Whole(WholeLine),
}

impl Line {
    /// As the field `kind` names it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Experiment(_) => "experiment",
            Self::Run(_) => "run",
            Self::LoggedModel(_) => "logged_model",
            Self::Metric(_) => "metric",
            Self::ModelMetric(_) => "model_metric",
            Self::Model(_) => "model",
            Self::Version(_) => "version",
            Self::Alias(_) => "alias",
            Self::Whole(_) => "whole",
        }
    }

    /// What names it among those of its kind.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Experiment(line) => line.id.to_string(),
            Self::Run(line) => line.id.clone(),
            Self::LoggedModel(line) => line.id.clone(),
            Self::Metric(line) => format!("{} {}", line.run, line.key),
            Self::ModelMetric(line) => format!("{} {}", line.model, line.key),
            Self::Model(line) => line.name.clone(),
            Self::Version(line) => format!("{}/{}", line.model, line.version),
            Self::Alias(line) => format!("{}@{}", line.model, line.alias),
            Self::Whole(line) => line.item.clone(),
        }
    }
}

/// In use, or deleted and restorable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Active,
    Deleted,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExperimentLine {
    pub id: i64,
    pub name: String,
    #[serde(default)]
    pub state: Stage,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunLine {
    pub id: String,
    pub experiment: i64,
    pub name: String,
    #[serde(default)]
    pub user: String,
    /// `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.
    pub status: String,
    #[serde(default)]
    pub state: Stage,
    pub started_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<DatasetUse>,
    /// Ids of logged models it read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub model_inputs: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub model_outputs: Vec<ModelOutput>,
}

/// A dataset with the tags of this use of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetUse {
    pub name: String,
    pub digest: String,
    pub source_type: String,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A logged model a run made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelOutput {
    pub model: String,
    #[serde(default)]
    pub step: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoggedModelLine {
    pub id: String,
    pub experiment: i64,
    pub name: String,
    #[serde(default)]
    pub model_type: String,
    /// `LOGGED_MODEL_PENDING`, `LOGGED_MODEL_READY` or `LOGGED_MODEL_UPLOAD_FAILED`.
    pub status: String,
    #[serde(default)]
    pub state: Stage,
    /// The run that made it; empty when none did.
    #[serde(default)]
    pub run: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

/// Points of one metric of one run, in any order; a long history is several lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricLine {
    pub run: String,
    pub key: String,
    /// Time, step and value.
    pub points: Vec<(i64, i64, Number)>,
}

/// Points of one metric about a logged model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelMetricLine {
    pub model: String,
    pub run: String,
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_digest: Option<String>,
    /// Time, step and value.
    pub points: Vec<(i64, i64, Number)>,
}

/// A registered model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelLine {
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The highest number there ever was, also of a version that is gone: it is not given again.
    #[serde(default)]
    pub last_version: i64,
    pub created_ms: i64,
    pub updated_ms: i64,
}

/// A version of a registered model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionLine {
    pub model: String,
    pub version: i64,
    pub source: String,
    #[serde(default)]
    pub run: String,
    #[serde(default)]
    pub run_link: String,
    /// The logged model it was registered from, or empty.
    #[serde(default)]
    pub logged_model: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `None`, `Staging`, `Production` or `Archived`.
    pub stage: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    pub created_ms: i64,
    pub updated_ms: i64,
    /// Import only: the folder of the team's artifacts that is frozen as the files of the version; none when it has no files here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliasLine {
    pub model: String,
    pub alias: String,
    pub version: i64,
}

/// Import only: noted by the server, so that an import that was interrupted does not send a run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WholeLine {
    /// Such as `run/<id>`.
    pub item: String,
    /// Another one when there is more of it at its source.
    pub mark: String,
}

/// The first line of every file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    pub format: String,
    pub version: u32,
    /// Of every line below.
    pub kind: String,
}

impl Header {
    #[must_use]
    pub fn new(kind: &str) -> Self {
        Self { format: FORMAT.to_owned(), version: VERSION, kind: kind.to_owned() }
    }
}

#[cfg(test)]
mod tests;
