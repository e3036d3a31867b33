//! Objects of MLflow's answers as lines.

use crate::source::Found;
use crate::versions::logged_model_of;
use roadbed_contracts::transfer::{
    AliasLine, DatasetUse, ExperimentLine, LoggedModelLine, ModelLine, ModelMetricLine, ModelOutput, Number, RunLine,
    Stage, VersionLine,
};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn text(value: &Value, key: &str) -> String {
    optional(value, key).unwrap_or_default()
}

pub(super) fn optional(value: &Value, key: &str) -> Option<String> {
    match &value[key] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whole numbers of 64 bits come as numbers or as texts.
pub(super) fn integer(value: &Value, key: &str) -> Option<i64> {
    value[key].as_i64().or_else(|| value[key].as_str()?.parse().ok())
}

pub(super) fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn pairs(value: &Value, key: &str) -> BTreeMap<String, String> {
    list(value, key).map(|pair| (text(pair, "key"), text(pair, "value"))).collect()
}

fn stage(value: &Value) -> Stage {
    if value["lifecycle_stage"] == "deleted" { Stage::Deleted } else { Stage::Active }
}

pub(super) fn number(value: &Value) -> Number {
    match value {
        Value::String(text) => match text.as_str() {
            "Infinity" => Number(f64::INFINITY),
            "-Infinity" => Number(f64::NEG_INFINITY),
            other => Number(other.parse().unwrap_or(f64::NAN)),
        },
        other => Number(other.as_f64().unwrap_or(0.0)),
    }
}

pub(super) fn experiment(value: &Value) -> Option<ExperimentLine> {
    let created_ms = integer(value, "creation_time").unwrap_or(0);
    Some(ExperimentLine {
        id: integer(value, "experiment_id")?,
        name: text(value, "name"),
        state: stage(value),
        tags: pairs(value, "tags"),
        created_ms,
        updated_ms: integer(value, "last_update_time").unwrap_or(created_ms),
    })
}

/// A run with its keys of metrics; its extent are the latest points.
pub(super) fn run(experiment: i64, value: &Value) -> (Found<RunLine>, Vec<String>) {
    let (info, data) = (&value["info"], &value["data"]);
    let tags = pairs(data, "tags");
    let name = optional(info, "run_name").filter(|name| !name.is_empty());
    let line = RunLine {
        id: text(info, "run_id"),
        experiment,
        name: name.or_else(|| tags.get("mlflow.runName").cloned()).unwrap_or_default(),
        user: text(info, "user_id"),
        status: text(info, "status"),
        state: stage(info),
        started_ms: integer(info, "start_time").unwrap_or(0),
        ended_ms: integer(info, "end_time").filter(|end| *end != 0),
        params: pairs(data, "params"),
        tags,
        datasets: list(&value["inputs"], "dataset_inputs").map(dataset).collect(),
        model_inputs: list(&value["inputs"], "model_inputs").map(|one| text(one, "model_id")).collect(),
        model_outputs: list(&value["outputs"], "model_outputs").map(output).collect(),
    };
    let keys = list(data, "metrics").map(|metric| text(metric, "key")).collect();
    let extent = data["metrics"].to_string();
    (Found { line, extent }, keys)
}

fn output(value: &Value) -> ModelOutput {
    ModelOutput { model: text(value, "model_id"), step: integer(value, "step").unwrap_or(0) }
}

fn dataset(value: &Value) -> DatasetUse {
    let dataset = &value["dataset"];
    DatasetUse {
        name: text(dataset, "name"),
        digest: text(dataset, "digest"),
        source_type: text(dataset, "source_type"),
        source: text(dataset, "source"),
        schema: optional(dataset, "schema"),
        profile: optional(dataset, "profile"),
        tags: pairs(value, "tags"),
    }
}

pub(super) fn point(value: &Value) -> (i64, i64, Number) {
    (integer(value, "timestamp").unwrap_or(0), integer(value, "step").unwrap_or(0), number(&value["value"]))
}

pub(super) fn logged_model(value: &Value, state: Stage) -> Option<(LoggedModelLine, Vec<ModelMetricLine>)> {
    let (info, data) = (&value["info"], &value["data"]);
    let created_ms = integer(info, "creation_timestamp_ms").unwrap_or(0);
    let line = LoggedModelLine {
        id: text(info, "model_id"),
        experiment: integer(info, "experiment_id")?,
        name: text(info, "name"),
        model_type: text(info, "model_type"),
        status: text(info, "status"),
        state,
        run: text(info, "source_run_id"),
        tags: pairs(info, "tags"),
        params: pairs(data, "params"),
        created_ms,
        updated_ms: integer(info, "last_updated_timestamp_ms").unwrap_or(created_ms),
    };
    let metric = |metric: &Value| ModelMetricLine {
        model: line.id.clone(),
        run: text(metric, "run_id"),
        key: text(metric, "key"),
        dataset_name: optional(metric, "dataset_name").filter(|name| !name.is_empty()),
        dataset_digest: optional(metric, "dataset_digest").filter(|digest| !digest.is_empty()),
        points: vec![point(metric)],
    };
    let metrics = list(data, "metrics").map(metric).collect();
    Some((line, metrics))
}

pub(super) fn model(value: &Value) -> (ModelLine, Vec<AliasLine>) {
    let created_ms = integer(value, "creation_timestamp").unwrap_or(0);
    let name = text(value, "name");
    let alias = |one: &Value| {
        Some(AliasLine { model: name.clone(), alias: text(one, "alias"), version: integer(one, "version")? })
    };
    let aliases = list(value, "aliases").filter_map(alias).collect();
    let line = ModelLine {
        description: text(value, "description"),
        tags: pairs(value, "tags"),
        last_version: 0,
        created_ms,
        updated_ms: integer(value, "last_updated_timestamp").unwrap_or(created_ms),
        name,
    };
    (line, aliases)
}

pub(super) fn version(value: &Value) -> Option<VersionLine> {
    let created_ms = integer(value, "creation_timestamp").unwrap_or(0);
    let source = text(value, "source");
    let model_id = optional(value, "model_id").filter(|id| !id.is_empty());
    Some(VersionLine {
        model: text(value, "name"),
        version: integer(value, "version")?,
        run: text(value, "run_id"),
        run_link: text(value, "run_link"),
        logged_model: model_id.or_else(|| logged_model_of(&source)).unwrap_or_default(),
        source,
        description: optional(value, "description"),
        stage: optional(value, "current_stage").filter(|stage| !stage.is_empty()).unwrap_or_else(|| "None".to_owned()),
        tags: pairs(value, "tags"),
        created_ms,
        updated_ms: integer(value, "last_updated_timestamp").unwrap_or(created_ms),
        files_at: None,
    })
}
